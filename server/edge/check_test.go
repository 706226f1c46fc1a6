package edge

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/openapi"
)

func TestChecker(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Lago()
	require.NoError(t, err)
	c, err := NewChecker(doc)
	require.NoError(t, err)

	// Requests find their operation as they do when the document is served.
	for request, want := range map[[2]string]string{
		{http.MethodPost, "/taxes"}:                     "createTax",
		{http.MethodPut, "taxes/vat"}:                   "updateTax",
		{http.MethodPatch, "/taxes/vat"}:                "updateTax",
		{http.MethodDelete, "/taxes/a/code/of/slashes"}: "destroyTax",
		{http.MethodGet, "/plans/a/b/charges"}:          "findAllPlanCharges",
		{http.MethodGet, "/nowhere"}:                    "",
	} {
		found, ok := c.Find(request[0], request[1])
		require.Equal(t, want != "", ok, request)
		if ok {
			require.Equal(t, want, found.ID(), request)
		}
	}
	require.Equal(t, "POST /taxes", c.Place("createTax"))
	require.Empty(t, c.Place("createNothing"))

	create, _ := c.Find(http.MethodPost, "/taxes")
	require.Empty(t, create.Request([]byte(`{"tax":{"name":"VAT","code":"vat","rate":"20"}}`)))
	require.Equal(t, []string{"name: [value_is_mandatory]"}, create.Request([]byte(`{"tax":{"code":"vat","rate":"20"}}`)))
	require.Equal(t, []string{"body: Bad Request"}, create.Request([]byte(`[`)))
	require.Len(t, create.Answer(http.StatusOK, []byte(`{"tax":{"name":"VAT"}}`)), 5)
	require.Empty(t, create.Answer(http.StatusTeapot, []byte(`{}`)), "nothing is said of it")

	events, _ := c.Find(http.MethodPost, "/events")
	require.Empty(t, events.Request([]byte(`{}`)), "the engine alone judges it")
	alert, _ := c.Find(http.MethodDelete, "/customers/c/payment_methods/no-uuid")
	require.Len(t, alert.Request(nil), 1, "no identifier")
}
