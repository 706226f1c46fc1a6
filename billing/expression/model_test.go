package expression

import (
	"math/big"
	"strconv"
	"strings"

	"pgregory.net/rapid"
)

// The model is a second, independent implementation of the language: trees
// that print themselves and compute their value with big.Rat. The property
// tests compare it with the parser and the evaluator.

// modelValue is a text, or a rational number with its decimal places.
type modelValue struct {
	text   string
	number *big.Rat
	places int
}

// scaled is the value as concat joins it.
func (v modelValue) scaled() string {
	if v.number == nil {
		return v.text
	}
	return v.number.FloatString(v.places)
}

// wire is the value as a result is written.
func (v modelValue) wire() string {
	if v.number == nil {
		return v.text
	}
	whole, fraction, _ := strings.Cut(v.number.FloatString(v.places), ".")
	fraction = strings.TrimRight(fraction, "0")
	if fraction == "" {
		fraction = "0"
	}
	return whole + "." + fraction
}

// modelTree is an expression. The strength of a tree says where it needs
// parentheses: 1 sum, 2 product, 3 minus sign, 4 primary.
type modelTree struct {
	tokens   func(print func(child *modelTree, minimum int) []string) []string
	value    func() (modelValue, *EvaluationError)
	strength int
	property string
}

// number evaluates a tree that has to be a number.
func (m *modelTree) number() (modelValue, *EvaluationError) {
	value, failure := m.value()
	if failure == nil && value.number == nil {
		failure = &EvaluationError{Reason: ReasonNotNumber, Property: m.property}
	}
	return value, failure
}

// print writes a tree with drawn spaces, and with drawn parentheses beside the
// needed ones.
func (m *modelTree) print(t *rapid.T) string {
	var tokens func(child *modelTree, minimum int) []string
	tokens = func(child *modelTree, minimum int) []string {
		inner := child.tokens(tokens)
		if child.strength < minimum || rapid.IntRange(0, 9).Draw(t, "parentheses") == 0 {
			return append(append([]string{"("}, inner...), ")")
		}
		return inner
	}
	var source strings.Builder
	for _, token := range tokens(m, 1) {
		source.WriteString(strings.Repeat(" ", rapid.IntRange(0, 2).Draw(t, "spaces")))
		source.WriteString(token)
	}
	return source.String()
}

// modelEvent is the event that drawn trees refer to.
func modelEvent() Event {
	event := sampleEvent()
	event.Properties = map[string]string{"n": "12.50", "m": "-3", "e": "1e2", "word": "eu"}
	return event
}

func drawTree(t *rapid.T, depth int) *modelTree {
	if depth == 0 {
		return drawLeaf(t)
	}
	switch rapid.IntRange(0, 9).Draw(t, "shape") {
	case 0, 1, 2, 3:
		return drawOperation(t, depth)
	case 4:
		return negationTree(drawTree(t, depth-1))
	case 5, 6:
		return drawRounding(t, depth)
	case 7:
		return drawExtreme(t, depth)
	case 8:
		return drawConcat(t, depth)
	default:
		return drawLeaf(t)
	}
}

// leafTree is a tree of one token.
func leafTree(token string, value modelValue) *modelTree {
	return &modelTree{
		tokens:   func(func(*modelTree, int) []string) []string { return []string{token} },
		value:    func() (modelValue, *EvaluationError) { return value, nil },
		strength: 4,
	}
}

func numberTree(literal string) *modelTree {
	number, ok := new(big.Rat).SetString(literal)
	if !ok {
		panic("no number: " + literal)
	}
	_, fraction, _ := strings.Cut(literal, ".")
	return leafTree(literal, modelValue{number: number, places: len(fraction)})
}

func drawLeaf(t *rapid.T) *modelTree {
	property := func(name string, value modelValue) *modelTree {
		leaf := leafTree("event.properties."+name, value)
		leaf.property = name
		return leaf
	}
	switch rapid.IntRange(0, 19).Draw(t, "leaf") {
	case 0:
		return leafTree("event.code", modelValue{text: "storage"})
	case 1:
		return leafTree("event.timestamp", modelValue{number: big.NewRat(1651240791, 1)})
	case 2, 3:
		return property("n", modelValue{number: big.NewRat(25, 2), places: 2})
	case 4, 5:
		return property("m", modelValue{number: big.NewRat(-3, 1)})
	case 6:
		return property("e", modelValue{number: big.NewRat(100, 1)})
	case 7:
		return property("word", modelValue{text: "eu"})
	case 8:
		text := rapid.StringMatching(`[^']{0,5}`).Draw(t, "text")
		return leafTree("'"+text+"'", modelValue{text: text})
	case 9:
		missing := property("missing", modelValue{})
		missing.value = func() (modelValue, *EvaluationError) {
			return modelValue{}, &EvaluationError{Reason: ReasonPropertyMissing, Property: "missing"}
		}
		return missing
	default:
		return numberTree(rapid.StringMatching(`[0-9]{1,3}(\.[0-9]{1,3})?`).Draw(t, "number"))
	}
}

func negationTree(operand *modelTree) *modelTree {
	return &modelTree{
		tokens: func(print func(*modelTree, int) []string) []string {
			return append([]string{"-"}, print(operand, 4)...)
		},
		value: func() (modelValue, *EvaluationError) {
			value, failure := operand.number()
			if failure != nil {
				return modelValue{}, failure
			}
			return modelValue{number: new(big.Rat).Neg(value.number), places: value.places}, nil
		},
		strength: 3,
	}
}

func drawOperation(t *rapid.T, depth int) *modelTree {
	symbol := rapid.SampledFrom([]string{"+", "-", "*", "/"}).Draw(t, "operator")
	left := drawTree(t, depth-1)
	var right *modelTree
	if symbol == "/" {
		// Divisors that leave an exact quotient, and zero.
		divisor := rapid.SampledFrom([]string{"2", "4", "0.5", "1.25", "10", "8.00", "0"}).Draw(t, "divisor")
		right = numberTree(divisor)
	} else {
		right = drawTree(t, depth-1)
	}
	strength := 1
	if symbol == "*" || symbol == "/" {
		strength = 2
	}
	return &modelTree{
		tokens: func(print func(*modelTree, int) []string) []string {
			return append(append(print(left, strength), symbol), print(right, strength+1)...)
		},
		value: func() (modelValue, *EvaluationError) {
			a, failure := left.number()
			if failure != nil {
				return modelValue{}, failure
			}
			b, failure := right.number()
			if failure != nil {
				return modelValue{}, failure
			}
			return modelArithmetic(symbol, a, b)
		},
		strength: strength,
	}
}

func modelArithmetic(symbol string, a, b modelValue) (modelValue, *EvaluationError) {
	result := new(big.Rat)
	switch symbol {
	case "+":
		return modelValue{number: result.Add(a.number, b.number), places: max(a.places, b.places)}, nil
	case "-":
		return modelValue{number: result.Sub(a.number, b.number), places: max(a.places, b.places)}, nil
	case "*":
		return modelValue{number: result.Mul(a.number, b.number), places: a.places + b.places}, nil
	}
	if b.number.Sign() == 0 {
		return modelValue{}, &EvaluationError{Reason: ReasonDivisionByZero}
	}
	result.Quo(a.number, b.number)
	needed, exact := result.FloatPrec()
	if !exact {
		panic("a divisor of the model leaves no exact quotient")
	}
	return modelValue{number: result, places: max(needed, a.places-b.places)}, nil
}

// drawName draws one of the three spellings of a function.
func drawName(t *rapid.T, name string) string {
	return rapid.SampledFrom([]string{
		name, strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:],
	}).Draw(t, "spelling")
}

// callTree is a call whose value is computed elsewhere.
func callTree(name string, arguments []*modelTree, value func() (modelValue, *EvaluationError)) *modelTree {
	return &modelTree{
		tokens: func(print func(*modelTree, int) []string) []string {
			tokens := []string{name, "("}
			for i, argument := range arguments {
				if i > 0 {
					tokens = append(tokens, ",")
				}
				tokens = append(tokens, print(argument, 1)...)
			}
			return append(tokens, ")")
		},
		value:    value,
		strength: 4,
	}
}

func drawRounding(t *rapid.T, depth int) *modelTree {
	name := rapid.SampledFrom([]string{"round", "ceil", "floor"}).Draw(t, "function")
	arguments := []*modelTree{drawTree(t, depth-1)}
	places := 0
	if rapid.Bool().Draw(t, "with digits") {
		places = rapid.IntRange(-3, 5).Draw(t, "digits")
		digits := numberTree(strconv.Itoa(max(places, -places)))
		if places < 0 {
			digits = negationTree(digits)
		}
		arguments = append(arguments, digits)
	}
	return callTree(drawName(t, name), arguments, func() (modelValue, *EvaluationError) {
		value, failure := arguments[0].number()
		if failure != nil {
			return modelValue{}, failure
		}
		return modelValue{number: modelRound(name, value.number, places), places: max(places, 0)}, nil
	})
}

// modelRound rounds through the floor of a fraction: ceil(x) = -floor(-x), and
// half away from zero is floor(|x| + 1/2) with the sign of x.
func modelRound(name string, number *big.Rat, places int) *big.Rat {
	unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(places, -places))), nil))
	if places > 0 {
		unit.Inv(unit)
	}
	floor := func(x *big.Rat) *big.Rat {
		return new(big.Rat).SetInt(new(big.Int).Div(x.Num(), x.Denom()))
	}
	units := new(big.Rat).Quo(number, unit)
	switch name {
	case "floor":
		units = floor(units)
	case "ceil":
		units.Neg(floor(new(big.Rat).Neg(units)))
	default:
		rounded := floor(new(big.Rat).Add(new(big.Rat).Abs(units), big.NewRat(1, 2)))
		if units.Sign() < 0 {
			rounded.Neg(rounded)
		}
		units = rounded
	}
	return units.Mul(units, unit)
}

func drawExtreme(t *rapid.T, depth int) *modelTree {
	name := rapid.SampledFrom([]string{"least", "greatest"}).Draw(t, "function")
	arguments := drawArguments(t, depth)
	return callTree(drawName(t, name), arguments, func() (modelValue, *EvaluationError) {
		var best modelValue
		for _, argument := range arguments {
			value, failure := argument.number()
			if failure != nil {
				return modelValue{}, failure
			}
			order := 0
			if best.number != nil {
				order = value.number.Cmp(best.number)
			}
			if best.number == nil || name == "least" && order < 0 || name == "greatest" && order > 0 {
				best = value
			}
		}
		return best, nil
	})
}

func drawConcat(t *rapid.T, depth int) *modelTree {
	arguments := drawArguments(t, depth)
	return callTree(drawName(t, "concat"), arguments, func() (modelValue, *EvaluationError) {
		joined := ""
		for _, argument := range arguments {
			value, failure := argument.value()
			if failure != nil {
				return modelValue{}, failure
			}
			joined += value.scaled()
		}
		return modelValue{text: joined}, nil
	})
}

func drawArguments(t *rapid.T, depth int) []*modelTree {
	arguments := make([]*modelTree, rapid.IntRange(1, 3).Draw(t, "arguments"))
	for i := range arguments {
		arguments[i] = drawTree(t, depth-1)
	}
	return arguments
}
