package usage

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSum(t *testing.T) {
	t.Parallel()
	history := []in{{"2024-02-10", `{"v":7}`}, {"2024-03-03", `{"v":3}`}, {"2024-03-04", `{"v":-2}`}}
	april := periodOf("2024-04-01", "2024-05-01", 30)
	requireCases(t, map[string]aggregationCase{
		"S1, numbers in texts too": {
			metric(AggregationSum),
			[]in{{"2024-03-02", `{"v":10}`}, {"2024-03-03", `{"v":"2.5"}`}, {"2024-03-04", `{"v":-4}`}},
			"8.5", "", "", 3,
		},
		"S2, only numbers": {
			metric(AggregationSum),
			[]in{{"2024-03-02", `{"v":10}`}, {"2024-03-03", `{"v":"abc"}`}, {"2024-03-04", `{"v":true}`}, {"2024-03-05", `{"v":""}`}},
			"10", "", "", 1,
		},
		"S3, below zero": {
			metric(AggregationSum), []in{{"2024-03-02", `{"v":5}`}, {"2024-03-03", `{"v":-8}`}}, "-3", "", "", 2,
		},
		"S4, recurring":               {recurring(metric(AggregationSum)), history, "8", "", "", 3},
		"S4, the month after":         {recurring(metric(AggregationSum)).during(april), history, "8", "", "", 3},
		"S4, if it did not recur":     {metric(AggregationSum), history, "1", "", "", 2},
		"no events":                   {metric(AggregationSum), nil, "0", "", "", 0},
		"exact beyond floating point": {metric(AggregationSum), []in{{"2024-03-02", `{"v":0.1}`}, {"2024-03-02", `{"v":100000000000000000000}`}}, "100000000000000000000.1", "", "", 2},
	})
}

func TestSum_Prorated(t *testing.T) {
	t.Parallel()
	request := prorated(metric(AggregationSum))
	april := request.during(periodOf("2024-04-01", "2024-05-01", 30))
	february := request.during(periodOf("2024-02-01", "2024-03-01", 29))
	late := request.during(periodOf("2024-03-21", "2024-04-01", 31))
	upgraded := late
	upgraded.Period.Upgraded = true
	requireCases(t, map[string]aggregationCase{
		"S5": {april, []in{{"2024-04-10 13:00", `{"v":10}`}}, "7", "10", "", 1},
		"S6, a removal": {
			april, []in{{"2024-04-10 13:00", `{"v":10}`}, {"2024-04-20", `{"v":-4}`}}, "5.53334", "6", "", 2,
		},
		"S7": {february, []in{{"2024-02-06 23:59", `{"v":10}`}}, "8.27587", "10", "", 1},
		"S8, carried units": {
			request,
			[]in{{"2024-02-01", `{"v":60}`}, {"2024-02-29 23:59", `{"v":40}`}, {"2024-03-17", `{"v":20}`}},
			"109.67742", "120", "", 3,
		},
		"carried into a part of a period":     {late, []in{{"2024-03-20", `{"v":31}`}}, "11", "31", "", 1},
		"carried up to the day of an upgrade": {upgraded, []in{{"2024-03-20", `{"v":31}`}}, "10", "31", "", 1},
		"rounded up below zero too":           {request, []in{{"2024-03-30", `{"v":-1}`}}, "-0.06451", "-1", "", 1},
		"a metric that does not recur":        {withoutRecurring(request), []in{{"2024-03-17", `{"v":20}`}}, "20", "", "", 1},
	})
}

func withoutRecurring(request Request) Request {
	request.Metric.Recurring = false
	return request
}

func TestSum_PreciseAmounts(t *testing.T) {
	t.Parallel()
	request := metric(AggregationSum)
	request.Precise = true
	events := []in{
		{"2024-03-02", `{"v":1,"precise":"10.1"}`},
		{"2024-03-03", `{"v":2,"precise":901.9}`},
		{"2024-03-04", `{"v":3}`},
		{"2024-03-05", `{"v":"abc","precise":"1000"}`},
	}
	require.Equal(t, "912", compute(t, request, events...)[0].PreciseTotalAmountCents.String())
	request.Precise = false
	require.Equal(t, "0", compute(t, request, events...)[0].PreciseTotalAmountCents.String())
}

// A day that a zone skipped counts as one: the dates are subtracted.
func TestSum_ProratedOverASkippedDay(t *testing.T) {
	t.Parallel()
	// Apia went from 29 to 31 December 2011: both days start at the same instant.
	period := periodOf("2011-12-01", "2012-01-01", 31)
	period.DayStarts[29] = period.DayStarts[30]
	request := prorated(metric(AggregationSum)).during(period)
	results := compute(t, request, in{"2011-12-29 12:00", `{"v":31}`})
	require.Equal(t, "3", results[0].Units.String())
}
