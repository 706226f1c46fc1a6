package invoice

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/charge"
)

// PaidFee is a fee that was paid by itself, with its taxes.
type PaidFee struct {
	AmountCents int64
	Taxes       []PaidTax
	TaxesCents  int64
}

// PaidTax is a tax of a fee that was paid by itself.
type PaidTax struct {
	Tax   Tax
	Cents int64
}

// Regroup makes an invoice of fees that were paid one by one: it adds up what
// they have, and draws on nothing.
func Regroup(fees []PaidFee) Result {
	var result Result
	lines := map[uuid.UUID]int{}
	for _, fee := range fees {
		result.FeesCents = charge.AddCents(result.FeesCents, fee.AmountCents)
		result.TaxesCents = charge.AddCents(result.TaxesCents, fee.TaxesCents)
		for _, paid := range fee.Taxes {
			at, known := lines[paid.Tax.ID]
			if !known {
				at = len(result.Taxes)
				lines[paid.Tax.ID] = at
				result.Taxes = append(result.Taxes, TaxLine{Tax: paid.Tax})
			}
			result.Taxes[at].Cents = charge.AddCents(result.Taxes[at].Cents, paid.Cents)
			result.Taxes[at].FeesCents = charge.AddCents(result.Taxes[at].FeesCents, fee.AmountCents)
		}
	}
	if result.FeesCents != 0 {
		result.TaxesRate = decimal.NewFromInt(result.TaxesCents).Shift(2).DivRound(decimal.NewFromInt(result.FeesCents), 2)
	}
	result.SubTotalExcludingTaxesCents = result.FeesCents
	result.SubTotalIncludingTaxesCents = charge.AddCents(result.FeesCents, result.TaxesCents)
	result.TotalCents = result.SubTotalIncludingTaxesCents
	return result
}
