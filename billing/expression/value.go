package expression

import "github.com/shopspring/decimal"

// Value is the result of an expression: a number or a text. The zero Value is
// the empty text.
type Value struct {
	text    string
	number  decimal.Decimal
	numeric bool
}

// textValue makes a text.
func textValue(text string) Value {
	return Value{text: text}
}

// numberValue makes a number of a decimal that is settled.
func numberValue(number decimal.Decimal) Value {
	return Value{number: number, numeric: true}
}

// settledValue makes a number of any decimal. The error is an
// *EvaluationError when it is out of range.
func settledValue(number decimal.Decimal) (Value, error) {
	settled, err := settle(number)
	if err != nil {
		return Value{}, err
	}
	return numberValue(settled), nil
}

// Number returns the value as a decimal, and false when it is a text.
func (v Value) Number() (decimal.Decimal, bool) {
	return v.number, v.numeric
}

// String returns a text as it is, and a number in its shortest plain form with
// one fraction digit at least and no exponent: "2.0", "12.34".
//
// Lago: this form is what an event's property receives and what the answer of
// evaluate_expression carries, as a JSON string for numbers too.
func (v Value) String() string {
	if !v.numeric {
		return v.text
	}
	shortest := decimalPlaces(v.number.Normalize())
	return v.number.StringFixed(int32(max(shortest, 1)))
}

// scaled returns a text as it is, and a number with just the decimal places
// that it has: "12.50", "2".
func (v Value) scaled() string {
	if !v.numeric {
		return v.text
	}
	return v.number.StringFixed(int32(decimalPlaces(v.number)))
}
