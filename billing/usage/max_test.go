package usage

import "testing"

func TestMax(t *testing.T) {
	t.Parallel()
	requireCases(t, map[string]aggregationCase{
		"M1": {
			metric(AggregationMax),
			[]in{{"2024-03-02", `{"v":5}`}, {"2024-03-03", `{"v":20}`}, {"2024-03-04", `{"v":3}`}},
			"20", "", "", 3,
		},
		"M2, all below zero": {metric(AggregationMax), []in{{"2024-03-02", `{"v":-5}`}, {"2024-03-03", `{"v":-2}`}}, "-2", "", "", 2},
		"M3, only numbers":   {metric(AggregationMax), []in{{"2024-03-02", `{"v":"7"}`}, {"2024-03-03", `{"v":"x"}`}}, "7", "", "", 1},
		"M4, no events":      {metric(AggregationMax), nil, "0", "", "", 0},
	})
}
