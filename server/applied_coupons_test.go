package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
	"tarn/server/servertest"
	"tarn/store"
)

// newCustomer makes a customer that nothing but its identifier is known of.
func newCustomer(t *testing.T, s *servertest.Server, externalID string) map[string]any {
	t.Helper()
	return member(t, s.Post("/customers", fmt.Sprintf(`{"customer":{"external_id":%q}}`, externalID)), "customer")
}

// apply gives a customer a coupon; more is JSON members that come after its
// own.
func apply(t *testing.T, s *servertest.Server, customer, coupon, more string) map[string]any {
	t.Helper()
	return member(t, s.Post("/applied_coupons", applyBody(customer, coupon, more)), "applied_coupon")
}

func applyBody(customer, coupon, more string) string {
	if more != "" {
		more = "," + more
	}
	return fmt.Sprintf(`{"applied_coupon":{"external_customer_id":%q,"coupon_code":%q%s}}`, customer, coupon, more)
}

// inList is an applied coupon as the lists show it.
func inList(applied map[string]any) map[string]any {
	object := map[string]any{"credits": []any{}}
	for name, value := range applied {
		object[name] = value
	}
	return object
}

// chargeFor adds a charge for a metric to a plan.
func chargeFor(t *testing.T, s *servertest.Server, plan, metric string) store.Charge {
	t.Helper()
	added := store.Charge{ID: store.NewID(), Code: metric, ChargeModel: charge.ModelStandard, Properties: charge.Properties{}}
	withinOrganization(t, s, func(tx *store.Tx) error {
		owner, err := tx.Plan(plan)
		require.NoError(t, err)
		counted, err := tx.BillableMetric(metric)
		require.NoError(t, err)
		added.PlanID, added.BillableMetricID = owner.ID, counted.ID
		return tx.SaveCharges([]store.Charge{added})
	})
	return added
}

func TestAppliedCoupons_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		customer := newCustomer(t, s, "c")
		coupon := newCoupon(t, s, "welcome", `"description":"Text","expiration":"time_limit","expiration_at":"2027-01-01"`)
		applied := apply(t, s, "c", "welcome", "")
		requireJSON(t, fmt.Sprintf(`{"lago_coupon_id":%q,"coupon_code":"welcome","coupon_name":"Welcome","coupon_description":"Text",
			"coupon_status":"active","coupon_deleted_at":null,"lago_customer_id":%q,"external_customer_id":"c","status":"active",
			"amount_cents":500,"amount_cents_remaining":500,"amount_currency":"USD","percentage_rate":null,"frequency":"once",
			"frequency_duration":null,"frequency_duration_remaining":null,"expiration_at":"2027-01-01T00:00:00Z",
			"created_at":"2026-01-15T10:30:00Z","terminated_at":null}`, coupon["lago_id"], customer["lago_id"]), identified(t, applied))
		for _, path := range []string{"/applied_coupons", "/customers/c/applied_coupons"} {
			require.Equal(t, []map[string]any{inList(applied)}, entries(t, s.Get(path), "applied_coupons"))
		}

		s.Travel(t, servertest.Epoch.AddDate(0, 0, 1))
		path := "/customers/c/applied_coupons/" + idOf(t, applied)
		applied["status"], applied["terminated_at"] = "terminated", "2026-01-16T10:30:00Z"
		require.Equal(t, applied, member(t, s.Delete(path), "applied_coupon"))
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 2))
		require.Equal(t, applied, member(t, s.Delete(path), "applied_coupon"), "what has ended stays as it is")
		require.Equal(t, []map[string]any{inList(applied)}, entries(t, s.Get("/applied_coupons"), "applied_coupons"))
	})
}

func TestAppliedCoupons_TermsOverrideTheCoupons(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "c")
		newCoupon(t, s, "fixed", "")
		newCoupon(t, s, "percentage", `"coupon_type":"percentage","amount_cents":null,"amount_currency":null,"percentage_rate":"10",
			"frequency":"recurring","frequency_duration":6`)
		terms := func(applied map[string]any) string {
			return fmt.Sprint([]any{
				applied["amount_cents"], applied["amount_cents_remaining"], applied["amount_currency"], applied["percentage_rate"],
				applied["frequency"], applied["frequency_duration"], applied["frequency_duration_remaining"],
			})
		}
		for _, c := range []struct{ coupon, more, want string }{
			{"fixed", ``, "[500 500 USD <nil> once <nil> <nil>]"},
			{"fixed", `"amount_cents":null,"amount_currency":null,"percentage_rate":null,"frequency":null,"frequency_duration":null`, "[500 500 USD <nil> once <nil> <nil>]"},
			{"fixed", `"amount_cents":0,"amount_currency":"EUR"`, "[0 0 EUR <nil> once <nil> <nil>]"},
			{"fixed", `"frequency":"recurring","frequency_duration":2`, "[500 <nil> USD <nil> recurring 2 2]"},
			{"fixed", `"frequency":"forever","percentage_rate":5`, "[500 <nil> USD 5.0 forever <nil> <nil>]"},
			{"percentage", ``, "[<nil> <nil> <nil> 10.0 recurring 6 6]"},
			{"percentage", `"percentage_rate":"12.50","frequency":"once"`, "[<nil> <nil> <nil> 12.5 once 6 6]"},
			{"percentage", `"percentage_rate":-1,"frequency_duration":1,"amount_cents":3`, "[3 <nil> <nil> -1.0 recurring 1 1]"},
		} {
			applied := apply(t, s, "c", c.coupon, c.more)
			require.Equal(t, c.want, terms(applied), "%s %s", c.coupon, c.more)
		}
		require.Len(t, entries(t, s.Get("/customers/c/applied_coupons"), "applied_coupons"), 8)
	})
}

func TestAppliedCoupons_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ body, details string }{
		"negative amount":         {applyBody("c", "fixed", `"amount_cents":-1`), `{"amount_cents":["value_is_out_of_range"]}`},
		"amount in words":         {applyBody("c", "fixed", `"amount_cents":"x"`), `{"amount_cents":["is not a number"]}`},
		"unknown currency":        {applyBody("c", "fixed", `"amount_currency":"XXX"`), `{"amount_currency":["value_is_invalid"]}`},
		"unknown frequency":       {applyBody("c", "fixed", `"frequency":"daily"`), `{"frequency":["value_is_invalid"]}`},
		"rate in words":           {applyBody("c", "fixed", `"percentage_rate":"x"`), `{"percentage_rate":["is not a number"]}`},
		"rate beyond all numbers": {applyBody("c", "fixed", `"percentage_rate":"`+strings.Repeat("9", 400)+`"`), `{"percentage_rate":["value_is_out_of_range"]}`},
		"recurring, for how long": {applyBody("c", "fixed", `"frequency":"recurring"`), `{"frequency_duration":["value_is_mandatory","is not a number"],
			"frequency_duration_remaining":["value_is_mandatory","is not a number"]}`},
		"recurring for nothing": {applyBody("c", "fixed", `"frequency":"recurring","frequency_duration":0`), `{"frequency_duration":["value_is_out_of_range"],
			"frequency_duration_remaining":["value_is_out_of_range"]}`},
		"not reusable":            {applyBody("c", "single", ""), `{"coupon":["coupon_is_not_reusable"]}`},
		"not reusable, nor legal": {applyBody("c", "single", `"amount_cents":-1`), `{"coupon":["coupon_is_not_reusable"]}`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "c")
		newCoupon(t, s, "fixed", "")
		newCoupon(t, s, "single", `"reusable":false`)
		single := apply(t, s, "c", "single", "")
		member(t, s.Delete("/customers/c/applied_coupons/"+idOf(t, single)), "applied_coupon")
		for name, c := range cases {
			t.Run(name, func(t *testing.T) { requireDetails(t, c.details, s.Post("/applied_coupons", c.body)) })
		}
		require.Len(t, entries(t, s.Get("/applied_coupons"), "applied_coupons"), 1)
		newCustomer(t, s, "another")
		apply(t, s, "another", "single", "")
	})
}

func TestAppliedCoupons_NeedACustomerAndAnActiveCoupon(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "c")
		newCoupon(t, s, "fixed", "")
		newCoupon(t, s, "expired", `"expiration":"time_limit","expiration_at":"2026-01-15T10:40:00Z"`)
		newCoupon(t, s, "deleted", "")
		member(t, s.Delete("/coupons/deleted"), "coupon")
		applied := apply(t, s, "c", "expired", "")
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 1))

		for _, coupon := range []string{"expired", "deleted", "none", "FIXED"} {
			requireNotFound(t, "coupon", s.Post("/applied_coupons", applyBody("c", coupon, "")))
		}
		requireNotFound(t, "customer", s.Post("/applied_coupons", applyBody("none", "none", "")))
		requireNotFound(t, "customer", s.Post("/applied_coupons", applyBody("none", "fixed", `"amount_cents":"x"`)))
		requireNotFound(t, "customer", s.Post("/applied_coupons", `{"applied_coupon":{"amount_cents":1}}`))
		requireNotFound(t, "coupon", s.Post("/applied_coupons", `{"applied_coupon":{"external_customer_id":"c"}}`))
		requireNoParameter(t, "applied_coupon", s.Post("/applied_coupons", `{}`))

		still := entries(t, s.Get("/applied_coupons"), "applied_coupons")
		require.Equal(t, []any{applied["lago_id"]}, pluck(still, "lago_id"))
		require.Equal(t, "active", still[0]["status"], "an expired coupon stays where it was applied")
		require.Equal(t, "terminated", still[0]["coupon_status"])
	})
}

func TestAppliedCoupons_MayNotOverlap(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, code := range []string{"gb", "calls", "seats"} {
			newMetric(t, s, code, "")
			newCoupon(t, s, "on "+code, `"applies_to":{"billable_metric_codes":["`+code+`"]}`)
		}
		for _, code := range []string{"pro", "basic"} {
			addPlan(t, s, code)
			newCoupon(t, s, "in "+code, `"applies_to":{"plan_codes":["`+code+`"]}`)
		}
		newCoupon(t, s, "in both", `"applies_to":{"plan_codes":["pro","basic"]}`)
		newCoupon(t, s, "everywhere", "")
		chargeFor(t, s, "pro", "gb")
		gone := chargeFor(t, s, "basic", "calls")
		withinOrganization(t, s, func(tx *store.Tx) error { return tx.DeleteCharges([]store.Charge{gone}) })

		overlaps := func(customer string, coupons ...string) {
			t.Helper()
			for _, coupon := range coupons {
				requireNotAllowed(t, "plan_overlapping", s.Post("/applied_coupons", applyBody(customer, coupon, `"amount_cents":-1`)))
			}
		}
		newCustomer(t, s, "plans")
		apply(t, s, "plans", "in pro", "")
		overlaps("plans", "in pro", "in both", "on gb")
		for _, coupon := range []string{"everywhere", "everywhere", "in basic", "on calls", "on seats"} {
			apply(t, s, "plans", coupon, "")
		}
		newCustomer(t, s, "metrics")
		first := apply(t, s, "metrics", "on gb", "")
		overlaps("metrics", "on gb", "in pro", "in both")
		apply(t, s, "metrics", "on seats", "")
		member(t, s.Delete("/customers/metrics/applied_coupons/"+idOf(t, first)), "applied_coupon")
		apply(t, s, "metrics", "in pro", "")
		newCustomer(t, s, "another")
		apply(t, s, "another", "in both", "")
	})
}

func TestAppliedCoupons_GiveACustomerItsCurrency(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCoupon(t, s, "fixed", "")
		newCoupon(t, s, "percentage", `"coupon_type":"percentage","percentage_rate":"10","amount_currency":"CHF"`)
		currency := func(customer string) any {
			return member(t, s.Get("/customers/"+customer), "customer")["currency"]
		}
		newCustomer(t, s, "c")
		apply(t, s, "c", "percentage", "")
		require.Nil(t, currency("c"))
		apply(t, s, "c", "fixed", `"amount_currency":"EUR"`)
		require.Equal(t, "EUR", currency("c"))
		apply(t, s, "c", "fixed", "")
		require.Equal(t, "EUR", currency("c"), "another currency is accepted and changes nothing")
		newCustomer(t, s, "d")
		apply(t, s, "d", "fixed", "")
		require.Equal(t, "USD", currency("d"))
		changes := entries(t, s.Get("/activity_logs?activity_types[]=customer.updated&external_customer_id=d"), "activity_logs")
		requireJSON(t, `{"currency":[null,"USD"]}`, changes[0]["activity_object_changes"])
	})
}

func TestAppliedCoupons_AreListedWithFilters(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, customer := range []string{"a", "b", "gone"} {
			newCustomer(t, s, customer)
		}
		for _, coupon := range []string{"x", "y"} {
			newCoupon(t, s, coupon, "")
		}
		for i, pair := range []string{"a x", "a y", "b x", "gone x"} {
			s.Travel(t, servertest.Epoch.AddDate(0, 0, i))
			customer, coupon, _ := strings.Cut(pair, " ")
			apply(t, s, customer, coupon, "")
		}
		member(t, s.Delete("/customers/gone"), "customer")
		ended := entries(t, s.Get("/customers/a/applied_coupons?coupon_code[]=x"), "applied_coupons")
		member(t, s.Delete("/customers/a/applied_coupons/"+idOf(t, ended[0])), "applied_coupon")

		for query, want := range map[string]string{
			"/applied_coupons":                                            "b x, a y, a x",
			"/applied_coupons?status=active":                              "b x, a y",
			"/applied_coupons?status=terminated":                          "a x",
			"/applied_coupons?status=foo":                                 "b x, a y, a x",
			"/applied_coupons?external_customer_id=a":                     "a y, a x",
			"/applied_coupons?external_customer_id=gone":                  "",
			"/applied_coupons?external_customer_id=none":                  "",
			"/applied_coupons?coupon_code[]=x":                            "b x, a x",
			"/applied_coupons?coupon_code[]=x&coupon_code[]=y":            "b x, a y, a x",
			"/applied_coupons?coupon_code[]=none":                         "",
			"/applied_coupons?coupon_code=none":                           "b x, a y, a x",
			"/applied_coupons?coupon_code[]=x&external_customer_id=b":     "b x",
			"/applied_coupons?per_page=1&page=2":                          "a y",
			"/customers/a/applied_coupons":                                "a y, a x",
			"/customers/a/applied_coupons?per_page=1&page=2":              "a x",
			"/customers/a/applied_coupons?status=active":                  "a y",
			"/customers/a/applied_coupons?status=foo":                     "a y, a x",
			"/customers/a/applied_coupons?coupon_code[]=x":                "a x",
			"/customers/a/applied_coupons?external_customer_id=b":         "a y, a x",
			"/customers/b/applied_coupons?status=terminated&per_page=abc": "",
		} {
			var got []string
			for _, applied := range entries(t, s.Get(query), "applied_coupons") {
				got = append(got, fmt.Sprint(applied["external_customer_id"], " ", applied["coupon_code"]))
			}
			require.Equal(t, want, strings.Join(got, ", "), query)
		}
		requireNotFound(t, "customer", s.Get("/customers/gone/applied_coupons"))
		requireNotFound(t, "customer", s.Get("/customers/none/applied_coupons?coupon_code[]=x"))
	})
}

func TestAppliedCoupons_EndWithTheirCouponAndTheirCustomer(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "stays")
		newCustomer(t, s, "goes")
		newCoupon(t, s, "stays", "")
		gone := newCoupon(t, s, "goes", "")
		for _, customer := range []string{"stays", "goes"} {
			apply(t, s, customer, "stays", "")
			apply(t, s, customer, "goes", "")
		}
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 1))
		member(t, s.Delete("/coupons/goes"), "coupon")
		for _, applied := range entries(t, s.Get("/applied_coupons"), "applied_coupons") {
			got := []any{applied["status"], applied["terminated_at"], applied["coupon_status"], applied["coupon_deleted_at"]}
			if applied["lago_coupon_id"] == gone["lago_id"] {
				require.Equal(t, []any{"terminated", "2026-01-16T10:30:00Z", "active", "2026-01-16T10:30:00Z"}, got)
			} else {
				require.Equal(t, []any{"active", nil, "active", nil}, got)
			}
		}
		require.Len(t, entries(t, s.Get("/applied_coupons?coupon_code[]=goes"), "applied_coupons"), 2, "of a deleted coupon too")

		member(t, s.Delete("/customers/goes"), "customer")
		logs := entries(t, s.Get("/activity_logs?activity_types[]=applied_coupon.deleted"), "activity_logs")
		require.Len(t, logs, 3)
		ended := object(t, logs[0], "activity_object")
		require.Equal(t, []any{"goes", "stays", "terminated"}, []any{ended["external_customer_id"], ended["coupon_code"], ended["status"]})
		require.Equal(t, []any{"stays"}, pluck(entries(t, s.Get("/applied_coupons?status=active"), "applied_coupons"), "external_customer_id"))
	})
}

func TestAppliedCoupons_AreFoundWithinTheirCustomer(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "c")
		newCustomer(t, s, "another")
		newCoupon(t, s, "fixed", "")
		id := idOf(t, apply(t, s, "c", "fixed", ""))
		requireNotFound(t, "applied_coupon", s.Delete("/customers/another/applied_coupons/"+id))
		requireNotFound(t, "applied_coupon", s.Delete("/customers/c/applied_coupons/"+uuid.NewString()))
		requireNotFound(t, "applied_coupon", s.Delete("/customers/c/applied_coupons/malformed"))
		requireNotFound(t, "customer", s.Delete("/customers/none/applied_coupons/"+id))

		_, other := s.NewOrganization(t, "Globex")
		requireNotFound(t, "customer", s.DoAs(other, http.MethodDelete, "/customers/c/applied_coupons/"+id, ""))
		requireNotFound(t, "customer", s.DoAs(other, http.MethodGet, "/customers/c/applied_coupons", ""))
		requireNotFound(t, "customer", s.DoAs(other, http.MethodPost, "/applied_coupons", applyBody("c", "fixed", "")))
		member(t, s.DoAs(other, http.MethodPost, "/customers", `{"customer":{"external_id":"c"}}`), "customer")
		requireNotFound(t, "coupon", s.DoAs(other, http.MethodPost, "/applied_coupons", applyBody("c", "fixed", "")))
		requireNotFound(t, "applied_coupon", s.DoAs(other, http.MethodDelete, "/customers/c/applied_coupons/"+id, ""))
		require.Empty(t, entries(t, s.DoAs(other, http.MethodGet, "/applied_coupons", ""), "applied_coupons"))
		requireClosed(t, s, "applied_coupon", `GET /applied_coupons`, `GET /customers/c/applied_coupons`,
			`POST /applied_coupons {"applied_coupon":{"coupon_code":"x"}}`, `DELETE /customers/c/applied_coupons/`+id)
	})
}

func TestAppliedCoupons_LeaveActivities(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "c")
		coupon := newCoupon(t, s, "fixed", "")
		applied := apply(t, s, "c", "fixed", "")
		path := "/customers/c/applied_coupons/" + idOf(t, applied)
		ended := member(t, s.Delete(path), "applied_coupon")
		member(t, s.Delete(path), "applied_coupon")

		logs := entries(t, s.Get("/activity_logs?resource_ids[]="+idOf(t, coupon)), "activity_logs")
		require.Equal(t, []string{"applied_coupon.deleted", "applied_coupon.created", "coupon.created"}, texts(logs, "activity_type"))
		for _, log := range logs {
			require.Equal(t, "Coupon", log["resource_type"])
			require.Nil(t, log["external_customer_id"])
			requireJSON(t, `{}`, log["activity_object_changes"])
		}
		require.Equal(t, ended, logs[0]["activity_object"])
		require.Equal(t, applied, logs[1]["activity_object"])
	})
}
