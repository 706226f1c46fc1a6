package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/engine"
	"tarn/openapi"
	"tarn/server/servertest"
)

// textOf is a member of an object that is a text.
func textOf(t *testing.T, object map[string]any, name string) string {
	t.Helper()
	text, isText := object[name].(string)
	require.True(t, isText, "%s in %v", name, object)
	return text
}

// newEndpoint adds a webhook endpoint and returns its path.
func newEndpoint(t *testing.T, s *servertest.Server, address string) string {
	t.Helper()
	created := member(t, s.Post("/webhook_endpoints", fmt.Sprintf(`{"webhook_endpoint":{"webhook_url":%q}}`, address)), "webhook_endpoint")
	return "/webhook_endpoints/" + textOf(t, created, "lago_id")
}

func TestWebhookEndpoints_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		created := member(t, s.Post("/webhook_endpoints", `{"webhook_endpoint":{"webhook_url":"https://a.invalid/hook","signature_algo":"hmac",
			"name":"Ledger","event_types":["customer.created","invoice.created"]}}`), "webhook_endpoint")
		requireJSON(t, fmt.Sprintf(`{"lago_organization_id":%q,"webhook_url":"https://a.invalid/hook","signature_algo":"hmac","name":"Ledger",
			"event_types":["customer.created","invoice.created"],"created_at":"2026-01-15T10:30:00Z"}`, s.Organization.ID), identified(t, created))
		path := "/webhook_endpoints/" + textOf(t, created, "lago_id")
		require.Equal(t, created, member(t, s.Get(path), "webhook_endpoint"))
		require.Equal(t, []map[string]any{created}, entries(t, s.Get("/webhook_endpoints"), "webhook_endpoints"))

		updated := member(t, s.Put(path, `{"webhook_endpoint":{"webhook_url":"http://b.invalid","signature_algo":"jwt","name":null,"event_types":null}}`), "webhook_endpoint")
		requireJSON(t, fmt.Sprintf(`{"lago_organization_id":%q,"webhook_url":"http://b.invalid","signature_algo":"jwt","name":null,
			"event_types":null,"created_at":"2026-01-15T10:30:00Z"}`, s.Organization.ID), identified(t, updated))
		require.Equal(t, updated, member(t, s.Get(path), "webhook_endpoint"))
		require.Equal(t, updated, member(t, s.Delete(path), "webhook_endpoint"))
		requireNotFound(t, "webhook_endpoint", s.Get(path))
		requireNotFound(t, "webhook_endpoint", s.Delete(path))
		require.Empty(t, entries(t, s.Get("/webhook_endpoints"), "webhook_endpoints"))
	})
}

func TestWebhookEndpoints_HaveDefaults(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for i, body := range []string{`{"webhook_url":"https://0.invalid"}`, `{"webhook_url":"https://1.invalid","signature_algo":null,"name":null,"event_types":null}`} {
			created := member(t, s.Post("/webhook_endpoints", `{"webhook_endpoint":`+body+`}`), "webhook_endpoint")
			requireJSON(t, fmt.Sprintf(`{"lago_organization_id":%q,"webhook_url":"https://%d.invalid","signature_algo":"jwt","name":null,
				"event_types":null,"created_at":"2026-01-15T10:30:00Z"}`, s.Organization.ID, i), identified(t, created))
		}
	})
}

func TestWebhookEndpoints_EventTypes(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ sent, stored string }{
		"one":                 {`["plan.created"]`, `["plan.created"]`},
		"the order stays":     {`["plan.deleted","fee.created"]`, `["plan.deleted","fee.created"]`},
		"spelled carelessly":  {`[" Plan.Created ","plan.created","","  ","fee.created"]`, `["plan.created","fee.created"]`},
		"none":                {`[]`, `[]`},
		"nothing but blanks":  {`[""," "]`, `[]`},
		"everything":          {`["*"]`, `null`},
		"everything, blanks":  {`[" * ","","*"]`, `null`},
		"null is everything":  {`null`, `null`},
		"beyond the document": {`["wallet.created","order_form.signed"]`, `["wallet.created","order_form.signed"]`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		path := newEndpoint(t, s, "https://a.invalid")
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				requireJSON(t, `["fee.created"]`, member(t, s.Put(path, `{"webhook_endpoint":{"event_types":["fee.created"]}}`), "webhook_endpoint")["event_types"])
				requireJSON(t, c.stored, member(t, s.Put(path, `{"webhook_endpoint":{"event_types":`+c.sent+`}}`), "webhook_endpoint")["event_types"])
				requireJSON(t, c.stored, member(t, s.Put(path, `{"webhook_endpoint":{"name":"absent keeps"}}`), "webhook_endpoint")["event_types"])
			})
		}
		all, err := json.Marshal(engine.WebhookEventTypes())
		require.NoError(t, err)
		requireJSON(t, string(all), member(t, s.Put(path, `{"webhook_endpoint":{"event_types":`+string(all)+`}}`), "webhook_endpoint")["event_types"])
	})
}

// TestWebhookEndpoints_KnowTheEventTypesOfTheDocument compares the known types
// with the document's webhooks, whose names have underscores for the dots.
func TestWebhookEndpoints_KnowTheEventTypesOfTheDocument(t *testing.T) {
	t.Parallel()
	var document struct {
		Webhooks map[string]json.RawMessage `json:"webhooks"`
	}
	require.NoError(t, json.Unmarshal(openapi.Documents()[0].JSON, &document))
	require.NotEmpty(t, document.Webhooks)
	var known []string
	for _, name := range engine.WebhookEventTypes() {
		known = append(known, strings.ReplaceAll(name, ".", "_"))
	}
	require.Len(t, known, 75)
	for name := range document.Webhooks {
		if name != "invoice_add_on_added" { // Lago: nothing fires it, and no endpoint can ask for it
			require.True(t, slices.Contains(known, strings.ReplaceAll(name, ".", "_")), name)
		}
	}
}

func TestWebhookEndpoints_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ method, body, details string }{
		"no address":              {http.MethodPost, `{"name":"x"}`, `{"webhook_url":["value_is_mandatory","url_is_invalid"]}`},
		"null for an address":     {http.MethodPost, `{"webhook_url":null}`, `{"webhook_url":["value_is_mandatory","url_is_invalid"]}`},
		"blank address":           {http.MethodPost, `{"webhook_url":" "}`, `{"webhook_url":["value_is_mandatory","url_is_invalid"]}`},
		"empty address":           {http.MethodPut, `{"webhook_url":""}`, `{"webhook_url":["value_is_mandatory","url_is_invalid"]}`},
		"null on update":          {http.MethodPut, `{"webhook_url":null}`, `{"webhook_url":["value_is_mandatory","url_is_invalid"]}`},
		"number for an address":   {http.MethodPost, `{"webhook_url":7}`, `{"webhook_url":["url_is_invalid"]}`},
		"no scheme":               {http.MethodPost, `{"webhook_url":"a.invalid/hook"}`, `{"webhook_url":["url_is_invalid"]}`},
		"another scheme":          {http.MethodPost, `{"webhook_url":"ftp://a.example"}`, `{"webhook_url":["url_is_invalid"]}`},
		"script":                  {http.MethodPut, `{"webhook_url":"javascript:alert(1)"}`, `{"webhook_url":["url_is_invalid"]}`},
		"no host":                 {http.MethodPost, `{"webhook_url":"https:///hook"}`, `{"webhook_url":["url_is_invalid"]}`},
		"port without host":       {http.MethodPost, `{"webhook_url":"https://:80/"}`, `{"webhook_url":["url_is_invalid"]}`},
		"space in the address":    {http.MethodPost, `{"webhook_url":"https://a.invalid/a b"}`, `{"webhook_url":["url_is_invalid"]}`},
		"line end after it":       {http.MethodPost, `{"webhook_url":"https://a.invalid/\n"}`, `{"webhook_url":["url_is_invalid"]}`},
		"broken escape":           {http.MethodPost, `{"webhook_url":"https://a.invalid/%zz"}`, `{"webhook_url":["url_is_invalid"]}`},
		"too long":                {http.MethodPost, `{"webhook_url":"https://a.invalid/` + strings.Repeat("x", 2048) + `"}`, `{"webhook_url":["value_is_too_long"]}`},
		"address that is taken":   {http.MethodPost, `{"webhook_url":"https://taken.invalid"}`, `{"webhook_url":["value_already_exist"]}`},
		"address of another one":  {http.MethodPut, `{"webhook_url":"https://taken.invalid"}`, `{"webhook_url":["value_already_exist"]}`},
		"unknown signature":       {http.MethodPost, `{"webhook_url":"https://b.invalid","signature_algo":"md5"}`, `{"signature_algo":["value_is_invalid"]}`},
		"unknown signature later": {http.MethodPut, `{"signature_algo":"JWT"}`, `{"signature_algo":["value_is_invalid"]}`},
		"types that are no list":  {http.MethodPut, `{"event_types":"plan.created"}`, `{"event_types":["must_be_array"]}`},
		"types in an object":      {http.MethodPost, `{"webhook_url":"https://b.invalid","event_types":{}}`, `{"event_types":["must_be_array"]}`},
		"unknown types": {
			http.MethodPut, `{"event_types":["plan.created","wrong.type"," Customer.Deleted","wrong.type"]}`,
			`{"event_types":["contains invalid types: [\"wrong.type\", \"customer.deleted\"]"]}`,
		},
		"everything and one more":  {http.MethodPut, `{"event_types":["*","plan.created"]}`, `{"event_types":["contains invalid types: [\"*\"]"]}`},
		"type that is never fired": {http.MethodPut, `{"event_types":["invoice.add_on_added"]}`, `{"event_types":["contains invalid types: [\"invoice.add_on_added\"]"]}`},
		"name as it is delivered":  {http.MethodPut, `{"event_types":["credit_note.refund_failure"]}`, `{"event_types":["contains invalid types: [\"credit_note.refund_failure\"]"]}`},
		"several rules": {
			http.MethodPost, `{"webhook_url":"nowhere","signature_algo":"md5","event_types":["x"]}`,
			`{"webhook_url":["url_is_invalid"],"signature_algo":["value_is_invalid"],"event_types":["contains invalid types: [\"x\"]"]}`,
		},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newEndpoint(t, s, "https://taken.invalid")
		path := newEndpoint(t, s, "https://a.invalid")
		before := entries(t, s.Get("/webhook_endpoints"), "webhook_endpoints")
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				target := path
				if c.method == http.MethodPost {
					target = "/webhook_endpoints"
				}
				requireDetails(t, c.details, s.Do(c.method, target, `{"webhook_endpoint":`+c.body+`}`))
			})
		}
		require.Equal(t, before, entries(t, s.Get("/webhook_endpoints"), "webhook_endpoints"))
		member(t, s.Put(path, `{"webhook_endpoint":{"webhook_url":"https://a.invalid"}}`), "webhook_endpoint")
	})
}

func TestWebhookEndpoints_AreTenAtMost(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		var path string
		for i := range 10 {
			path = newEndpoint(t, s, fmt.Sprintf("https://%d.invalid", i))
		}
		eleventh := `{"webhook_endpoint":{"webhook_url":"https://10.invalid"}}`
		requireDetails(t, `{"base":["exceeded_limit"]}`, s.Post("/webhook_endpoints", eleventh))
		requireDetails(t, `{"base":["exceeded_limit"],"webhook_url":["url_is_invalid"]}`, s.Post("/webhook_endpoints", `{"webhook_endpoint":{"webhook_url":"x"}}`))
		_, other := s.NewOrganization(t, "Globex")
		s.DoAs(other, http.MethodPost, "/webhook_endpoints", eleventh).Status(t, http.StatusOK)
		member(t, s.Delete(path), "webhook_endpoint")
		member(t, s.Post("/webhook_endpoints", eleventh), "webhook_endpoint")
	})
}

// TestWebhookEndpoints_AreTenAtMostAtOnce adds more than there is room for from
// many sides.
func TestWebhookEndpoints_AreTenAtMostAtOnce(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		for i := range 8 {
			newEndpoint(t, s, fmt.Sprintf("https://%d.invalid", i))
		}
		statuses := make([]int, 6)
		var group sync.WaitGroup
		for i := range statuses {
			group.Go(func() {
				statuses[i] = s.Post("/webhook_endpoints", fmt.Sprintf(`{"webhook_endpoint":{"webhook_url":"https://late-%d.invalid"}}`, i)).Code
			})
		}
		group.Wait()
		slices.Sort(statuses)
		require.Equal(t, []int{200, 200, 422, 422, 422, 422}, statuses)
		require.Len(t, entries(t, s.Get("/webhook_endpoints"), "webhook_endpoints"), 10)
	})
}

func TestWebhookEndpoints_AreListedByAddress(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, address := range []string{"https://b.invalid", "http://z.invalid", "https://a.invalid", "https://B.invalid", "https://b.invalid/_"} {
			newEndpoint(t, s, address)
		}
		want := []any{"http://z.invalid", "https://B.invalid", "https://a.invalid", "https://b.invalid", "https://b.invalid/_"}
		require.Equal(t, want, pluck(entries(t, s.Get("/webhook_endpoints"), "webhook_endpoints"), "webhook_url"))
		require.Equal(t, want[2:4], pluck(entries(t, s.Get("/webhook_endpoints?per_page=2&page=2"), "webhook_endpoints"), "webhook_url"))
		require.Equal(t, meta(2, 3, 1, 3, 5), s.Get("/webhook_endpoints?per_page=2&page=2").JSON(t)["meta"])
	})
}

func TestWebhookEndpoints_BelongToTheOrganization(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Globex")
		path := newEndpoint(t, s, "https://a.invalid")
		body := `{"webhook_endpoint":{"name":"x"}}`
		for _, id := range []string{path, "/webhook_endpoints/11111111-1111-4111-8111-111111111111", "/webhook_endpoints/nothing"} {
			requireNotFound(t, "webhook_endpoint", s.DoAs(other, http.MethodGet, id, ""))
			requireNotFound(t, "webhook_endpoint", s.DoAs(other, http.MethodPut, id, body))
			requireNotFound(t, "webhook_endpoint", s.DoAs(other, http.MethodPut, id, `{"webhook_endpoint":{"webhook_url":""}}`))
			requireNotFound(t, "webhook_endpoint", s.DoAs(other, http.MethodDelete, id, ""))
		}
		require.Empty(t, entries(t, s.DoAs(other, http.MethodGet, "/webhook_endpoints", ""), "webhook_endpoints"))
		s.DoAs(other, http.MethodPost, "/webhook_endpoints", `{"webhook_endpoint":{"webhook_url":"https://a.invalid"}}`).Status(t, http.StatusOK)
		for _, empty := range []string{``, `{}`, `{"webhook_endpoint":{}}`, `{"webhook_endpoint":null}`, `{"webhook_endpoint":[]}`} {
			requireNoParameter(t, "webhook_endpoint", s.Post("/webhook_endpoints", empty))
			requireNoParameter(t, "webhook_endpoint", s.Put(path, empty))
		}
		requireClosed(t, s, "webhook_endpoint", `GET /webhook_endpoints`, `GET `+path, `POST /webhook_endpoints `+body, `PUT `+path+` `+body, `DELETE `+path)
	})
}

func TestWebhookEndpoints_RecordActivities(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		path := newEndpoint(t, s, "https://a.invalid")
		member(t, s.Put(path, `{"webhook_endpoint":{"name":"Ledger"}}`), "webhook_endpoint")
		member(t, s.Delete(path), "webhook_endpoint")
		logs := entries(t, s.Get("/activity_logs?resource_types[]=WebhookEndpoint"), "activity_logs")
		require.Equal(t, []any{"webhook_endpoint.deleted", "webhook_endpoint.updated", "webhook_endpoint.created"}, pluck(logs, "activity_type"))
		requireJSON(t, `{"name":[null,"Ledger"]}`, logs[1]["activity_object_changes"])
		require.Equal(t, path, "/webhook_endpoints/"+textOf(t, logs[0], "resource_id"))
	})
}
