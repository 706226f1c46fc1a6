package expression

import (
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestLooksNumeric(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"0": true, "12": true, "-12.5": true, "+1": true, ".5": true, "5.": true, "-.5": true,
		"1e3": true, "1E+3": true, "1.5e-3": true, ".5e1": true, "5.e1": true,
		"": false, ".": false, "-": false, "+": false, "e3": false, ".e3": false, "1e": false, "1e+": false,
		"1e1.5": false, "1.2.3": false, "--1": false, "1-": false, " 1": false, "1 ": false, "1,5": false,
		"1_000": false, "0x1": false, "NaN": false, "Infinity": false, "−1": false, "١": false,
	}
	for text, want := range tests {
		require.Equal(t, want, looksNumeric(text), "%q", text)
	}
}

// Every text that looks numeric is read, and as the number that it spells.
func TestParseNumber_AgreesWithRationals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[+-]?([0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,40})([eE][+-]?[0-9]{1,3})?`).Draw(t, "text")
		want, ok := new(big.Rat).SetString(text)
		require.True(t, ok)

		require.True(t, looksNumeric(text))
		number, err := parseNumber(text)
		require.NoError(t, err)
		require.Zero(t, number.Rat().Cmp(want))
		require.LessOrEqual(t, number.Exponent(), int32(0))
	})
}

// settled draws a number as operators see it.
func settled(t *rapid.T, label string) decimal.Decimal {
	coefficient := rapid.StringMatching(`-?[0-9]{1,60}`).Draw(t, label+" coefficient")
	places := rapid.Int32Range(0, 80).Draw(t, label+" places")
	value, ok := new(big.Int).SetString(coefficient, 10)
	require.True(t, ok)
	return decimal.NewFromBigInt(value, -places)
}

// A quotient differs from the true one by half a unit of its last place at
// most, and it has enough places.
func TestDivide_IsPrecise(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		left, right := settled(t, "left"), settled(t, "right")
		if right.IsZero() {
			_, err := divide(left, right)
			require.Equal(t, &EvaluationError{Reason: ReasonDivisionByZero}, err)
			return
		}
		quotient, err := divide(left, right)
		require.NoError(t, err)

		exact := new(big.Rat).Quo(left.Rat(), right.Rat())
		difference := new(big.Rat).Sub(quotient.Rat(), exact)
		if difference.Sign() == 0 {
			return
		}
		// |difference| <= |exact| * 10^-99 / 2: the relative error that 100
		// significant digits leave.
		bound := new(big.Rat).Mul(exact, decimal.New(5, -divisionDigits).Rat())
		require.LessOrEqual(t, difference.Abs(difference).Cmp(bound.Abs(bound)), 0,
			"%s / %s = %s", left, right, quotient)
	})
}

// A product divided by one of its factors is the other factor.
func TestDivide_UndoesMultiply(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		left, right := settled(t, "left"), settled(t, "right")
		if right.IsZero() {
			t.Skip("no quotient")
		}
		product, err := multiply(left, right)
		require.NoError(t, err)
		quotient, err := divide(product, right)
		require.NoError(t, err)
		require.True(t, quotient.Equal(left), "%s", quotient)
		require.Equal(t, left.Exponent(), quotient.Exponent(), "the natural scale")
	})
}

func TestDivide_Repeating(t *testing.T) {
	t.Parallel()
	tests := []struct{ rule, left, right, want string }{
		{"a third", "1", "3", "0." + strings.Repeat("3", 100)},
		{"two thirds round up", "2", "3", "0." + strings.Repeat("6", 99) + "7"},
		{"away from zero", "-2", "3", "-0." + strings.Repeat("6", 99) + "7"},
		{"zeros after the point are not significant", "0.001", "3", "0.000" + strings.Repeat("3", 100)},
		{"a long dividend loses no digit", "0." + strings.Repeat("7", 150), "1", "0." + strings.Repeat("7", 150)},
		{"a great quotient keeps its integer part", "1e120", "3", strings.Repeat("3", 120)},
		{"the smallest quotient keeps what fits", "1e-4000", "3", "0." + strings.Repeat("0", 4000) + strings.Repeat("3", 96)},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			t.Parallel()
			left, err := parseNumber(test.left)
			require.NoError(t, err)
			right, err := parseNumber(test.right)
			require.NoError(t, err)
			quotient, err := divide(left, right)
			require.NoError(t, err)
			require.Equal(t, test.want, quotient.StringFixed(int32(decimalPlaces(quotient))))
		})
	}
}
