package charge

import "github.com/shopspring/decimal"

// Price is what a model says about usage, before any rounding.
type Price struct {
	// Amount is in units of the currency, or in pricing units when the charge
	// has them. It is below zero for negative usage.
	Amount decimal.Decimal
	// UnitAmount is the amount per unit on average, zero without units. It has
	// divisionPlaces decimal places where the division leaves a rest.
	UnitAmount decimal.Decimal
	// Details explain the amount. Nil stands for none.
	Details Details
}

// PriceOf prices usage with properties that Validate accepted. Members that
// are missing or break a rule cost nothing; so do a model that does not exist
// and the custom one, whose script runs elsewhere.
func PriceOf(model Model, properties Properties, usage Usage, options Options) Price {
	specification, known := specifications[model]
	if !known {
		return Price{Details: NoDetails{}}
	}
	return specification.price(properties, usage.bounded(), options)
}

// spread returns the price of an amount that is spread over the units.
func spread(amount decimal.Decimal, usage Usage, options Options, details Details) Price {
	return Price{Amount: amount, UnitAmount: quotient(amount, options.countedUnits(usage)), Details: details}
}

// Details is the contract's amount_details: how a model arrived at an amount.
// Each type is a JSON object.
type Details interface {
	// isDetails keeps other types out.
	isDetails()
}

// NoDetails are those of a model that explains nothing: an empty object.
type NoDetails struct{}

func (NoDetails) isDetails() {}
