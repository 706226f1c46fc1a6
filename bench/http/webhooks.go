package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"tarn/clock"
	"tarn/engine"
	"tarn/nullable"
	"tarn/store"
)

// receiver is an endpoint that takes webhooks and counts them.
type receiver struct{ got atomic.Int64 }

// ServeHTTP takes a webhook.
func (r *receiver) ServeHTTP(_ http.ResponseWriter, request *http.Request) {
	_, _ = io.Copy(io.Discard, request.Body) // one that is cut off comes again
	r.got.Add(1)
}

// webhookLoads make customers: without an endpoint, and with one that is told of each,
// for each way of signing. The runner works beside all of them. Stop ends it.
func webhookLoads(ctx context.Context, real *running) (loads []*load, stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	var working sync.WaitGroup
	working.Go(func() { real.runner.Run(ctx) })
	stops := []func(){func() { cancel(); working.Wait() }}
	stop = func() {
		for _, one := range stops {
			one()
		}
	}
	for _, algorithm := range []string{"", "hmac", "jwt"} {
		l := &load{name: "tarn, POST /customers, no endpoint", writes: true}
		if l.server, err = real.another(ctx); err != nil {
			return nil, stop, err
		}
		if algorithm != "" {
			l.name = "tarn, POST /customers, one endpoint, " + algorithm
			end, err := l.tell(ctx, algorithm)
			if err != nil {
				return nil, stop, err
			}
			stops = append(stops, end)
		}
		loads = append(loads, l)
	}
	return loads, stop, nil
}

// another is the same server for a new organization in real time.
func (r *running) another(ctx context.Context) (*running, error) {
	var made engine.NewOrganization
	err := r.store.System(ctx, func(sys *store.System) (err error) {
		made, err = engine.CreateOrganization(sys, uuid.Nil, nil, engine.OrganizationInput{Name: nullable.NewNullableWithValue("Load")})
		return err
	})
	other := *r
	other.key = made.KeyValue
	return &other, err
}

// tell gives the load's organization an endpoint. A round is over when it was told of
// everything: what is left would slow down the next one.
func (l *load) tell(ctx context.Context, algorithm string) (stop func(), err error) {
	endpoint := &receiver{}
	address, stop, err := serve(ctx, endpoint)
	if err != nil {
		return nil, err
	}
	body := fmt.Appendf(nil, `{"webhook_endpoint":{"webhook_url":%q,"signature_algo":%q}}`, address, algorithm)
	if err := l.server.post(ctx, http.DefaultClient, l.server.base+"/webhook_endpoints", body); err != nil {
		return stop, err
	}
	l.after = func(ctx context.Context) error {
		const patience, glance = time.Minute, 5 * time.Millisecond
		for begun := clock.Monotonic(); endpoint.got.Load() < l.sent.Load(); {
			if clock.Since(begun) > patience {
				return fmt.Errorf("%s: %d of %d webhooks have come", l.name, endpoint.got.Load(), l.sent.Load())
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(glance):
			}
		}
		return nil
	}
	return stop, nil
}
