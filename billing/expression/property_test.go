package expression

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// modelDepth keeps the drawn numbers under divisionDigits digits, so that the
// quotients of the model are exact here too.
const modelDepth = 3

// A drawn tree, printed, parsed and evaluated, has the value or the error that
// the model computes for it.
func TestExpression_AgreesWithTheModel(t *testing.T) {
	t.Parallel()
	event := modelEvent()
	rapid.Check(t, func(t *rapid.T) {
		tree := drawTree(t, modelDepth)
		source := tree.print(t)

		parsed, err := Parse(source)
		require.NoError(t, err, source)
		value, err := parsed.Evaluate(event)

		want, failure := tree.value()
		if failure != nil {
			require.Equal(t, failure, err, source)
			return
		}
		require.NoError(t, err, source)
		require.Equal(t, want.wire(), value.String(), source)
		require.Equal(t, want.scaled(), value.scaled(), source)
	})
}

// Whatever a character is put in place of another, Parse returns an expression
// or a SyntaxError inside the source.
func TestParse_SurvivesMutations(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		source := []rune(drawTree(t, modelDepth).print(t))
		index := rapid.IntRange(0, len(source)-1).Draw(t, "index")
		source[index] = rapid.SampledFrom([]rune("0.'(),+-*/ _ae\té")).Draw(t, "character")
		requireParsesOrExplains(t, string(source))
	})
}

// requireParsesOrExplains checks what holds for every source, and returns the
// expression or nil.
func requireParsesOrExplains(t require.TestingT, source string) *Expression {
	parsed, err := Parse(source)
	if err == nil {
		require.NotNil(t, parsed)
		return parsed
	}
	require.Nil(t, parsed)
	var syntax *SyntaxError
	require.ErrorAs(t, err, &syntax)
	require.NotEmpty(t, syntax.Message)
	require.GreaterOrEqual(t, syntax.Position, 1)
	require.LessOrEqual(t, syntax.Position, len([]rune(source))+1)
	return nil
}

// The value of a long chain does not depend on the depth of its tree.
func TestExpression_LongChain(t *testing.T) {
	t.Parallel()
	parsed, err := Parse("1" + strings.Repeat("+1", 4000))
	require.NoError(t, err)
	value, err := parsed.Evaluate(Event{})
	require.NoError(t, err)
	require.Equal(t, "4001.0", value.String())
}
