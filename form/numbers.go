package form

import (
	"math"

	"github.com/shopspring/decimal"

	"tarn/billing/money"
	"tarn/fault"
)

// maxDigits is how many digits a number may have on either side of the point.
const maxDigits = 300

// Representable reports whether answers can show a number.
//
// Lago: rates have no bounds, but they are floating-point numbers in answers.
func Representable(number decimal.Decimal) bool {
	return number.Exponent() >= -maxDigits && number.NumDigits()+int(number.Exponent()) <= maxDigits
}

// FitsColumn reports whether an integer can be kept: the databases hold 32
// bits.
func FitsColumn(number int) bool { return number >= math.MinInt32 && number <= math.MaxInt32 }

// CheckSums returns a Validation fault where one of some sums in minor units is more than
// an amount can be.
func CheckSums(sums ...int64) error {
	if money.Beyond(sums...) {
		return fault.Invalid("amount_cents", fault.CodeOutOfRange)
	}
	return nil
}

// CheckDays refuses negative numbers of days, and those that no column holds.
func CheckDays(details fault.Details, field string, days *int) {
	if days != nil && (*days < 0 || !FitsColumn(*days)) {
		details.Add(field, fault.CodeOutOfRange)
	}
}
