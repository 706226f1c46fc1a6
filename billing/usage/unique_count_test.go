package usage

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	addA, removeA = `{"v":"a"}`, `{"v":"a","operation_type":"remove"}`
	addB          = `{"v":"b","operation_type":"add"}`
)

func TestUniqueCount(t *testing.T) {
	t.Parallel()
	request := metric(AggregationUniqueCount)
	april := periodOf("2024-04-01", "2024-05-01", 30)
	requireCases(t, map[string]aggregationCase{
		"U1":                      {request, []in{{"2024-03-02", addA}, {"2024-03-03", addA}, {"2024-03-04", addB}}, "2", "", "", 2},
		"U2":                      {request, []in{{"2024-03-02", addA}, {"2024-03-03", removeA}, {"2024-03-04", removeA}}, "0", "", "", 0},
		"U3":                      {request, []in{{"2024-03-02", removeA}, {"2024-03-03", addA}}, "1", "", "", 1},
		"U4, not recurring":       {request, []in{{"2024-02-02", addA}}, "0", "", "", 0},
		"U4, recurring":           {recurring(request), []in{{"2024-02-02", addA}}, "1", "", "", 1},
		"added again":             {request, []in{{"2024-03-02", addA}, {"2024-03-03", removeA}, {"2024-03-04", addA}}, "1", "", "", 1},
		"removed in a later one":  {recurring(request).during(april), []in{{"2024-03-02", addA}, {"2024-04-02", removeA}}, "0", "", "", 0},
		"a removal out of period": {request.during(april), []in{{"2024-03-02", addA}, {"2024-04-02", removeA}}, "0", "", "", 0},
		"no property is one item": {request, []in{{"2024-03-02", `{}`}, {"2024-03-03", `{"v":null}`}, {"2024-03-04", `{"v":""}`}}, "2", "", "", 2},
		"a number and its text":   {request, []in{{"2024-03-02", `{"v":1.50}`}, {"2024-03-03", `{"v":"1.50"}`}, {"2024-03-04", `{"v":1.5}`}}, "2", "", "", 2},
		"operations": {request, []in{
			{"2024-03-02", `{"v":"a","operation_type":null}`},
			{"2024-03-02", `{"v":"b"}`},
			{"2024-03-03", `{"v":"b","operation_type":"delete"}`},
		}, "1", "", "", 1},
		"of one instant": {request, []in{{"2024-03-02", removeA}, {"2024-03-02", addA}, {"2024-03-02", removeA}}, "0", "", "", 0},
	})
}

func TestUniqueCount_ByGroup(t *testing.T) {
	t.Parallel()
	request := metric(AggregationUniqueCount)
	request.GroupKeys = []string{"g"}
	results := compute(t, request, in{"2024-03-02", `{"v":"a","g":"x"}`}, in{"2024-03-03", `{"v":"a","g":"y"}`})
	require.Equal(t, map[string]string{"x": "1", "y": "1"}, unitsBy(results, "g")) // U5
}

// A removal ends an item of its own group only.
func TestUniqueCount_RemovalOfAnotherGroup(t *testing.T) {
	t.Parallel()
	request := metric(AggregationUniqueCount)
	request.GroupKeys = []string{"g"}
	results := compute(t, request,
		in{"2024-03-02", `{"v":"a","g":"x"}`}, in{"2024-03-03", `{"v":"a","g":"y","operation_type":"remove"}`})
	require.Equal(t, map[string]string{"x": "1", "y": "0"}, unitsBy(results, "g"))
}

func TestUniqueCount_Prorated(t *testing.T) {
	t.Parallel()
	request := prorated(metric(AggregationUniqueCount))
	february := request.during(periodOf("2024-02-01", "2024-03-01", 29))
	late := request.during(periodOf("2024-03-21", "2024-04-01", 31))
	requireCases(t, map[string]aggregationCase{
		"U6": {request, []in{{"2024-03-16 08:00", addA}}, "0.51613", "1", "", 1},
		"U7": {february, []in{{"2024-02-23", addA}, {"2024-02-29 10:00", removeA}}, "0.24138", "0", "", 0},
		"U8": {request, []in{{"2024-02-05", addA}, {"2024-03-11", addB}}, "1.67742", "2", "", 2},
		"U9": {request, []in{
			{"2024-03-07 01:00", addA}, {"2024-03-07 02:00", removeA}, {"2024-03-07 03:00", addA}, {"2024-03-07 04:00", removeA},
		}, "0.03226", "0", "", 0},
		"removed and added on one day": {request, []in{
			{"2024-02-05", addA}, {"2024-03-10 01:00", removeA}, {"2024-03-10 02:00", addA},
		}, "1", "", "", 1},
		"removed on one day, added on the next": {request, []in{
			{"2024-02-05", addA}, {"2024-03-10 01:00", removeA}, {"2024-03-11 02:00", addA},
		}, "1", "", "", 1},
		"removed for some days": {request, []in{
			{"2024-02-05", addA}, {"2024-03-10", removeA}, {"2024-03-10", removeA}, {"2024-03-13", removeA}, {"2024-03-22", addA},
		}, "0.64517", "1", "", 1},
		"removed before the period": {request, []in{{"2024-02-05", addA}, {"2024-02-29 23:00", removeA}}, "0", "", "", 0},
		"removed and added before it": {request, []in{
			{"2024-02-05", addA}, {"2024-02-07", removeA}, {"2024-02-09", addA},
		}, "1", "", "", 1},
		"removed on the first day":   {request, []in{{"2024-02-05", addA}, {"2024-03-01", removeA}}, "0.03226", "0", "", 0},
		"carried into a part of one": {late, []in{{"2024-03-20", addA}}, "0.35484", "1", "", 1},
		"no events":                  {request, nil, "0", "", "", 0},
	})
}

// A period that begins in the midst of a day counts that day once.
func TestUniqueCount_ProratedFromTheMidstOfADay(t *testing.T) {
	t.Parallel()
	request := prorated(metric(AggregationUniqueCount)).during(periodOf("2024-03-21", "2024-04-01", 31))
	request.Period.From = parseTime(t, "2024-03-21 10:00")
	requireCases(t, map[string]aggregationCase{
		"removed before, added after, that day": {request, []in{
			{"2024-02-05", addA}, {"2024-03-21 08:00", removeA}, {"2024-03-21 12:00", addA},
		}, "0.35484", "1", "", 1},
		"removed before, that day": {request, []in{{"2024-02-05", addA}, {"2024-03-21 08:00", removeA}}, "0", "", "", 0},
		"removed after, that day":  {request, []in{{"2024-02-05", addA}, {"2024-03-21 11:00", removeA}}, "0.03226", "0", "", 0},
	})
}
