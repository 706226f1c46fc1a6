package expression

import (
	"strings"
	"sync"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// sampleEvent is the event of most cases.
func sampleEvent() Event {
	return Event{
		Code:      "storage",
		Timestamp: decimal.RequireFromString("1651240791.9"),
		Properties: map[string]string{
			"a":        "1",
			"b":        "2",
			"three":    "3",
			"value":    "2.4",
			"v":        "10.4",
			"u":        "2",
			"r":        "eu",
			"scaled":   "12.50",
			"exponent": "1.5e3",
			"small":    "25E-3",
			"signed":   "+.5",
			"pointed":  "7.",
			"padded":   "007",
			"spaced":   " 5",
			"flag":     "true",
			"empty":    "",
			"zero":     "0.00",
			"infinity": "Infinity",
			"hex":      "0x10",
		},
	}
}

func evaluate(t *testing.T, source string, event Event) (Value, error) {
	t.Helper()
	parsed, err := Parse(source)
	require.NoError(t, err)
	return parsed.Evaluate(event)
}

// valueCase is an expression with the wire form of its value for sampleEvent.
type valueCase struct{ rule, source, want string }

func runValueCases(t *testing.T, cases []valueCase) {
	t.Helper()
	for _, test := range cases {
		t.Run(test.rule, func(t *testing.T) {
			t.Parallel()
			value, err := evaluate(t, test.source, sampleEvent())
			require.NoError(t, err)
			require.Equal(t, test.want, value.String())
		})
	}
}

func TestEvaluate_TheDocumentedExamples(t *testing.T) {
	t.Parallel()
	runValueCases(t, []valueCase{
		{"properties add as numbers", "event.properties.a + event.properties.b", "3.0"},
		{"round to an integer", "round(event.properties.value)", "2.0"},
		{"round a product", "round(event.properties.v * event.properties.u)", "21.0"},
		{"round to digits", "round(12.345,2)", "12.35"},
		{"ceil to digits", "ceil(12.351,1)", "12.4"},
		{"floor to tens", "floor(123,-1)", "120.0"},
		{"unary minus binds tighter than a product", "-event.properties.three*2", "-6.0"},
		{"concat joins texts", "concat(event.properties.r,'-',event.code)", "eu-storage"},
		{"precedence", "2 + 3 * 4 - 6 / 2", "11.0"},
	})
}

func TestEvaluate_Arithmetic(t *testing.T) {
	t.Parallel()
	runValueCases(t, []valueCase{
		{"minus associates to the left", "10 - 3 - 2", "5.0"},
		{"division associates to the left", "100 / 5 / 2", "10.0"},
		{"product and quotient have one precedence", "100 / 5 * 2", "40.0"},
		{"parentheses come first", "(2 + 3) * 4", "20.0"},
		{"minus a minus", "1 - -1", "2.0"},
		{"minus of parentheses", "-(2 + 3)", "-5.0"},
		{"a tenth and two tenths are three tenths", "0.1 + 0.2", "0.3"},
		{"shortest form", "12.340", "12.34"},
		{"one fraction digit at least", "2.00", "2.0"},
		{"zeros before the point stay", "100 * 10", "1000.0"},
		{"zero has no sign", "round(-0.4)", "0.0"},
	})
}

func TestEvaluate_Variables(t *testing.T) {
	t.Parallel()
	runValueCases(t, []valueCase{
		{"code is a text", "event.code", "storage"},
		{"timestamp loses its fraction", "event.timestamp", "1651240791.0"},
		{"timestamp is a number", "event.timestamp - 1651240000", "791.0"},
		{"exponent", "event.properties.exponent", "1500.0"},
		{"negative exponent", "event.properties.small", "0.025"},
		{"sign and leading point", "event.properties.signed", "0.5"},
		{"trailing point", "event.properties.pointed", "7.0"},
		{"leading zeros", "event.properties.padded", "7.0"},
		{"space makes a text", "event.properties.spaced", " 5"},
		{"boolean is a text", "event.properties.flag", "true"},
		{"empty text", "event.properties.empty", ""},
		{"infinity is a text", "event.properties.infinity", "Infinity"},
		{"hexadecimal is a text", "event.properties.hex", "0x10"},
	})
}

func TestEvaluate_RoundingAndExtremes(t *testing.T) {
	t.Parallel()
	runValueCases(t, []valueCase{
		{"round half away from zero", "round(2.5)", "3.0"},
		{"round half away from zero, negative", "round(-2.5)", "-3.0"},
		{"round just below the half", "round(2.4999)", "2.0"},
		{"round to hundreds", "round(1250,-2)", "1300.0"},
		{"round to more than the number has", "round(49,-2)", "0.0"},
		{"round digits lose their fraction", "round(1.256, 1.9)", "1.3"},
		{"round negative digits lose their fraction", "round(1256, -1.9)", "1260.0"},
		{"round digits lose their fraction before their bound", "round(1.5, 4096.9)", "1.5"},
		{"round digits may be computed", "round(1.256, 3 - event.properties.a)", "1.26"},
		{"ceil", "ceil(1.001)", "2.0"},
		{"ceil of a negative", "ceil(-1.9)", "-1.0"},
		{"ceil to tens", "ceil(121,-1)", "130.0"},
		{"ceil of what is round", "ceil(120,-1)", "120.0"},
		{"floor", "floor(1.999)", "1.0"},
		{"floor of a negative", "floor(-1.1)", "-2.0"},
		{"floor to digits", "floor(1.999,2)", "1.99"},
		{"least", "least(3, 1, 2)", "1.0"},
		{"least of one", "Least(3)", "3.0"},
		{"greatest", "greatest(1, event.properties.three, 2)", "3.0"},
		{"greatest of negatives", "GREATEST(-3, -1)", "-1.0"},
	})
}

func TestEvaluate_Concat(t *testing.T) {
	t.Parallel()
	runValueCases(t, []valueCase{
		{"concat of one", "concat('a')", "a"},
		{"concat is a text even of digits", "concat(1, 2)", "12"},
		{"concat keeps the scale of a property", "concat(event.properties.scaled, '')", "12.50"},
		{"concat keeps the scale of a literal", "concat(1.0, 'x')", "1.0x"},
		{"concat writes no exponent", "concat(event.properties.exponent, '|', event.properties.small)", "1500|0.025"},
		{"concat of a sum", "concat(1.50 + 1)", "2.50"},
		{"concat of a product", "concat(1.5 * 1.0)", "1.50"},
		{"concat of a rounded number", "concat(round(12.3, 2), '/', round(12.3))", "12.30/12"},
		{"concat of a number rounded to tens", "concat(round(123, -1))", "120"},
		{"concat of a quotient", "concat(6.00 / 2, '/', 6 / 2, '/', 1 / 8, '/', 0 / 3)", "3.00/3/0.125/0"},
		{"concat of quotients that are round", "concat(1000 / 10, '/', 6 / 0.50)", "100/12"},
		{"concat of least keeps the first of equals", "concat(least(1.0, 1.00))", "1.0"},
		{"concat in concat", "Concat(CONCAT('a', 1), event.timestamp)", "a11651240791"},
		{"literal text keeps every character", "concat('(\t\"é\n,)')", "(\t\"é\n,)"},
		{"zero divided", "event.properties.zero / 3", "0.0"},
	})
}

func TestEvaluate_Errors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		rule, source string
		reason       Reason
		property     string
		message      string
	}{
		{"missing property", "event.properties.a + event.properties.nope", ReasonPropertyMissing, "nope", "Variable: nope not found"},
		{"missing property in a call", "concat('a', event.properties.nope)", ReasonPropertyMissing, "nope", "Variable: nope not found"},
		{"names are case-sensitive", "event.properties.A", ReasonPropertyMissing, "A", "Variable: A not found"},
		{"the left side is judged before the right", "event.code + event.properties.nope", ReasonNotNumber, "", "Expected a decimal"},
		{"text on the left", "event.properties.r * 2", ReasonNotNumber, "r", "Expected a decimal"},
		{"text on the right", "2 - event.properties.flag", ReasonNotNumber, "flag", "Expected a decimal"},
		{"empty text", "event.properties.empty / 2", ReasonNotNumber, "empty", "Expected a decimal"},
		{"literal text is never a number", "'1' + 1", ReasonNotNumber, "", "Expected a decimal"},
		{"concat is never a number", "concat(1) + 1", ReasonNotNumber, "", "Expected a decimal"},
		{"minus a text", "-event.code", ReasonNotNumber, "", "Expected a decimal"},
		{"round a text", "round('a')", ReasonNotNumber, "", "Expected a decimal"},
		{"digits are a text", "round(1, event.properties.r)", ReasonNotNumber, "r", "Expected a decimal"},
		{"least of a text first", "least('a', 1)", ReasonNotNumber, "", "Expected a decimal"},
		{"greatest of a text later", "greatest(1, event.code)", ReasonNotNumber, "", "Expected a decimal"},
		{"division by zero", "1 / 0", ReasonDivisionByZero, "", "Division by zero"},
		{"division by a zero property", "event.properties.a / event.properties.zero", ReasonDivisionByZero, "", "Division by zero"},
		{"zero by zero", "0 / (1 - 1)", ReasonDivisionByZero, "", "Division by zero"},
		{"too many digits", "round(1, 4097)", ReasonDigitsOutOfRange, "", "Digits out of range: between -4096 and 4096"},
		{"too few digits", "floor(1, -4097)", ReasonDigitsOutOfRange, "", "Digits out of range: between -4096 and 4096"},
		{"too many digits in a property", "ceil(1, event.properties.exponent * 10)", ReasonDigitsOutOfRange, "", "Digits out of range: between -4096 and 4096"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			t.Parallel()
			value, err := evaluate(t, test.source, sampleEvent())
			require.Equal(t, &EvaluationError{Reason: test.reason, Property: test.property}, err)
			require.EqualError(t, err, test.message)
			require.Equal(t, Value{}, value)
		})
	}
}

func TestEvaluate_NumberLimits(t *testing.T) {
	t.Parallel()
	const outOfRange = "Number out of range: at most 4096 digits before and 4096 after the decimal point"
	tests := []struct{ rule, source, x, want string }{
		{"greatest exponent", "event.properties.x / event.properties.x", "1e4095", ""},
		{"exponent too great", "event.properties.x", "1e4096", "Variable: x: " + outOfRange},
		{"smallest exponent", "event.properties.x / event.properties.x", "1e-4096", ""},
		{"exponent too small", "event.properties.x", "1e-4097", "Variable: x: " + outOfRange},
		{"exponent beyond 32 bits", "event.properties.x", "1e99999999999", "Variable: x: " + outOfRange},
		{"exponent beyond 64 bits", "concat(event.properties.x)", "-1E-99999999999999999999", "Variable: x: " + outOfRange},
		{"many digits", "event.properties.x", strings.Repeat("1", 1<<20), "Variable: x: " + outOfRange},
		{"many zeros", "event.properties.x", strings.Repeat("0", 1<<20), "Variable: x: " + outOfRange},
		{"product too great", "event.properties.x * event.properties.x", "1e2048", outOfRange},
		{"product too small", "event.properties.x * event.properties.x", "1e-2049", outOfRange},
		{"sum too great", "event.properties.x + event.properties.x", "9e4095", outOfRange},
		{"difference too great", "-event.properties.x - event.properties.x", "9e4095", outOfRange},
		{"quotient too great", "1 / event.properties.x / event.properties.x", "1e-2048", outOfRange},
		{"rounded too far up", "ceil(event.properties.x, -4096)", "1", outOfRange},
		{"zero times a great power of ten", "event.properties.x", "0e9999", ""},
		{"rounded far down", "floor(event.properties.x, -4096)", "1", ""},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			t.Parallel()
			_, err := evaluate(t, test.source, Event{Properties: map[string]string{"x": test.x}})
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, test.want)
			var failure *EvaluationError
			require.ErrorAs(t, err, &failure)
			require.Equal(t, ReasonNumberOutOfRange, failure.Reason)
		})
	}
}

func TestEvaluate_TimestampOutOfRange(t *testing.T) {
	t.Parallel()
	for _, exponent := range []int32{1 << 30, -(1 << 30)} {
		_, err := evaluate(t, "event.timestamp", Event{Timestamp: decimal.New(1, exponent)})
		require.Equal(t, &EvaluationError{Reason: ReasonNumberOutOfRange}, err)
	}
}

func TestEvaluate_ConcatIsBounded(t *testing.T) {
	t.Parallel()
	half := strings.Repeat("x", maxTextLength/2)
	event := Event{Properties: map[string]string{"half": half}}

	value, err := evaluate(t, "concat(event.properties.half, event.properties.half)", event)
	require.NoError(t, err)
	require.Len(t, value.String(), maxTextLength)

	_, err = evaluate(t, "concat(event.properties.half, event.properties.half, '!')", event)
	require.Equal(t, &EvaluationError{Reason: ReasonTextTooLong}, err)
	require.EqualError(t, err, "Text too long: at most 65536 bytes")
}

func TestEvaluate_EmptyEvent(t *testing.T) {
	t.Parallel()
	value, err := evaluate(t, "concat(event.code, event.timestamp)", Event{})
	require.NoError(t, err)
	require.Equal(t, "0", value.String())

	_, err = evaluate(t, "event.properties.a", Event{})
	require.Equal(t, &EvaluationError{Reason: ReasonPropertyMissing, Property: "a"}, err)
}

func TestEvaluate_ConcurrentlyOnOneExpression(t *testing.T) {
	t.Parallel()
	parsed, err := Parse("round(event.properties.v * event.properties.u / 3, 2)")
	require.NoError(t, err)
	var wait sync.WaitGroup
	results := make([]string, 8)
	for i := range results {
		wait.Go(func() {
			value, err := parsed.Evaluate(sampleEvent())
			if err == nil {
				results[i] = value.String()
			}
		})
	}
	wait.Wait()
	for _, result := range results {
		require.Equal(t, "6.93", result)
	}
}

func TestValue_Number(t *testing.T) {
	t.Parallel()
	number, err := evaluate(t, "1.50", Event{})
	require.NoError(t, err)
	amount, ok := number.Number()
	require.True(t, ok)
	require.True(t, amount.Equal(decimal.RequireFromString("1.5")))

	text, err := evaluate(t, "'1.50'", Event{})
	require.NoError(t, err)
	_, ok = text.Number()
	require.False(t, ok)
	require.Equal(t, "1.50", text.String())

	require.Empty(t, Value{}.String())
}
