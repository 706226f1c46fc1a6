package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"tarn/engine"
	"tarn/jobs"
	"tarn/server"
	"tarn/store"
)

// world is a database with customers to bill.
type world struct {
	url       string
	customers int
	db        *pgxpool.Pool
}

// eventsEach is how many events a customer has in each month.
const eventsEach = 20

// firstMonth is the first month that is billed.
func firstMonth() time.Time { return time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC) }

// newWorld makes an organization in real time and its customers: the first of
// them through the API, the others as copies of its rows.
func newWorld(ctx context.Context, url string, customers, months int) (*world, error) {
	if err := makeFirst(ctx, url); err != nil {
		return nil, err
	}
	db, err := pgxpool.New(ctx, url)
	if err != nil {
		return nil, err
	}
	w := &world{url: url, customers: customers, db: db}
	if err := w.copies(ctx, months); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (w *world) close() { w.db.Close() }

// makeFirst makes the organization, what it sells, and its first customer.
func makeFirst(ctx context.Context, url string) error {
	db, err := store.Open(ctx, store.Options{URL: url})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	key, err := engine.Bootstrap(ctx, db, "")
	if err != nil {
		return err
	}
	handler, err := server.New(db, jobs.NewRunner(db, engine.Workers(), nil), server.Options{}) //nolint:contextcheck // logs are written behind answers
	if err != nil {
		return err
	}
	return errors.Join(tell(ctx, handler, key), handler.Close())
}

// tell sends the requests that make the first customer.
func tell(ctx context.Context, handler http.Handler, key string) error {
	charges := make([]string, 0, 3)
	for code, kind := range map[string]string{"sum": `"sum_agg","field_name":"n"`, "count": `"count_agg"`, "unique": `"unique_count_agg","field_name":"who"`} {
		answer, err := post(ctx, handler, key, "billable_metrics", fmt.Sprintf(`{"billable_metric":{"name":"M","code":%q,"aggregation_type":%s}}`, code, kind))
		if err != nil {
			return err
		}
		charges = append(charges, fmt.Sprintf(`{"billable_metric_id":%q,"charge_model":"standard","properties":{"amount":"0.5"}}`, answer.Metric.ID))
	}
	for _, request := range [][2]string{
		{"taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20","applied_to_organization":true}}`},
		{"plans", `{"plan":{"name":"Pro","code":"pro","interval":"monthly","amount_cents":4900,"amount_currency":"EUR","pay_in_advance":false,"charges":[` +
			strings.Join(charges, ",") + `]}}`},
		{"customers", `{"customer":{"external_id":"c1","name":"Customer","currency":"EUR","country":"FR"}}`},
		{"subscriptions", `{"subscription":{"external_customer_id":"c1","plan_code":"pro","external_id":"s1","subscription_at":"2024-05-17T10:00:00Z"}}`},
	} {
		if _, err := post(ctx, handler, key, request[0], request[1]); err != nil {
			return err
		}
	}
	return nil
}

// made is what is read of the answers.
type made struct {
	Metric struct {
		ID string `json:"lago_id"`
	} `json:"billable_metric"`
}

func post(ctx context.Context, handler http.Handler, key, path, body string) (answer made, err error) {
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/api/v1/"+path, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	if recorder.Code != http.StatusOK {
		return answer, fmt.Errorf("%s: status %d: %s", path, recorder.Code, recorder.Body)
	}
	err = json.Unmarshal(recorder.Body.Bytes(), &answer)
	return answer, err
}

// copies makes copies of the first customer and of what belongs to it, and gives
// all of them events in so many months.
func (w *world) copies(ctx context.Context, months int) error {
	for _, statement := range []struct {
		text   string
		values []any
	}{
		{`INSERT INTO customers SELECT made.* FROM customers c, generate_series(2, $1::int) n, jsonb_populate_record(c, jsonb_build_object(
			'id', gen_random_uuid(), 'external_id', 'c' || n, 'sequential_id', n, 'slug', 'c' || n)) made`, []any{w.customers}},
		{`INSERT INTO subscriptions SELECT made.* FROM subscriptions s, customers c, jsonb_populate_record(s, jsonb_build_object(
			'id', gen_random_uuid(), 'external_id', 's' || c.sequential_id, 'customer_id', c.id)) made WHERE c.id <> s.customer_id`, nil},
		{`INSERT INTO jobs SELECT made.* FROM jobs j, customers c, jsonb_populate_record(j, jsonb_build_object('id', gen_random_uuid(),
			'args', jsonb_build_object('customer_id', c.id), 'unique_key', j.kind || ':' || c.id)) made
			WHERE j.kind = $1 AND j.unique_key <> j.kind || ':' || c.id`, []any{engine.KindBillSubscriptions}},
		{`INSERT INTO events (id, organization_id, transaction_id, external_subscription_id, code, timestamp, properties, value, request_id, created_at)
			SELECT gen_random_uuid(), s.organization_id, month || '-' || n || '-' || s.external_id, s.external_id, (ARRAY['sum', 'count', 'unique'])[1 + n % 3],
				$1::timestamptz + month * interval '1 month' - n * interval '1 hour', jsonb_build_object('n', n, 'who', 'user ' || n % 4),
				CASE n % 3 WHEN 0 THEN n END, gen_random_uuid(), now()
			FROM subscriptions s, generate_series(0, $2::int - 1) month, generate_series(1, $3::int) n`, []any{firstMonth(), months, eventsEach}},
		{`VACUUM ANALYZE`, nil},
	} {
		if _, err := w.db.Exec(ctx, statement.text, statement.values...); err != nil {
			return fmt.Errorf("copy the first customer: %w", err)
		}
	}
	return nil
}
