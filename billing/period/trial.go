package period

import (
	"time"

	"github.com/shopspring/decimal"
)

// longestTrial is the most days that a trial is reckoned with, a number of
// longestTrialDigits digits, so that the year of its end remains one of four.
const (
	longestTrial       = 1_000_000
	longestTrialDigits = 7
)

// TrialEnd returns the instant at which a trial ends, in UTC and whole
// microseconds. Days may have a fraction; each has 24 hours. They count from
// the first start in the whole chain of subscriptions with one external_id, so
// upgrades and re-creations do not begin a new trial.
//
// It is the zero time, which stands for "no trial" in the whole package, when
// days are not positive.
func TrialEnd(firstStartedAt time.Time, days decimal.Decimal) time.Time {
	if !days.IsPositive() {
		return time.Time{}
	}
	magnitude := days.NumDigits() + int(days.Exponent())
	switch {
	case magnitude > longestTrialDigits:
		days = decimal.NewFromInt(longestTrial)
	case magnitude < -PreciseScale:
		return firstStartedAt.UTC() // less than a microsecond
	}
	days = decimal.Min(days, decimal.NewFromInt(longestTrial))
	whole := days.Truncate(0)
	microseconds := days.Sub(whole).Mul(decimal.NewFromInt((24 * time.Hour).Microseconds())).Round(0)
	return firstStartedAt.UTC().
		AddDate(0, 0, int(whole.IntPart())).
		Add(time.Duration(microseconds.IntPart()) * time.Microsecond)
}

// InTrial reports whether a trial that ends at an instant, or none if that is
// zero, is running.
func InTrial(at, trialEndsAt time.Time) bool { return at.Before(trialEndsAt) }
