package revenue

import (
	"github.com/shopspring/decimal"

	"tarn/billing/period"
)

// weeksOfMonth are the weeks that a month is reckoned to have: 4.33.
//
//nolint:gochecknoglobals // a constant
var weeksOfMonth = decimal.New(433, -2)

// Recurring adds up the fees of one currency by month. Its zero value has none.
type Recurring struct {
	shares map[Month]decimal.Decimal
	weekly map[Month]average
}

// average is a sum, and of how many numbers.
type average struct {
	sum   decimal.Decimal
	count int64
}

// Add adds fees that differ in nothing but their amounts: the fee has the sum of
// these, and count says how many there are.
func (r *Recurring) Add(fee Fee, count int64) {
	if r.shares == nil {
		r.shares, r.weekly = map[Month]decimal.Decimal{}, map[Month]average{}
	}
	if fee.Interval == period.IntervalWeekly {
		month := MonthOf(fee.Issued)
		known := r.weekly[month]
		r.weekly[month] = average{sum: known.sum.Add(fee.Cents), count: known.count + count}
		return
	}
	for _, share := range fee.Spread() {
		r.shares[share.Month] = r.shares[share.Month].Add(share.Cents)
	}
}

// In returns the revenue of a month. It reports false where the month has none:
// no fee was spread over it.
//
// Lago: of what is billed by the week, a month has the average of all fees, times
// 4.33, whoever owes them.
func (r *Recurring) In(month Month) (cents decimal.Decimal, found bool) {
	cents, found = r.shares[month]
	weekly := r.weekly[month]
	if weekly.count == 0 {
		return cents, found
	}
	weeks := weekly.sum.Mul(weeksOfMonth).DivRound(decimal.NewFromInt(weekly.count), Places)
	return cents.Add(weeks), true
}
