package edge

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"tarn/openapi"
)

const eventBody = `{"event":{"transaction_id":"transaction_1234567890","external_subscription_id":"sub_1234567890",` +
	`"code":"storage","timestamp":"1651240791.123","precise_total_amount_cents":"1234.56",` +
	`"properties":{"gb":10,"region":"eu-west-1","ratio":0.25}}}`

// BenchmarkValidation measures POST /events through the middleware that
// validates every request, body included.
func BenchmarkValidation(b *testing.B) {
	doc, err := openapi.Lago()
	require.NoError(b, err)
	a := newAPI(BillingAPI, doc)
	op, err := a.operation(http.MethodPost, BillingBase+"/events")
	require.NoError(b, err)
	e := &Edge{}
	handler := e.validate(func(echo.Context) error { return nil })
	request := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/api/v1/events", strings.NewReader(""))
	c := echo.New().NewContext(request, httptest.NewRecorder())
	b.ReportAllocs()
	for b.Loop() {
		c.Set(exchangeName, &Exchange{api: a, op: op, query: c.QueryParams(), body: []byte(eventBody)})
		if err := handler(c); err != nil {
			b.Fatal(err)
		}
	}
}
