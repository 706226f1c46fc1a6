package server

import (
	"bytes"
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"tarn/fault"
	"tarn/form"
	"tarn/jobs"
	"tarn/locale"
	"tarn/store"
	"tarn/web"
)

// openLink reads what a token opens, in the organization that it claims to be of.
// What is no token, or of no organization, is refused with a NotFound fault.
func openLink(ctx context.Context, s *store.Store, token string, read func(tx *store.Tx) error) error {
	organization, err := store.LinkOrganization(token)
	if err == nil {
		err = s.Read(ctx, store.Scope{Organization: organization, Source: store.SourceAPI}, read)
	}
	return form.NotFound(err, "link")
}

// pressLink does what was pressed on a page that a token opens, in the organization that
// it claims to be of. It does so as the system, not as a request of a client, and refuses
// as openLink does. While the organization's clock is frozen, what follows is done too.
func pressLink(ctx context.Context, s *store.Store, runner *jobs.Runner, token string, press func(tx *store.Tx) error) error {
	organization, err := store.LinkOrganization(token)
	if err != nil {
		return form.NotFound(err, "link")
	}
	var done *store.Tx
	err = s.Write(ctx, store.Scope{Organization: organization, Source: store.SourceSystem}, func(tx *store.Tx) error {
		done = tx
		return press(tx)
	})
	if err != nil {
		return form.NotFound(err, "link")
	}
	return runner.Settle(ctx, done)
}

// unopened answers with the page of links that open nothing if that is what an error
// says, whatever the reason, in the language that the browser asks for. It returns every
// other error.
func unopened(c echo.Context, pages *web.Portal, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	var page bytes.Buffer
	if err := pages.WriteNotFound(&page, locale.Accepted(c.Request().Header.Get("Accept-Language"))); err != nil {
		return err
	}
	pages.SetHeaders(c.Response().Header())
	return c.HTMLBlob(http.StatusNotFound, page.Bytes())
}
