package charge

import (
	"strings"

	"github.com/shopspring/decimal"
)

// The limits of numbers that come with usage. Amounts are made of these and of
// the numbers in properties, so they keep the arithmetic cheap too.
const (
	// maxUsageDigits is how many digits a number keeps before its decimal
	// point. A greater one counts as the greatest of that length.
	maxUsageDigits = 128
	// maxUsagePlaces is how many digits it keeps after it.
	maxUsagePlaces = 128
)

const (
	// divisionPlaces is how many decimal places a quotient has at most that
	// cannot be written exactly. It is far beyond what is ever shown.
	divisionPlaces = 64
	// precisePlaces is how many decimal places of amounts are kept and shown.
	precisePlaces = 15
)

// FormatDecimal writes a decimal as the contract does in strings: plain
// notation, no trailing zeros, at least one fraction digit.
func FormatDecimal(d decimal.Decimal) string {
	text := d.String()
	if strings.Contains(text, ".") {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// Decimal is a decimal that is JSON as the contract writes decimals: a string
// such as "12.0".
type Decimal struct{ decimal.Decimal }

// MarshalJSON writes the decimal as a string. It has no error.
func (d Decimal) MarshalJSON() ([]byte, error) {
	return []byte(`"` + FormatDecimal(d.Decimal) + `"`), nil
}

// sub returns the difference of two decimals.
func (d Decimal) sub(other Decimal) Decimal {
	return Decimal{d.Sub(other.Decimal)}
}

// bounded returns a number within the limits of usage: cut to the greatest one
// or rounded to maxUsagePlaces. It makes no long number to find that out.
func bounded(number decimal.Decimal) decimal.Decimal {
	if number.IsZero() {
		return decimal.Zero
	}
	exponent := int64(number.Exponent())
	if exponent >= -maxUsagePlaces && exponent <= 0 && number.Coefficient().BitLen() < maxUsageDigits {
		return number // as nearly all are; the rest takes counting digits
	}
	switch digits := int64(number.NumDigits()) + exponent; {
	case digits > maxUsageDigits:
		greatest := decimal.New(1, maxUsageDigits).Sub(decimal.New(1, 0))
		return greatest.Mul(decimal.NewFromInt(int64(number.Sign())))
	case digits < -maxUsagePlaces:
		return decimal.Zero
	case exponent < -maxUsagePlaces:
		return number.Round(maxUsagePlaces)
	default:
		return number
	}
}

// longest reports whether a number may be one that was cut to the limits of usage.
func longest(number decimal.Decimal) bool {
	return number.NumDigits()+int(number.Exponent()) >= maxUsageDigits
}

// quotient divides, with divisionPlaces decimal places. By zero or less it
// makes zero: there are no units to spread an amount over.
func quotient(dividend, divisor decimal.Decimal) decimal.Decimal {
	if divisor.Sign() <= 0 {
		return decimal.Zero
	}
	return dividend.DivRound(divisor, divisionPlaces)
}

// percent returns so many percent of a number.
func percent(rate, of decimal.Decimal) decimal.Decimal {
	return of.Mul(rate).Shift(-2)
}

// integer makes a decimal of an integer.
func integer(n int64) decimal.Decimal { return decimal.NewFromInt(n) }

// positive returns a number, or zero for a negative one.
func positive(number decimal.Decimal) decimal.Decimal {
	return decimal.Max(number, decimal.Zero)
}

// amountOf returns an amount among properties, zero when there is none.
func amountOf(value any) decimal.Decimal {
	amount, ok := readAmount(value)
	if !ok {
		return decimal.Zero
	}
	return amount
}
