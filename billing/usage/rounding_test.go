package usage

import (
	"fmt"
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestRounding(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		units              string
		precision          int
		round, ceil, floor string
	}{
		{"12.345", 2, "12.35", "12.35", "12.34"},
		{"-12.345", 2, "-12.35", "-12.34", "-12.35"},
		{"12.345", 0, "12", "13", "12"},
		{"1234.5", -2, "1200", "1300", "1200"},
		{"-1234.5", -2, "-1200", "-1200", "-1300"},
		{"49.9", -2, "0", "100", "0"},
		{"0.5", 0, "1", "1", "0"},
		{"12.345", 5, "12.345", "12.345", "12.345"},
		{"12", 0, "12", "12", "12"},
		{"1e3", -2, "1000", "1000", "1000"},
		{"12.345", math.MaxInt, "12.345", "12.345", "12.345"},
		{"12.345", math.MinInt, "0", decimal.New(1, maxRoundingPrecision).String(), "0"},
	} {
		units := decimal.RequireFromString(c.units)
		for function, want := range map[RoundingFunction]string{
			RoundingRound: c.round, RoundingCeil: c.ceil, RoundingFloor: c.floor, RoundingNone: units.String(), "unknown": units.String(),
		} {
			t.Run(fmt.Sprint(c.units, " ", c.precision, " ", function), func(t *testing.T) {
				t.Parallel()
				require.Equal(t, want, Rounding{Function: function, Precision: c.precision}.Apply(units).String())
			})
		}
	}
}

// Rounded down is at most the number and rounded up at least, less than one
// step apart, and rounding is one of the two. Rounding again changes nothing.
func TestRounding_Properties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		units := decimal.New(rapid.Int64().Draw(t, "digits"), int32(rapid.IntRange(-20, 5).Draw(t, "exponent")))
		precision := rapid.IntRange(-22, 22).Draw(t, "precision")
		apply := func(function RoundingFunction, units decimal.Decimal) decimal.Decimal {
			return Rounding{Function: function, Precision: precision}.Apply(units)
		}
		floor, round, ceil := apply(RoundingFloor, units), apply(RoundingRound, units), apply(RoundingCeil, units)
		require.True(t, floor.LessThanOrEqual(units) && units.LessThanOrEqual(ceil), "%s %s", floor, ceil)
		require.True(t, ceil.Sub(floor).LessThanOrEqual(decimal.New(1, int32(-precision))))
		require.True(t, round.Equal(floor) || round.Equal(ceil))
		for _, function := range []RoundingFunction{RoundingFloor, RoundingRound, RoundingCeil} {
			rounded := apply(function, units)
			require.True(t, apply(function, rounded).Equal(rounded))
		}
	})
}
