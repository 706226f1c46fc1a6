package event

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// MaxNumberLength is how many characters a number has at most when it is
// written without an exponent. It lets in every number of 64-bit floating
// point, and is far below what databases and their indexes take.
const MaxNumberLength = 500

// Number is the number that a property counts as in aggregations: a JSON
// number, or a text of an optional minus sign, digits, and optionally a point
// with more digits. False for anything else, and for texts of more than
// MaxNumberLength characters.
//
// Lago: "+5", ".5", "5.", "1e3" and " 5" are mere texts, and true is no number.
func Number(value any) (decimal.Decimal, bool) {
	var text string
	switch v := value.(type) {
	case string:
		text = v
	case json.Number:
		written, ok := Digits(v)
		if !ok {
			return decimal.Decimal{}, false
		}
		text = written
	}
	if !plain(text) || len(text) > MaxNumberLength {
		return decimal.Decimal{}, false
	}
	number, err := decimal.NewFromString(text)
	return number, err == nil
}

// plain reports whether a text is a number without exponent and plus sign.
func plain(text string) bool {
	text = strings.TrimPrefix(text, "-")
	whole, fraction, pointed := strings.Cut(text, ".")
	return digits(whole) && (!pointed || digits(fraction))
}

// digits reports whether a text consists of digits, of one at least.
func digits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// Digits writes a JSON number without an exponent, with the decimal places that
// it was given, and zero without a sign: 1e3 is 1000, 1.50e1 is 15.0. False
// when that takes more than MaxNumberLength characters, or when the number is
// larger than those of 64-bit floating point, which few clients could read.
func Digits(number json.Number) (string, bool) {
	text := string(number)
	if strings.ContainsAny(text, "eE") {
		value, ok := parse(text)
		if !ok || !moderate(value) {
			return "", false
		}
		text = value.StringFixed(max(-value.Exponent(), 0))
	}
	if strings.HasPrefix(text, "-") && strings.Trim(text, "-0.") == "" {
		text = text[1:]
	}
	if len(text) < minFloatDigits {
		return text, true
	}
	_, err := strconv.ParseFloat(text, 64)
	return text, err == nil && len(text) <= MaxNumberLength
}

// minFloatDigits is how many characters the largest numbers of 64-bit floating
// point have at least.
const minFloatDigits = 309

// moderate reports whether computing with a number costs little.
func moderate(number decimal.Decimal) bool {
	return number.NumDigits()+int(number.Exponent()) <= MaxNumberLength && int(number.Exponent()) >= -2*MaxNumberLength
}

// parse reads a decimal with or without an exponent. Its digits are as many as
// the text has, but its exponent may be anything.
func parse(text string) (decimal.Decimal, bool) {
	if text == "" || len(text) > 2*MaxNumberLength || strings.Trim(text, "0123456789+-.eE") != "" {
		return decimal.Decimal{}, false
	}
	value, err := decimal.NewFromString(text)
	return value, err == nil
}
