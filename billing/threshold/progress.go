// Package threshold computes how far usage has come on its way from one usage
// threshold to the next. It knows no subscription, no invoice and no clock.
package threshold

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"
)

// Threshold is an amount of usage at which a subscription is billed early.
type Threshold struct {
	// AmountCents is in the smallest unit of the currency, and positive.
	AmountCents int64
	// Recurring thresholds are crossed again after every further amount, from
	// the largest one on that is not recurring.
	Recurring bool
}

// Progress is how far usage has come to an amount.
type Progress struct {
	// AmountCents is in the smallest unit of the currency.
	AmountCents int64
	// CompletionRatio is the part of the way from the amount before that is
	// done: 1 when the amount is reached.
	CompletionRatio decimal.Decimal
	// Reached says that usage has reached the amount.
	Reached bool
}

// ratioDigits is the precision of a ratio, which is a floating-point number in
// the contract.
const ratioDigits = 16

// maxRecurrences is how many reached amounts of a recurring threshold are told,
// the latest ones: a large usage and a small threshold would have no end.
const maxRecurrences = 1000

// ProgressOf tells of each threshold how far usage of totalCents, in the
// smallest unit of the currency and not negative, has come; neither is beyond
// what an amount can be. The thresholds that are not recurring come first,
// smallest first, then the recurring one. Where usage has reached all others,
// the recurring one is told as often as it was reached, and once more for what
// comes next.
//
// Lago: the amount that comes next is right only where twice the largest
// threshold that is not recurring is a multiple of the recurring one.
func ProgressOf(thresholds []Threshold, totalCents int64) []Progress {
	var fixed []int64
	recurring := int64(0)
	for _, threshold := range thresholds {
		if threshold.Recurring {
			recurring = threshold.AmountCents
		} else {
			fixed = append(fixed, threshold.AmountCents)
		}
	}
	slices.SortFunc(fixed, cmp.Compare)
	progress, last := make([]Progress, 0, len(fixed)+1), int64(0)
	for _, amount := range fixed {
		step := Progress{AmountCents: amount, Reached: amount <= totalCents}
		switch {
		case step.Reached:
			step.CompletionRatio = decimal.NewFromInt(1)
		case last <= totalCents:
			step.CompletionRatio = ratio(totalCents-last, amount-last)
		}
		progress, last = append(progress, step), amount
	}
	switch {
	case recurring <= 0:
		return progress
	case last > totalCents:
		return append(progress, Progress{AmountCents: last + recurring})
	}
	return append(progress, recurrences(last, recurring, totalCents)...)
}

// recurrences tells of a recurring threshold beyond the last other one, which
// usage has reached.
func recurrences(last, recurring, total int64) []Progress {
	count := (total - last) / recurring
	told := min(count, maxRecurrences)
	progress := make([]Progress, 0, told+1)
	for i := range told {
		progress = append(progress, Progress{
			AmountCents: last + (count-told+1+i)*recurring, CompletionRatio: decimal.NewFromInt(1), Reached: true,
		})
	}
	rest := (last + total) % recurring
	return append(progress, Progress{
		AmountCents: total - rest + recurring, CompletionRatio: ratio(rest, recurring),
	})
}

// ratio is the part that is done of a way.
func ratio(done, whole int64) decimal.Decimal {
	return decimal.NewFromInt(done).DivRound(decimal.NewFromInt(whole), ratioDigits)
}
