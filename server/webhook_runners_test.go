package server_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/engine"
	"tarn/gen/admin"
	"tarn/jobs"
	"tarn/notify"
	"tarn/server/servertest"
	"tarn/store/storetest"
)

// work lets runners work until the test ends, each as a process of its own would.
func work(t *testing.T, runners ...*jobs.Runner) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var working sync.WaitGroup
	for _, runner := range runners {
		working.Go(func() { runner.Run(ctx) })
	}
	t.Cleanup(func() {
		cancel()
		working.Wait()
	})
}

// anotherRunner is the runner of another process on the server's database.
func anotherRunner(t *testing.T, s *servertest.Server) *jobs.Runner {
	t.Helper()
	sender := notify.NewSender(notify.Options{AllowPrivate: true, Wait: notify.DefaultTimeout})
	return jobs.NewRunner(s.Store, engine.Workers().With(sender.Workers()), slog.New(slog.NewTextHandler(t.Output(), nil)))
}

// Two processes share the work of an organization on real time, and no attempt is made
// by both.
func TestWebhooks_AreSentOnceByTwoProcesses(t *testing.T) {
	t.Parallel()
	servertest.RunAlone(t, func(t *testing.T, s *servertest.Server) {
		live := onRealTime(t, s)
		endpoints := []*servertest.Receiver{live.NewEndpoint(t, `"signature_algo":"hmac"`), live.NewEndpoint(t, `"signature_algo":"hmac"`)}
		work(t, s.Runner, anotherRunner(t, s))
		const customers = 60
		var asking sync.WaitGroup
		for part := range 4 {
			asking.Go(func() {
				for i := part; i < customers; i += 4 {
					live.Post("/customers", fmt.Sprintf(`{"customer":{"external_id":"c%d"}}`, i)).Status(t, http.StatusOK)
				}
			})
		}
		asking.Wait()
		seen := map[string]bool{}
		for _, endpoint := range endpoints {
			for range customers {
				got := endpoint.Next()
				require.False(t, seen[got.Key], "sent twice")
				seen[got.Key] = true
			}
			require.Len(t, endpoint.Received(), customers)
		}
	})
}

// An endpoint that does not answer holds up neither others of its organization nor other
// organizations nor other work.
func TestWebhooks_HangingEndpointsCostTheirShare(t *testing.T) {
	t.Parallel()
	servertest.RunAlone(t, func(t *testing.T, s *servertest.Server) {
		live, other := onRealTime(t, s), onRealTime(t, s)
		over := make(chan struct{})
		hanging := live.NewEndpoint(t, `"signature_algo":"hmac"`)
		hanging.Answer(func(http.ResponseWriter, servertest.Webhook) { <-over })
		prompt, elsewhere := live.NewEndpoint(t, `"signature_algo":"hmac"`), other.NewEndpoint(t, `"signature_algo":"hmac"`)
		work(t, s.Runner)
		defer close(over)
		for i := range 20 {
			newTeller(t, live)
			newTeller(t, other)
			require.NotEmpty(t, prompt.Next().Key, "event %d", i)
			require.NotEmpty(t, elsewhere.Next().Key, "event %d", i)
		}
		require.LessOrEqual(t, len(hanging.Received()), 8, "its share of connections")
	})
}

// Whoever writes on a frozen clock waits for an endpoint no longer than it is told to. The
// delivery goes on, and its outcome is kept.
func TestWebhooks_AreWaitedForWithPatience(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		s := servertest.NewDelivering(t, url, notify.Options{AllowPrivate: true, Wait: time.Millisecond})
		over := make(chan struct{})
		endpoint := s.NewEndpoint(t)
		endpoint.Answer(func(http.ResponseWriter, servertest.Webhook) { <-over })
		newTeller(t, s)
		require.Equal(t, admin.WebhookStatusPending, toldBy(t, s, "")[0].Deliveries[0].Status)
		s.Travel(t, servertest.Epoch.Add(time.Minute))
		close(over)
		endpoint.Next()
		s.Runner.Wait()
		require.Equal(t, admin.WebhookStatusSucceeded, toldBy(t, s, "")[0].Deliveries[0].Status)
		require.Len(t, endpoint.Received(), 1)
	})
}

// Without any wait deliveries are left to the runner, whatever the clock does.
func TestWebhooks_AreLeftToTheRunner(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		s := servertest.NewDelivering(t, url, notify.Options{AllowPrivate: true})
		endpoint := s.NewEndpoint(t)
		newTeller(t, s)
		s.Travel(t, servertest.Epoch.Add(time.Minute))
		require.Empty(t, endpoint.Received())
		work(t, s.Runner)
		require.Equal(t, "customer.created", endpoint.Next().Type)
	})
}
