package event

import (
	"encoding/json"
	"strings"

	"github.com/shopspring/decimal"
)

// The digits that an amount of money has at most: before the decimal point, and
// after it, to where it is rounded.
const (
	amountDigits = 25
	amountPlaces = 15
)

// Amount reads an amount, which a client may send as a number or as a text, and
// rounds it to 15 decimal places. Nil means that there is none: null, a blank
// text, an object or a list. Ok is false when it has more than 25 digits before
// the decimal point.
//
// Lago: what is no number counts as 0.
func Amount(value any) (amount *decimal.Decimal, ok bool) {
	var text string
	switch v := value.(type) {
	case string:
		if text = strings.TrimSpace(v); text == "" {
			return nil, true
		}
	case json.Number:
		text = v.String()
	case bool:
	default:
		return nil, true
	}
	number, isNumber := parse(text)
	if !isNumber {
		_, tooLarge := value.(json.Number)
		return zero(), !tooLarge
	}
	switch magnitude := number.NumDigits() + int(number.Exponent()); {
	case number.IsZero() || magnitude < -amountPlaces:
		return zero(), true
	case magnitude > amountDigits:
		return nil, false
	}
	number = number.Round(amountPlaces)
	return &number, true
}

func zero() *decimal.Decimal {
	number := decimal.Zero
	return &number
}
