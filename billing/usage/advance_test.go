package usage

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// inAdvance makes a request one for a charge paid in advance.
func inAdvance(request Request) Request {
	request.PayInAdvance = true
	return request
}

// steps are what events of one instant add, as charged and shown units.
func steps(t *testing.T, request Request, properties ...string) [][2]string {
	t.Helper()
	fold, added := NewAdvanceFold(request), [][2]string{}
	for _, event := range eventsOf(t, request, sameDay(properties)) {
		step := fold.Add(event)
		added = append(added, [2]string{step.Charged.String(), step.Shown.String()})
	}
	return added
}

// TestAdvance are the units of the cases of paying in advance: what each event
// is charged for, what its fee shows, and current usage after them.
func TestAdvance(t *testing.T) {
	t.Parallel()
	sum, unique := inAdvance(metric(AggregationSum)), inAdvance(metric(AggregationUniqueCount))
	const removeB = `{"v":"b","operation_type":"remove"}`
	for name, c := range map[string]struct {
		request Request
		events  []string
		steps   [][2]string
		// units are priced, full are shown.
		units, full string
	}{
		"sum that falls and rises above its peak": {
			sum, []string{`{"v":10}`, `{"v":-4}`, `{"v":8}`}, [][2]string{{"10", "10"}, {"0", "0"}, {"4", "4"}}, "14", "14",
		},
		"sum that stays below its peak": {
			sum, []string{`{"v":10}`, `{"v":-5}`, `{"v":2}`}, [][2]string{{"10", "10"}, {"0", "0"}, {"0", "2"}}, "10", "7",
		},
		"sum that begins below zero": {
			sum, []string{`{"v":-5}`, `{"v":10}`}, [][2]string{{"0", "0"}, {"10", "10"}}, "10", "5",
		},
		"sum that stays below zero": {
			sum, []string{`{"v":-5}`, `{"v":-3}`, `{"v":3}`}, [][2]string{{"0", "0"}, {"0", "0"}, {"0", "3"}}, "-5", "-5",
		},
		"sum of what is no number": {sum, []string{`{"v":"x"}`, `{}`}, [][2]string{{"0", "0"}, {"0", "0"}}, "0", "0"},
		"unique count": {
			unique,
			[]string{addA, removeA, addA, addB, addB},
			[][2]string{{"1", "1"}, {"0", "0"}, {"0", "1"}, {"1", "1"}, {"0", "0"}},
			"2", "2",
		},
		"unique count after a removal": {unique, []string{addA, addB, removeB}, [][2]string{{"1", "1"}, {"1", "1"}, {"0", "0"}}, "2", "1"},
		"unique count of a removal":    {unique, []string{removeA, removeB, addB}, [][2]string{{"0", "0"}, {"0", "0"}, {"1", "1"}}, "1", "1"},
		"unique count of no items": {
			unique, []string{`{"v":" "}`, `{"v":null}`, addA}, [][2]string{{"0", "0"}, {"0", "0"}, {"1", "1"}}, "3", "3",
		},
		"package": {sum, []string{`{"v":3}`, `{"v":1}`, `{"v":2}`}, [][2]string{{"3", "3"}, {"1", "1"}, {"2", "2"}}, "6", "6"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.steps, steps(t, c.request, c.events...))
			result := compute(t, c.request, sameDay(c.events)...)[0]
			require.Equal(t, c.units, result.Units.String())
			require.Equal(t, c.full, result.FullUnits.String())
		})
	}
}

func TestAdvance_Count(t *testing.T) {
	t.Parallel()
	require.Equal(t, "1", CountStep().Charged.String())
	require.Equal(t, "1", CountStep().Shown.String())
	result := compute(t, inAdvance(metric(AggregationCount)), sameDay([]string{`{}`, `{}`})...)[0]
	require.Equal(t, "2", result.Units.String())
}

// What a recurring metric carries into the period is there, and was not charged
// for in it.
func TestAdvance_Recurring(t *testing.T) {
	t.Parallel()
	before := in{"2024-02-10", `{"v":100}`}
	result := compute(t, inAdvance(recurring(metric(AggregationSum))), before, in{"2024-03-10", `{"v":5}`}, in{"2024-03-11", `{"v":-3}`})[0]
	require.Equal(t, "105", result.Units.String())
	require.Equal(t, "102", result.FullUnits.String())

	result = compute(t, inAdvance(recurring(metric(AggregationSum))), before)[0]
	require.Equal(t, "100", result.Units.String())

	// Lago: the first event of the period is a removal, which is not counted.
	unique := inAdvance(recurring(metric(AggregationUniqueCount)))
	result = compute(t, unique, in{"2024-02-10", addA}, in{"2024-03-10", removeA}, in{"2024-03-11", addA})[0]
	require.Equal(t, "1", result.FullUnits.String())
	require.Equal(t, "1", result.Units.String())
}

func TestAdvance_Prorated(t *testing.T) {
	t.Parallel()
	february := periodOf("2024-02-01", "2024-03-01", 29)
	late := periodOf("2024-02-16", "2024-03-01", 29) // 14 days
	request := inAdvance(prorated(metric(AggregationSum))).during(february)
	requireCases(t, map[string]aggregationCase{
		"one event":             {request, []in{{"2024-02-06", `{"v":10}`}}, "8.27587", "10", "", 1},
		"nothing is given back": {request, []in{{"2024-02-06", `{"v":10}`}, {"2024-02-10", `{"v":-5}`}}, "8.27587", "5", "", 2},
		"nothing is given back below zero": {
			request, []in{{"2024-02-06", `{"v":10}`}, {"2024-02-10", `{"v":-25}`}}, "8.27587", "-15", "", 2,
		},
		"what was carried in is not given back twice": {
			request, []in{{"2024-01-06", `{"v":10}`}, {"2024-02-06", `{"v":29}`}, {"2024-02-10", `{"v":-49}`}}, "24", "-10", "", 3,
		},
		"carried for a whole period": {request, []in{{"2024-01-06", `{"v":10}`}}, "10", "10", "", 1},
		"carried, and more": {
			request, []in{{"2024-01-06", `{"v":10}`}, {"2024-02-06", `{"v":10}`}}, "18.27587", "20", "", 2,
		},
		"carried for a part of a period": {request.during(late), []in{{"2024-01-06", `{"v":29}`}}, "14", "29", "", 1},
		"carried for a part, and more": {
			request.during(late), []in{{"2024-01-06", `{"v":29}`}, {"2024-02-28", `{"v":29}`}}, "16", "58", "", 2,
		},
		"below what was carried": {
			request.during(late), []in{{"2024-01-06", `{"v":29}`}, {"2024-02-28", `{"v":-29}`}}, "0", "0", "", 2,
		},
		"items": {
			inAdvance(prorated(metric(AggregationUniqueCount))).during(february),
			[]in{{"2024-01-06", addA}, {"2024-02-23", addB}},
			"1.24138", "2", "", 2,
		},
	})
}

// An event with a value that two filters share is charged in one of them,
// although both count it.
func TestAdvance_OfSharedValues(t *testing.T) {
	t.Parallel()
	request := inAdvance(metric(AggregationSum))
	request.Filters = filters(cloud("aws", "gcp"), cloud("gcp", "azure"))
	results := compute(t, request, in{"2024-03-02", `{"v":10,"cloud":"gcp"}`}, in{"2024-03-03", `{"v":-4,"cloud":"gcp"}`})
	require.Equal(t, map[int]string{0: "10", 1: "6", -1: "0"}, byFilter(results))
}

// The units that events are charged for add up to the peak, and to no less than
// the current units; where nothing falls below zero, the peak is the greatest
// running total.
func TestAdvance_ChargesThePeak(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.IntRange(-9, 9), 1, 20).Draw(t, "values")
		values[0] = max(values[0], 0)
		var state Advance
		charged, running, peak := decimal.Zero, decimal.Zero, decimal.Zero
		for _, value := range values {
			v := decimal.NewFromInt(int64(value))
			step := state.AddValue(v)
			require.False(t, step.Charged.IsNegative() || step.Shown.LessThan(step.Charged))
			charged, running = charged.Add(step.Charged), running.Add(v)
			peak = decimal.Max(peak, running)
		}
		require.True(t, state.Current.Equal(running))
		require.True(t, state.Max.Equal(charged) && state.Max.Equal(peak), "%s %s %s", state.Max, charged, peak)
	})
}
