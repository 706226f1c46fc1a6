package server_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// activities are the activities that a request caused, newest first.
func activities(t testing.TB, s *servertest.Server, of *servertest.Response) []map[string]any {
	t.Helper()
	return filtered(t, s, "activity_logs", pick("request_ids[]", of.RequestID()))
}

// activity is the only activity that a request caused.
func activity(t testing.TB, s *servertest.Server, of *servertest.Response) map[string]any {
	t.Helper()
	found := activities(t, s, of)
	require.Len(t, found, 1)
	return found[0]
}

// tracked is a resource whose life the tests follow.
type tracked struct {
	name, collection, id string
	resourceType         string
	create, same, update string
	updateMethod         string
	// changed are the fields that the update changes.
	changed []string
	// customer is the activity's external_customer_id.
	customer any
}

var trackedResources = []tracked{
	{
		name: "tax", collection: "taxes", id: "vat", resourceType: "Tax", updateMethod: http.MethodPut,
		create:  `{"tax":{"name":"VAT","code":"vat","rate":"20","description":"d"}}`,
		same:    `{"tax":{"name":"VAT","rate":"20.0"}}`,
		update:  `{"tax":{"name":"VAT & more","rate":5.5,"description":null,"applied_to_organization":true}}`,
		changed: []string{"applied_to_billing_entities_codes", "applied_to_organization", "description", "name", "rate"},
	},
	{
		name: "billable_metric", collection: "billable_metrics", id: "storage", resourceType: "BillableMetric", updateMethod: http.MethodPatch,
		create: `{"billable_metric":{"name":"Storage","code":"storage","aggregation_type":"sum_agg","field_name":"gb",` +
			`"filters":[{"key":"region","values":["us","eu"]}]}}`,
		same: `{"billable_metric":{"name":"Storage","filters":[{"key":"region","values":["eu","us"]}]}}`,
		update: `{"billable_metric":{"description":"new","field_name":"tb","rounding_function":"round","rounding_precision":2,` +
			`"filters":[{"key":"region","values":["us"]},{"key":"tier","values":["hot"]}]}}`,
		changed: []string{"description", "field_name", "filters", "rounding_function", "rounding_precision"},
	},
	{
		name: "customer", collection: "customers", id: "cust-1", resourceType: "Customer", updateMethod: http.MethodPost, customer: "cust-1",
		create: `{"customer":{"external_id":"cust-1","name":"Gavin","metadata":[{"key":"crm","value":"1","display_in_invoice":true}],` +
			`"shipping_address":{"city":"Paris"}}}`,
		same: `{"customer":{"external_id":"cust-1","name":"Gavin"}}`,
		update: `{"customer":{"external_id":"cust-1","name":"Gavin Belson","country":"US","net_payment_term":30,"shipping_address":{"city":"Lyon"},` +
			`"billing_configuration":{"document_locale":"fr"}}}`,
		changed: []string{"billing_configuration", "country", "name", "net_payment_term", "shipping_address"},
	},
	{
		name: "plan", collection: "plans", id: "startup", resourceType: "Plan", updateMethod: http.MethodPut,
		create: `{"plan":{"name":"Startup","code":"startup","interval":"yearly","amount_cents":1000,"amount_currency":"EUR",` +
			`"pay_in_advance":false,"bill_charges_monthly":true,"metadata":{"crm":"1"},"usage_thresholds":[{"amount_cents":5}],` +
			`"minimum_commitment":{"amount_cents":7}}}`,
		same: `{"plan":{"interval":"yearly","bill_charges_monthly":true,"usage_thresholds":[{"amount_cents":5}],` +
			`"minimum_commitment":{"amount_cents":7}}}`,
		update: `{"plan":{"amount_cents":2000,"interval":"monthly","trial_period":3,"metadata":{"crm":"2"},"usage_thresholds":[],` +
			`"minimum_commitment":{"amount_cents":8}}}`,
		changed: []string{
			"amount_cents", "applicable_usage_thresholds", "bill_charges_monthly", "bill_fixed_charges_monthly", "interval", "metadata",
			"minimum_commitment", "trial_period", "usage_thresholds",
		},
	},
}

// show is the resource as its own endpoint shows it.
func (r tracked) show(t *testing.T, s *servertest.Server) map[string]any {
	t.Helper()
	return object(t, s.Get("/"+r.collection+"/"+r.id).Status(t, 200).JSON(t), r.name)
}

// put sends an update.
func (r tracked) put(s *servertest.Server, body string) *servertest.Response {
	if r.updateMethod == http.MethodPost {
		return s.Post("/"+r.collection, body)
	}
	return s.Do(r.updateMethod, "/"+r.collection+"/"+r.id, body)
}

// differing are the fields of two renderings that differ, as [before, after].
func differing(before, after map[string]any) map[string]any {
	changes := map[string]any{}
	for name := range after {
		was, _ := json.Marshal(before[name])
		is, _ := json.Marshal(after[name])
		if name != "updated_at" && string(was) != string(is) {
			changes[name] = []any{before[name], after[name]}
		}
	}
	return changes
}

// TestActivityLogs_OfEachResource follows every resource from its creation to
// its deletion: each change leaves one activity, which shows the resource as
// its own endpoint does.
func TestActivityLogs_OfEachResource(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for i, r := range trackedResources {
			day := servertest.Epoch.AddDate(0, 0, i)
			s.Travel(t, day)
			created := s.Post("/"+r.collection, r.create).Status(t, 200)
			first := r.show(t, s)
			requireActivity(t, s, r, created, "created", first, map[string]any{}, day)

			s.Travel(t, day.Add(time.Hour))
			same := r.put(s, r.same).Status(t, 200)
			second := r.show(t, s)
			requireActivity(t, s, r, same, "updated", second, map[string]any{}, day.Add(time.Hour))

			s.Travel(t, day.Add(2*time.Hour))
			updated := r.put(s, r.update).Status(t, 200)
			third := r.show(t, s)
			changes := differing(second, third)
			require.Equal(t, r.changed, slices.Sorted(maps.Keys(changes)))
			requireActivity(t, s, r, updated, "updated", third, changes, day.Add(2*time.Hour))

			s.Travel(t, day.Add(3*time.Hour))
			deleted := s.Delete("/"+r.collection+"/"+r.id).Status(t, 200)
			requireActivity(t, s, r, deleted, "deleted", third, map[string]any{}, day.Add(3*time.Hour))
		}
	})
}

// requireActivity holds the one activity of a request against what it must be,
// field by field.
func requireActivity(t *testing.T, s *servertest.Server, r tracked, cause *servertest.Response, action string, shown, changes map[string]any, at time.Time) {
	t.Helper()
	log := activity(t, s, cause)
	id, _ := log["activity_id"].(string)
	parsed, err := uuid.Parse(id)
	require.NoError(t, err)
	require.Equal(t, uuid.Version(7), parsed.Version())
	want := map[string]any{
		"activity_id":              id,
		"activity_type":            r.name + "." + action,
		"activity_source":          "api",
		"activity_object":          shown,
		"activity_object_changes":  changes,
		"user_email":               nil,
		"external_customer_id":     r.customer,
		"external_subscription_id": nil,
		"resource_id":              shown["lago_id"],
		"resource_type":            r.resourceType,
		"organization_id":          s.Organization.ID.String(),
		"request_id":               cause.RequestID(),
		"logged_at":                at.Format(time.RFC3339),
		"created_at":               at.Format(time.RFC3339),
	}
	if action == "deleted" {
		// A deletion may touch the row once more; all else is as it last was.
		got := object(t, log, "activity_object")
		require.Empty(t, differing(shown, got))
		want["activity_object"] = got
	}
	require.Equal(t, want, log)
	require.Equal(t, want, object(t, s.Get("/activity_logs/"+id).Status(t, 200).JSON(t), "activity_log"))
}

// TestActivityLogs_OfRefusedChanges do not exist.
func TestActivityLogs_OfRefusedChanges(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		before := len(filtered(t, s, "activity_logs", ""))
		for _, refused := range []*servertest.Response{
			s.Post("/taxes", `{"tax":{"name":"","code":"vat","rate":"20"}}`), s.Put("/taxes/none", `{"tax":{"name":"x"}}`),
			s.Delete("/customers/none"), s.Post("/customers", `{"customer":{"external_id":"c","tax_codes":["none"]}}`), s.Post("/taxes", `{`),
		} {
			require.GreaterOrEqual(t, refused.Code, 400)
			require.Empty(t, activities(t, s, refused))
		}
		require.Len(t, filtered(t, s, "activity_logs", ""), before)
	})
}

// TestActivityLogs_BySystem are those of administration, which no key of
// the organization causes.
func TestActivityLogs_BySystem(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		key := s.NewKey(t, `{"name":"another"}`)
		rows := filtered(t, s, "activity_logs", "activity_sources[]=system&activity_types[]=api_key.created")
		require.NotEmpty(t, rows)
		row := rows[0]
		require.Equal(t, []any{"ApiKey", nil}, []any{row["resource_type"], row["external_customer_id"]})
		cause, _ := row["request_id"].(string)
		s.Get("/api_logs/"+cause).Status(t, 404) // requests of administration are in no organization's log
		shown := object(t, row, "activity_object")
		require.Equal(t, "another", shown["name"])
		text, err := json.Marshal(rows)
		require.NoError(t, err)
		require.NotContains(t, string(text), key)

		s.Admin(http.MethodPatch, "/admin/organizations/"+s.Organization.ID.String(), `{"name":"Acme 2"}`).Status(t, 200)
		renamed := filtered(t, s, "activity_logs", "activity_types[]=organization.updated")
		require.Len(t, renamed, 1)
		require.Equal(t, map[string]any{"name": []any{"Acme", "Acme 2"}}, renamed[0]["activity_object_changes"])
	})
}

// TestActivityLog_ByEitherSpelling finds the same row; unknown ones are
// refused by name.
func TestActivityLog_ByEitherSpelling(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		log := activity(t, s, s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, 200))
		id, _ := log["activity_id"].(string)
		for _, spelling := range []string{id, strings.ToUpper(id), spelledULID(id)} {
			require.Equal(t, log, object(t, s.Get("/activity_logs/"+spelling).Status(t, 200).JSON(t), "activity_log"))
		}
		_, stranger := s.NewOrganization(t, "Other")
		for _, unknown := range []string{uuid.NewString(), "nonsense", "%00", "req_1", id + "0"} {
			require.JSONEq(t, `{"status":404,"error":"Not Found","code":"activity_log_not_found"}`, string(s.Get("/activity_logs/"+unknown).Status(t, 404).Body))
		}
		s.DoAs(stranger, http.MethodGet, "/activity_logs/"+id, "").Status(t, 404)
	})
}

// TestActivityLogs_LinkBothWays leads from a request to what it changed and
// from a change to its request.
func TestActivityLogs_LinkBothWays(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		created := s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, 200)
		other := s.Put("/taxes/vat", `{"tax":{"name":"x"}}`).Status(t, 200)
		cause, _ := activity(t, s, created)["request_id"].(string)
		require.Equal(t, "/taxes", object(t, s.Get("/api_logs/"+cause).Status(t, 200).JSON(t), "api_log")["request_path"])
		for query, want := range map[string][]string{
			pick("request_ids[]", spelledULID(cause)):                                  {"tax.created"},
			pick("request_ids[]", cause, "request_ids[]", other.RequestID()):           {"tax.updated", "tax.created"},
			pick("request_ids[]", cause, "activity_types[]", "tax.updated"):            {},
			pick("request_ids[]", uuid.NewString(), "activity_types[]", "tax.updated"): {},
		} {
			require.Equal(t, want, texts(filtered(t, s, "activity_logs", query), "activity_type"), query)
		}
		require.Equal(t, map[string]any{"request_ids": []any{"value_is_invalid"}}, s.Get("/activity_logs?request_ids[]=nonsense").Details(t))
	})
}
