package server

import (
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"tarn/clock"
	"tarn/invoicing"
	"tarn/payments"
	"tarn/server/edge"
)

// console logs a line for every request that was answered, for whoever watches
// the server work. Queries are left out, and so are the tokens of links into the
// portal, to documents and to where customers pay: all may hold what no log should have.
func (h *Handler) console(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		started := clock.Monotonic()
		err := next(c)
		if err != nil {
			c.Error(err) // answers, so that the status is known
		}
		path := c.Request().URL.Path
		for _, guarded := range []string{"/" + portalPath, "/" + invoicing.DocumentsPath, "/" + payments.PayPath, "/" + payments.CheckoutPath} {
			if strings.HasPrefix(path, guarded) {
				path = guarded + ":token"
			}
		}
		attrs := []any{
			"method", c.Request().Method, "path", path, "status", c.Response().Status,
			"took", clock.Since(started).Round(time.Microsecond).String(),
			"request_id", c.Response().Header().Get(echo.HeaderXRequestID),
		}
		if hint := c.Response().Header().Get(edge.HintHeader); hint != "" {
			attrs = append(attrs, "hint", hint)
		}
		h.edge.Log().InfoContext(c.Request().Context(), "request", attrs...)
		return err
	}
}
