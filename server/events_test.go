package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// eventBody is the body for one event with further members, in JSON.
func eventBody(transaction, members string) string {
	return `{"event":{"transaction_id":"` + transaction + `","code":"api","external_subscription_id":"sub"` + members + `}}`
}

// sent is the object with which a creation was answered.
func sent(t *testing.T, response *servertest.Response) map[string]any {
	t.Helper()
	object, _ := response.Status(t, http.StatusOK).JSON(t)["event"].(map[string]any)
	return object
}

func TestEvents_Create(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		created := s.Post("/events", `{"event":{"transaction_id":"t1","external_subscription_id":"sub","code":"api",`+
			`"timestamp":1651240791.123999,"precise_total_amount_cents":"1234.5670","unknown":1,`+
			`"properties":{"gb":1.5e3,"region":"eu","deep":{"list":[1,null,{"a":true}]}}}}`)
		id, _ := sent(t, created)["lago_id"].(string)
		require.JSONEq(t, `{"event":{"lago_id":"`+id+`","transaction_id":"t1","lago_customer_id":null,"code":"api",
			"timestamp":"2022-04-29T13:59:51.123Z","precise_total_amount_cents":"1234.567",
			"properties":{"gb":1500,"region":"eu","deep":{"list":[1,null,{"a":true}]}},"lago_subscription_id":null,
			"external_subscription_id":"sub","created_at":"2026-01-15T10:30:00Z"}}`, string(created.Body))
		require.JSONEq(t, string(created.Body), string(s.Get("/events/t1").Status(t, http.StatusOK).Body))
	})
}

func TestEvents_CreateTakesMany(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		for name, c := range map[string]struct {
			event string
			want  map[string]any
		}{
			"numbers and truth become texts": {
				`{"transaction_id":12.50,"code":true,"external_subscription_id":7}`,
				map[string]any{"transaction_id": "12.50", "code": "true", "external_subscription_id": "7"},
			},
			"no subscription": {`{"transaction_id":"a","code":"c"}`, map[string]any{"external_subscription_id": nil}},
			"no time":         {`{"transaction_id":"b","code":"c","timestamp":null}`, map[string]any{"timestamp": "2026-01-15T10:30:00.000Z"}},
			"false is no time": {
				`{"transaction_id":"c","code":"c","timestamp":false}`,
				map[string]any{"timestamp": "2026-01-15T10:30:00.000Z"},
			},
			"a time in a text": {
				`{"transaction_id":"d","code":"c","timestamp":"1651240791.9999999"}`,
				map[string]any{"timestamp": "2022-04-29T13:59:51.999Z"},
			},
			"a time before 1970":  {`{"transaction_id":"e","code":"c","timestamp":-0.5}`, map[string]any{"timestamp": "1969-12-31T23:59:59.500Z"}},
			"a time to come":      {`{"transaction_id":"f","code":"c","timestamp":4102444800}`, map[string]any{"timestamp": "2100-01-01T00:00:00.000Z"}},
			"no properties":       {`{"transaction_id":"g","code":"c","properties":null}`, map[string]any{"properties": map[string]any{}}},
			"odd properties":      {`{"transaction_id":"h","code":"c","properties":[1]}`, map[string]any{"properties": map[string]any{}}},
			"an odd amount":       {`{"transaction_id":"i","code":"c","precise_total_amount_cents":"much"}`, map[string]any{"precise_total_amount_cents": "0.0"}},
			"a long amount":       {`{"transaction_id":"j","code":"c","precise_total_amount_cents":0.1234567890123456}`, map[string]any{"precise_total_amount_cents": "0.123456789012346"}},
			"no amount":           {`{"transaction_id":"k","code":"c","precise_total_amount_cents":null}`, map[string]any{"precise_total_amount_cents": nil}},
			"NUL characters":      {`{"transaction_id":"l\u0000","code":"c\u0000","properties":{"a\u0000":"b\u0000"}}`, map[string]any{"transaction_id": "l", "code": "c", "properties": map[string]any{"a": "b"}}},
			"a very large number": {`{"transaction_id":"n","code":"c","properties":{"a":1e300}}`, map[string]any{"properties": map[string]any{"a": json.Number("1" + strings.Repeat("0", 300))}}},
		} {
			object := sent(t, s.Post("/events", `{"event":`+c.event+`}`))
			for field, want := range c.want {
				require.Equal(t, want, object[field], "%s: %s", name, field)
			}
			transaction, _ := object["transaction_id"].(string)
			require.Equal(t, object, s.Get("/events/"+url.PathEscape(transaction)).Status(t, http.StatusOK).JSON(t)["event"], name)
		}
	})
}

func TestEvents_CreateRefuses(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		long := strings.Repeat("x", 1001)
		for _, c := range []struct{ body, want string }{
			{`{"event":{"code":"api"}}`, `{"transaction_id":["value_is_mandatory"]}`},
			{`{"event":{"transaction_id":" ","code":null}}`, `{"transaction_id":["value_is_mandatory"],"code":["value_is_mandatory"]}`},
			{`{"event":{"transaction_id":["a"],"code":{}}}`, `{"transaction_id":["value_is_mandatory"],"code":["value_is_mandatory"]}`},
			{`{"event":{"unknown":1}}`, `{"transaction_id":["value_is_mandatory"],"code":["value_is_mandatory"]}`},
			{`{"event":{"timestamp":"2022-04-29T08:59:51Z"}}`, `{"timestamp":["invalid_format"]}`},
			{eventBody("a", `,"timestamp":""`), `{"timestamp":["invalid_format"]}`},
			{eventBody("a", `,"timestamp":"abc"`), `{"timestamp":["invalid_format"]}`},
			{eventBody("a", `,"timestamp":true`), `{"timestamp":["invalid_format"]}`},
			{eventBody("a", `,"timestamp":1e30`), `{"timestamp":["invalid_format"]}`},
			{eventBody("a", `,"properties":{"a":1e309}`), `{"properties":["value_is_out_of_range"]}`},
			{eventBody("a", `,"properties":{"a":`+strings.Repeat("[", 200)+strings.Repeat("]", 200)+`}`), `{"properties":["value_is_invalid"]}`},
			{eventBody("a", `,"precise_total_amount_cents":1e40`), `{"precise_total_amount_cents":["value_is_out_of_range"]}`},
			{eventBody(long, ``), `{"transaction_id":["value_is_too_long"]}`},
			{`{"event":{"transaction_id":"a","code":"` + long + `","external_subscription_id":"` + long + `"}}`, `{"code":["value_is_too_long"],"external_subscription_id":["value_is_too_long"]}`},
			{`{"event":{"transaction_id":"a","code":"","properties":{"a":1e309},"precise_total_amount_cents":1e9999}}`, `{"code":["value_is_mandatory"],"precise_total_amount_cents":["value_is_out_of_range"],"properties":["value_is_out_of_range"]}`},
		} {
			response := s.Post("/events", c.body).Status(t, http.StatusUnprocessableEntity)
			require.JSONEq(t, `{"status":422,"error":"Unprocessable Entity","code":"validation_errors","error_details":`+c.want+`}`, string(response.Body), c.body)
		}
		for _, body := range []string{``, `{}`, `{"event":null}`, `{"event":{}}`, `{"event":"x"}`, `{"event":[]}`, `[]`, `1`} {
			response := s.Post("/events", body).Status(t, http.StatusBadRequest)
			require.JSONEq(t, `{"status":400,"error":"BadRequest: param is missing or the value is empty or invalid: event"}`, string(response.Body), body)
		}
		for _, body := range []string{`{`, `{"event":{}} x`, `nonsense`, "{\"event\":\"\x01\"}"} {
			require.JSONEq(t, `{"status":400,"error":"Bad Request"}`, string(s.Post("/events", body).Status(t, http.StatusBadRequest).Body), body)
		}
		require.Empty(t, events(t, s, ""))
	})
}

// The longest texts that are taken fit into the indexes together, even where
// nothing of them can be compressed.
func TestEvents_LongestTexts(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		code := uniqueText(1, 1000)
		s.Post("/billable_metrics", `{"billable_metric":{"name":"Long","code":"`+code+`","aggregation_type":"sum_agg","field_name":"n"}}`).Status(t, http.StatusOK)
		digits := strings.Trim(strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, uniqueText(2, 9000)), "0")
		number := digits[:500]
		body := fmt.Sprintf(`{"event":{"transaction_id":%q,"code":%q,"external_subscription_id":%q,"properties":{"n":%q,"text":%q}}}`,
			uniqueText(3, 1000), code, uniqueText(4, 1000), number, strings.Repeat("long ", 100_000))
		sent(t, s.Post("/events", body))
		s.Post("/events", body).Status(t, http.StatusUnprocessableEntity)
	})
}

func TestEvents_AreUnique(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		taken := map[string]any{"transaction_id": []any{"value_already_exist"}}
		sent(t, s.Post("/events", eventBody("t", ``)))
		require.Equal(t, taken, s.Post("/events", eventBody("t", `,"timestamp":12,"code":"other"`)).Details(t))
		// Another subscription, or none, is another event; none never collides.
		sent(t, s.Post("/events", `{"event":{"transaction_id":"t","code":"api","external_subscription_id":"other"}}`))
		for range 2 {
			sent(t, s.Post("/events", `{"event":{"transaction_id":"t","code":"api"}}`))
		}
		sent(t, s.Post("/events", `{"event":{"transaction_id":"t","code":"api","external_subscription_id":""}}`))
		require.Equal(t, taken, s.Post("/events", `{"event":{"transaction_id":"t","code":"api","external_subscription_id":""}}`).Details(t))
		// Another organization has its own.
		_, key := s.NewOrganization(t, "Other")
		s.DoAs(key, http.MethodPost, "/events", eventBody("t", ``)).Status(t, http.StatusOK)
		require.Len(t, events(t, s, ""), 5)
	})
}

func TestEvents_Find(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, transaction := range []string{"a/b?c#d", "50%", "a%41", "with space", "dots.in.it", "é", "+", `quo"te`} {
			body, err := json.Marshal(map[string]any{"event": map[string]any{"transaction_id": transaction, "code": "api"}})
			require.NoError(t, err)
			created := sent(t, s.Post("/events", string(body)))
			found := s.Get("/events/"+url.PathEscape(transaction)).Status(t, http.StatusOK)
			require.Equal(t, created, found.JSON(t)["event"], transaction)
		}
		// Of several subscriptions the oldest event is found.
		first := sent(t, s.Post("/events", eventBody("same", `,"timestamp":2000000000`)))
		sent(t, s.Post("/events", `{"event":{"transaction_id":"same","code":"api","external_subscription_id":"other","timestamp":1}}`))
		require.Equal(t, first, s.Get("/events/same").JSON(t)["event"])
		require.Equal(t, "event_not_found", s.Get("/events/nothing").Status(t, http.StatusNotFound).JSON(t)["code"])
		_, key := s.NewOrganization(t, "Other")
		s.DoAs(key, http.MethodGet, "/events/same", "").Status(t, http.StatusNotFound)
	})
}

// events are the transactions of a page of the list.
func events(t *testing.T, s *servertest.Server, query string) []string {
	t.Helper()
	var page struct {
		Events []struct {
			TransactionID string `json:"transaction_id"`
		}
	}
	s.Get("/events"+query).Status(t, http.StatusOK).Decode(t, &page)
	transactions := make([]string, len(page.Events))
	for i, event := range page.Events {
		transactions[i] = event.TransactionID
	}
	return transactions
}

func TestEvents_List(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		require.JSONEq(t, `{"events":[],"meta":{"current_page":0,"next_page":null,"prev_page":null,"total_pages":0,"total_count":0}}`,
			string(s.Get("/events").Status(t, http.StatusOK).Body))
		noon := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC).Unix()
		for transaction, members := range map[string]string{
			"b": fmt.Sprintf(`,"timestamp":%d`, noon), "a": fmt.Sprintf(`,"timestamp":%d`, noon),
			"late": fmt.Sprintf(`,"timestamp":%d.000999`, noon+1), "early": fmt.Sprintf(`,"timestamp":%d`, noon-86_400),
			"midnight": fmt.Sprintf(`,"timestamp":%d`, noon+43_200),
		} {
			sent(t, s.Post("/events", eventBody(transaction, members)))
		}
		sent(t, s.Post("/events", fmt.Sprintf(`{"event":{"transaction_id":"other","code":"other","external_subscription_id":"x","timestamp":%d}}`, noon+5)))
		for query, want := range map[string][]string{
			"":                                     {"midnight", "other", "late", "a", "b", "early"},
			"?per_page=2":                          {"midnight", "other"},
			"?per_page=2&page=2":                   {"late", "a"},
			"?page=9":                              {},
			"?code=other":                          {"other"},
			"?code=":                               {"midnight", "other", "late", "a", "b", "early"},
			"?code=OTHER":                          {},
			"?code=a&code=other":                   {"other"},
			"?external_subscription_id=sub":        {"midnight", "late", "a", "b", "early"},
			"?timestamp_from=2026-03-01T12:00:00Z": {"midnight", "other", "late", "a", "b"},
			"?timestamp_from=2026-03-01T12:00:01Z&timestamp_to=2026-03-01T12:00:01Z":       {"late"},
			"?timestamp_to=2026-03-01T12:00:00Z":                                           {"a", "b", "early"},
			"?timestamp_to=2026-03-01T12:00:01.0009Z":                                      {"a", "b", "early"},
			"?timestamp_from=2026-03-01T13:00:00%2B01:00&timestamp_to=2026-03-01T12:00:00": {"a", "b"},
			"?timestamp_from=2026-03-01":                                                   {"midnight", "other", "late", "a", "b"},
			"?timestamp_to=2026-03-01":                                                     {"other", "late", "a", "b", "early"},
			"?timestamp_from=2026-03-02":                                                   {"midnight"},
			"?timestamp_from=":                                                             {"midnight", "other", "late", "a", "b", "early"},
			"?timestamp_from=0000-01-01T00:00:00Z&timestamp_to=9999-12-31":                 {"midnight", "other", "late", "a", "b", "early"},
		} {
			require.Equal(t, want, events(t, s, query), query)
		}
		meta := s.Get("/events?per_page=4&page=2").JSON(t)["meta"]
		require.Equal(t, map[string]any{
			"current_page": json.Number("2"), "next_page": nil, "prev_page": json.Number("1"),
			"total_pages": json.Number("2"), "total_count": json.Number("6"),
		}, meta)
	})
}

func TestEvents_ListRefuses(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for query, want := range map[string]string{
			"?timestamp_from_started_at=yes":  `{"timestamp_from_started_at":["must be one of: true, false"]}`,
			"?timestamp_from_started_at=true": `{"external_subscription_id":["required with timestamp_from_started_at"]}`,
			"?timestamp_from_started_at=true&external_subscription_id=s&timestamp_from=2026-01-01": `{"timestamp_from":["cannot be used with timestamp_from_started_at"]}`,
			"?timestamp_from_started_at=true&external_subscription_id=&timestamp_from=2026-01-01":  `{"external_subscription_id":["required with timestamp_from_started_at"],"timestamp_from":["cannot be used with timestamp_from_started_at"]}`,
			"?timestamp_from=yesterday": `{"timestamp_from":["invalid_date"]}`,
			"?timestamp_to=2026-02-30":  `{"timestamp_to":["invalid_date"]}`,
		} {
			details, err := json.Marshal(s.Get("/events" + query).Details(t))
			require.NoError(t, err)
			require.JSONEq(t, want, string(details), query)
		}
	})
}

func TestEvents_NeedPermission(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		reader := s.NewKey(t, `{"permissions":{"event":["read"]}}`)
		for _, path := range []string{"/events", "/events/batch"} {
			refused := s.DoAs(reader, http.MethodPost, path, eventBody("t", ``)).Status(t, http.StatusForbidden)
			require.Equal(t, "write_action_not_allowed_for_event", refused.JSON(t)["code"])
		}
		s.DoAs(reader, http.MethodGet, "/events", "").Status(t, http.StatusOK)
	})
}
