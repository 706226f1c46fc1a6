package engine

import (
	"tarn/audit"
	"tarn/billing/money"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// AddOnInput is what a client says of an add-on. On creation, what is absent
// counts as empty; on update it stays as it is.
type AddOnInput struct {
	Name               form.Optional[string]
	Code               form.Optional[string]
	InvoiceDisplayName form.Optional[string]
	Description        form.Optional[string]
	// AmountCents is the price in the smallest unit of the currency.
	AmountCents    form.Optional[int64]
	AmountCurrency form.Optional[string]
	// TaxCodes are all taxes of the add-on; null counts as absent.
	TaxCodes form.Optional[[]string]
}

// CreateAddOn adds an add-on. It refuses missing names, codes and currencies,
// a code that is taken and a price that is not positive with a Validation
// fault, and unknown taxes with a NotFound fault.
func CreateAddOn(tx *store.Tx, in AddOnInput) (store.AddOn, error) {
	addOn := store.AddOn{ID: store.NewID()}
	if err := setAddOn(tx, &addOn, in); err != nil {
		return addOn, err
	}
	if err := tx.InsertAddOn(&addOn); err != nil {
		return addOn, form.Taken(err, "code")
	}
	if err := replaceAddOnTaxes(tx, &addOn, in.TaxCodes); err != nil {
		return addOn, err
	}
	return addOn, audit.Created(tx, audit.AddOn(addOn))
}

// UpdateAddOn changes an add-on under the rules of its creation. Every field
// may change at any time.
func UpdateAddOn(tx *store.Tx, code string, in AddOnInput) (store.AddOn, error) {
	addOn, err := tx.AddOnForUpdate(code)
	if err != nil {
		return addOn, form.NotFound(err, "add_on")
	}
	before := audit.Before(audit.AddOn(addOn))
	if err := setAddOn(tx, &addOn, in); err != nil {
		return addOn, err
	}
	if err := tx.UpdateAddOn(&addOn); err != nil {
		return addOn, form.Taken(err, "code")
	}
	if err := replaceAddOnTaxes(tx, &addOn, in.TaxCodes); err != nil {
		return addOn, err
	}
	return addOn, audit.Updated(tx, before, audit.AddOn(addOn))
}

// DeleteAddOn hides an add-on and the fixed charges for it on all plans; its
// code is free again. The answer and the activity show it as it last was.
func DeleteAddOn(tx *store.Tx, code string) (store.AddOn, error) {
	addOn, err := tx.AddOnForUpdate(code)
	if err != nil {
		return addOn, form.NotFound(err, "add_on")
	}
	if err := tx.DeleteAddOn(&addOn); err != nil {
		return addOn, err
	}
	if err := tx.DeleteFixedChargesOfAddOn(addOn.ID); err != nil {
		return addOn, err
	}
	return addOn, audit.Deleted(tx, audit.AddOn(addOn))
}

// setAddOn puts the input into the row and checks the rules.
func setAddOn(tx *store.Tx, addOn *store.AddOn, in AddOnInput) error {
	form.AssignText(&addOn.Name, in.Name)
	form.AssignText(&addOn.Code, in.Code)
	form.AssignText(&addOn.AmountCurrency, in.AmountCurrency)
	form.Assign(&addOn.AmountCents, in.AmountCents)
	form.AssignNullable(&addOn.InvoiceDisplayName, in.InvoiceDisplayName)
	form.AssignNullable(&addOn.Description, in.Description)
	details := fault.Details{}
	if form.Blank(addOn.Name) {
		details.Add("name", fault.CodeMandatory)
	}
	if form.Blank(addOn.Code) {
		details.Add("code", fault.CodeMandatory)
	} else if taken, err := tx.AddOnCodeTaken(addOn.Code, addOn.ID); err != nil {
		return err
	} else if taken {
		details.Add("code", fault.CodeAlreadyExist)
	}
	switch {
	case in.AmountCents.IsNull() || addOn.CreatedAt.IsZero() && !in.AmountCents.IsSpecified():
		// Lago: two numeric rules apply to the price, and both report.
		details.Add("amount_cents", fault.CodeNotANumber, fault.CodeNotANumber)
	case addOn.AmountCents <= 0, money.Beyond(addOn.AmountCents):
		details.Add("amount_cents", fault.CodeOutOfRange)
	}
	if form.Blank(addOn.AmountCurrency) {
		details.Add("amount_currency", fault.CodeInvalid)
	}
	return details.Err()
}

// replaceAddOnTaxes makes the named taxes the add-on's; absent leaves them as
// they are.
func replaceAddOnTaxes(tx *store.Tx, addOn *store.AddOn, input form.Optional[[]string]) error {
	if !form.Given(input) {
		return nil
	}
	taxes, err := taxesOfCodes(tx, input.MustGet())
	if err != nil {
		return err
	}
	return tx.SetAddOnTaxes(addOn, taxes)
}
