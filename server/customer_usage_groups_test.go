package server_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// clouds is a metric's filter for the cases of charge filters.
const clouds = `,"filters":[{"key":"cloud","values":["aws","gcp"]},{"key":"region","values":["eu","us"]}]`

// TestCurrentUsage_Filters has the worked cases of section 5.1.
func TestCurrentUsage_Filters(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		filters string
		events  []string
		want    []string
	}{
		"the subset goes first": {
			`{"values":{"cloud":["aws","gcp"]},"properties":{"amount":"5"}},{"values":{"cloud":["aws"]},"properties":{"amount":"3"}}`,
			[]string{`{"gb":10,"cloud":"aws"}`, `{"gb":7,"cloud":"gcp"}`, `{"gb":2,"cloud":"azure"}`},
			[]string{`{"cloud":["aws","gcp"]} 7.0 3500`, `{"cloud":["aws"]} 10.0 3000`, `null 2.0 2000`},
		},
		"more keys go first": {
			`{"values":{"cloud":["aws"]},"properties":{"amount":"5"}},{"values":{"cloud":["aws"],"region":["eu"]},"properties":{"amount":"3"}}`,
			[]string{`{"gb":1,"cloud":"aws","region":"eu"}`, `{"gb":2,"cloud":"aws","region":"us"}`, `{"gb":4,"cloud":"aws"}`},
			[]string{`{"cloud":["aws"]} 6.0 3000`, `{"cloud":["aws"],"region":["eu"]} 1.0 300`, `null 0.0 0`},
		},
		"the older goes first": {
			`{"values":{"cloud":["aws"]},"properties":{"amount":"5"}},{"values":{"cloud":["aws"]},"properties":{"amount":"3"}}`,
			[]string{`{"gb":2,"cloud":"aws"}`},
			[]string{`{"cloud":["aws"]} 2.0 1000`, `{"cloud":["aws"]} 0.0 0`, `null 0.0 0`},
		},
		"all values are those that the metric declares": {
			`{"values":{"cloud":["__ALL_FILTER_VALUES__"]},"properties":{"amount":"5"}}`,
			[]string{`{"gb":1,"cloud":"gcp"}`, `{"gb":2,"cloud":"azure"}`, `{"gb":4}`},
			[]string{`{"cloud":["__ALL_FILTER_VALUES__"]} 1.0 500`, `null 6.0 6000`},
		},
		"a shared value counts in both": {
			`{"values":{"region":["eu"],"cloud":["aws","gcp"]},"properties":{"amount":"5"}},{"values":{"region":["eu","us"],"cloud":["gcp"]},"properties":{"amount":"3"}}`,
			[]string{`{"gb":1,"cloud":"gcp","region":"eu"}`},
			[]string{`{"cloud":["aws","gcp"],"region":["eu"]} 1.0 500`, `{"cloud":["gcp"],"region":["eu","us"]} 1.0 300`, `null 0.0 0`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			servertest.Run(t, func(t *testing.T, s *servertest.Server) {
				usageWorld(t, s)
				newCharge(t, s, "disk", newMetric(t, s, "disk", clouds), priced("standard", `{"amount":"10"}`)+`,"filters":[`+c.filters+`]`)
				subscribe(t, s, "startup", "sub", "")
				for i, properties := range c.events {
					sendEvent(t, s, fmt.Sprint(i), "disk", properties)
				}
				usage := onlyCharge(t, currentUsage(t, s, ""))
				require.Equal(t, c.want, brief(t, usage, "filters", "values"))
				require.Empty(t, usage["grouped_usage"])
			})
		})
	}
}

func TestCurrentUsage_FiltersHaveGroupsOfTheirOwn(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		newCharge(t, s, "disk", newMetric(t, s, "disk", clouds), priced("standard", `{"amount":"1","pricing_group_keys":["team"]}`)+
			`,"filters":[{"values":{"cloud":["aws"]},"invoice_display_name":"AWS","properties":{"amount":"2","pricing_group_keys":["team"]}},
				{"values":{"cloud":["gcp"]},"properties":{"amount":"3"}}]`)
		subscribe(t, s, "startup", "sub", "")
		for i, properties := range []string{
			`{"gb":1,"cloud":"aws","team":"red"}`, `{"gb":2,"cloud":"aws","team":"blue"}`, `{"gb":4,"cloud":"gcp","team":"red"}`,
			`{"gb":8,"team":"red"}`, `{"gb":16,"team":""}`,
		} {
			sendEvent(t, s, fmt.Sprint(i), "disk", properties)
		}
		usage := onlyCharge(t, currentUsage(t, s, ""))
		requireMembers(t, `{"units":"31.0","events_count":5,"amount_cents":4200}`, usage)
		require.Equal(t, []string{`{"cloud":["aws"]} 3.0 600`, `{"cloud":["gcp"]} 4.0 1200`, `null 24.0 2400`}, brief(t, usage, "filters", "values"))
		groups := objects(t, usage, "grouped_usage")
		require.ElementsMatch(t, []string{`{"team":"red"} 9.0 1000`, `{"team":"blue"} 2.0 400`, `{"team":null} 16.0 1600`, `{} 4.0 1200`},
			brief(t, usage, "grouped_usage", "grouped_by"), "the filter without groups is a group of its own")
		for _, group := range groups {
			if object(t, group, "grouped_by")["team"] == "red" {
				require.Equal(t, []string{`{"cloud":["aws"]} 1.0 200`, `null 8.0 800`}, brief(t, group, "filters", "values"))
				requireJSON(t, `["AWS",null]`, pluck(objects(t, group, "filters"), "invoice_display_name"))
			}
		}
	})
}

// TestCurrentUsage_OfGroups narrows the usage to events with certain
// properties, in all the forms that clients write that in.
func TestCurrentUsage_OfGroups(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		newCharge(t, s, "disk", newMetric(t, s, "disk", ""), priced("standard", `{"amount":"1","pricing_group_keys":["region","team"]}`))
		newCharge(t, s, "free", newMetric(t, s, "free", `,"name":"Z"`), priced("standard", `{"amount":"1"}`))
		subscribe(t, s, "startup", "sub", "")
		sendEvent(t, s, "a", "disk", `{"gb":1,"region":"eu","team":"red"}`)
		sendEvent(t, s, "b", "disk", `{"gb":2,"region":"us","team":"blue"}`)
		sendEvent(t, s, "c", "disk", `{"gb":4,"region":5}`)
		sendEvent(t, s, "d", "free", `{"gb":8,"region":"eu"}`)
		sendEvent(t, s, "e", "free", `{"gb":16}`)
		for query, want := range map[string][]any{
			"": {"7.0", "24.0"}, "&group[region]=eu": {"1.0", "8.0"}, "&filter_by_group[region]=eu": {"1.0", "8.0"},
			"&group[region]=eu&filter_by_group[region]=us":     {"1.0", "8.0"},
			"&group[region]=eu&group[region]=us":               {"3.0", "8.0"},
			"&group[region][]=eu&group[region][]=us":           {"3.0", "8.0"},
			jsonQuery("group", `{"region":"us"}`):              {"2.0", "0.0"},
			jsonQuery("group", `{"region":["us","eu"]}`):       {"3.0", "8.0"},
			jsonQuery("filter_by_group", `{"region":5}`):       {"4.0", "0.0"},
			"&group[region]=5":                                 {"4.0", "0.0"},
			"&group[region]=eu&group[team]=blue":               {"0.0", "0.0"},
			"&group[region]=":                                  {"0.0", "0.0"},
			"&group[nothing]=x":                                {"0.0", "0.0"},
			jsonQuery("group", `[1`) + "&group[a][b]=c&group[": {"7.0", "24.0"},
		} {
			require.Equal(t, want, pluck(objects(t, currentUsage(t, s, query), "charges_usage"), "units"), query)
		}
		usage := onlyCharge(t, currentUsage(t, s, "&charge_code=disk&group[region]=us"))
		require.Equal(t, []string{`{"team":"blue"} 2.0 200`}, brief(t, usage, "grouped_usage", "grouped_by"), "the key no longer groups")
		usage = onlyCharge(t, currentUsage(t, s, "&charge_code=disk&skip_grouping=true"))
		require.Equal(t, "7.0", usage["units"])
		require.Empty(t, usage["grouped_usage"])
	})
}

func TestCurrentUsage_GroupsByTargetWallet(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		newCharge(t, s, "disk", newMetric(t, s, "disk", ""), standard+`,"accepts_target_wallet":true`)
		subscribe(t, s, "startup", "sub", "")
		sendEvent(t, s, "a", "disk", `{"gb":10,"target_wallet_code":"main"}`)
		sendEvent(t, s, "b", "disk", `{"gb":20}`)
		require.Equal(t, []string{`{"target_wallet_code":"main"} 10.0 100`, `{"target_wallet_code":null} 20.0 200`},
			brief(t, onlyCharge(t, currentUsage(t, s, "")), "grouped_usage", "grouped_by"))
	})
}

func TestCurrentUsage_PresentationBreakdowns(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		const presented = `"presentation_group_keys":[{"value":"team"},{"value":"env"}]`
		newCharge(t, s, "disk", newMetric(t, s, "disk", clouds), priced("standard", `{"amount":"1",`+presented+`}`)+
			`,"filters":[{"values":{"cloud":["aws"]},"properties":{"amount":"2"}}]`)
		newCharge(t, s, "grouped", newMetric(t, s, "grouped", `,"name":"Z"`), priced("standard", `{"amount":"1","pricing_group_keys":["region"],`+presented+`}`))
		subscribe(t, s, "startup", "sub", "")
		for i, properties := range []string{
			`{"gb":1,"team":"red","env":"live","cloud":"aws"}`, `{"gb":2,"team":"red","env":"test"}`, `{"gb":4,"team":"red","env":"live"}`, `{"gb":8}`,
		} {
			sendEvent(t, s, fmt.Sprint(i), "disk", properties)
		}
		sendEvent(t, s, "g", "grouped", `{"gb":16,"region":"eu","team":"red"}`)
		charges := objects(t, currentUsage(t, s, ""), "charges_usage")
		rest := `[{"presentation_by":{"team":"red","env":"live"},"units":"4.0"},{"presentation_by":{"team":"red","env":"test"},"units":"2.0"},
			{"presentation_by":{"team":null,"env":null},"units":"8.0"}]`
		requireJSON(t, rest, charges[0]["presentation_breakdowns"])
		filters := objects(t, charges[0], "filters")
		requireJSON(t, `[{"presentation_by":{"team":"red","env":"live"},"units":"1.0"}]`, filters[0]["presentation_breakdowns"])
		requireJSON(t, rest, filters[1]["presentation_breakdowns"])
		require.Empty(t, charges[1]["presentation_breakdowns"], "what is grouped is split within its group")
		requireJSON(t, `[{"presentation_by":{"team":"red","env":null},"units":"16.0"}]`,
			objects(t, charges[1], "grouped_usage")[0]["presentation_breakdowns"])

		narrowed := onlyCharge(t, currentUsage(t, s, "&charge_code=disk"+jsonQuery("filter_by_presentation", `["env"]`)))
		requireJSON(t, `[{"presentation_by":{"env":"live"},"units":"4.0"},{"presentation_by":{"env":"test"},"units":"2.0"},
			{"presentation_by":{"env":null},"units":"8.0"}]`, narrowed["presentation_breakdowns"])
		for query, want := range map[string]int{`[]`: 0, `["nothing"]`: 0, `no list`: 3} {
			usage := onlyCharge(t, currentUsage(t, s, "&charge_code=disk"+jsonQuery("filter_by_presentation", query)))
			require.Len(t, objects(t, usage, "presentation_breakdowns"), want, query)
		}
	})
}

// TestCurrentUsage_BelowZero has a sum that is less than nothing: it costs
// nothing, and its events are told.
func TestCurrentUsage_BelowZero(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		newCharge(t, s, "disk", newMetric(t, s, "disk", ""), standard)
		subscribe(t, s, "startup", "sub", "")
		sendEvent(t, s, "a", "disk", `{"gb":5}`)
		sendEvent(t, s, "b", "disk", `{"gb":-8}`)
		requireMembers(t, `{"units":"0.0","total_aggregated_units":"0.0","amount_cents":0,"events_count":2}`, onlyCharge(t, currentUsage(t, s, "")))
	})
}

// TestCurrentUsage_OfAnyText sends keys and texts that no database takes as they
// are.
func TestCurrentUsage_OfAnyText(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		newCharge(t, s, "disk", newMetric(t, s, "disk", ""), standard)
		subscribe(t, s, "startup", "sub", "")
		for _, query := range []string{
			"&group[%00]=%00", "&group[a%27b]=%22%7B%5C", jsonQuery("group", `{"\u0000":"\u0000","a":{"b":null}}`),
			jsonQuery("filter_by_presentation", `["\u0000",1]`), "&charge_code=%00",
		} {
			response := s.Get("/customers/c1/current_usage?external_subscription_id=sub" + query)
			require.Contains(t, []int{http.StatusOK, http.StatusNotFound}, response.Code, "%s: %s", query, response.Body)
		}
		for _, query := range []string{"&group[%F0]=%FF", "&billable_metric_code=%FF"} {
			s.Get("/customers/c1/current_usage?external_subscription_id=sub"+query).Status(t, http.StatusBadRequest)
		}
	})
}

// TestCurrentUsage_FiltersComeAsTheyWereChanged changes the first filter, which
// then comes last.
func TestCurrentUsage_FiltersComeAsTheyWereChanged(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		charge := newCharge(t, s, "disk", newMetric(t, s, "disk", clouds), priced("standard", `{"amount":"10"}`)+
			`,"filters":[{"values":{"cloud":["aws"]},"properties":{"amount":"5"}},{"values":{"cloud":["gcp"]},"properties":{"amount":"3"}}]`)
		subscribe(t, s, "startup", "sub", "")
		require.Equal(t, []string{`{"cloud":["aws"]} 0.0 0`, `{"cloud":["gcp"]} 0.0 0`, `null 0.0 0`},
			brief(t, onlyCharge(t, currentUsage(t, s, "")), "filters", "values"))
		s.Travel(t, at(t, "2024-03-02T00:00:00Z"))
		s.Put(fmt.Sprintf("/plans/startup/charges/disk/filters/%s", objects(t, charge, "filters")[0]["lago_id"]),
			`{"filter":{"properties":{"amount":"7"}}}`).Status(t, http.StatusOK)
		require.Equal(t, []string{`{"cloud":["gcp"]} 0.0 0`, `{"cloud":["aws"]} 0.0 0`, `null 0.0 0`},
			brief(t, onlyCharge(t, currentUsage(t, s, "")), "filters", "values"))
	})
}
