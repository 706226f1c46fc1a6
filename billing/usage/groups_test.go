package usage

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGroups(t *testing.T) {
	t.Parallel()
	request := metric(AggregationSum)
	request.GroupKeys = []string{"region", "tier", "region"}
	results := compute(t, request,
		in{"2024-03-02", `{"v":1,"region":"eu","tier":1}`}, in{"2024-03-03", `{"v":2,"region":"eu","tier":"1"}`},
		in{"2024-03-04", `{"v":4,"region":"us"}`}, in{"2024-03-04", `{"v":8,"region":"us","tier":""}`},
		in{"2024-03-05", `{"v":16}`}, in{"2024-03-05", `{"v":32,"region":null}`})
	require.Len(t, results, 3)
	require.Equal(t, map[string]Text{"region": text("eu"), "tier": text("1")}, results[0].Group)
	require.Equal(t, "3", results[0].Units.String())
	require.Equal(t, map[string]Text{"region": text("us"), "tier": nil}, results[1].Group)
	require.Equal(t, "12", results[1].Units.String())
	require.Equal(t, map[string]Text{"region": nil, "tier": nil}, results[2].Group)
	require.Equal(t, "48", results[2].Units.String())
}

// Without events there is one group without texts, for each bucket.
func TestGroups_NoEvents(t *testing.T) {
	t.Parallel()
	request := metric(AggregationSum)
	request.GroupKeys = []string{"region"}
	request.Filters = filters(cloud("aws"))
	results := compute(t, request)
	require.Len(t, results, 2)
	require.Equal(t, 0, results[0].Filter)
	require.Nil(t, results[0].Group)
	require.Equal(t, -1, results[1].Filter)
	require.Equal(t, map[string]Text{"region": nil}, results[1].Group)
	require.Equal(t, "0", results[1].Units.String())
	require.Zero(t, results[1].EventsCount)
}

// A filter has its own group keys only; the charge's are for the default bucket.
func TestGroups_OfFilters(t *testing.T) {
	t.Parallel()
	request := metric(AggregationSum)
	request.GroupKeys = []string{"region"}
	request.Filters = filters(cloud("aws"), cloud("gcp"))
	request.Filters[1].GroupKeys = []string{"tier"}
	properties := `,"region":"eu","tier":"x"}`
	results := compute(t, request,
		in{"2024-03-02", `{"v":1,"cloud":"aws"` + properties}, in{"2024-03-02", `{"v":2,"cloud":"gcp"` + properties},
		in{"2024-03-02", `{"v":4` + properties})
	require.Len(t, results, 3)
	require.Nil(t, results[0].Group)
	require.Equal(t, map[string]Text{"tier": text("x")}, results[1].Group)
	require.Equal(t, map[string]Text{"region": text("eu")}, results[2].Group)
}

// What usage is narrowed to no longer groups.
func TestGroups_Only(t *testing.T) {
	t.Parallel()
	request := metric(AggregationSum)
	request.GroupKeys = []string{"region", "tier"}
	request.Only = map[string][]string{"region": {"eu"}}
	require.Equal(t, []string{"tier"}, request.Buckets()[0].GroupKeys)
	require.Equal(t, []Key{{Name: "tier"}}, request.Keys())
}

// Each group is rounded on its own.
func TestGroups_Rounding(t *testing.T) {
	t.Parallel()
	request := metric(AggregationSum)
	request.GroupKeys = []string{"region"}
	request.Metric.Rounding = Rounding{Function: RoundingCeil}
	results := compute(t, request, in{"2024-03-02", `{"v":0.1,"region":"eu"}`}, in{"2024-03-02", `{"v":0.2,"region":"us"}`})
	require.Equal(t, map[string]string{"eu": "1", "us": "1"}, unitsBy(results, "region"))
}

func TestKeys(t *testing.T) {
	t.Parallel()
	request := metric(AggregationSum)
	request.GroupKeys, request.PresentationKeys = []string{"b"}, []string{"d"}
	request.Filters = filters(map[string][]string{"a": {"y", "x"}, "b": {"z"}}, map[string][]string{"a": {"x"}})
	request.Filters[0].GroupKeys = []string{"c"}
	require.Equal(t, []Key{{Name: "a", Texts: []string{"x", "y"}}, {Name: "b"}, {Name: "c"}, {Name: "d"}}, request.Keys())
	require.Equal(t, []Key{{Name: "a", Texts: []string{"x", "y"}}, {Name: "b", Texts: []string{"z"}}}, request.FilterKeys())
	require.Equal(t, []string{"b", "d", "c"}, request.GroupingKeys())
}

// Texts that look alike when they are put together are different groups.
func TestGroups_AreNotMixedUp(t *testing.T) {
	t.Parallel()
	request := metric(AggregationCount)
	request.GroupKeys = []string{"a", "b"}
	results := compute(t, request,
		in{"2024-03-02", `{"a":"x;1:y","b":"z"}`}, in{"2024-03-02", `{"a":"x","b":"y;1:z"}`},
		in{"2024-03-02", `{"a":"-"}`}, in{"2024-03-02", `{"b":"-"}`})
	require.Len(t, results, 4)
}
