package usage

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPresentation(t *testing.T) {
	t.Parallel()
	request := metric(AggregationSum)
	request.GroupKeys, request.PresentationKeys = []string{"region"}, []string{"team", "user"}
	results := compute(t, request,
		in{"2024-03-02", `{"v":1,"region":"eu","team":"a","user":"x"}`}, in{"2024-03-02", `{"v":2,"region":"eu","team":"a","user":"x"}`},
		in{"2024-03-02", `{"v":4,"region":"eu","team":"b"}`}, in{"2024-03-02", `{"v":8,"region":"us","team":"a","user":"x"}`})
	require.Equal(t, map[string]string{"eu": "7", "us": "8"}, unitsBy(results, "region"), "the price is untouched")
	require.Len(t, results[0].Breakdowns, 2)
	require.Equal(t, map[string]Text{"team": text("a"), "user": text("x")}, results[0].Breakdowns[0].By)
	require.Equal(t, "3", results[0].Breakdowns[0].Units.String())
	require.Equal(t, map[string]Text{"team": text("b"), "user": nil}, results[0].Breakdowns[1].By)
	require.Equal(t, "4", results[0].Breakdowns[1].Units.String())
	require.Len(t, results[1].Breakdowns, 1)
}

// A part is aggregated from its own events, so parts need not add up.
func TestPresentation_SameAggregation(t *testing.T) {
	t.Parallel()
	events := []in{
		{"2024-03-02", `{"v":5,"team":"a"}`},
		{"2024-03-03", `{"v":5,"team":"b"}`},
		{"2024-03-04", `{"v":5,"team":"b","operation_type":"remove"}`},
	}
	for aggregation, want := range map[Aggregation][]string{
		AggregationCount: {"3", "1", "2"}, AggregationSum: {"15", "5", "10"}, AggregationMax: {"5", "5", "5"},
		AggregationLatest: {"5", "5", "5"}, AggregationUniqueCount: {"0", "1", "0"},
	} {
		t.Run(string(aggregation), func(t *testing.T) {
			t.Parallel()
			request := metric(aggregation)
			request.PresentationKeys = []string{"team"}
			result := compute(t, request, events...)[0]
			require.Equal(t, want, []string{
				result.Units.String(), result.Breakdowns[0].Units.String(), result.Breakdowns[1].FullUnits.String(),
			})
		})
	}
}

// Filters are split by the charge's presentation keys.
func TestPresentation_OfFilters(t *testing.T) {
	t.Parallel()
	request := metric(AggregationSum)
	request.PresentationKeys, request.Filters = []string{"team"}, filters(cloud("aws"))
	results := compute(t, request, in{"2024-03-02", `{"v":1,"cloud":"aws","team":"a"}`})
	require.Len(t, results[0].Breakdowns, 1)
	require.Empty(t, results[1].Breakdowns)
}
