package engine

import (
	"tarn/audit"
	"tarn/billing/vat"
	"tarn/form"
	"tarn/store"
)

// generateEUTaxes gives the organization all taxes that the EU's rules choose
// from, when an input switches them on for a billing entity. Taxes that have
// such a code already stay as they are; deleted ones come back, because nobody
// could add them again.
func generateEUTaxes(tx *store.Tx, input form.Optional[bool]) error {
	if on, err := input.Get(); err != nil || !on {
		return nil //nolint:nilerr // absent, null or false: nothing is switched on
	}
	for _, known := range vat.Taxes() {
		tax := store.Tax{
			ID: store.NewID(), Code: known.Code, Name: known.Name, Description: &known.Description, Rate: known.Rate,
		}
		added, err := tx.EnsureTax(&tax)
		if err != nil {
			return err
		}
		if !added {
			continue
		}
		if err := audit.Created(tx, audit.Tax(tax)); err != nil {
			return err
		}
	}
	return nil
}

// customerTaxCodes are the codes of the taxes that a customer shall have, after
// an input named some and the EU's rules added theirs. Absent, the customer's
// taxes stay. The customer is given as it was, and as it is with the input.
//
// Lago: the code that the rules choose joins those of the request, which
// replace all that the customer has: where the request names none, it is the
// only one left.
func customerTaxCodes(before, after store.Customer, named form.Optional[[]string]) form.Optional[[]string] {
	if code, chosen := customerEUTaxCode(before, after); chosen {
		codes, _ := named.Get() // absent and null: none are named
		named.Set(append(append([]string{}, codes...), code))
		return named
	}
	if form.Given(named) || !movesBillingEntity(before, after) || !hasEUTax(before.Taxes) {
		return named
	}
	// Lago: another billing entity takes the customer's EU taxes away, also
	// where it has no such taxes itself.
	kept := []string{}
	for _, tax := range before.Taxes {
		if !vat.IsCode(tax.Code) {
			kept = append(kept, tax.Code)
		}
	}
	named.Set(kept)
	return named
}

// customerEUTaxCode is the tax that the EU's rules choose for a customer. It
// reports false where they choose none now: the billing entity does not follow
// them, or the customer has such a tax and nothing changed that they look at.
func customerEUTaxCode(before, after store.Customer) (string, bool) {
	entity := after.BillingEntity
	if !entity.EUTaxManagement {
		return "", false
	}
	unchanged := form.Equal(before.TaxIdentificationNumber, after.TaxIdentificationNumber) &&
		form.Equal(before.Address.Zipcode, after.Address.Zipcode) && form.Equal(before.Address.Country, after.Address.Country)
	if unchanged && hasEUTax(before.Taxes) && !movesBillingEntity(before, after) {
		return "", false
	}
	return vat.Parties{
		SellerCountry: orEmpty(entity.Address.Country), Country: orEmpty(after.Address.Country),
		Zipcode: orEmpty(after.Address.Zipcode), TaxNumber: orEmpty(after.TaxIdentificationNumber),
	}.TaxCode(), true
}

// movesBillingEntity reports whether a customer that was there gets another
// billing entity.
func movesBillingEntity(before, after store.Customer) bool {
	return !before.CreatedAt.IsZero() && before.BillingEntityID != after.BillingEntityID
}

func hasEUTax(taxes []store.Tax) bool {
	for _, tax := range taxes {
		if vat.IsCode(tax.Code) {
			return true
		}
	}
	return false
}

// orEmpty is a text that may be missing, empty where it is.
func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
