package server_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store/storetest"
)

// Members are known by their exact names, and the last of two of one name counts as a
// whole: what has been held against the contract is what the handler decodes.
func TestReading_TakesMembersAsTheyWereChecked(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		create := func(body string) map[string]any {
			return s.Post("/customers", body).Status(t, http.StatusOK).JSON(t)["customer"].(map[string]any)
		}
		customer := create(`{"customer":{"external_id":"acme","EXTERNAL_ID":"other","ACCOUNT_TYPE":"king","TIMEZONE":"Mars/Base","` + "\u017f" + `tate":"folded","name":"A"}}`)
		require.Equal(t, "acme", customer["external_id"])
		require.Equal(t, "customer", customer["account_type"])
		require.Nil(t, customer["timezone"])
		require.Nil(t, customer["state"])
		customer = create(`{"customer":{"external_id":"lost","timezone":"Mars/Base"},"customer":{"external_id":"last"}}`)
		require.Equal(t, "last", customer["external_id"])
		require.Nil(t, customer["timezone"])
		s.Get("/customers/lost").Status(t, http.StatusNotFound)

		plan := s.Post("/plans", `{"plan":{"name":"P","code":"p","interval":"monthly","amount_cents":1,"amount_currency":"EUR","AMOUNT_CURRENCY":"ZZZ",
			"pay_in_advance":false,"metadata":{"Name":"1","name":"2"}}}`).Status(t, http.StatusOK).JSON(t)["plan"].(map[string]any)
		require.Equal(t, "EUR", plan["amount_currency"])
		require.Equal(t, map[string]any{"Name": "1", "name": "2"}, plan["metadata"], "names of the client's own")
		plan = s.Put("/plans/p", `{"plan":{"amount_cents":-9},"plan":{"name":"New"}}`).Status(t, http.StatusOK).JSON(t)["plan"].(map[string]any)
		require.EqualValues(t, "1", plan["amount_cents"])
	})
}

// A query is read as it was sent: nothing is left out of it, and what cannot be read is
// refused.
func TestReading_LeavesNothingOutOfQueries(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.Post("/customers", `{"customer":{"external_id":"a;b","name":"a;b"}}`).Status(t, http.StatusOK)
		s.Post("/customers", `{"customer":{"external_id":"c"}}`).Status(t, http.StatusOK)
		for query, total := range map[string]string{"a;b": "1", "a%3Bb": "1", "a%3bb&": "1", "a;c": "0", "&;": "2"} {
			meta := s.Get("/customers?search_term="+query).Status(t, http.StatusOK).JSON(t)["meta"].(map[string]any)
			require.EqualValues(t, total, meta["total_count"], query)
		}
		for _, query := range []string{"search_term=%zz", "%zz=1", "search_term=a%", "search_term=%zz%ff", "search_term=a&x=%ff"} {
			refused := s.Get("/customers?"+query).Status(t, http.StatusBadRequest)
			require.Contains(t, refused.Header.Get("X-Tarn-Hint"), "the query cannot be read", query)
		}
	})
}

// Whole numbers in queries are spelled as freely as those in bodies.
func TestReading_TakesWholeNumbersInQueries(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.Post("/customers", `{"customer":{"external_id":"c","currency":"EUR"}}`).Status(t, http.StatusOK)
		s.Post("/plans", `{"plan":{"name":"P","code":"p","interval":"monthly","amount_cents":1,"amount_currency":"EUR","pay_in_advance":false}}`).Status(t, http.StatusOK)
		s.Post("/subscriptions", `{"subscription":{"external_customer_id":"c","plan_code":"p","external_id":"s"}}`).Status(t, http.StatusOK)
		for _, count := range []string{"3.0", "3e0", "30e-1", "1e3", "3.0000000000000000000000000000000000000000000000"} {
			s.Get("/customers/c/past_usage?external_subscription_id=s&periods_count="+count).Status(t, http.StatusOK)
			s.Logs("?limit="+count[:1]+".0").Status(t, http.StatusOK)
		}
		for _, count := range []string{"9223372036854775808", "-9999999999999999999999", "1e30"} {
			requireDetails(t, `{"periods_count":["value_is_out_of_range"]}`, s.Get("/customers/c/past_usage?external_subscription_id=s&periods_count="+count))
		}
		requireDetails(t, `{"periods_count":["value_is_invalid"]}`, s.Get("/customers/c/past_usage?external_subscription_id=s&periods_count=1.5"))
		require.EqualValues(t, "1", s.Get("/customers?per_page=10e-1").JSON(t)["meta"].(map[string]any)["total_pages"])
	})
}

// Forms are texts as bodies are, and JSON that comes as one is told from it.
func TestReading_OfForms(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		s := servertest.NewOnWire(t, url)
		form := http.Header{"Authorization": {"Bearer " + s.Key}, "Content-Type": {"application/x-www-form-urlencoded"}}
		send := func(path, body string) *servertest.Response {
			return s.Send(http.MethodPost, "/api/v1"+path, body, form)
		}
		for _, body := range []string{"customer[external_id]=%ff&customer[name]=one", "customer[%ff]=1&customer[external_id]=x", "customer[external_id]=%zz"} {
			require.Contains(t, send("/customers", body).Status(t, http.StatusBadRequest).Header.Get("X-Tarn-Hint"), "the form cannot be read: its names", body)
		}
		send("/events", "event[transaction_id]=%ff&event[code]=c&event[external_subscription_id]=s").Status(t, http.StatusBadRequest)
		refused := send("/customers", ` {"customer":{"external_id":"sec","email":"secret@example.com"}}`).Status(t, http.StatusBadRequest)
		require.Equal(t, "JSON came as a form: send it with Content-Type: application/json", refused.Header.Get("X-Tarn-Hint"))
		refused = send("/customers", "customer[external_id]=x&my+secret+is+4711=1").Status(t, http.StatusOK)
		require.NotContains(t, refused.Header.Get("X-Tarn-Hint"), "4711")
	})
}

// A part of a path that is empty leads to nothing.
func TestReading_OfPathsWithAnEmptyPart(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		require.Equal(t, "plan_not_found", s.Get("/plans//charges").Status(t, http.StatusNotFound).JSON(t)["code"])
		require.Equal(t, "customer_not_found", s.Get("/customers//subscriptions").Status(t, http.StatusNotFound).JSON(t)["code"])
	})
}
