package server

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// Innermost puts a function around every handler, inside the edge and its
// transaction, so that tests can make operations fail in ways that ours do
// not. It must be called before the first request.
func (h *Handler) Innermost(around func(w http.ResponseWriter, r *http.Request, handler func() error) error) {
	h.echo.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			return around(c.Response(), c.Request(), func() error { return next(c) })
		}
	})
}
