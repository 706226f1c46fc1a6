package invoicing

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"tarn/audit"
	"tarn/billing/iso"
	"tarn/billing/money"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// OneOffInput asks for an invoice of add-ons.
type OneOffInput struct {
	ExternalCustomerID string
	// Currency is the customer's where it is absent.
	Currency            form.Optional[string]
	BillingEntityCode   form.Optional[string]
	PurchaseOrderNumber form.Optional[string]
	PaymentMethod       form.Optional[form.PaymentMethod]
	// SkipsCollecting leaves the payment provider alone.
	SkipsCollecting bool
	CustomSections  form.CustomSections
	Fees            []OneOffFee
}

// OneOffFee is an add-on that is invoiced. What is absent or null is the add-on's.
type OneOffFee struct {
	AddOnCode          string
	InvoiceDisplayName form.Optional[string]
	Description        form.Optional[string]
	// UnitAmountCents is in the smallest unit of the currency.
	UnitAmountCents form.Optional[int64]
	Units           form.Optional[decimal.Decimal]
	// From and To say what time the fee is for; both or none.
	From, To form.Optional[time.Time]
	// TaxCodes are the taxes of the fee; unknown ones are left out, and where none
	// is known the fee has the taxes that it has without them.
	TaxCodes form.Optional[[]string]
}

// CreateOneOff makes an invoice of add-ons, which is final at once: nothing is
// drawn on. It returns NotFound faults for an unknown customer, add-on or billing
// entity and for an invoice without fees, and Validation faults for a payment
// method, a time and amounts that cannot be. An invoice of nothing that is not to
// be shown comes back closed.
func CreateOneOff(tx *store.Tx, in OneOffInput) (store.Invoice, error) {
	customer, err := tx.CustomerForUpdate(in.ExternalCustomerID)
	if err != nil {
		return store.Invoice{}, form.NotFound(err, "customer")
	}
	addOns, err := invoicedAddOns(tx, in)
	if err != nil {
		return store.Invoice{}, err
	}
	if err := checkOneOffPayment(tx, customer, in); err != nil {
		return store.Invoice{}, err
	}
	entity, err := oneOffEntity(tx, customer, in)
	if err != nil {
		return store.Invoice{}, err
	}
	if err := takeCurrency(tx, &customer, in); err != nil {
		return store.Invoice{}, err
	}
	if err := tx.LoadSellerTaxes(&customer); err != nil {
		return store.Invoice{}, err
	}
	b := &bill{tx: tx, invoice: newInvoice(tx, &customer, &entity, tx.Now())}
	b.chosen = in.CustomSections
	b.collected = collection{skipped: in.SkipsCollecting, method: in.PaymentMethod}
	b.invoice.InvoiceType, b.invoice.Status, b.invoice.Currency = store.InvoiceOneOff, store.InvoiceFinalized, *customer.Currency
	form.Assign(&b.invoice.Currency, in.Currency)
	form.AssignNullable(&b.invoice.PurchaseOrderNumber, form.FilledOrNull(in.PurchaseOrderNumber))
	b.setDates(today(tx, &customer), datesOf(&customer))
	if err := b.addAddOns(in.Fees, addOns); err != nil {
		return store.Invoice{}, err
	}
	if err := b.compute(); err != nil {
		return store.Invoice{}, err
	}
	err = b.keepAs(actionOneOffCreated)
	return b.invoice, err
}

// invoicedAddOns are the add-ons of an invoice, by their codes.
func invoicedAddOns(tx *store.Tx, in OneOffInput) (map[string]store.AddOn, error) {
	if len(in.Fees) == 0 {
		return nil, fault.Missing("fees")
	}
	codes := make([]string, len(in.Fees))
	for i, fee := range in.Fees {
		codes[i] = fee.AddOnCode
	}
	codes = form.Distinct(codes)
	found, err := tx.AddOnsByCode(codes)
	if err == nil && len(found) < len(codes) {
		err = fault.Missing("add_on")
	}
	return found, err
}

func checkOneOffPayment(tx *store.Tx, customer store.Customer, in OneOffInput) error {
	if !form.Given(in.PaymentMethod) {
		return nil
	}
	methods, err := tx.AllPaymentMethods(customer.ID)
	if err != nil {
		return err
	}
	details := fault.Details{}
	form.CheckPaymentMethod(details, methods, in.PaymentMethod)
	return details.Err()
}

// oneOffEntity is the billing entity that makes out the invoice: the one that is
// named, or the customer's.
func oneOffEntity(tx *store.Tx, customer store.Customer, in OneOffInput) (store.BillingEntity, error) {
	code, _ := in.BillingEntityCode.Get()
	if code == "" {
		return customer.BillingEntity, nil
	}
	entity, err := tx.BillingEntity(code)
	return entity, form.NotFound(err, "billing_entity")
}

// takeCurrency gives a customer without a currency that of the invoice, which is
// the billing entity's where the invoice names none.
func takeCurrency(tx *store.Tx, customer *store.Customer, in OneOffInput) error {
	if !form.Unfilled(customer.Currency) {
		return nil
	}
	currency := customer.BillingEntity.DefaultCurrency
	form.Assign(&currency, in.Currency)
	before := audit.Before(audit.Customer(*customer))
	customer.Currency = &currency
	if err := tx.UpdateCustomer(customer); err != nil {
		return err
	}
	return audit.Updated(tx, before, audit.Customer(*customer))
}

// addAddOns adds a line for each fee.
func (b *bill) addAddOns(fees []OneOffFee, addOns map[string]store.AddOn) error {
	sum := decimal.Zero
	for _, in := range fees {
		added, err := b.addOnLine(in, addOns[in.AddOnCode])
		if err != nil {
			return err
		}
		sum = sum.Add(decimal.NewFromInt(added.fee.AmountCents))
		b.lines = append(b.lines, added)
	}
	if sum.IsNegative() || money.Beyond(money.Cents(sum)) {
		return fault.Invalid("total_amount_cents", fault.CodeOutOfRange)
	}
	return nil
}

// addOnLine is the line of an add-on.
func (b *bill) addOnLine(in OneOffFee, addOn store.AddOn) (line, error) {
	unit, units := addOn.AmountCents, decimal.NewFromInt(1)
	form.Assign(&unit, in.UnitAmountCents)
	form.Assign(&units, in.Units)
	from, to, err := b.boundaries(in)
	if err != nil {
		return line{}, err
	}
	if money.Beyond(unit) {
		return line{}, fault.Invalid("unit_amount_cents", fault.CodeOutOfRange)
	}
	precise := decimal.NewFromInt(unit).Mul(units)
	if units.IsNegative() || !form.Representable(units) || money.Beyond(money.Cents(precise)) {
		return line{}, fault.Invalid("units", fault.CodeOutOfRange)
	}
	taxes, err := b.chosenTaxes(in, addOn)
	added := line{taxes: taxes, fee: store.Fee{
		ID: store.NewID(), CustomerID: b.invoice.CustomerID, FeeType: store.FeeAddOn, AddOnID: &addOn.ID,
		ItemID: addOn.ID, ItemCode: addOn.Code, ItemName: addOn.Name, ItemDescription: addOn.Description,
		InvoiceDisplayName: addOn.InvoiceDisplayName, Description: addOn.Description,
		Units: units, AmountCents: precise.Round(0).IntPart(), PreciseAmountCents: precise, AmountCurrency: b.invoice.Currency,
		UnitAmountCents: unit, PreciseUnitAmount: decimal.NewFromInt(unit).Shift(-iso.Exponent(b.invoice.Currency)),
		Invoiceable: true, From: &from, To: &to,
	}}
	form.AssignGiven(&added.fee.Description, in.Description)
	form.AssignGiven(&added.fee.InvoiceDisplayName, filled(in.InvoiceDisplayName))
	return added, err
}

// filled leaves out a text that is empty.
func filled(input form.Optional[string]) form.Optional[string] {
	if text, _ := input.Get(); strings.TrimSpace(text) == "" {
		return form.Optional[string]{}
	}
	return input
}

// boundaries are what time a fee is for: now where it does not say.
func (b *bill) boundaries(in OneOffFee) (from, to time.Time, err error) {
	if !form.Given(in.From) && !form.Given(in.To) {
		return b.tx.Now(), b.tx.Now(), nil
	}
	if !form.Given(in.From) || !form.Given(in.To) || in.From.MustGet().After(in.To.MustGet()) {
		return from, to, fault.Invalid("boundaries", "values_are_invalid")
	}
	return in.From.MustGet().UTC(), in.To.MustGet().UTC(), nil
}

// chosenTaxes are the taxes of a fee: those of the codes that exist, or else those
// of the add-on.
func (b *bill) chosenTaxes(in OneOffFee, addOn store.AddOn) ([]store.Tax, error) {
	codes, _ := in.TaxCodes.Get()
	if len(codes) > 0 {
		chosen, err := b.tx.TaxesByCode(form.Distinct(codes))
		if err != nil || len(chosen) > 0 {
			return chosen, err
		}
	}
	return b.invoice.Customer.TaxesOr(addOn.Taxes), nil
}
