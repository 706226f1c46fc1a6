package charge

import (
	"encoding/json"
	"regexp"

	"github.com/shopspring/decimal"
)

// The limits of numbers in properties. They are far above what prices need,
// and keep the arithmetic with any accepted value cheap.
const (
	// maxNumberLength is the length, in bytes, of the longest text that is
	// read as a number.
	maxNumberLength = 160
	// maxIntegerDigits is how many digits a number may have before its
	// decimal point.
	maxIntegerDigits = 64
	// maxDecimalPlaces is how many digits a number may have after it.
	maxDecimalPlaces = 64
)

// numberForm is a decimal number: no space, separator or name such as NaN.
var numberForm = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// parseNumber reads a decimal number. It reports false for another text, and
// for a number beyond the limits.
func parseNumber(text string) (decimal.Decimal, bool) {
	if len(text) > maxNumberLength || !numberForm.MatchString(text) {
		return decimal.Decimal{}, false
	}
	number, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Decimal{}, false // the exponent alone is beyond all limits
	}
	exponent := int(number.Exponent())
	if number.NumDigits()+exponent > maxIntegerDigits || -exponent > maxDecimalPlaces {
		return decimal.Decimal{}, false
	}
	return number, true
}

// readAmount reads an amount: a JSON string that holds a decimal number of
// zero or more. It is in units of the currency, or in percent for a rate. A
// JSON number is no amount.
func readAmount(value any) (decimal.Decimal, bool) {
	text, isText := value.(string)
	if !isText {
		return decimal.Decimal{}, false
	}
	number, ok := parseNumber(text)
	return number, ok && !number.IsNegative()
}

// readNumber reads a JSON number.
func readNumber(value any) (decimal.Decimal, bool) {
	text, isNumber := value.(json.Number)
	if !isNumber {
		return decimal.Decimal{}, false
	}
	return parseNumber(text.String())
}

// readInteger reads a JSON number that is an integer of 64 bits; 10.0 is one.
func readInteger(value any) (int64, bool) {
	number, ok := readNumber(value)
	if !ok || !number.IsInteger() || !number.BigInt().IsInt64() {
		return 0, false
	}
	return number.IntPart(), true
}

// plainNumber writes a JSON number in its shortest form without an exponent,
// so that it is kept alike by every database and fits the contract's integers:
// 1e1 and 10.0 become 10.
func plainNumber(value any, _ Context) any {
	number, ok := readNumber(value)
	if !ok {
		return value
	}
	return json.Number(number.String())
}
