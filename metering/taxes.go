package metering

import (
	"github.com/shopspring/decimal"

	"tarn/store"
)

// ratesOf are the rates of taxes, in percent.
func ratesOf(taxes []store.Tax) []decimal.Decimal {
	rates := make([]decimal.Decimal, len(taxes))
	for i, row := range taxes {
		rates[i] = row.Rate
	}
	return rates
}
