package invoice

import (
	"github.com/shopspring/decimal"

	"tarn/billing/period"
)

// Commitment is the least amount that a subscription brings in a period.
type Commitment struct {
	// AmountCents is the amount of a whole period.
	AmountCents int64
	// Days are those of the period in which the subscription ran, Of all days of
	// the period.
	Days, Of int
	// BilledCents is what the fees of the period bring, before coupons.
	BilledCents int64
}

// TrueUp returns what is missing of the commitment; zero where nothing is.
func (c Commitment) TrueUp() period.Amount {
	missing := period.Prorate(decimal.NewFromInt(c.AmountCents), c.Days, c.Of).Sub(decimal.NewFromInt(c.BilledCents))
	if !missing.IsPositive() {
		return period.Amount{Days: c.Days, Of: c.Of}
	}
	return period.Amount{Cents: missing.Round(0).IntPart(), Precise: missing, Days: c.Days, Of: c.Of}
}
