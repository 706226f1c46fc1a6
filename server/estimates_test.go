package server_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
	"tarn/store/storetest"
)

// estimates are the fees of an event of the subscription "sub".
func estimates(t *testing.T, s *servertest.Server, operation, code, properties string) []map[string]any {
	t.Helper()
	return entries(t, s.Post("/events/"+operation, fmt.Sprintf(
		`{"event":{"code":%q,"external_subscription_id":"sub","properties":%s}}`, code, properties)), "fees")
}

// advanceCases are those of section 8.6: what each event brings as a fee (units,
// cents), and what usage shows after all of them.
func advanceCases() map[string]struct {
	metric, charge string
	events, fees   []string
	usage          string
} {
	graduated := func(ranges string) string { return priced("graduated", `{"graduated_ranges":[`+ranges+`]}`) }
	return map[string]struct {
		metric, charge string
		events, fees   []string
		usage          string
	}{
		"count standard": {
			`,"aggregation_type":"count_agg"`, priced("standard", `{"amount":"10"}`),
			[]string{`{}`, `{}`},
			[]string{"1.0 1000", "1.0 1000"},
			"2.0 2000",
		},
		"count graduated": {
			`,"aggregation_type":"count_agg"`, graduated(`{"from_value":0,"to_value":2,"per_unit_amount":"0","flat_amount":"0"},
				{"from_value":3,"to_value":null,"per_unit_amount":"2","flat_amount":"0"}`),
			[]string{`{}`, `{}`, `{}`},
			[]string{"1.0 0", "1.0 0", "1.0 200"},
			"3.0 200",
		},
		"sum, only peaks": {
			"", priced("standard", `{"amount":"1"}`),
			[]string{`{"gb":10}`, `{"gb":-4}`, `{"gb":8}`},
			[]string{"10.0 1000", "0.0 0", "4.0 400"},
			"14.0 1400",
		},
		"sum, units without an amount": {
			"", priced("standard", `{"amount":"1"}`),
			[]string{`{"gb":10}`, `{"gb":-5}`, `{"gb":2}`},
			[]string{"10.0 1000", "0.0 0", "2.0 0"},
			"7.0 1000",
		},
		"sum, first below zero": {
			"", priced("standard", `{"amount":"1"}`),
			[]string{`{"gb":-5}`, `{"gb":10}`},
			[]string{"0.0 0", "10.0 1000"},
			"5.0 1000",
		},
		"unique count": {
			`,"aggregation_type":"unique_count_agg"`, priced("standard", `{"amount":"12"}`),
			[]string{`{"gb":"a"}`, `{"gb":"a","operation_type":"remove"}`, `{"gb":"a"}`, `{"gb":"b"}`, `{"gb":"b"}`},
			[]string{"1.0 1200", "0.0 0", "1.0 0", "1.0 1200", "0.0 0"},
			"2.0 2400",
		},
		"package": {
			"", priced("package", `{"amount":"100","package_size":2,"free_units":3}`),
			[]string{`{"gb":3}`, `{"gb":1}`, `{"gb":2}`},
			[]string{"3.0 0", "1.0 10000", "2.0 10000"},
			"6.0 20000",
		},
		"graduated": {
			"", graduated(`{"from_value":0,"to_value":5,"per_unit_amount":"0.02","flat_amount":"0.01"},
				{"from_value":6,"to_value":null,"per_unit_amount":"0.01","flat_amount":"0.01"}`),
			[]string{`{"gb":3}`, `{"gb":1}`, `{"gb":2}`},
			[]string{"3.0 7", "1.0 2", "2.0 4"},
			"6.0 13",
		},
		"percentage with free events": {
			"", priced("percentage", `{"rate":"5","fixed_amount":"1","free_units_per_events":2}`),
			[]string{`{"gb":8}`, `{"gb":5}`, `{"gb":3}`},
			[]string{"8.0 0", "5.0 0", "3.0 115"},
			"16.0 115",
		},
		"percentage with free units": {
			"", priced("percentage", `{"rate":"5","fixed_amount":"1","free_units_per_total_aggregation":"120"}`),
			[]string{`{"gb":100}`, `{"gb":10}`, `{"gb":20}`, `{"gb":20}`},
			[]string{"100.0 0", "10.0 0", "20.0 150", "20.0 200"},
			"150.0 350",
		},
		"graduated percentage": {
			"", priced("graduated_percentage", `{"graduated_percentage_ranges":[{"from_value":0,"to_value":100,"rate":"20","flat_amount":"10"},
				{"from_value":101,"to_value":200,"rate":"30","flat_amount":"7"},{"from_value":201,"to_value":null,"rate":"40","flat_amount":"5"}]}`),
			[]string{`{"gb":50}`, `{"gb":100}`, `{"gb":300}`},
			[]string{"50.0 2000", "100.0 3200", "300.0 12000"},
			"450.0 17200",
		},
	}
}

// TestEstimateFees_AreWhatEventsBring estimates each event before it comes.
func TestEstimateFees_AreWhatEventsBring(t *testing.T) {
	t.Parallel()
	for name, c := range advanceCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			servertest.Run(t, func(t *testing.T, s *servertest.Server) {
				usageWorld(t, s)
				newCharge(t, s, "x", newMetric(t, s, "x", c.metric), c.charge+`,"pay_in_advance":true`)
				subscribe(t, s, "startup", "sub", "")
				for i, properties := range c.events {
					fees := estimates(t, s, "estimate_fees", "x", properties)
					require.Len(t, fees, 1)
					require.Equal(t, c.fees[i], fmt.Sprint(fees[0]["units"], " ", fees[0]["amount_cents"]), "event %d", i)
					sendEvent(t, s, fmt.Sprint(i), "x", properties)
				}
				usage := onlyCharge(t, currentUsage(t, s, ""))
				require.Equal(t, c.usage, fmt.Sprint(usage["units"], " ", usage["amount_cents"]))
			})
		})
	}
}

func TestEstimateFees_OfDynamicCharges(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		newCharge(t, s, "x", newMetric(t, s, "x", ""), priced("dynamic", `{}`)+`,"pay_in_advance":true`)
		subscribe(t, s, "startup", "sub", "")
		for amount, cents := range map[string]any{`"1234.56"`: 1235, `2.1`: 2, `null`: 0} {
			fees := entries(t, s.Post("/events/estimate_fees", fmt.Sprintf(
				`{"event":{"code":"x","external_subscription_id":"sub","properties":{"gb":1},"precise_total_amount_cents":%s}}`, amount)), "fees")
			require.EqualValues(t, fmt.Sprint(cents), fmt.Sprint(fees[0]["amount_cents"]), amount)
		}
	})
}

func TestEstimateFees_OfProratedCharges(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		organizationAt(t, s, "2024-02-01T00:00:00Z")
		createPlan(t, s, "startup", "")
		upsert(t, s, `{"external_id":"c1"}`)
		newCharge(t, s, "x", newMetric(t, s, "x", `,"recurring":true`), priced("standard", `{"amount":"29"}`)+`,"pay_in_advance":true,"prorated":true`)
		subscribe(t, s, "startup", "sub", "")
		s.Travel(t, at(t, "2024-02-06T12:00:00Z"))
		requireMembers(t, `{"units":"10.0","amount_cents":24000}`, estimates(t, s, "estimate_fees", "x", `{"gb":10}`)[0])
		sendEvent(t, s, "a", "x", `{"gb":10}`)
		requireMembers(t, `{"units":"10.0","amount_cents":24000}`, onlyCharge(t, currentUsage(t, s, "")))
		requireMembers(t, `{"units":"0.0","amount_cents":0}`, estimates(t, s, "estimate_fees", "x", `{"gb":-5}`)[0])
		sendEvent(t, s, "b", "x", `{"gb":-5}`)
		requireMembers(t, `{"units":"5.0","amount_cents":24000}`, onlyCharge(t, currentUsage(t, s, "")))
	})
}

func TestEstimateFees_ShowsEveryField(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20","description":"Value"}}`).Status(t, http.StatusOK)
		metric := newMetric(t, s, "disk", clouds+`,"description":"Space"`)
		charge := newCharge(t, s, "disk", metric, priced("standard", `{"amount":"2","pricing_group_keys":["team"]}`)+`,"pay_in_advance":true,"invoiceable":false,
			"tax_codes":["vat"],"filters":[{"values":{"cloud":["aws","gcp"],"region":["eu"]},"properties":{"amount":"1.005","pricing_group_keys":["team"]}}]`)
		sub := subscribe(t, s, "startup", "sub", "")
		fees := estimates(t, s, "estimate_fees", "disk", `{"gb":1,"cloud":"aws","region":"eu","team":"red"}`)
		require.Len(t, fees, 1)
		fee := fees[0]
		require.NoError(t, uuid.Validate(textOf(t, fee, "event_transaction_id")))
		delete(fee, "event_transaction_id")
		filter := objects(t, charge, "filters")[0]
		requireJSON(t, fmt.Sprintf(`{"lago_id":null,"lago_invoice_id":null,"lago_fixed_charge_id":null,"lago_true_up_fee_id":null,
			"lago_true_up_parent_fee_id":null,"lago_original_fee_id":null,"created_at":null,"succeeded_at":null,"failed_at":null,"refunded_at":null,
			"lago_charge_id":%q,"lago_charge_filter_id":%q,"lago_customer_id":%q,"lago_subscription_id":%q,
			"external_customer_id":"c1","external_subscription_id":"sub","description":null,"invoiceable":false,"pay_in_advance":true,
			"payment_status":"pending","self_billed":false,"from_date":"2024-03-01T00:00:00+00:00","to_date":"2024-03-31T23:59:59+00:00",
			"units":"1.0","total_aggregated_units":"1.0","events_count":1,"amount_cents":101,"amount_currency":"USD","amount_details":{},
			"precise_amount":"1.005","precise_unit_amount":"1.01","precise_coupons_amount_cents":"0.0","precise_total_amount":"1.207",
			"sub_total_excluding_taxes_amount_cents":101,"sub_total_excluding_taxes_precise_amount_cents":"100.5",
			"taxes_amount_cents":20,"taxes_precise_amount":"0.202","taxes_rate":20,"total_amount_cents":121,"total_amount_currency":"USD",
			"pricing_unit_details":null,"presentation_breakdowns":[],
			"item":{"type":"charge","code":"disk","name":"Storage","description":"Space","invoice_display_name":"Storage","lago_item_id":%q,
				"item_type":"BillableMetric","filters":{"cloud":["aws","gcp"],"region":["eu"]},"filter_invoice_display_name":"aws, gcp, eu",
				"grouped_by":{"team":"red"}},
			"applied_taxes":[{"lago_id":null,"lago_fee_id":null,"lago_tax_id":%q,"tax_code":"vat","tax_name":"VAT","tax_description":"Value",
				"tax_rate":20,"amount_cents":20,"amount_currency":"USD","created_at":null}]}`,
			charge["lago_id"], filter["lago_id"], sub["lago_customer_id"], sub["lago_id"], metric["lago_id"],
			objects(t, charge, "taxes")[0]["lago_id"]), fee)
		requireMembers(t, `{"units":"0.0","events_count":0}`, onlyCharge(t, currentUsage(t, s, "")))
		require.Empty(t, entries(t, s.Get("/events"), "events"), "an estimate keeps nothing")
	})
}

// TestEstimateFees_FollowTheEventsGroup shows that only the usage of the same
// filter and group matters.
func TestEstimateFees_FollowTheEventsGroup(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		packages := `{"amount":"1","package_size":10,"free_units":0,"pricing_group_keys":["team"]}`
		newCharge(t, s, "x", newMetric(t, s, "x", clouds), priced("package", packages)+`,"pay_in_advance":true,"accepts_target_wallet":true,
			"filters":[{"values":{"cloud":["aws"]},"properties":{"amount":"5","package_size":10,"free_units":0}}]`)
		subscribe(t, s, "startup", "sub", "")
		sendEvent(t, s, "a", "x", `{"gb":5,"team":"red"}`)
		sendEvent(t, s, "b", "x", `{"gb":5,"cloud":"aws","team":"red"}`)
		for _, c := range [][2]string{
			{`{"gb":5,"team":"red"}`, `0 {"team":"red"}`},
			{`{"gb":6,"team":"red"}`, `100 {"team":"red"}`},
			{`{"gb":5,"team":"blue"}`, `100 {"team":"blue"}`},
			{`{"gb":5}`, `100 {"team":null}`},
			{`{"gb":5,"cloud":"aws"}`, `0 {}`},
			{`{"gb":6,"cloud":"aws"}`, `500 {}`},
			{`{"gb":5,"team":"red","target_wallet_code":"main"}`, `100 {"target_wallet_code":"main","team":"red"}`},
			{`{"gb":5,"cloud":"aws","target_wallet_code":"main"}`, `500 {"target_wallet_code":"main"}`},
		} {
			fee := estimates(t, s, "estimate_fees", "x", c[0])[0]
			require.Equal(t, c[1], fmt.Sprint(fee["amount_cents"], " ", jsonOf(t, object(t, fee, "item")["grouped_by"])), c[0])
		}
	})
}

func TestEstimates_Refusals(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		sum := newMetric(t, s, "sum", "")
		newMetric(t, s, "unpriced", "")
		arrears, computed := newMetric(t, s, "arrears", ""), newMetric(t, s, "computed", `,"expression":"event.properties.a * 2"`)
		newCharge(t, s, "sum", sum, standard+`,"pay_in_advance":true`)
		newCharge(t, s, "computed", computed, standard+`,"pay_in_advance":true`)
		newCharge(t, s, "arrears", arrears, standard)
		createPlan(t, s, "bare", "")
		subscribe(t, s, "startup", "sub", "")
		subscribe(t, s, "bare", "bare", "")
		estimate := func(operation, event string) *servertest.Response {
			return s.Post("/events/"+operation, `{"event":`+event+`}`)
		}
		for _, operation := range []string{"estimate_fees", "estimate_instant_fees"} {
			for _, event := range []string{`{"code":"sum"}`, `{"code":"sum","external_subscription_id":""}`, `{"code":"none","external_subscription_id":"none"}`} {
				requireNotFound(t, "subscription", estimate(operation, event))
			}
			for _, code := range []string{"unpriced", "arrears"} {
				requireDetails(t, `{"code":["does_not_match_an_instant_charge"]}`, estimate(operation, `{"code":"`+code+`","external_subscription_id":"sub"}`))
			}
			require.JSONEq(t, `{"status":422,"error":"Unprocessable Entity","code":"validation_errors",
				"error_details":"expression_evaluation_failed: Variable: a not found"}`,
				string(estimate(operation, `{"code":"computed","external_subscription_id":"sub"}`).Status(t, http.StatusUnprocessableEntity).Body))
			for _, body := range []string{``, `{}`, `{"event":{}}`, `{"event":null}`} {
				requireNoParameter(t, "event", s.Post("/events/"+operation, body))
			}
		}
		fees := func(members string) *servertest.Response {
			return estimate("estimate_fees", `{"external_subscription_id":"sub",`+members+`}`)
		}
		requireDetails(t, `{"timestamp":["invalid_format"]}`, fees(`"code":"none","timestamp":"2024-03-01"`))
		requireNotFound(t, "billable_metric", fees(`"code":"none"`))
		requireNotFound(t, "billable_metric", fees(`"properties":{}`))
		for _, value := range []string{`"abc"`, `true`, `"1e3"`, `[1]`} {
			requireDetails(t, `{"properties":["value_is_not_valid_number"]}`, fees(`"code":"unpriced","properties":{"gb":`+value+`}`))
		}
		requireMembers(t, `{"units":"0.0","amount_cents":0}`, entries(t, fees(`"code":"sum","timestamp":"1"`), "fees")[0])
		requireDetails(t, `{"code":["does_not_match_an_instant_charge"]}`, estimate("estimate_instant_fees", `{"code":"none","external_subscription_id":"sub"}`))

		batch := func(events string) *servertest.Response {
			return s.Post("/events/batch_estimate_instant_fees", `{"events":[`+events+`]}`)
		}
		requireNotFound(t, "subscription", batch(`{"code":"sum","external_subscription_id":"sub"},{"code":"sum","external_subscription_id":"none"}`))
		requireDetails(t, `{"code":["does_not_match_an_instant_charge"]}`, batch(`{"code":"sum","external_subscription_id":"bare"}`))
		requireNoParameter(t, "events", s.Post("/events/batch_estimate_instant_fees", `{}`))

		_, other := s.NewOrganization(t, "Umbrella")
		for _, path := range []string{"estimate_fees", "estimate_instant_fees"} {
			requireNotFound(t, "subscription", s.DoAs(other, http.MethodPost, "/events/"+path, `{"event":{"code":"sum","external_subscription_id":"sub"}}`))
		}
		requireClosed(t, s, "event", `POST /events/estimate_fees {}`, `POST /events/estimate_instant_fees {}`, `POST /events/batch_estimate_instant_fees {}`)
	})
}

func TestEstimateInstantFees(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		metric := newMetric(t, s, "pay", clouds)
		charge := newCharge(t, s, "pay", metric, priced("percentage", `{"rate":"0.1"}`)+`,"pay_in_advance":true`)
		sub := subscribe(t, s, "startup", "sub", "")
		fees := entries(t, s.Post("/events/estimate_instant_fees",
			`{"event":{"code":"pay","external_subscription_id":"sub","transaction_id":"mine","properties":{"gb":400},"precise_total_amount_cents":"7"}}`), "fees")
		requireJSON(t, fmt.Sprintf(`[{"lago_id":null,"lago_invoice_id":null,"lago_true_up_fee_id":null,"lago_true_up_parent_fee_id":null,
			"lago_charge_id":%q,"lago_charge_filter_id":null,"lago_customer_id":%q,"lago_subscription_id":%q,
			"created_at":null,"succeeded_at":null,"failed_at":null,"refunded_at":null,"amount_details":null,"description":null,
			"external_customer_id":"c1","external_subscription_id":"sub","event_transaction_id":"mine","events_count":1,
			"units":"400.0","amount_cents":"40.0","amount_currency":"USD","total_amount_cents":"40.0","total_amount_currency":"USD",
			"precise_amount":"40.0","precise_total_amount":"40.0","precise_unit_amount":"0.1","precise_coupons_amount_cents":"0.0",
			"taxes_amount_cents":0,"taxes_precise_amount":0.0,"taxes_rate":0,"invoiceable":true,"pay_in_advance":true,"payment_status":"pending",
			"item":{"type":"charge","code":"pay","name":"Storage","description":null,"invoice_display_name":"Storage","lago_item_id":%q,
				"item_type":"BillableMetric","filters":null,"filter_invoice_display_name":null,"grouped_by":{}}}]`,
			charge["lago_id"], sub["lago_customer_id"], sub["lago_id"], metric["lago_id"]), fees)
	})
}

// TestEstimateInstantFees_OfEachCharge prices events by themselves, whatever came
// before.
func TestEstimateInstantFees_OfEachCharge(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		setPremium(t, s, `{"licensed":false}`)
		newCharge(t, s, "standard", newMetric(t, s, "standard", clouds+`,"rounding_function":"ceil"`), priced("standard", `{"amount":"2"}`)+
			`,"pay_in_advance":true,"filters":[{"values":{"cloud":["aws"]},"properties":{"amount":"3"}},
				{"values":{"cloud":["aws"],"region":["eu"]},"properties":{"amount":"4"}}]`)
		newCharge(t, s, "count", newMetric(t, s, "count", `,"aggregation_type":"count_agg"`), priced("standard", `{"amount":"7"}`)+`,"pay_in_advance":true`)
		newCharge(t, s, "percentage", newMetric(t, s, "percentage", ""), priced("percentage",
			`{"rate":"1","fixed_amount":"1","free_units_per_events":5,"per_transaction_min_amount":"1.75","per_transaction_max_amount":"12"}`)+`,"pay_in_advance":true`)
		newCharge(t, s, "package", newMetric(t, s, "package", ""), priced("package", `{"amount":"1","package_size":1,"free_units":0}`)+`,"pay_in_advance":true`)
		subscribe(t, s, "startup", "sub", "")
		for _, c := range [][3]string{
			{"standard", `{"gb":1.2}`, "2.0 400"},
			{"standard", `{}`, "0.0 0"},
			{"standard", `{"gb":-3}`, "0.0 0"},
			{"standard", `{"gb":"x"}`, "0.0 0"},
			{"standard", `{"gb":1,"cloud":"aws"}`, "1.0 300"},
			{"standard", `{"gb":1,"cloud":"aws","region":"eu"}`, "1.0 400"},
			{"standard", `{"gb":1,"region":"eu"}`, "1.0 200"},
			{"count", `{"gb":9}`, "1.0 700"},
			{"percentage", `{"gb":10}`, "10.0 175"},
			{"percentage", `{"gb":500}`, "500.0 600"},
			{"percentage", `{"gb":5000}`, "5000.0 1200"},
		} {
			fee := estimates(t, s, "estimate_instant_fees", c[0], c[1])[0]
			require.Equal(t, c[2], fmt.Sprint(fee["units"], " ", fee["amount_cents"]), c)
		}
		requireDetails(t, `{"code":["does_not_match_an_instant_charge"]}`,
			s.Post("/events/estimate_instant_fees", `{"event":{"code":"package","external_subscription_id":"sub"}}`))
	})
}

func TestBatchEstimateInstantFees(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		newCharge(t, s, "x", newMetric(t, s, "x", ""), priced("standard", `{"amount":"1"}`)+`,"pay_in_advance":true`)
		newMetric(t, s, "unpriced", "")
		subscribe(t, s, "startup", "sub", "")
		subscribe(t, s, "startup", "other", "")
		fees := entries(t, s.Post("/events/batch_estimate_instant_fees", `{"events":[
			{"code":"x","external_subscription_id":"sub","transaction_id":"1","properties":{"gb":1}},
			{"event":{"code":"x","external_subscription_id":"other","transaction_id":"2","properties":{"gb":2}}},
			{"code":"unpriced","external_subscription_id":"other"},
			null,
			{"event":{"code":"x","external_subscription_id":"sub","transaction_id":"3","properties":{"gb":4}}}]}`), "fees")
		require.Equal(t, []any{"1", "3", "2"}, pluck(fees, "event_transaction_id"), "by subscription")
		requireJSON(t, `[100,400,200]`, pluck(fees, "amount_cents"))
		// An amount of its own counts for charges that leave the price to their events, and these have no instant fees.
		fees = entries(t, s.Post("/events/batch_estimate_instant_fees", `{"events":[
			{"code":"x","external_subscription_id":"sub","properties":{"gb":1},"precise_total_amount_cents":"12.5"},
			{"event":{"code":"x","external_subscription_id":"sub","properties":{"gb":2},"precise_total_amount_cents":"99.5"}}]}`), "fees")
		requireJSON(t, `[100,200]`, pluck(fees, "amount_cents"))
		require.Empty(t, entries(t, s.Post("/events/batch_estimate_instant_fees", `{"events":[]}`), "fees"))
	})
}

// TestEstimateInstantFees_OnWire shows the amounts as Lago's own server does.
func TestEstimateInstantFees_OnWire(t *testing.T) {
	t.Parallel()
	s := servertest.NewOnWire(t, storetest.URL(t, store.SQLite))
	usageWorld(t, s)
	newCharge(t, s, "pay", newMetric(t, s, "pay", ""), priced("percentage", `{"rate":"0.1"}`)+`,"pay_in_advance":true`)
	subscribe(t, s, "startup", "sub", "")
	const want = `{"amount_cents":"40.0","total_amount_cents":"40.0","precise_amount":"40.0","precise_total_amount":"40.0","precise_unit_amount":"0.1","units":"400.0"}`
	requireMembers(t, want, estimates(t, s, "estimate_instant_fees", "pay", `{"gb":400}`)[0])
	batch := s.Post("/events/batch_estimate_instant_fees", `{"events":[{"code":"pay","external_subscription_id":"sub","properties":{"gb":400}}]}`)
	requireMembers(t, want, entries(t, batch, "fees")[0])
}
