package store_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/audit"
	"tarn/store"
	"tarn/store/storetest"
	"tarn/wire"
)

// BenchmarkWrite measures one transaction that adds a tax, bare and with the
// trail that a request leaves in it: an activity, an API log and a request log
// of the usual sizes, redacted and rendered as the edge does it. SQLite has one
// writer; PostgreSQL is measured with one and with sixteen.
func BenchmarkWrite(b *testing.B) {
	for _, dialect := range storetest.Dialects() {
		writers := []int{1}
		if dialect == store.Postgres {
			writers = append(writers, 16)
		}
		for _, audited := range []bool{false, true} {
			for _, count := range writers {
				name := "bare"
				if audited {
					name = "audited"
				}
				b.Run(fmt.Sprintf("%s/%s/writers=%d", dialect, name, count), func(b *testing.B) {
					benchmarkWrite(b, dialect, audited, count)
				})
			}
		}
	}
}

func benchmarkWrite(b *testing.B, dialect string, audited bool, writers int) {
	b.Helper()
	w := newTaxWriter(b, storetest.Open(b, dialect), audited)
	// The first write of a month makes the month's tables.
	require.NoError(b, w.write())
	b.ReportAllocs()
	b.ResetTimer()
	if writers == 1 {
		for range b.N {
			if err := w.write(); err != nil {
				b.Fatal(err)
			}
		}
	} else {
		b.SetParallelism(max(writers/runtime.GOMAXPROCS(0), 1))
		b.RunParallel(func(turns *testing.PB) {
			for turns.Next() {
				if err := w.write(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
	w.requireRows(b, b.N+1)
}

// taxWriter adds taxes to an organization of its own.
type taxWriter struct {
	testing.TB
	store    *store.Store
	key      store.APIKey
	redactor *audit.Redactor
	audited  bool
	added    atomic.Int64
}

func newTaxWriter(b *testing.B, s *store.Store, audited bool) *taxWriter {
	b.Helper()
	org := store.Organization{
		ID: store.NewID(), Name: "Acme", Slug: "acme", Plan: store.OrganizationPlanPro, DefaultCurrency: "USD", Timezone: "UTC",
		DocumentNumberPrefix: "ACM-0001", PremiumIntegrations: []string{},
	}
	require.NoError(b, s.System(b.Context(), func(sys *store.System) error { return sys.InsertOrganization(&org) }))
	return &taxWriter{
		TB: b, store: s, audited: audited, redactor: audit.NewRedactor(0),
		key: store.APIKey{ID: store.NewID(), OrganizationID: org.ID, Prefix: "lago_key-12345678"},
	}
}

// write adds one tax in one transaction.
func (w *taxWriter) write() error {
	request := store.NewID()
	scope := store.Scope{Organization: w.key.OrganizationID, Source: store.SourceAPI, Request: request, APIKey: w.key.ID}
	description := "French standard VAT, applied to all sales in the country"
	tax := store.Tax{
		ID: store.NewID(), Code: "french_standard_vat_" + strconv.FormatInt(w.added.Add(1), 10), Name: "TVA",
		Description: &description, Rate: decimal.RequireFromString("20.0"),
	}
	return w.store.Write(w.Context(), scope, func(tx *store.Tx) error {
		row := tax
		if err := tx.InsertTax(&row); err != nil || !w.audited {
			return err
		}
		if err := audit.Created(tx, audit.Tax(row)); err != nil {
			return err
		}
		return w.record(tx, row, request)
	})
}

// record leaves the trail of the request that added the tax.
func (w *taxWriter) record(tx *store.Tx, row store.Tax, id uuid.UUID) error {
	response, err := json.Marshal(map[string]any{"tax": wire.Tax(row)})
	if err != nil {
		return err
	}
	request := audit.Request{
		ID: id, Key: w.key, OperationID: "createTax", EndpointType: "write", BilledUnits: 1,
		Method: "POST", Origin: "http://127.0.0.1:3000/", Path: "/api/v1/taxes", BillingPath: "/taxes",
		UserAgent: "lago-go-client github.com/getlago/lago-go-client/v1",
		Body: []byte(`{"tax":{"name":"TVA","code":"` + row.Code + `","rate":"20.0","description":"` + *row.Description +
			`","applied_to_organization":false}}`),
		Status: 200, Response: response, Duration: 3 * time.Millisecond, At: tx.Now(),
	}
	if err := tx.InsertAPILog(w.redactor.APILog(request)); err != nil {
		return err
	}
	requestLog := w.redactor.RequestLog(request)
	return tx.InsertRequestLog(&requestLog)
}

// requireRows fails the benchmark when it has measured something else than
// writes that are all there, with their trail or without.
func (w *taxWriter) requireRows(b *testing.B, want int) {
	b.Helper()
	scope := store.Scope{Organization: w.key.OrganizationID, Source: store.SourceSystem}
	logs := 0
	if w.audited {
		logs = want
	}
	require.NoError(b, w.store.Read(b.Context(), scope, func(tx *store.Tx) error {
		for model, rows := range map[any]int{
			&store.Tax{}: want, &store.APILog{}: logs, &store.ActivityLog{}: logs, &store.RequestLog{}: logs,
		} {
			var count int64
			require.NoError(b, tx.DB().Model(model).Count(&count).Error)
			require.Equal(b, int64(rows), count, "rows of %T", model)
		}
		activities, err := tx.ActivityLogs(store.ActivityLogFilter{}, store.Page{Size: 1})
		require.Equal(b, int64(logs), activities.Total)
		return err
	}))
}
