package server_test

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/server"
	"tarn/server/edge"
	"tarn/server/servertest"
	"tarn/store"
	"tarn/store/storetest"
)

// benchServer is the real handler, as a server in use has it: answers are not
// held against the contract, and the organization lives in real time.
type benchServer struct {
	*servertest.Server
	dialect string
	url     string
	key     string
}

func newBenchServer(b testing.TB, dialect string) *benchServer {
	b.Helper()
	url := storetest.URL(b, dialect)
	s := &benchServer{dialect: dialect, url: url, Server: servertest.New(b, url, func(o *server.Options) {
		o.ValidateResponses, o.Answered, o.Check = edge.ResponsesUnchecked, nil, nil
	})}
	s.Organization, s.key = s.organization(b, nil)
	return s
}

// organization makes an organization through the administration; its clock
// stands at an instant, or is real when that is nil.
func (s *benchServer) organization(b testing.TB, at *time.Time) (store.Organization, string) {
	b.Helper()
	body := `{"name":"Acme","plan":"pro"}`
	if at != nil {
		body = fmt.Sprintf(`{"name":"Acme","plan":"pro","clock":{"now":%q}}`, at.Format(time.RFC3339))
	}
	var made struct {
		Organization store.Organization `json:"organization"`
		Key          string             `json:"api_key"`
	}
	s.Admin(http.MethodPost, "/admin/organizations", body).Status(b, http.StatusCreated).Decode(b, &made)
	require.NotEmpty(b, made.Key)
	return made.Organization, made.Key
}

// serve sends a request to the handler, without a connection between.
func (s *benchServer) serve(method, path, body string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+s.key)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "lago-go-client github.com/getlago/lago-go-client/v1")
	answer := httptest.NewRecorder()
	s.Handler().ServeHTTP(answer, request)
	return answer
}

// repeat measures a request that must always be answered with the same status:
// by one client, or by sixteen at once.
func repeat(b *testing.B, clients int, send func() *httptest.ResponseRecorder) {
	b.Helper()
	refused := atomic.Pointer[httptest.ResponseRecorder]{}
	succeeds := func() bool {
		answer := send()
		if answer.Code != http.StatusOK {
			refused.Store(answer)
		}
		return answer.Code == http.StatusOK
	}
	require.True(b, succeeds(), "the first request")
	b.ReportAllocs()
	b.ResetTimer()
	inParallel(b, clients, succeeds)
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
	if answer := refused.Load(); answer != nil {
		b.Fatalf("answered %d: %s", answer.Code, answer.Body)
	}
}

// inParallel lets one client, or several at once, send b.N requests; a client
// stops at the first that fails.
func inParallel(b *testing.B, clients int, succeeds func() bool) {
	b.Helper()
	if clients == 1 {
		for range b.N {
			if !succeeds() {
				return
			}
		}
		return
	}
	b.SetParallelism(max(clients/runtime.GOMAXPROCS(0), 1))
	b.RunParallel(func(turns *testing.PB) {
		for turns.Next() && succeeds() {
			continue
		}
	})
}

// BenchmarkHTTPWrite measures POST /taxes from the first middleware to the last
// byte of the answer, with everything between: the key, validation, the rules,
// the activity and the logs.
func BenchmarkHTTPWrite(b *testing.B) {
	for _, dialect := range storetest.Dialects() {
		for _, clients := range []int{1, 16} {
			b.Run(fmt.Sprintf("%s/clients=%d", dialect, clients), func(b *testing.B) {
				s := newBenchServer(b, dialect)
				var made atomic.Int64
				repeat(b, clients, func() *httptest.ResponseRecorder {
					code := "vat_" + strconv.FormatInt(made.Add(1), 10)
					return s.serve(http.MethodPost, "/api/v1/taxes", `{"tax":{"name":"TVA","code":"`+code+
						`","rate":"20.0","description":"French standard VAT, applied to all sales in the country"}}`)
				})
			})
		}
	}
}

// BenchmarkHTTPRead measures pages of twenty of lists: of 1,000 customers, and of
// thirty plans, taxes and billable metrics.
func BenchmarkHTTPRead(b *testing.B) {
	for _, dialect := range storetest.Dialects() {
		b.Run(dialect, func(b *testing.B) {
			s := newBenchServer(b, dialect)
			s.fill(b)
			for _, list := range []string{"customers", "plans", "taxes", "billable_metrics"} {
				for _, clients := range []int{1, 16} {
					b.Run(fmt.Sprintf("%s/clients=%d", list, clients), func(b *testing.B) {
						repeat(b, clients, func() *httptest.ResponseRecorder {
							return s.serve(http.MethodGet, "/api/v1/"+list+"?per_page=20", "")
						})
					})
				}
			}
		})
	}
}

// fill makes what BenchmarkHTTPRead lists.
func (s *benchServer) fill(b *testing.B) {
	b.Helper()
	add := func(path, body string) {
		answer := s.serve(http.MethodPost, "/api/v1/"+path, body)
		require.Equal(b, http.StatusOK, answer.Code, answer.Body)
	}
	for i := range 30 {
		add("taxes", fmt.Sprintf(`{"tax":{"name":"VAT %d","code":"vat_%d","rate":"20"}}`, i, i))
		add("billable_metrics", fmt.Sprintf(`{"billable_metric":{"name":"Calls %d","code":"calls_%d","aggregation_type":"count_agg"}}`, i, i))
		add("plans", fmt.Sprintf(`{"plan":{"name":"Plan %d","code":"plan_%d","interval":"monthly","amount_cents":1000,"amount_currency":"EUR","pay_in_advance":false}}`, i, i))
	}
	s.addCustomers(b, 1000)
}

// addCustomers makes customers with an address and metadata.
func (s *benchServer) addCustomers(b testing.TB, count int) {
	b.Helper()
	for i := range count {
		answer := s.serve(http.MethodPost, "/api/v1/customers", fmt.Sprintf(
			`{"customer":{"external_id":"customer_%d","name":"Customer %d","email":"billing@customer-%d.example",`+
				`"country":"FR","city":"Paris","zipcode":"75011","address_line1":"1 rue de la Paix","currency":"EUR",`+
				`"metadata":[{"key":"segment","value":"small","display_in_invoice":true}]}}`, i, i, i))
		require.Equal(b, http.StatusOK, answer.Code, answer.Body)
	}
}

// A page of twenty customers is answered with at most a thousand allocations, from
// the key to the request log. SQLite's driver makes as many again for itself.
//
//nolint:paralleltest // allocations are those of the process
func TestHTTPRead_AllocatesLittle(t *testing.T) {
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("the race detector allocates too")
	}
	s := newBenchServer(t, store.Postgres)
	s.addCustomers(t, 20)
	read := func() {
		answer := s.serve(http.MethodGet, "/api/v1/customers?per_page=20", "")
		require.Equal(t, http.StatusOK, answer.Code)
	}
	least := math.Inf(1)
	for range 5 { // collected garbage takes pools along, which then are filled again
		least = min(least, testing.AllocsPerRun(50, read))
	}
	require.LessOrEqual(t, least, 1000.0)
}
