package usage

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// filters are charge filters, the first of them the oldest.
func filters(values ...map[string][]string) []Filter {
	made := make([]Filter, len(values))
	for i, each := range values {
		made[i] = Filter{ID: newID(uint64(i)), CreatedAt: time.Unix(int64(i), 0), Values: each}
	}
	return made
}

// cloud takes values of one key.
func cloud(values ...string) map[string][]string { return map[string][]string{"cloud": values} }

// cloudIn takes values of two keys.
func cloudIn(region string, values ...string) map[string][]string {
	return map[string][]string{"cloud": values, "region": {region}}
}

// byFilter are the units of results by the index of their filter.
func byFilter(results []Result) map[int]string {
	units := map[int]string{}
	for _, result := range results {
		units[result.Filter] = result.Units.String()
	}
	return units
}

func TestBuckets(t *testing.T) {
	t.Parallel()
	aws, gcp, azure := `{"v":10,"cloud":"aws"}`, `{"v":7,"cloud":"gcp"}`, `{"v":2,"cloud":"azure"}`
	for name, c := range map[string]struct {
		filters []Filter
		events  []string
		want    map[int]string
	}{
		"A and B, a part of the values goes first": {
			filters(cloud("aws", "gcp"), cloud("aws")), []string{aws, gcp, azure}, map[int]string{0: "7", 1: "10", -1: "2"},
		},
		"C and D, further keys go first": {
			filters(cloud("aws"), cloudIn("eu", "aws")),
			[]string{`{"v":1,"cloud":"aws","region":"eu"}`, `{"v":2,"cloud":"aws","region":"us"}`, `{"v":4,"cloud":"aws"}`},
			map[int]string{0: "6", 1: "1", -1: "0"},
		},
		"E and F, of the same values the older": {
			filters(cloud("aws"), cloud("aws")), []string{aws}, map[int]string{0: "10", 1: "0", -1: "0"},
		},
		"E and F, in another order": {
			reversed(filters(cloud("aws"), cloud("aws"))), []string{aws}, map[int]string{0: "0", 1: "10", -1: "0"},
		},
		"the same values in another order": {
			filters(cloud("aws", "gcp"), cloud("gcp", "aws", "aws")), []string{aws, gcp}, map[int]string{0: "17", 1: "0", -1: "0"},
		},
		"G, all values of the metric": {
			filters(cloud("aws", "gcp")),
			[]string{aws, gcp, azure, `{"v":100}`, `{"v":1000,"cloud":null}`},
			map[int]string{0: "17", -1: "1102"},
		},
		"keys that have nothing to do with each other": {
			filters(cloud("aws"), map[string][]string{"region": {"eu"}}),
			[]string{`{"v":1,"cloud":"aws","region":"eu"}`, `{"v":2,"region":"eu"}`},
			map[int]string{0: "1", 1: "3", -1: "0"},
		},
		"a shared value counts twice": {
			filters(cloud("aws", "gcp"), cloud("gcp", "azure")), []string{aws, gcp, azure}, map[int]string{0: "17", 1: "9", -1: "0"},
		},
		"one key a part, the other more": {
			filters(cloudIn("eu", "aws", "gcp"), map[string][]string{"cloud": {"aws"}, "region": {"eu", "us"}}),
			[]string{`{"v":1,"cloud":"aws","region":"eu"}`},
			map[int]string{0: "1", 1: "1", -1: "0"},
		},
		"further keys with other values": {
			filters(cloud("aws"), cloudIn("eu", "gcp")),
			[]string{aws, `{"v":1,"cloud":"gcp","region":"eu"}`},
			map[int]string{0: "10", 1: "1", -1: "0"},
		},
		"numbers and booleans by their text": {
			filters(cloud("1.0", "true")),
			[]string{`{"v":1,"cloud":1.0}`, `{"v":2,"cloud":true}`, `{"v":4,"cloud":1}`},
			map[int]string{0: "3", -1: "4"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := metric(AggregationSum)
			request.Filters = c.filters
			require.Equal(t, c.want, byFilter(compute(t, request, sameDay(c.events)...)))
		})
	}
}

func reversed(filters []Filter) []Filter {
	slices.Reverse(filters)
	return filters
}

// sameDay are events of one instant.
func sameDay(properties []string) []in {
	events := make([]in, len(properties))
	for i, each := range properties {
		events[i] = in{"2024-03-02", each}
	}
	return events
}

// Of two filters of one instant the lower identifier is the older.
func TestBuckets_SameInstant(t *testing.T) {
	t.Parallel()
	request := metric(AggregationCount)
	request.Filters = []Filter{{ID: newID(2), Values: cloud("aws")}, {ID: newID(1), Values: cloud("aws")}}
	require.Equal(t, map[int]string{0: "0", 1: "1", -1: "0"}, byFilter(compute(t, request, in{"2024-03-02", `{"cloud":"aws"}`})))
}

func TestAdvanceBuckets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		filters []Filter
		want    int
	}{
		"most keys":          {filters(cloud("aws"), cloudIn("eu", "aws")), 1},
		"the first of equal": {filters(cloud("aws", "gcp"), cloud("aws")), 0},
		"none":               {filters(cloud("gcp")), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := metric(AggregationSum)
			request.Filters = c.filters
			event := eventOf(t, request, march2024().From, `{"cloud":"aws","region":"eu"}`)
			require.Equal(t, []int{c.want}, NewAdvanceLayout(request).Buckets(event.Texts))
		})
	}
}

// drawFilters draws filters over two keys with few values.
func drawFilters(t *rapid.T) []Filter {
	texts := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), 1, 3, rapid.ID[string])
	keys := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"k1", "k2", "k3"}), 1, 3, rapid.ID[string])
	var drawn []map[string][]string
	for range rapid.IntRange(0, 5).Draw(t, "filters") {
		values := map[string][]string{}
		for _, key := range keys.Draw(t, "keys") {
			values[key] = texts.Draw(t, "texts")
		}
		drawn = append(drawn, values)
	}
	return filters(drawn...)
}

// drawTuple draws texts of the keys of a request.
func drawTuple(t *rapid.T, request Request) []Text {
	texts := make([]Text, len(request.Keys()))
	for i := range texts {
		if drawn := rapid.SampledFrom([]string{"", "a", "b", "c", "d"}).Draw(t, "text"); drawn != "" {
			texts[i] = text(drawn)
		}
	}
	return texts
}

// Every event is in the default bucket exactly when no filter matches it, else
// in the bucket of a filter that does; and in exactly one when it is paid in
// advance.
func TestBuckets_EveryEventHasOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		request := metric(AggregationCount)
		request.Filters = drawFilters(t)
		layout, advance := NewLayout(request), NewAdvanceLayout(request)
		tuple := drawTuple(t, request)
		matching := func(filter Filter) bool {
			return filter.Matches(func(key string) Text { return tuple[layout.index[key]] })
		}

		buckets := layout.Buckets(tuple)
		require.NotEmpty(t, buckets)
		rest := len(request.Filters)
		if !slices.ContainsFunc(request.Filters, matching) {
			require.Equal(t, []int{rest}, buckets)
			require.Equal(t, []int{rest}, advance.Buckets(tuple))
			return
		}
		for _, bucket := range append(buckets, advance.Buckets(tuple)...) {
			require.NotEqual(t, rest, bucket)
			require.True(t, matching(request.Filters[bucket]))
		}
		require.Len(t, advance.Buckets(tuple), 1)
	})
}

// Of two filters that both count an event, each has a key or a value that the
// other lacks.
func TestBuckets_OnlyPartialOverlapCountsTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		request := metric(AggregationCount)
		request.Filters = drawFilters(t)
		buckets := NewLayout(request).Buckets(drawTuple(t, request))
		for _, i := range buckets {
			for _, j := range buckets {
				if i != j {
					first, second := request.Filters[i].Values, request.Filters[j].Values
					require.True(t, hasMore(first, second), "%v has nothing that %v lacks", first, second)
				}
			}
		}
	})
}

// hasMore reports whether values have a key, or under some key a value, that
// others lack.
func hasMore(values, others map[string][]string) bool {
	for key, texts := range values {
		if theirs, shared := others[key]; !shared || !within(texts, theirs) {
			return true
		}
	}
	return false
}
