package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/engine"
	"tarn/jobs"
	"tarn/server/edge"
	"tarn/server/servertest"
	"tarn/store"
	"tarn/store/storetest"
)

// asking are headers that a request asks with for what its handler is to do.
const (
	askDue      = "X-Due"
	askConflict = "X-Conflict"
)

// sendWith sends a request with one header more.
func sendWith(s *servertest.Server, method, path, body, header, value string) *servertest.Response {
	return s.Send(method, "/api/v1"+path, body, http.Header{"Authorization": {"Bearer " + s.Key}, header: {value}})
}

// Work that a write makes due at the instant of a frozen clock is done when the
// answer arrives, whether the write had its transaction alone or shared it.
func TestDueWork_IsDoneBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.Handler().Innermost(func(_ http.ResponseWriter, r *http.Request, handler func() error) error {
			if coupon := r.Header.Get(askDue); coupon != "" {
				job := jobs.Job{Kind: engine.KindExpireCoupon, Args: map[string]string{"coupon_id": coupon}}
				if err := jobs.Enqueue(edge.From(r.Context()).Tx(), job); err != nil {
					return err
				}
			}
			return handler()
		})
		over := make([]string, 2)
		for i, code := range []string{"alone", "shared"} {
			created := s.Post("/coupons", `{"coupon":{"name":"Spring","code":"`+code+`","coupon_type":"percentage","percentage_rate":"10","frequency":"once",
				"reusable":true,"expiration":"time_limit","expiration_at":"2026-01-15T10:35:00Z"}}`).Status(t, 200).JSON(t)
			over[i] = created["coupon"].(map[string]any)["lago_id"].(string)
		}
		// The coupons' time is over, and the run that ends them is far away.
		s.Travel(t, servertest.Epoch.Add(10*time.Minute))
		ended := func(code string) any {
			return s.Get("/coupons/"+code).Status(t, 200).JSON(t)["coupon"].(map[string]any)["terminated_at"]
		}
		require.Nil(t, ended("alone"))
		sendWith(s, http.MethodPost, "/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`, askDue, over[0]).Status(t, 200)
		require.Equal(t, "2026-01-15T10:40:00Z", ended("alone"))
		require.Nil(t, ended("shared"))
		sendWith(s, http.MethodPost, "/events", eventBody("due", ``), askDue, over[1]).Status(t, 200)
		require.Equal(t, "2026-01-15T10:40:00Z", ended("shared"))
	})
}

// A transaction that is tried again answers once, and leaves one log.
func TestTransactions_TriedAgainAnswerOnce(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		var tries atomic.Int32
		s.Handler().Innermost(func(_ http.ResponseWriter, r *http.Request, handler func() error) error {
			err := handler()
			if r.Header.Get(askConflict) != "" && tries.Add(1)%3 != 0 {
				return storetest.Conflict()
			}
			return err
		})
		for _, c := range []struct{ method, path, body string }{
			{http.MethodPost, "/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`},
			{http.MethodPost, "/events", eventBody("again", ``)},
			{http.MethodGet, "/webhooks/json_public_key", ``},
		} {
			tries.Store(0)
			answer := sendWith(s, c.method, c.path, c.body, askConflict, "yes").Status(t, 200)
			require.Equal(t, int32(3), tries.Load(), c.path)
			require.True(t, json.Valid(answer.Body), "more than one body: %s", answer.Body)
			s.Logs("/"+answer.RequestID()).Status(t, 200)
		}
		text := sendWith(s, http.MethodGet, "/webhooks/public_key", ``, askConflict, "yes").Status(t, 200).Body
		require.Equal(t, string(s.Get("/webhooks/public_key").Status(t, 200).Body), string(text), "more than one body")
		require.Len(t, s.Get("/taxes").Status(t, 200).JSON(t)["taxes"], 1)
		require.Len(t, events(t, s, ""), 1)
	})
}

// Due work that fails does not undo the write that made it due; it is told to
// the log.
func TestDueWork_ThatFailsIsLogged(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		var log bytes.Buffer
		guard := edge.New(s.Store, edge.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}, nil,
			func(context.Context, *store.Tx) error { return errors.New("planned") })
		defer guard.Close()
		scope := store.Scope{Organization: s.Organization.ID, Source: store.SourceSystem}
		ran := false
		require.NoError(t, guard.Write(t.Context(), scope, func(*store.Tx) error { ran = true; return nil }))
		require.True(t, ran)
		require.Contains(t, log.String(), "due work failed")
		require.Contains(t, log.String(), s.Organization.ID.String())
	})
}
