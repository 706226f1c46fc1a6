package usage

import "testing"

func TestLatest(t *testing.T) {
	t.Parallel()
	requireCases(t, map[string]aggregationCase{
		"L1": {
			metric(AggregationLatest),
			[]in{{"2024-03-02", `{"v":10}`}, {"2024-03-03", `{"v":3}`}, {"2024-03-04", `{"v":50}`}},
			"50", "", "", 3,
		},
		"L1, received in another order": {
			metric(AggregationLatest),
			[]in{{"2024-03-04", `{"v":50}`}, {"2024-03-02", `{"v":10}`}, {"2024-03-03", `{"v":3}`}},
			"50", "", "", 3,
		},
		"L2, of one instant": {
			metric(AggregationLatest), []in{{"2024-03-02", `{"v":10}`}, {"2024-03-02", `{"v":4}`}}, "4", "", "", 2,
		},
		"L3, below zero":   {metric(AggregationLatest), []in{{"2024-03-02", `{"v":10}`}, {"2024-03-03", `{"v":-1}`}}, "0", "", "", 2},
		"L4, only numbers": {metric(AggregationLatest), []in{{"2024-03-02", `{"v":10}`}, {"2024-03-03", `{"v":"abc"}`}}, "10", "", "", 1},
		"no events":        {metric(AggregationLatest), nil, "0", "", "", 0},
	})
}
