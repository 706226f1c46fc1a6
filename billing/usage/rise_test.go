package usage

import (
	"testing"
	"unicode"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawValues draws values of a sum, one at least.
func drawValues(t *rapid.T, lowest int) []decimal.Decimal {
	values := []decimal.Decimal{}
	for _, value := range rapid.SliceOfN(rapid.IntRange(lowest, 9), 1, 20).Draw(t, "values") {
		values = append(values, decimal.NewFromInt(int64(value)))
	}
	return values
}

// requireSame compares states whose decimals may differ in form.
func requireSame(t require.TestingT, want, found Advance) {
	require.Equal(t, want.Begun, found.Begun)
	require.Equal(t, want.Current.String(), found.Current.String(), "current")
	require.Equal(t, want.Max.String(), found.Max.String(), "peak")
}

// The levels of a sum decide its state, whatever they begin with.
func TestPeak_OfLevels(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := drawValues(t, -9)
		var state Advance
		level := decimal.Zero
		peak := Peak{First: values[0], Highest: values[0]}
		for _, value := range values {
			state.AddValue(value)
			level = level.Add(value)
			peak.Highest = decimal.Max(peak.Highest, level)
			if peak.Next == nil && level.GreaterThan(peak.First) {
				next := level
				peak.Next = &next
			}
		}
		rises := NewRises(inAdvance(metric(AggregationSum)))
		rises.AddTuple(nil, Rise{Begun: true, Falls: true, Units: level})
		require.True(t, rises.Fall())
		cells := []Cell{{}}
		rises.Attach(cells)
		require.Equal(t, Advance{}, cells[0].Advance, "what falls has no rise")
		rises.AttachPeak(cells, peak)
		requireSame(t, state, cells[0].Advance)
	})
}

func TestPeak_Charged(t *testing.T) {
	t.Parallel()
	d := decimal.NewFromInt
	next := d(-2)
	for name, c := range map[string]struct {
		peak Peak
		want int64
	}{
		"rises":                              {Peak{First: d(3), Next: &next, Highest: d(7)}, 7},
		"stays below zero":                   {Peak{First: d(-5), Highest: d(-5)}, -5},
		"is charged from below zero":         {Peak{First: d(-5), Next: &next, Highest: d(-2)}, 3},
		"rises above what was charged so":    {Peak{First: d(-5), Next: &next, Highest: d(4)}, 4},
		"stays below what was charged so":    {Peak{First: d(-5), Next: &next, Highest: d(2)}, 3},
		"a first level of zero is no charge": {Peak{First: d(0), Highest: d(0)}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, d(c.want).String(), c.peak.Charged().String())
		})
	}
}

// Where nothing falls, the order of the events does not matter, nor how they are
// put together.
func TestRises_OfTuples(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		request := inAdvance(metric(AggregationSum))
		request.Filters = filters(cloud("aws", "gcp"), cloud("gcp"))
		layout, rises := NewAdvanceLayout(request), NewRises(request)
		states, cells := map[string]*Advance{}, map[string]*Cell{}
		for _, value := range drawValues(t, 0) {
			text := rapid.SampledFrom([]string{"aws", "gcp", "azure"}).Draw(t, "cloud")
			rises.AddTuple([]Text{&text}, Rise{Begun: true, Units: value})
			cell := layout.Cells([]Text{&text})[0]
			if states[cell.identity()] == nil {
				states[cell.identity()], cells[cell.identity()] = &Advance{}, &cell
			}
			states[cell.identity()].AddValue(value)
		}
		require.False(t, rises.Fall())
		for identity, state := range states {
			found := []Cell{*cells[identity]}
			rises.Attach(found)
			requireSame(t, *state, found[0].Advance)
		}
	})
}

func TestBlanks(t *testing.T) {
	t.Parallel()
	blanks := map[rune]bool{}
	for _, blank := range Blanks {
		blanks[blank] = true
	}
	for character := rune(0); character <= unicode.MaxRune; character++ {
		if unicode.IsSpace(character) != blanks[character] {
			require.Fail(t, "not as unicode has it", "%U", character)
		}
	}
}
