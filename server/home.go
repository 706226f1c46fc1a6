package server

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"tarn/server/edge"
	"tarn/web"
)

// homeServer answers at the server's own address: a page for browsers, and the
// same in JSON for everybody else.
type homeServer struct {
	page    *web.Home
	content web.HomePage
}

// serve says what there is and where.
func (h *homeServer) serve(c echo.Context) error {
	header := c.Response().Header()
	header.Set(echo.HeaderVary, echo.HeaderAccept)
	if !strings.Contains(c.Request().Header.Get(echo.HeaderAccept), echo.MIMETextHTML) {
		return c.JSON(http.StatusOK, h.places())
	}
	var page bytes.Buffer
	if err := h.page.Write(&page, h.content); err != nil {
		return err
	}
	h.page.SetHeaders(header)
	return c.HTMLBlob(http.StatusOK, page.Bytes())
}

// places are the paths of everything that is served.
func (h *homeServer) places() map[string]string {
	places := map[string]string{
		"version":       h.content.Version,
		"api":           edge.BillingBase,
		"contract":      "/openapi/lago.json",
		"docs":          "/docs",
		"api_logs":      edge.BillingBase + "/api_logs",
		"activity_logs": edge.BillingBase + "/activity_logs",
		"request_logs":  edge.RequestLogBase,
		"health":        "/health",
		"ready":         "/ready",
		"metrics":       "/metrics",
	}
	if h.content.Administration {
		places["administration"] = edge.AdminBase
	}
	return places
}
