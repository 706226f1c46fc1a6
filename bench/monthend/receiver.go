package main

import (
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"tarn/bench/monthend/check"
)

// receiver is an endpoint for webhooks that is slow, and refuses some.
type receiver struct {
	server  *httptest.Server
	slowest time.Duration

	mu sync.Mutex
	// bodies are what came first, by unique key.
	bodies map[string]string
	got    map[string]check.Receipt
}

// refused is how many of a hundred webhooks are refused.
const refused = 5

func newReceiver(slowest time.Duration) *receiver {
	r := &receiver{slowest: slowest, bodies: map[string]string{}, got: map[string]check.Receipt{}}
	r.server = httptest.NewServer(r)
	return r
}

// ServeHTTP takes a webhook.
func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	digest := check.Digest(body)
	if err != nil || digest == "" {
		return // the process died while it sent
	}
	r.take(request.Header.Get("X-Lago-Unique-Key"), string(body), digest)
	select {
	case <-request.Context().Done():
	case <-time.After(r.slowest/6 + rand.N(r.slowest*5/6+1)):
	}
	if rand.IntN(100) < refused {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

func (r *receiver) take(key, body, digest string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	receipt := r.got[key]
	if receipt.Times == 0 {
		r.bodies[key], receipt.Digest = body, digest
	}
	receipt.Times++
	receipt.Differs = receipt.Differs || r.bodies[key] != body
	r.got[key] = receipt
}
