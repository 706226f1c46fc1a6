package invoice

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/money"
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
// they have, and draws on nothing. What no invoice can hold, its Sums tell.
func Regroup(fees []PaidFee) Result {
	var result Result
	lines := map[uuid.UUID]int{}
	for _, fee := range fees {
		result.FeesCents = money.Add(result.FeesCents, fee.AmountCents)
		result.TaxesCents = money.Add(result.TaxesCents, fee.TaxesCents)
		for _, paid := range fee.Taxes {
			at, known := lines[paid.Tax.ID]
			if !known {
				at = len(result.Taxes)
				lines[paid.Tax.ID] = at
				result.Taxes = append(result.Taxes, TaxLine{Tax: paid.Tax})
			}
			result.Taxes[at].Cents = money.Add(result.Taxes[at].Cents, paid.Cents)
			result.Taxes[at].FeesCents = money.Add(result.Taxes[at].FeesCents, fee.AmountCents)
		}
	}
	if result.FeesCents != 0 {
		result.TaxesRate = decimal.NewFromInt(result.TaxesCents).Shift(2).DivRound(decimal.NewFromInt(result.FeesCents), 2)
	}
	result.SubTotalExcludingTaxesCents = result.FeesCents
	result.SubTotalIncludingTaxesCents = money.Add(result.FeesCents, result.TaxesCents)
	result.TotalCents = result.SubTotalIncludingTaxesCents
	return result
}
