package expression

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParse_AcceptsTheGrammar(t *testing.T) {
	t.Parallel()
	sources := []string{
		"1",
		"0012.50",
		"  1  +  2  ",
		"1+2",
		"1 - -1",
		"1--1",
		"-1",
		"- 1",
		"-(-1)",
		"-'text'",
		"((1))",
		"''",
		"'a \" \t\n é'",
		"event.code",
		"event.timestamp",
		"event.properties.a",
		"event.properties.A_9",
		"event.properties.a-event.properties.b",
		"event.properties.code",
		"round(1)",
		"round (1 , 2)",
		"ceil(1,-2)",
		"floor(1,event.properties.a)",
		"least(1)",
		"greatest(1,2,3,4)",
		"concat('a')",
		"CONCAT('a')", "CEIL(1)", "ROUND(1)", "FLOOR(1)", "LEAST(1)", "GREATEST(1)",
		"Concat('a')", "Ceil(1)", "Round(1)", "Floor(1)", "Least(1)", "Greatest(1)",
	}
	for _, source := range sources {
		t.Run(source, func(t *testing.T) {
			t.Parallel()
			parsed, err := Parse(source)
			require.NoError(t, err)
			require.NotNil(t, parsed)
		})
	}
}

// syntaxCase is a source that is wrong at a position, for a reason.
type syntaxCase struct {
	source   string
	position int
	message  string
}

func runSyntaxCases(t *testing.T, cases []syntaxCase) {
	t.Helper()
	for _, test := range cases {
		t.Run(test.source, func(t *testing.T) {
			t.Parallel()
			parsed, err := Parse(test.source)
			require.Nil(t, parsed)
			var syntax *SyntaxError
			require.ErrorAs(t, err, &syntax)
			require.Equal(t, test.message, syntax.Message)
			require.Equal(t, test.position, syntax.Position)
			require.Equal(t, fmt.Sprintf("character %d: %s", test.position, test.message), err.Error())
		})
	}
}

func TestParse_RefusesWrongStructure(t *testing.T) {
	t.Parallel()
	runSyntaxCases(t, []syntaxCase{
		{"", 1, `expected a value, found the end`},
		{"   ", 4, `expected a value, found the end`},
		{"1 +", 4, `expected a value, found the end`},
		{"+1", 1, `expected a value, found "+"`},
		{"*1", 1, `expected a value, found "*"`},
		{"--1", 2, `only one minus sign may stand before a value`},
		{"1---1", 4, `only one minus sign may stand before a value`},
		{"1 ** 2", 4, `expected a value, found "*"`},
		{"1 2", 3, `expected an operator or the end, found the number 2`},
		{"1 'a'", 3, `expected an operator or the end, found a text`},
		{"'é' 'a'", 5, `expected an operator or the end, found a text`},
		{"12abc", 3, `expected an operator or the end, found "abc"`},
		{"1e5", 2, `expected an operator or the end, found "e5"`},
		{"1)", 2, `expected an operator or the end, found ")"`},
		{"1,2", 2, `expected an operator or the end, found ","`},
		{"(1", 3, `expected an operator or ")", found the end`},
		{"(1,2)", 3, `expected an operator or ")", found ","`},
		{"()", 2, `expected a value, found ")"`},
	})
}

func TestParse_RefusesWrongTokens(t *testing.T) {
	t.Parallel()
	runSyntaxCases(t, []syntaxCase{
		{"1.", 3, `expected a digit after the decimal point`},
		{"1.x", 3, `expected a digit after the decimal point`},
		{".5", 1, `unexpected character '.'`},
		{"1.5.2", 4, `unexpected character '.'`},
		{"1 % 2", 3, `unexpected character '%'`},
		{"1 > 2", 3, `unexpected character '>'`},
		{"1 + é", 5, `unexpected character 'é'`},
		{"-?", 2, `unexpected character '?'`},
		{"round?", 6, `unexpected character '?'`},
		{"round(1,?", 9, `unexpected character '?'`},
		{"1\t+ 2", 2, `unexpected '\t': only spaces may stand between tokens`},
		{"1 +\n2", 4, `unexpected '\n': only spaces may stand between tokens`},
		{`"a"`, 1, `unexpected '"': texts stand in single quotes`},
		{"1 + 'a", 5, `the text that starts here has no closing quote`},
		{"'it''s'", 5, `expected an operator or the end, found a text`},
		{"'\xff'", 2, `invalid UTF-8`},
	})
}

func TestParse_RefusesWrongVariables(t *testing.T) {
	t.Parallel()
	runSyntaxCases(t, []syntaxCase{
		{"event", 1, `unknown variable or function "event"`},
		{"event.", 1, `unknown variable or function "event."`},
		{"event.codes", 1, `unknown variable or function "event.codes"`},
		{"event.code.x", 1, `unknown variable or function "event.code.x"`},
		{"event . code", 1, `unknown variable or function "event"`},
		{"event. code", 1, `unknown variable or function "event."`},
		{"Event.code", 1, `unknown variable or function "Event.code"`},
		{"event.properties", 1, `unknown variable or function "event.properties"`},
		{"1 + foo $", 5, `unknown variable or function "foo"`},
		{"event.properties.", 1, `"event.properties." is no property: a name is a letter, then letters, digits and underscores`},
		{"event.properties._a", 1, `"event.properties._a" is no property: a name is a letter, then letters, digits and underscores`},
		{"event.properties.1a", 1, `"event.properties.1a" is no property: a name is a letter, then letters, digits and underscores`},
		{"event.properties.a.b", 1, `"event.properties.a.b" is no property: a name is a letter, then letters, digits and underscores`},
		{"event.properties.aé", 19, `unexpected character 'é'`},
		{"1 + " + strings.Repeat("x", 50), 5, fmt.Sprintf("unknown variable or function %q", strings.Repeat("x", 40)+"…")},
	})
}

func TestParse_RefusesWrongCalls(t *testing.T) {
	t.Parallel()
	runSyntaxCases(t, []syntaxCase{
		{"rOUND(1)", 1, `unknown variable or function "rOUND"`},
		{"sum(1)", 1, `unknown variable or function "sum"`},
		{"round", 6, `expected "(", found the end`},
		{"round 1", 7, `expected "(", found the number 1`},
		{"round()", 7, `expected a value, found ")"`},
		{"concat()", 8, `expected a value, found ")"`},
		{"concat('a',)", 12, `expected a value, found ")"`},
		{"concat('a' 'b')", 12, `expected an operator, "," or ")", found a text`},
		{"concat('a'", 11, `expected an operator, "," or ")", found the end`},
		{"1 + round(1,2,3)", 5, `round takes at most 2 arguments, not 3`},
		{"Ceil(1,2,3,4)", 1, `Ceil takes at most 2 arguments, not 4`},
		{"FLOOR(1,2,3)", 1, `FLOOR takes at most 2 arguments, not 3`},
	})
}

// limitCase has the greatest source that a limit allows and one beyond it.
type limitCase struct{ name, allowed, refused, message string }

func runLimitCases(t *testing.T, cases []limitCase) {
	t.Helper()
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			allowed, err := Parse(test.allowed)
			require.NoError(t, err)
			_, err = allowed.Evaluate(Event{})
			require.NoError(t, err)

			_, err = Parse(test.refused)
			require.EqualError(t, err, test.message)
			var syntax *SyntaxError
			require.ErrorAs(t, err, &syntax)
		})
	}
}

func TestParse_LimitsLengthAndNesting(t *testing.T) {
	t.Parallel()
	nested := func(depth int) string {
		return strings.Repeat("(", depth) + "1" + strings.Repeat(")", depth)
	}
	calls := func(depth int) string {
		return strings.Repeat("round(", depth) + "1" + strings.Repeat(")", depth)
	}
	runLimitCases(t, []limitCase{
		{
			"source length",
			strings.Repeat("1+", maxSourceLength/2-1) + "11",
			strings.Repeat("1+", maxSourceLength/2) + "1",
			"character 1: the expression is longer than 8192 bytes",
		},
		{
			"nesting of parentheses",
			nested(maxNestingDepth),
			nested(maxNestingDepth + 1),
			"character 101: parentheses nest deeper than 100 levels",
		},
		{
			"nesting of calls",
			calls(maxNestingDepth),
			calls(maxNestingDepth + 1),
			"character 606: parentheses nest deeper than 100 levels",
		},
		{
			"nesting counts only what is open",
			strings.Repeat("(1)+", maxNestingDepth+1) + nested(maxNestingDepth),
			strings.Repeat("(1)+", maxNestingDepth+1) + nested(maxNestingDepth+1),
			"character 505: parentheses nest deeper than 100 levels",
		},
	})
}

func TestParse_LimitsNumbers(t *testing.T) {
	t.Parallel()
	runLimitCases(t, []limitCase{
		{
			"digits before the point",
			"-" + strings.Repeat("9", maxIntegerDigits),
			"-" + strings.Repeat("9", maxIntegerDigits+1),
			"character 2: Number out of range: at most 4096 digits before and 4096 after the decimal point",
		},
		{
			"digits after the point",
			"1 + 0." + strings.Repeat("9", maxDecimalPlaces),
			"1 + 0." + strings.Repeat("9", maxDecimalPlaces+1),
			"character 5: Number out of range: at most 4096 digits before and 4096 after the decimal point",
		},
	})
}
