package usage

import "testing"

func TestCount(t *testing.T) {
	t.Parallel()
	late := metric(AggregationCount)
	late.Period.From = parseTime(t, "2024-03-01 10:00")
	requireCases(t, map[string]aggregationCase{
		"C1, properties do not matter": {
			metric(AggregationCount),
			[]in{{"2024-03-02", `{}`}, {"2024-03-03", `{"v":"x"}`}, {"2024-03-04", `{"v":null}`}},
			"3", "", "", 3,
		},
		"C2, no events": {metric(AggregationCount), nil, "0", "", "", 0},
		"C3, the end is in": {
			metric(AggregationCount), []in{{"2024-03-31T23:59:59.999999Z", `{}`}, {"2024-04-01", `{}`}}, "1", "", "", 1,
		},
		"C4, the start of the subscription": {
			late, []in{{"2024-03-01 09:59", `{}`}, {"2024-03-01 10:00", `{}`}}, "1", "", "", 1,
		},
	})
}

// The milliseconds of the lower bound are rounded down.
func TestCount_StartsWithTheMillisecond(t *testing.T) {
	t.Parallel()
	request := metric(AggregationCount)
	request.Period.From = parseTime(t, "2024-03-01T10:00:00.123456Z")
	requireCases(t, map[string]aggregationCase{
		"the same millisecond": {request, []in{{"2024-03-01T10:00:00.123Z", `{}`}}, "1", "", "", 1},
		"the one before it":    {request, []in{{"2024-03-01T10:00:00.122999Z", `{}`}}, "0", "", "", 0},
	})
}
