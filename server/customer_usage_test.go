package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// usageWorld lets the server's organization begin at the start of March 2024,
// with the plan "startup" in dollars and its customer c1.
func usageWorld(t *testing.T, s *servertest.Server) {
	t.Helper()
	organizationAt(t, s, "2024-03-01T00:00:00Z")
	createPlan(t, s, "startup", "")
	upsert(t, s, `{"external_id":"c1","currency":"USD"}`)
}

// priced are the members of a charge with a model and its properties.
func priced(model, properties string) string {
	return fmt.Sprintf(`,"charge_model":%q,"properties":%s`, model, properties)
}

// sendEvent sends an event of a metric for the subscription "sub" that happens
// now.
func sendEvent(t *testing.T, s *servertest.Server, id, code, properties string) {
	t.Helper()
	sendEventAt(t, s, id, code, "null", properties)
}

// sendEventAt does so for an instant in Unix seconds.
func sendEventAt(t *testing.T, s *servertest.Server, id, code, timestamp, properties string) {
	t.Helper()
	s.Post("/events", fmt.Sprintf(
		`{"event":{"transaction_id":%q,"code":%q,"external_subscription_id":"sub","timestamp":%s,"properties":%s}}`,
		id, code, timestamp, properties)).Status(t, http.StatusOK)
}

// currentUsage is the usage of the subscription "sub"; query is what comes after
// its identifier.
func currentUsage(t *testing.T, s *servertest.Server, query string) map[string]any {
	t.Helper()
	return member(t, s.Get("/customers/c1/current_usage?external_subscription_id=sub"+query), "customer_usage")
}

// onlyCharge is the usage of the only charge.
func onlyCharge(t *testing.T, usage map[string]any) map[string]any {
	t.Helper()
	charges := objects(t, usage, "charges_usage")
	require.Len(t, charges, 1)
	return charges[0]
}

// brief writes the entries of a list as their units and cents, each after what
// names it.
func brief(t *testing.T, of map[string]any, list, name string) []string {
	t.Helper()
	lines := []string{}
	for _, entry := range objects(t, of, list) {
		text, err := json.Marshal(entry[name])
		require.NoError(t, err)
		lines = append(lines, fmt.Sprintf("%s %v %v", text, entry["units"], entry["amount_cents"]))
	}
	return lines
}

func TestCurrentUsage_ShowsEveryField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		metric := newMetric(t, s, "storage", "")
		charge := newCharge(t, s, "disk", metric, priced("standard", `{"amount":"0.335"}`)+`,"invoice_display_name":"Disk"`)
		subscribe(t, s, "startup", "sub", "")
		sendEvent(t, s, "a", "storage", `{"gb":3}`)
		requireJSON(t, fmt.Sprintf(`{"from_datetime":"2024-03-01T00:00:00Z","to_datetime":"2024-03-31T23:59:59Z","issuing_date":"2024-03-31",
			"currency":"USD","amount_cents":101,"taxes_amount_cents":0,"total_amount_cents":101,"lago_invoice_id":null,
			"charges_usage":[{"units":"3.0","total_aggregated_units":"3.0","events_count":1,"amount_cents":101,"amount_currency":"USD",
				"pricing_unit_details":null,"filters":[],"grouped_usage":[],"presentation_breakdowns":[],
				"charge":{"lago_id":%q,"code":"disk","charge_model":"standard","invoice_display_name":"Disk"},
				"billable_metric":{"lago_id":%q,"name":"Storage","code":"storage","aggregation_type":"sum_agg"}}]}`,
			charge["lago_id"], metric["lago_id"]), currentUsage(t, s, ""))
	})
}

func TestCurrentUsage_BeginsWithTheSubscription(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		organizationAt(t, s, "2024-03-05T10:11:12Z")
		createPlan(t, s, "startup", "")
		upsert(t, s, `{"external_id":"c1"}`)
		newCharge(t, s, "calls", newMetric(t, s, "calls", ""), priced("standard", `{"amount":"1"}`))
		weighted := newMetric(t, s, "level", `,"aggregation_type":"weighted_sum_agg","weighted_interval":"seconds"`)
		newCharge(t, s, "level", weighted, priced("standard", `{"amount":"1"}`))
		sendEventAt(t, s, "before", "calls", unix(t, "2024-03-05T10:11:11Z"), `{"gb":1}`)
		sendEventAt(t, s, "at once", "calls", unix(t, "2024-03-05T10:11:12Z"), `{"gb":2}`)
		sendEventAt(t, s, "last", "calls", unix(t, "2024-03-31T23:59:59Z"), `{"gb":4}`)
		sendEventAt(t, s, "after", "calls", unix(t, "2024-04-01T00:00:00Z"), `{"gb":8}`)
		sendEventAt(t, s, "level", "level", unix(t, "2024-03-22T00:00:00Z"), `{"gb":31}`)
		subscribe(t, s, "startup", "sub", "")
		usage := currentUsage(t, s, "")
		requireMembers(t, `{"from_datetime":"2024-03-05T10:11:12Z","to_datetime":"2024-03-31T23:59:59Z"}`, usage)
		require.Equal(t, []any{"6.0", "10.0"}, pluck(objects(t, usage, "charges_usage"), "units"), "the level is divided by the days of the whole month")
	})
}

// unix writes an instant as events take it.
func unix(t *testing.T, text string) string {
	t.Helper()
	return fmt.Sprint(at(t, text).Unix())
}

func TestCurrentUsage_OfMonthlyChargesOfAYear(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		organizationAt(t, s, "2024-03-05T10:00:00Z")
		createPlan(t, s, "startup", `,"interval":"yearly","bill_charges_monthly":true`)
		upsert(t, s, `{"external_id":"c1","timezone":"America/New_York"}`)
		newCharge(t, s, "calls", newMetric(t, s, "calls", ""), priced("standard", `{"amount":"1"}`))
		subscribe(t, s, "startup", "sub", `,"billing_time":"anniversary"`)
		sendEvent(t, s, "first month", "calls", `{"gb":1}`)
		s.Travel(t, at(t, "2024-04-20T00:00:00Z"))
		sendEvent(t, s, "second month", "calls", `{"gb":2}`)
		usage := currentUsage(t, s, "")
		requireMembers(t, `{"from_datetime":"2024-04-05T04:00:00Z","to_datetime":"2024-05-05T03:59:59Z","issuing_date":"2025-03-05","amount_cents":200}`, usage)
	})
}

// TestCurrentUsage_TaxesAreThoseOfTheNearest attaches taxes from the outside to
// the inside: each takes the place of those before it.
func TestCurrentUsage_TaxesAreThoseOfTheNearest(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		for code, rate := range map[string]string{"entity": "1", "customer": "2", "plan": "20", "charge": "10", "more": "2.5"} {
			s.Post("/taxes", fmt.Sprintf(`{"tax":{"name":%q,"code":%q,"rate":%q}}`, code, code, rate)).Status(t, http.StatusOK)
		}
		newCharge(t, s, "calls", newMetric(t, s, "calls", ""), priced("standard", `{"amount":"5.01"}`))
		newCharge(t, s, "disk", newMetric(t, s, "disk", ""), priced("standard", `{"amount":"0.01"}`))
		subscribe(t, s, "startup", "sub", "")
		sendEvent(t, s, "a", "calls", `{"gb":1}`)
		sendEvent(t, s, "b", "disk", `{"gb":33}`)
		requireTaxes := func(taxes, total int) {
			t.Helper()
			requireMembers(t, fmt.Sprintf(`{"amount_cents":534,"taxes_amount_cents":%d,"total_amount_cents":%d}`, taxes, total), currentUsage(t, s, ""))
		}
		requireTaxes(0, 534)
		s.Put("/billing_entities/traveller", `{"billing_entity":{"tax_codes":["entity"]}}`).Status(t, http.StatusOK)
		requireTaxes(5, 539)
		upsert(t, s, `{"external_id":"c1","tax_codes":["customer"]}`)
		requireTaxes(11, 545)
		s.Put("/plans/startup", `{"plan":{"tax_codes":["plan"]}}`).Status(t, http.StatusOK)
		requireTaxes(107, 641)
		s.Put("/plans/startup/charges/disk", `{"charge":{"charge_model":"standard","properties":{"amount":"0.01"},"tax_codes":["charge","more"]}}`).Status(t, http.StatusOK)
		requireTaxes(104, 638) // 100.2 + 3.3 + 0.825 = 104.325, rounded once
		requireMembers(t, `{"amount_cents":534,"taxes_amount_cents":0,"total_amount_cents":534}`, currentUsage(t, s, "&apply_taxes=false"))
	})
}

func TestCurrentUsage_OfSomeCharges(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		calls, disk := newMetric(t, s, "calls", `,"name":"zebra"`), newMetric(t, s, "disk", `,"name":"Ant"`)
		first := newCharge(t, s, "first", calls, standard)
		newCharge(t, s, "second", disk, standard)
		newCharge(t, s, "third", calls, standard)
		subscribe(t, s, "startup", "sub", "")
		codes := func(query string) []any {
			t.Helper()
			var found []any
			for _, each := range objects(t, currentUsage(t, s, query), "charges_usage") {
				found = append(found, object(t, each, "charge")["code"])
			}
			return found
		}
		require.Equal(t, []any{"second", "first", "third"}, codes(""), "by the names of the metrics, in any case")
		id := textOf(t, first, "lago_id")
		for _, query := range []string{
			"&charge_id=" + id, "&filter_by_charge_id=" + id, "&charge_code=first", "&filter_by_charge_code=first",
			"&charge_code=second&charge_id=" + id, "&billable_metric_code=disk&charge_code=first", "&billable_metric_code=disk&filter_by_charge_code=first",
		} {
			require.Equal(t, []any{"first"}, codes(query), query)
		}
		require.Equal(t, []any{"first", "third"}, codes("&billable_metric_code=calls"))
		require.Equal(t, []any{"second"}, codes("&filter_by_metric_code=disk"))
		for _, query := range []string{
			"&charge_id=" + strings.ReplaceAll(id, id[:8], "00000000"), "&charge_code=none", "&billable_metric_code=none", "&charge_code=none&billable_metric_code=disk",
		} {
			requireNotFound(t, "charge", s.Get("/customers/c1/current_usage?external_subscription_id=sub"+query))
		}
	})
}

func TestCurrentUsage_Refusals(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		upsert(t, s, `{"external_id":"c2"}`)
		subscribe(t, s, "startup", "sub", "")
		subscribe(t, s, "startup", "later", `,"subscription_at":"2024-05-01T00:00:00Z"`)
		for _, kind := range []string{"current", "projected"} {
			path := "/customers/%s/" + kind + "_usage"
			requireNotFound(t, "customer", s.Get(fmt.Sprintf(path, "nobody")+"?external_subscription_id=sub"))
			for _, query := range []string{"", "?external_subscription_id=", "?external_subscription_id=none", "?external_subscription_id=later"} {
				requireNotAllowed(t, "no_active_subscription", s.Get(fmt.Sprintf(path, "c1")+query))
			}
			requireNotAllowed(t, "no_active_subscription", s.Get(fmt.Sprintf(path, "c2")+"?external_subscription_id=sub"))
			requireDetails(t, `{"apply_taxes":["value_is_invalid"]}`, s.Get(fmt.Sprintf(path, "c1")+"?external_subscription_id=sub&apply_taxes=maybe"))
		}
		_, other := s.NewOrganization(t, "Umbrella")
		for _, path := range []string{"current_usage", "projected_usage"} {
			requireNotFound(t, "customer", s.DoAs(other, http.MethodGet, "/customers/c1/"+path+"?external_subscription_id=sub", ""))
		}
		requireClosed(t, s, "customer_usage", `GET /customers/c1/current_usage`, `GET /customers/c1/projected_usage`, `GET /customers/c1/past_usage`)
		s.Delete("/subscriptions/sub").Status(t, http.StatusOK)
		requireNotAllowed(t, "no_active_subscription", s.Get("/customers/c1/current_usage?external_subscription_id=sub"))
	})
}

func TestCurrentUsage_SinceTheSubscriptionStarted(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		newCharge(t, s, "calls", newMetric(t, s, "calls", ""), standard)
		items := newMetric(t, s, "items", `,"recurring":true`)
		newCharge(t, s, "items", items, standard+`,"prorated":true`)
		subscribe(t, s, "startup", "sub", "")
		sendEvent(t, s, "a", "calls", `{"gb":1,"region":"eu"}`)
		s.Travel(t, at(t, "2024-05-10T00:00:00Z"))
		sendEvent(t, s, "b", "calls", `{"gb":2,"region":"us"}`)
		require.Equal(t, "2.0", onlyCharge(t, currentUsage(t, s, "&charge_code=calls"))["units"])
		usage := currentUsage(t, s, "&charge_code=calls&full_usage=true")
		require.Equal(t, "3.0", onlyCharge(t, usage)["units"])
		requireMembers(t, `{"from_datetime":"2024-03-01T00:00:00Z","to_datetime":"2024-05-31T23:59:59Z"}`, usage)

		refused := func(query string) {
			t.Helper()
			requireNotAllowed(t, "full_usage_not_allowed", s.Get("/customers/c1/current_usage?external_subscription_id=sub&full_usage=true"+query))
		}
		refused("")
		refused("&charge_code=items")
		refused("&group[region]=eu") // for all charges, and one of them is prorated
		s.Admin(http.MethodPatch, "/admin/organizations/"+s.Organization.ID.String(), `{"premium":{"integrations":["projected_usage"]}}`).Status(t, http.StatusOK)
		refused("&charge_code=calls")
	})
}

// TestCurrentUsage_CarriesALevelOver upgrades a subscription whose level goes on.
func TestCurrentUsage_CarriesALevelOver(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		level := newMetric(t, s, "level", `,"aggregation_type":"weighted_sum_agg","weighted_interval":"seconds","recurring":true`)
		newCharge(t, s, "level", level, priced("standard", `{"amount":"1"}`))
		s.Post("/plans", fmt.Sprintf(`{"plan":{"name":"Dear","code":"dear","interval":"monthly","amount_cents":90000,"amount_currency":"USD",
			"pay_in_advance":false,"charges":[{"billable_metric_id":%q,"charge_model":"standard","properties":{"amount":"2"}}]}}`, level["lago_id"])).
			Status(t, http.StatusOK)
		sendEventAt(t, s, "earlier", "level", unix(t, "2024-02-20T00:00:00Z"), `{"gb":1000}`)
		subscribe(t, s, "startup", "sub", "")
		sendEvent(t, s, "now", "level", `{"gb":31}`)
		requireMembers(t, `{"units":"31.0","total_aggregated_units":"31.0","amount_cents":3100}`, onlyCharge(t, currentUsage(t, s, "")))
		s.Travel(t, at(t, "2024-03-17T00:00:00Z"))
		subscribe(t, s, "dear", "sub", "")
		requireMembers(t, `{"total_aggregated_units":"1031.0","events_count":0}`, onlyCharge(t, currentUsage(t, s, "")))
	})
}

// TestCurrentUsage_IsThatOfTheLifetime shows the amount without taxes where all
// usage of a subscription is shown.
func TestCurrentUsage_IsThatOfTheLifetime(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, http.StatusOK)
		newCharge(t, s, "calls", newMetric(t, s, "calls", ""), priced("standard", `{"amount":"5.01"}`)+`,"tax_codes":["vat"]`)
		subscribe(t, s, "startup", "sub", "")
		sendEvent(t, s, "a", "calls", `{"gb":2}`)
		requireMembers(t, `{"current_usage_amount_cents":1002}`, member(t, s.Get("/subscriptions/sub/lifetime_usage"), "lifetime_usage"))
	})
}

func TestPastUsage_IsEmptyWithoutInvoices(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		newMetric(t, s, "calls", "")
		subscribe(t, s, "startup", "sub", "")
		for _, path := range []string{
			"c1/past_usage?external_subscription_id=sub", "c1/past_usage?external_subscription_id=none", "nobody/past_usage?external_subscription_id=sub",
			"c1/past_usage?external_subscription_id=sub&billable_metric_code=calls&periods_count=2&page=2&per_page=0",
		} {
			require.JSONEq(t, `{"usage_periods":[],"meta":{"current_page":0,"next_page":null,"prev_page":null,"total_pages":0,"total_count":0}}`,
				string(s.Get("/customers/"+path).Status(t, http.StatusOK).Body), path)
		}
		for _, query := range []string{"", "?external_subscription_id=", "?external_subscription_id=%20&billable_metric_code=none"} {
			requireDetails(t, `{"external_subscription_id":["value_is_mandatory"]}`, s.Get("/customers/c1/past_usage"+query))
		}
		requireDetails(t, `{"periods_count":["value_is_invalid"]}`, s.Get("/customers/c1/past_usage?external_subscription_id=sub&periods_count=x"))
		requireNotFound(t, "billable_metric", s.Get("/customers/c1/past_usage?external_subscription_id=sub&billable_metric_code=none"))
		_, other := s.NewOrganization(t, "Umbrella")
		requireNotFound(t, "billable_metric",
			s.DoAs(other, http.MethodGet, "/customers/c1/past_usage?external_subscription_id=sub&billable_metric_code=calls", ""))
	})
}

// jsonQuery writes a JSON text as the value of a parameter.
func jsonQuery(name, text string) string { return "&" + name + "=" + url.QueryEscape(text) }
