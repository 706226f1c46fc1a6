package threshold_test

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/threshold"
)

// marks are values at which an alert tells; step is the one that recurs, none when
// it is empty.
func marks(t require.TestingT, step string, values ...string) []threshold.Mark {
	var list []threshold.Mark
	for _, value := range values {
		list = append(list, threshold.Mark{Value: number(t, value)})
	}
	if step != "" {
		list = append(list, threshold.Mark{Value: number(t, step), Recurring: true})
	}
	return list
}

func number(t require.TestingT, text string) decimal.Decimal {
	value, err := decimal.NewFromString(text)
	require.NoError(t, err)
	return value
}

// told are the values of crossings.
func told(crossed []threshold.Crossing) []string {
	var values []string
	for _, each := range crossed {
		values = append(values, each.Value.String())
	}
	return values
}

// The worked numbers of the facts: credits 6.3 and billing 12.
func TestCrossings(t *testing.T) {
	t.Parallel()
	const rising, falling = threshold.Rising, threshold.Falling
	for name, c := range map[string]struct {
		step              string
		marks             []string
		direction         threshold.Direction
		previous, current string
		want              []string
	}{
		"some and those that recur":             {"100", []string{"10", "30", "50"}, rising, "33", "351", []string{"50", "150", "250", "350"}},
		"recurring alone":                       {"1000", nil, rising, "0", "3500", []string{"1000", "2000", "3000"}},
		"beyond the last":                       {"1000", []string{"1500", "3000"}, rising, "3500", "5500", []string{"4000", "5000"}},
		"below the smallest":                    {"35", []string{"10", "20"}, rising, "4", "5", nil},
		"both":                                  {"35", []string{"10", "20"}, rising, "4", "22", []string{"10", "20"}},
		"both and five more":                    {"35", []string{"10", "20"}, rising, "4", "161", []string{"10", "20", "55", "90", "125", "160"}},
		"from a step on (Lago)":                 {"35", []string{"10", "20"}, rising, "55", "90", []string{"55", "90"}},
		"exactly reached":                       {"", []string{"10"}, rising, "9", "10", []string{"10"}},
		"on it before":                          {"", []string{"10"}, rising, "10", "11", nil},
		"back again":                            {"1", []string{"10"}, rising, "30", "9", nil},
		"not moved":                             {"10", nil, rising, "30", "30", nil},
		"in their own order":                    {"", []string{"30", "10", "20"}, rising, "0", "25", []string{"10", "20"}},
		"stored out of order":                   {"", []string{"20", "10"}, rising, "0", "25", []string{"20", "10"}},
		"fractions":                             {"0.1", nil, rising, "0.05", "0.35", []string{"0.1", "0.2", "0.3"}},
		"below zero":                            {"5", []string{"-10"}, rising, "-20", "0", []string{"-10", "-5", "0"}},
		"falling, and further":                  {"100", []string{"200", "500", "800"}, falling, "600", "-100", []string{"200", "500", "-100", "0", "100"}},
		"falling":                               {"", []string{"8000", "5000"}, falling, "9000", "7000", []string{"8000"}},
		"falling, above the largest":            {"10", []string{"50"}, falling, "90", "60", nil},
		"falling, exactly there":                {"", []string{"50"}, falling, "60", "50", []string{"50"}},
		"falling, on it before":                 {"", []string{"50"}, falling, "50", "40", nil},
		"falling, but risen":                    {"", []string{"50"}, falling, "40", "60", nil},
		"falling, recurring alone: below zero":  {"100", nil, falling, "50", "-250", []string{"-200", "-100"}},
		"falling, from a step on (Lago)":        {"100", []string{"200"}, falling, "100", "0", []string{"0", "100"}},
		"falling, nothing below zero to be had": {"100", nil, falling, "550", "50", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			crossed := threshold.Crossings(marks(t, c.step, c.marks...), c.direction, number(t, c.previous), number(t, c.current))
			assert.Equal(t, c.want, told(crossed))
		})
	}
}

// TestCrossings_NameTheirMarks: the one that recurs may stand anywhere, and the
// first of several counts.
func TestCrossings_NameTheirMarks(t *testing.T) {
	t.Parallel()
	list := []threshold.Mark{
		{Value: number(t, "5"), Recurring: true}, {Value: number(t, "10")}, {Value: number(t, "1"), Recurring: true},
	}
	crossed := threshold.Crossings(list, threshold.Rising, number(t, "0"), number(t, "21"))
	require.Len(t, crossed, 3)
	assert.Equal(t, []int{1, 0, 0}, []int{crossed[0].Mark, crossed[1].Mark, crossed[2].Mark})
	assert.Equal(t, []string{"10", "15", "20"}, told(crossed))
	list[0].Value = decimal.Zero
	assert.Len(t, threshold.Crossings(list, threshold.Rising, number(t, "0"), number(t, "21")), 1)
}

// TestCrossings_AreOnlySoMany: a small step and a great value would have no end.
func TestCrossings_AreOnlySoMany(t *testing.T) {
	t.Parallel()
	crossed := threshold.Crossings(marks(t, "0.00001"), threshold.Rising, number(t, "0"), number(t, "1e25"))
	require.Len(t, crossed, 1000)
	assert.True(t, crossed[999].Value.Equal(number(t, "1e25")))
	crossed = threshold.Crossings(marks(t, "0.00001"), threshold.Falling, number(t, "0"), number(t, "-1e25"))
	require.Len(t, crossed, 1000)
	assert.True(t, crossed[0].Value.Equal(number(t, "-1e25")))
}

// TestCrossings_AreThoseOfTheDefinition holds them against a walk over all whole
// numbers.
func TestCrossings_AreThoseOfTheDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.Int64Range(-30, 30)
		values := rapid.SliceOfN(whole, 0, 4).Draw(t, "marks")
		step := rapid.Int64Range(1, 12).Draw(t, "step")
		direction := rapid.SampledFrom([]threshold.Direction{threshold.Rising, threshold.Falling}).Draw(t, "direction")
		previous, current := whole.Draw(t, "previous"), whole.Draw(t, "current")
		list := []threshold.Mark{{Value: decimal.NewFromInt(step), Recurring: true}}
		for _, value := range values {
			list = append(list, threshold.Mark{Value: decimal.NewFromInt(value)})
		}
		var got []int64
		for _, each := range threshold.Crossings(list, direction, decimal.NewFromInt(previous), decimal.NewFromInt(current)) {
			got = append(got, each.Value.IntPart())
		}
		require.Equal(t, walked(values, step, direction == threshold.Falling, previous, current), got)
	})
}

// walked are the crossings, found by trying every number on the way.
func walked(values []int64, step int64, falls bool, previous, current int64) []int64 {
	sign := int64(1)
	if falls {
		sign = -1
	}
	from, to := sign*previous, sign*current
	base := int64(0)
	nearest, farthest := int64(-1<<40), int64(-1<<40)
	for i, value := range values {
		if i == 0 || sign*value < nearest {
			nearest = sign * value
		}
		farthest = max(farthest, sign*value)
	}
	if len(values) > 0 {
		base = farthest
	}
	if to <= from || len(values) > 0 && to < nearest {
		return nil
	}
	var crossed, recurring []int64
	for _, value := range values {
		if sign*value > from && sign*value <= to {
			crossed = append(crossed, value)
		}
	}
	for at := max(from, base+step); at <= to; at++ {
		if (at-base)%step == 0 {
			recurring = append(recurring, sign*at)
		}
	}
	slices.Sort(recurring)
	return append(crossed, recurring...)
}

// TestCrossings_OfParts are those of the whole way, where no part begins on a step.
func TestCrossings_OfParts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		way := rapid.SliceOfNDistinct(rapid.Int64Range(0, 400), 3, 3, rapid.ID[int64]).Draw(t, "way")
		slices.Sort(way)
		list := marks(t, "7", "0.5") // steps lie at halves, so no whole number is on one
		at := func(i int) decimal.Decimal { return decimal.NewFromInt(way[i]) }
		parts := append(told(threshold.Crossings(list, threshold.Rising, at(0), at(1))), told(threshold.Crossings(list, threshold.Rising, at(1), at(2)))...)
		require.Equal(t, told(threshold.Crossings(list, threshold.Rising, at(0), at(2))), parts)
	})
}
