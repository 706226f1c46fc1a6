package server_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// newPaymentMethod adds a payment method of a customer as a provider would
// report it, and returns its identifier.
func newPaymentMethod(t *testing.T, s *servertest.Server, customer string, set func(*store.PaymentMethod)) string {
	t.Helper()
	row := store.PaymentMethod{ID: store.NewID(), PaymentProviderType: "stripe", ProviderMethodID: "pm_1"}
	withinOrganization(t, s, func(tx *store.Tx) error {
		owner, err := tx.Customer(customer)
		if err != nil {
			return err
		}
		row.CustomerID = owner.ID
		set(&row)
		return tx.InsertPaymentMethod(&row)
	})
	return row.ID.String()
}

// byDefault makes a payment method the default or not.
func byDefault(is bool) func(*store.PaymentMethod) {
	return func(row *store.PaymentMethod) { row.IsDefault = is }
}

func TestPaymentMethods_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		member(t, s.Post("/customers", `{"customer":{"external_id":"c"}}`), "customer")
		code, name := "stripe_1", "Stripe EU"
		id := newPaymentMethod(t, s, "c", func(row *store.PaymentMethod) {
			row.PaymentProviderCode, row.PaymentProviderName, row.IsDefault = &code, &name, true
		})
		want := fmt.Sprintf(`{"lago_id":%q,"is_default":true,"payment_provider_code":"stripe_1","payment_provider_name":"Stripe EU",
			"payment_provider_type":"stripe","provider_method_id":"pm_1","created_at":"2026-01-15T10:30:00Z"}`, id)
		list := s.Get("/customers/c/payment_methods")
		requireJSON(t, `[`+want+`]`, entries(t, list, "payment_methods"))
		require.Equal(t, meta(1, nil, nil, 1, 1), list.JSON(t)["meta"])
		requireJSON(t, want, member(t, s.Put("/customers/c/payment_methods/"+id+"/set_as_default", ""), "payment_method"))

		bare := newPaymentMethod(t, s, "c", byDefault(false))
		requireJSON(t, fmt.Sprintf(`{"lago_id":%q,"is_default":false,"payment_provider_code":null,"payment_provider_name":null,
			"payment_provider_type":"stripe","provider_method_id":"pm_1","created_at":"2026-01-15T10:30:00Z"}`, bare),
			member(t, s.Delete("/customers/c/payment_methods/"+bare), "payment_method"))
	})
}

func TestPaymentMethods_HaveOneDefault(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, customer := range []string{"c", "d"} {
			member(t, s.Post("/customers", fmt.Sprintf(`{"customer":{"external_id":%q}}`, customer)), "customer")
		}
		first, second := newPaymentMethod(t, s, "c", byDefault(true)), newPaymentMethod(t, s, "c", byDefault(false))
		theirs := newPaymentMethod(t, s, "d", byDefault(true))
		defaults := func(customer string) map[any]any {
			found := map[any]any{}
			for _, method := range entries(t, s.Get("/customers/"+customer+"/payment_methods"), "payment_methods") {
				found[method["lago_id"]] = method["is_default"]
			}
			return found
		}
		require.Equal(t, map[any]any{first: true, second: false}, defaults("c"))
		for range 2 {
			require.Equal(t, true, member(t, s.Put("/customers/c/payment_methods/"+second+"/set_as_default", ""), "payment_method")["is_default"])
			require.Equal(t, map[any]any{first: false, second: true}, defaults("c"))
		}
		deleted := member(t, s.Delete("/customers/c/payment_methods/"+second), "payment_method")
		require.Equal(t, []any{second, false}, []any{deleted["lago_id"], deleted["is_default"]})
		require.Equal(t, map[any]any{first: false}, defaults("c"), "no other becomes the default")
		member(t, s.Put("/customers/c/payment_methods/"+first+"/set_as_default", ""), "payment_method")
		require.Equal(t, map[any]any{first: true}, defaults("c"))
		require.Equal(t, map[any]any{theirs: true}, defaults("d"))
	})
}

func TestPaymentMethods_AreListedNewestFirst(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		member(t, s.Post("/customers", `{"customer":{"external_id":"c"}}`), "customer")
		require.Equal(t, meta(0, nil, nil, 0, 0), s.Get("/customers/c/payment_methods").Status(t, http.StatusOK).JSON(t)["meta"])
		var want []any
		for day := range 3 {
			s.Travel(t, servertest.Epoch.AddDate(0, 0, day+1))
			want = append([]any{newPaymentMethod(t, s, "c", byDefault(false))}, want...)
		}
		require.Equal(t, want, pluck(entries(t, s.Get("/customers/c/payment_methods"), "payment_methods"), "lago_id"))
		second := s.Get("/customers/c/payment_methods?per_page=2&page=2")
		require.Equal(t, want[2:], pluck(entries(t, second, "payment_methods"), "lago_id"))
		require.Equal(t, meta(2, nil, 1, 2, 3), second.JSON(t)["meta"])
	})
}

func TestPaymentMethods_BelongToACustomer(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Globex")
		s.DoAs(other, http.MethodPost, "/customers", `{"customer":{"external_id":"c"}}`).Status(t, http.StatusOK)
		for _, customer := range []string{"c", "d"} {
			member(t, s.Post("/customers", fmt.Sprintf(`{"customer":{"external_id":%q}}`, customer)), "customer")
		}
		id := newPaymentMethod(t, s, "c", byDefault(true))
		gone := newPaymentMethod(t, s, "c", byDefault(false))
		member(t, s.Delete("/customers/c/payment_methods/"+gone), "payment_method")
		set := func(key, customer, id string) *servertest.Response {
			return s.DoAs(key, http.MethodPut, "/customers/"+customer+"/payment_methods/"+id+"/set_as_default", "")
		}
		remove := func(key, customer, id string) *servertest.Response {
			return s.DoAs(key, http.MethodDelete, "/customers/"+customer+"/payment_methods/"+id, "")
		}
		for name, c := range map[string]struct{ key, customer, id, resource string }{
			"unknown customer":         {s.Key, "nobody", id, "customer"},
			"another customer's":       {s.Key, "d", id, "payment_method"},
			"another organization's":   {other, "c", id, "payment_method"},
			"deleted":                  {s.Key, "c", gone, "payment_method"},
			"unknown":                  {s.Key, "c", "11111111-1111-4111-8111-111111111111", "payment_method"},
			"no identifier":            {s.Key, "c", "nothing", "payment_method"},
			"customer of nobody there": {other, "d", id, "customer"},
		} {
			t.Run(name, func(t *testing.T) {
				requireNotFound(t, c.resource, set(c.key, c.customer, c.id))
				requireNotFound(t, c.resource, remove(c.key, c.customer, c.id))
			})
		}
		requireNotFound(t, "customer", s.Get("/customers/nobody/payment_methods"))
		require.Empty(t, entries(t, s.DoAs(other, http.MethodGet, "/customers/c/payment_methods", ""), "payment_methods"))
		require.Empty(t, entries(t, s.Get("/customers/d/payment_methods"), "payment_methods"))
		require.Len(t, entries(t, s.Get("/customers/c/payment_methods"), "payment_methods"), 1)
		s.Patch("/customers/c/payment_methods/"+id+"/set_as_default", "").Status(t, http.StatusNotFound)
		requireClosed(t, s, "payment_method", `GET /customers/c/payment_methods`,
			`PUT /customers/c/payment_methods/`+id+`/set_as_default`, `DELETE /customers/c/payment_methods/`+id)
	})
}

func TestPaymentMethods_RecordActivities(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		member(t, s.Post("/customers", `{"customer":{"external_id":"c"}}`), "customer")
		id := newPaymentMethod(t, s, "c", byDefault(false))
		for range 2 {
			member(t, s.Put("/customers/c/payment_methods/"+id+"/set_as_default", ""), "payment_method")
		}
		member(t, s.Delete("/customers/c/payment_methods/"+id), "payment_method")
		logs := entries(t, s.Get("/activity_logs?resource_types[]=PaymentMethod&external_customer_id=c"), "activity_logs")
		require.Equal(t, []any{"payment_method.deleted", "payment_method.updated"}, pluck(logs, "activity_type"))
		requireJSON(t, `{"is_default":[false,true]}`, logs[1]["activity_object_changes"])
	})
}
