package wire

import (
	"tarn/gen"
	"tarn/store"
)

// AddOn is an add-on as its endpoints show it.
func AddOn(row store.AddOn) gen.AddOnObject {
	taxes := Each(row.Taxes, AppliedTax)
	return gen.AddOnObject{
		LagoID:             row.ID,
		Name:               row.Name,
		InvoiceDisplayName: optional(row.InvoiceDisplayName),
		Code:               row.Code,
		AmountCents:        int(row.AmountCents),
		AmountCurrency:     gen.Currency(row.AmountCurrency),
		Description:        optional(row.Description),
		CreatedAt:          instant(row.CreatedAt),
		Taxes:              &taxes,
	}
}
