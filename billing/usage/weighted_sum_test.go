package usage

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWeightedSum(t *testing.T) {
	t.Parallel()
	request := metric(AggregationWeightedSum)
	april := recurring(request).during(periodOf("2024-04-01", "2024-05-01", 30))
	late := request.during(periodOf("2024-04-21", "2024-05-01", 30))
	requireCases(t, map[string]aggregationCase{
		"W1": {request, []in{{"2024-03-05", `{"v":2500}`}}, "2177.4193548387096774", "", "2500", 1},
		"W2": {
			april,
			[]in{{"2024-03-05", `{"v":2500}`}, {"2024-04-04", `{"v":-2000}`}, {"2024-04-06", `{"v":-200}`}},
			"533.3333333333333333", "", "300", 2,
		},
		"W3": {request, []in{{"2024-03-01", `{"v":10}`}, {"2024-03-16 12:00", `{"v":-10}`}}, "5", "", "0", 2},
		"W4": {request, []in{
			{"2024-03-05 00:00", `{"v":2}`},
			{"2024-03-05 01:00", `{"v":3}`},
			{"2024-03-05 01:30", `{"v":1}`},
			{"2024-03-05 02:00", `{"v":-4}`},
			{"2024-03-05 04:00", `{"v":-2}`},
			{"2024-03-05 05:00", `{"v":10}`},
			{"2024-03-05 05:30", `{"v":-10}`},
		}, "0.0221774193548387", "", "0", 7},
		"W5":                       {late, []in{{"2024-04-21", `{"v":100}`}}, "33.3333333333333333", "", "100", 1},
		"W6":                       {april, []in{{"2024-03-05", `{"v":300}`}}, "300", "", "300", 0},
		"no events":                {request, nil, "0", "", "", 0},
		"not recurring":            {request, []in{{"2024-02-05", `{"v":300}`}}, "0", "", "", 0},
		"below zero":               {request, []in{{"2024-03-16 12:00", `{"v":-10}`}}, "-5", "", "-10", 1},
		"at the very last instant": {request, []in{{"2024-03-31T23:59:59.999999Z", `{"v":2678400000000}`}}, "1", "", "2678400000000", 1},
	})
}

// Only events since the start of the subscription make the level, when it has
// no previous one.
func TestWeightedSum_LevelSince(t *testing.T) {
	t.Parallel()
	request := recurring(metric(AggregationWeightedSum))
	request.LevelSince = parseTime(t, "2024-02-10")
	results := compute(t, request, in{"2024-02-09", `{"v":1000}`}, in{"2024-02-10", `{"v":31}`})
	require.Equal(t, "31", results[0].Units.String())
	request.Period.From = parseTime(t, "2024-03-31")
	results = compute(t, request, in{"2024-02-10", `{"v":31}`})
	require.Equal(t, "1", results[0].Units.String(), "the level counts from the start of the window")
}

// The total is the level as it is; only the units are rounded.
func TestWeightedSum_Rounding(t *testing.T) {
	t.Parallel()
	request := metric(AggregationWeightedSum)
	request.Metric.Rounding = Rounding{Function: RoundingCeil, Precision: 1}
	results := compute(t, request, in{"2024-03-05", `{"v":2500.25}`})
	require.Equal(t, "2177.7", results[0].Units.String())
	require.Equal(t, "2500.25", results[0].TotalAggregatedUnits.String())
}
