package edge

import (
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"tarn/openapi"
)

func TestChecker(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Lago()
	require.NoError(t, err)
	c, err := NewChecker(doc)
	require.NoError(t, err)

	// Requests find their operation as they do when the document is served, and
	// where the log has lost the escapes of a code's slashes.
	for request, want := range map[[2]string]string{
		{http.MethodPost, "/taxes"}:                               "createTax",
		{http.MethodPut, "taxes/vat"}:                             "updateTax",
		{http.MethodPatch, "/taxes/vat"}:                          "updateTax",
		{http.MethodPut, "/plans/p/metadata"}:                     "mergePlanMetadata",
		{http.MethodDelete, "/taxes/a/code/of/slashes"}:           "destroyTax",
		{http.MethodGet, "/plans/a/b/charges"}:                    "findAllPlanCharges",
		{http.MethodPut, "/plans/p/charges/s.v/1"}:                "updatePlanCharge",
		{http.MethodPost, "/plans/p/q/charges/s.v/1/filters"}:     "createPlanChargeFilter",
		{http.MethodDelete, "/customers/a/b"}:                     "destroyCustomer",
		{http.MethodGet, "/customers/a/b/wallets"}:                "findAllCustomerWallets",
		{http.MethodPost, "/customers/checkout_url/checkout_url"}: "generateCustomerCheckoutURL",
		{http.MethodGet, "/nowhere"}:                              "",
	} {
		found, ok := c.Find(request[1], request[0])
		require.Equal(t, want != "", ok, request)
		if ok {
			require.Equal(t, want, found.ID(), request)
		}
	}
	// The log of an update may not say with which method it came.
	for path, want := range map[string]string{"/plans/p": "updatePlan", "/plans/p/entitlements": "updateEntitlement"} {
		found, _ := c.Find(path, http.MethodPut, http.MethodPatch)
		require.Equal(t, want, found.ID())
	}
	require.Equal(t, "POST /taxes", c.Place("createTax"))
	require.Empty(t, c.Place("createNothing"))

	create, _ := c.Find("/taxes", http.MethodPost)
	require.Empty(t, create.Request([]byte(`{"tax":{"name":"VAT","code":"vat","rate":"20"}}`)))
	require.Equal(t, []string{"name: [value_is_mandatory]"}, create.Request([]byte(`{"tax":{"code":"vat","rate":"20"}}`)))
	require.Equal(t, []string{"body: Bad Request"}, create.Request([]byte(`[`)))
	require.Len(t, create.Answer(http.StatusOK, []byte(`{"tax":{"name":"VAT"}}`)), 5)
	require.Empty(t, create.Answer(http.StatusTeapot, []byte(`{}`)), "nothing is said of it")

	events, _ := c.Find("/events", http.MethodPost)
	require.Equal(t, []string{"body: BadRequest: param is missing or the value is empty or invalid: event"}, events.Request([]byte(`{}`)), "the engine's own rules are of no version")
	require.Empty(t, events.Request([]byte(`{"event":{"transaction_id":"t","code":"c","external_subscription_id":"s"}}`)))
	alert, _ := c.Find("/customers/c/payment_methods/no-uuid", http.MethodDelete)
	require.Len(t, alert.Request(nil), 1, "no identifier")
}

// What a version says of an operation is held against what another one says of it.
func TestChecker_OfAnotherVersion(t *testing.T) {
	t.Parallel()
	const head = `{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{`
	checker := func(paths string) *Checker {
		doc, err := openapi3.NewLoader().LoadFromData([]byte(head + paths + `}}`))
		require.NoError(t, err)
		c, err := NewChecker(doc)
		require.NoError(t, err)
		return c
	}
	const object, form = `{"application/json":{"schema":{"type":"object"}}}`, `{"application/x-www-form-urlencoded":{"schema":{"type":"object"}}}`
	post := func(body, responses string) string {
		return `"/a/{x}":{"post":{"operationId":"make",` + body + `"responses":{` + responses + `}}}`
	}
	body := func(content string) string { return `"requestBody":{"content":` + content + `},` }
	answer := func(status, content string) string {
		return `"` + status + `":{"description":"d","content":` + content + `}`
	}
	find := func(paths string) Recorded {
		found, ok := checker(paths).Find("/a/1", http.MethodPost)
		require.True(t, ok)
		return found
	}
	was := find(post(body(object), answer("200", object)+`,"204":{"description":"d"}`))
	for next, want := range map[string][3]string{
		post(body(object), answer("200", object)+`,"204":{"description":"d"}`): {},
		post(body(object), answer("2XX", object)):                              {},
		post(body(object), answer("default", object)):                          {},
		post(body(object), answer("201", object)):                              {"", "the status 200 is not promised any more", "the status 204 is not promised any more"},
		post(body(form), answer("200", form)+`,"204":{"description":"d"}`):     {"no application/json is taken any more, only application/x-www-form-urlencoded", "the status 200 has no application/json any more, only application/x-www-form-urlencoded", ""},
		post("", `"200":{"description":"d"},"204":{"description":"d"}`):        {"no body is taken any more", "the status 200 has no body any more", ""},
	} {
		is := find(next)
		require.Equal(t, want, [3]string{was.LostBody(is), was.LostAnswer(is, http.StatusOK), was.LostAnswer(is, http.StatusNoContent)}, next)
		require.Empty(t, was.LostAnswer(is, http.StatusTeapot), "nobody ever promised it")
	}

	// Whatever is not served yet does not keep the rest from being judged.
	odd := checker(`"/a/{y}":{"head":{"operationId":"h","responses":{}},"trace":{"operationId":"t","responses":{}}},"/a/{y}.pdf":{"options":{"operationId":"o","responses":{}}}`)
	_, known := odd.Find("/a/1", http.MethodPost)
	require.False(t, known)
	option, known := odd.Find("/a/1.pdf", http.MethodOptions)
	require.True(t, known)
	require.Equal(t, "o", option.ID())
	head1, _ := odd.Find("/a/1", http.MethodHead)
	require.True(t, head1.SamePlace(was))
	require.False(t, option.SamePlace(was))
}
