package expression

import (
	"strings"

	"github.com/shopspring/decimal"
)

// operation is the arithmetic of an operator. Its result may be out of range;
// settle brings it back. The error is an *EvaluationError.
type operation func(left, right decimal.Decimal) (decimal.Decimal, error)

func add(left, right decimal.Decimal) (decimal.Decimal, error) {
	return left.Add(right), nil
}

func subtract(left, right decimal.Decimal) (decimal.Decimal, error) {
	return left.Sub(right), nil
}

func multiply(left, right decimal.Decimal) (decimal.Decimal, error) {
	return left.Mul(right), nil
}

// divide returns the quotient of two settled numbers. One that can be written
// exactly has as few decimal places as that takes, but not fewer than those of
// the dividend less those of the divisor (6.00 / 2 is 3.00). Any other has
// divisionDigits significant digits at least, rounded half away from zero,
// unless maxDecimalPlaces leaves room for fewer.
func divide(left, right decimal.Decimal) (decimal.Decimal, error) {
	if right.IsZero() {
		return decimal.Decimal{}, &EvaluationError{Reason: ReasonDivisionByZero}
	}
	// The first digit of the quotient stands at this place before the decimal
	// point, or at the next higher one.
	leading := integerDigits(left) - integerDigits(right)
	precision := min(max(divisionDigits-leading, decimalPlaces(left)), maxDecimalPlaces)
	quotient := left.DivRound(right, int32(precision))

	needed := decimalPlaces(quotient.Normalize())
	natural := decimalPlaces(left) - decimalPlaces(right)
	return quotient.Round(int32(max(needed, natural))), nil
}

// integerDigits returns how many digits a number has before its decimal point,
// below zero for the zeros after it: 1 for 2.5, 0 for 0.25, -1 for 0.025.
func integerDigits(number decimal.Decimal) int {
	return number.NumDigits() + int(number.Exponent())
}

// decimalPlaces returns how many digits a number has after its decimal point.
func decimalPlaces(number decimal.Decimal) int {
	return max(-int(number.Exponent()), 0)
}

// settle checks that a number is in range and gives it the form that all
// numbers of this package have: an exponent that is zero or negative. It never
// makes more digits than the limits allow. The error is an *EvaluationError.
func settle(number decimal.Decimal) (decimal.Decimal, error) {
	if number.IsZero() && number.Exponent() > 0 {
		return decimal.Zero, nil
	}
	if decimalPlaces(number) > maxDecimalPlaces || integerDigits(number) > maxIntegerDigits {
		return decimal.Decimal{}, &EvaluationError{Reason: ReasonNumberOutOfRange}
	}
	if number.Exponent() > 0 {
		return decimal.NewFromBigInt(number.BigInt(), 0), nil
	}
	return number, nil
}

// looksNumeric reports whether a text is a decimal number: an optional sign,
// digits with an optional point before, among or after them, and an optional
// exponent. Spaces, separators and names such as NaN make it a mere text.
func looksNumeric(text string) bool {
	rest := trimSign(text)
	whole := trimDigits(rest)
	digits := len(rest) - len(whole)
	if fraction, ok := strings.CutPrefix(whole, "."); ok {
		whole = trimDigits(fraction)
		digits += len(fraction) - len(whole)
	}
	if digits == 0 {
		return false
	}
	if whole == "" {
		return true
	}
	if whole[0] != 'e' && whole[0] != 'E' {
		return false
	}
	exponent := trimSign(whole[1:])
	return exponent != "" && trimDigits(exponent) == ""
}

// trimSign drops one sign at the start of a text.
func trimSign(text string) string {
	if text != "" && (text[0] == '+' || text[0] == '-') {
		return text[1:]
	}
	return text
}

// trimDigits drops the digits at the start of a text.
func trimDigits(text string) string {
	return strings.TrimLeft(text, "0123456789")
}

// parseNumber reads a text that looks numeric. The error is an
// *EvaluationError.
func parseNumber(text string) (decimal.Decimal, error) {
	outOfRange := &EvaluationError{Reason: ReasonNumberOutOfRange}
	if len(text) > maxNumberLength {
		return decimal.Decimal{}, outOfRange
	}
	number, err := decimal.NewFromString(text)
	if err != nil {
		// A text of this form fails on the size of its exponent alone.
		return decimal.Decimal{}, outOfRange
	}
	return settle(number)
}
