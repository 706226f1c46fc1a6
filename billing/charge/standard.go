package charge

import "github.com/shopspring/decimal"

// keyAmount is the price of a unit or of a package, an amount.
const keyAmount = "amount"

// standard charges the same amount for every unit.
var standard = specification{
	members:  map[string]tidy{keyAmount: asSent},
	defaults: func() Properties { return Properties{keyAmount: "0"} },
	validate: validateStandard,
	price: func(p Properties, usage Usage, options Options) Price {
		return spread(standardAmount(p, usage.Units), usage, options, NoDetails{})
	},
	project: standardAmount,
}

func validateStandard(p Properties, _ Context, found *findings) {
	requireAmount(p[keyAmount], codeAmount, found)
}

// standardAmount is the price of so many units.
func standardAmount(p Properties, units decimal.Decimal) decimal.Decimal {
	return units.Mul(amountOf(p[keyAmount]))
}

// requireAmount reports a value that is no amount.
func requireAmount(value any, code string, found *findings) {
	if _, ok := readAmount(value); !ok {
		found.add(code)
	}
}
