package expression

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// seeds are sources that together reach every part of the language.
func seeds() []string {
	return []string{
		"",
		"1 + 2 * 3 - 4 / 5",
		"-(1.50 - -2)",
		"event.properties.a + event.properties.b",
		"round(event.properties.a * 10.4, -1)",
		"Ceil(12.351,1) + FLOOR(event.timestamp / 60)",
		"least(event.properties.a, 3) / greatest(1, event.properties.b)",
		"concat(event.properties.a, '-', event.code, event.timestamp)",
		"round(1,2,3)",
		"((((1))))",
		"'unterminated",
		"1\t+\n2",
		"'é' + ю",
		strings.Repeat("event.properties.a*", 20) + "1",
	}
}

// FuzzParse looks for sources that break the parser, or its indifference to
// the spaces around an expression, or that still parse when they are cut short.
func FuzzParse(f *testing.F) {
	for _, source := range seeds() {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		parsed := requireParsesOrExplains(t, source)
		if len(source) > maxSourceLength-4 {
			return
		}
		_, err := Parse("  " + source + "  ")
		require.Equal(t, parsed != nil, err == nil, "with spaces: %v", err)

		if parsed == nil {
			return
		}
		_, err = Parse("(" + source)
		require.Error(t, err, "with an open parenthesis")
		_, err = Parse(source + "*")
		require.Error(t, err, "with an open operation")
	})
}

// FuzzEvaluate looks for sources and events that break the evaluator, and for
// values that are not what they print.
func FuzzEvaluate(f *testing.F) {
	for _, source := range seeds() {
		f.Add(source, "storage", int64(1651240791), int32(0), "12.50", "3")
		f.Add(source, "", int64(-1), int32(1<<30), "-1e4000", "1E-4000")
		f.Add(source, "0", int64(5), int32(-1), "text", "0.000")
	}
	f.Fuzz(func(t *testing.T, source, code string, seconds int64, exponent int32, a, b string) {
		parsed := requireParsesOrExplains(t, source)
		if parsed == nil {
			return
		}
		event := Event{
			Code:       code,
			Timestamp:  decimal.New(seconds, exponent),
			Properties: map[string]string{"a": a, "b": b},
		}
		value, err := parsed.Evaluate(event)
		if err != nil {
			requireExplains(t, err)
			return
		}
		requireReadsBack(t, value)

		again, err := parsed.Evaluate(event)
		require.NoError(t, err)
		require.Equal(t, value.scaled(), again.scaled(), "an evaluation leaves no trace")
	})
}

// requireExplains checks what holds for every failure of an evaluation.
func requireExplains(t require.TestingT, err error) {
	var failure *EvaluationError
	require.ErrorAs(t, err, &failure)
	require.NotContains(t, failure.Error(), "Evaluation failed", "every reason has words")
	if failure.Reason == ReasonPropertyMissing {
		require.NotEmpty(t, failure.Property)
	}
}

// requireReadsBack checks that a number is in its one wire form, which reads
// as the same number, and that it is within the limits.
func requireReadsBack(t require.TestingT, value Value) {
	number, ok := value.Number()
	if !ok {
		return
	}
	printed := value.String()
	require.Regexp(t, `^-?(0|[1-9][0-9]*)\.([0-9]|[0-9]*[1-9])$`, printed)
	require.NotEqual(t, "-0.0", printed)
	require.LessOrEqual(t, len(printed), maxNumberLength)

	back, err := decimal.NewFromString(printed)
	require.NoError(t, err)
	require.True(t, back.Equal(number))
}
