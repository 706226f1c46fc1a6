package server

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
)

// readiness says whether requests should still be sent here.
type readiness struct{ draining atomic.Bool }

func (r *readiness) drain() { r.draining.Store(true) }

// pingTimeout bounds how long /ready waits for the database.
const pingTimeout = 2 * time.Second

// health says that the process is alive.
func (h *Handler) health(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]string{
		"version": h.version, "github_url": "", "message": "Success",
	})
}

// isReady says whether the server answers requests: it is not shutting down
// and its database answers.
func (h *Handler) isReady(c echo.Context) error {
	if h.ready.draining.Load() {
		return c.JSON(http.StatusServiceUnavailable, map[string]string{"status": "shutting down"})
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), pingTimeout)
	defer cancel()
	if err := h.store.Ping(ctx); err != nil {
		return c.JSON(http.StatusServiceUnavailable, map[string]string{"status": "database unreachable"})
	}
	return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
}
