package expression

import (
	"strings"

	"github.com/shopspring/decimal"
)

// unlimited is the maximum of a function that takes any number of arguments.
const unlimited = 0

// function is a named operation of the language. Every function takes at least
// one argument: the grammar knows no empty argument list.
type function struct {
	name    string
	maximum int
	apply   func(event *Event, arguments []node) (Value, error)
}

// functions is the table of all functions; it never changes.
var functions = [...]function{
	{name: "concat", maximum: unlimited, apply: concat},
	{name: "round", maximum: 2, apply: rounding(decimal.Decimal.Round)},
	{name: "ceil", maximum: 2, apply: rounding(decimal.Decimal.RoundCeil)},
	{name: "floor", maximum: 2, apply: rounding(decimal.Decimal.RoundFloor)},
	{name: "least", maximum: unlimited, apply: extreme(decimal.Decimal.LessThan)},
	{name: "greatest", maximum: unlimited, apply: extreme(decimal.Decimal.GreaterThan)},
}

// lookupFunction finds a function by its name in lower case, in UPPER CASE or
// Capitalized; no other mixture of cases is a name.
func lookupFunction(name string) (*function, bool) {
	for i := range functions {
		lower := functions[i].name
		if !strings.EqualFold(name, lower) {
			continue
		}
		upper := strings.ToUpper(lower)
		if name == lower || name == upper || name == upper[:1]+lower[1:] {
			return &functions[i], true
		}
	}
	return nil, false
}

// concat joins its arguments. Numbers keep the decimal places that they have.
func concat(event *Event, arguments []node) (Value, error) {
	var joined strings.Builder
	for _, argument := range arguments {
		value, err := argument.evaluate(event)
		if err != nil {
			return Value{}, err
		}
		part := value.scaled()
		if len(part) > maxTextLength-joined.Len() {
			return Value{}, &EvaluationError{Reason: ReasonTextTooLong}
		}
		joined.WriteString(part)
	}
	return textValue(joined.String()), nil
}

// rounding makes a function that brings its first argument to the number of
// decimal places in its second, or to an integer without one. A negative
// number of places rounds to tens, hundreds and so on.
func rounding(round func(number decimal.Decimal, places int32) decimal.Decimal) func(*Event, []node) (Value, error) {
	return func(event *Event, arguments []node) (Value, error) {
		number, err := evaluateNumber(arguments[0], event)
		if err != nil {
			return Value{}, err
		}
		places := int32(0)
		if len(arguments) > 1 {
			places, err = evaluatePlaces(arguments[1], event)
			if err != nil {
				return Value{}, err
			}
		}
		return settledValue(round(number, places))
	}
}

// evaluatePlaces reads the digits argument of a rounding function, dropping
// its fraction.
func evaluatePlaces(argument node, event *Event) (int32, error) {
	digits, err := evaluateNumber(argument, event)
	if err != nil {
		return 0, err
	}
	digits = digits.Truncate(0)
	if digits.Abs().GreaterThan(decimal.NewFromInt(maxDecimalPlaces)) {
		return 0, &EvaluationError{Reason: ReasonDigitsOutOfRange, Property: propertyName(argument)}
	}
	return int32(digits.IntPart()), nil
}

// extreme makes a function that picks the first argument which no other one
// surpasses.
func extreme(surpasses func(a, b decimal.Decimal) bool) func(*Event, []node) (Value, error) {
	return func(event *Event, arguments []node) (Value, error) {
		best, err := evaluateNumber(arguments[0], event)
		if err != nil {
			return Value{}, err
		}
		for _, argument := range arguments[1:] {
			candidate, err := evaluateNumber(argument, event)
			if err != nil {
				return Value{}, err
			}
			if surpasses(candidate, best) {
				best = candidate
			}
		}
		return numberValue(best), nil
	}
}
