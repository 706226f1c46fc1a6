package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/labstack/echo/v4"

	"tarn/engine"
	"tarn/gen"
	"tarn/jobs"
	"tarn/notify"
	"tarn/server"
	"tarn/server/edge"
	"tarn/store"
)

// running is a server that takes requests.
type running struct {
	// base is the address of the billing API.
	base string
	// events is the address below which events are taken.
	events string
	// customers is the address of a page of them.
	customers string
	key       string
	stop      func()

	store  *store.Store
	runner *jobs.Runner
}

// serve lets a handler answer on a port of its own.
func serve(ctx context.Context, handler http.Handler) (address string, stop func(), err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	s := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.Serve(listener) }()
	return "http://" + listener.Addr().String(), func() { _ = s.Close() }, nil
}

// startTarn serves tarn on a database, with one organization in real time and
// the metric that the load's events name.
func startTarn(ctx context.Context, url string) (*running, error) {
	db, err := store.Open(ctx, store.Options{URL: url})
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	key, err := engine.Bootstrap(ctx, db, "")
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	sender := notify.NewSender(notify.Options{AllowPrivate: true})
	runner := jobs.NewRunner(db, engine.Workers().With(sender.Workers()), nil)
	handler, err := server.New(db, runner, server.Options{Options: edge.Options{RequestTimeout: 30 * time.Second}}) //nolint:contextcheck // logs are written behind answers
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	address, stop, err := serve(ctx, handler)
	if err != nil {
		return nil, errors.Join(err, handler.Close(), db.Close())
	}
	r := &running{base: address + "/api/v1", store: db, runner: runner, events: address + "/api/v1/events", customers: address + "/api/v1/customers?per_page=20", key: key, stop: func() {
		stop()
		_, _ = handler.Close(), db.Close() // the measurement is over
	}}
	const metric = `{"billable_metric":{"name":"API calls","code":"api_calls","aggregation_type":"sum_agg","field_name":"calls"}}`
	err = r.post(ctx, http.DefaultClient, address+"/api/v1/billable_metrics", []byte(metric))
	if err == nil {
		err = r.addCustomers(ctx, address+"/api/v1/customers")
	}
	if err != nil {
		r.stop()
		return nil, err
	}
	return r, nil
}

// addCustomers makes the customers that are listed.
func (r *running) addCustomers(ctx context.Context, url string) error {
	const customers = 1000
	for i := range customers {
		body := fmt.Appendf(nil, `{"customer":{"external_id":"customer_%d","name":"Customer %d","email":"billing@customer-%d.example",`+
			`"country":"FR","city":"Paris","zipcode":"75011","address_line1":"1 rue de la Paix","currency":"EUR",`+
			`"metadata":[{"key":"segment","value":"small","display_in_invoice":true}]}}`, i, i, i)
		if err := r.post(ctx, http.DefaultClient, url, body); err != nil {
			return err
		}
	}
	return nil
}

// bareSchema is the table of events of tarn, with all of its indexes.
const bareSchema = `CREATE TABLE bare_events (
    id UUID NOT NULL, organization_id UUID NOT NULL, transaction_id TEXT COLLATE "C" NOT NULL,
    external_subscription_id TEXT COLLATE "C", code TEXT COLLATE "C" NOT NULL, timestamp TIMESTAMPTZ NOT NULL,
    properties JSONB NOT NULL, value NUMERIC, precise_total_amount_cents NUMERIC, request_id UUID NOT NULL,
    deleted_at TIMESTAMPTZ, created_at TIMESTAMPTZ NOT NULL);
CREATE UNIQUE INDEX ON bare_events (organization_id, transaction_id, external_subscription_id);
CREATE INDEX ON bare_events (organization_id, external_subscription_id, code, timestamp, id) INCLUDE (value) WHERE deleted_at IS NULL;
CREATE INDEX ON bare_events (organization_id, timestamp DESC, transaction_id) WHERE deleted_at IS NULL`

const bareInsert = `INSERT INTO bare_events (id, organization_id, transaction_id, external_subscription_id, code, timestamp,
    properties, value, request_id, created_at)
VALUES ($1, $2, $3, $4, $5, now(), $6, $7, $8, now())`

// bareEvent is the body that the bare server takes and answers with.
type bareEvent struct {
	Event struct {
		TransactionID          string         `json:"transaction_id"`
		ExternalSubscriptionID string         `json:"external_subscription_id"`
		Code                   string         `json:"code"`
		Properties             map[string]any `json:"properties"`
	} `json:"event"`
}

// startBare serves a handler that inserts one event into a table with the
// indexes of tarn's, and does nothing else: no key, no rules, no log.
func startBare(ctx context.Context, url string, connections int) (*running, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.MaxConns = int32(connections)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if _, err := pool.Exec(ctx, bareSchema); err != nil {
		pool.Close()
		return nil, err
	}
	organization := store.NewID()
	e := echo.New()
	e.POST("/events", func(c echo.Context) error { //nolint:contextcheck // a request has its own
		var body bareEvent
		if err := c.Bind(&body); err != nil {
			return err
		}
		event := body.Event
		_, err := pool.Exec(c.Request().Context(), bareInsert, store.NewID(), organization, event.TransactionID,
			event.ExternalSubscriptionID, event.Code, event.Properties, event.Properties["calls"], store.NewID())
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, body)
	})
	address, stop, err := serve(ctx, e)
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &running{events: address + "/events", stop: func() { stop(); pool.Close() }}, nil
}

// startPage serves the page of customers that tarn answers with, decoded into
// the contract's types: no key, no rules, no database, no log.
func startPage(ctx context.Context, real *running) (*running, error) {
	var sent bytes.Buffer
	if err := real.read(ctx, http.DefaultClient, &sent); err != nil {
		return nil, err
	}
	var page gen.FindAllCustomers200JSONResponse
	if err := json.Unmarshal(sent.Bytes(), &page); err != nil {
		return nil, err
	}
	e := echo.New()
	e.GET("/customers", func(c echo.Context) error { return c.JSON(http.StatusOK, page) })
	address, stop, err := serve(ctx, e)
	if err != nil {
		return nil, err
	}
	return &running{customers: address + "/customers", stop: stop}, nil
}
