package server

import (
	"bytes"
	"net/http"

	"github.com/labstack/echo/v4"

	"tarn/billing/period"
	"tarn/jobs"
	"tarn/locale"
	"tarn/payments"
	"tarn/store"
	"tarn/web"
)

// checkoutServer serves the pages of one purpose. What opens a page, and lets what is
// pressed on it happen, is the token in the address.
type checkoutServer struct {
	store   *store.Store
	runner  *jobs.Runner
	pages   *web.Checkout
	missing *web.Portal
	purpose store.LinkPurpose
}

// serveCheckout adds the pages.
func (h *Handler) serveCheckout(runner *jobs.Runner, missing *web.Portal) error {
	pages, err := web.NewCheckout()
	if err != nil {
		return err
	}
	for path, purpose := range map[string]store.LinkPurpose{payments.PayPath: store.LinkToPay, payments.CheckoutPath: store.LinkToCheckout} {
		served := &checkoutServer{store: h.store, runner: runner, pages: pages, missing: missing, purpose: purpose}
		h.echo.GET("/"+path+":token", served.show)
		h.echo.GET("/"+path+":token/leave", served.leave)
		for _, press := range []payments.Press{payments.PressPay, payments.PressDecline} {
			h.echo.POST("/"+path+":token/"+string(press), func(c echo.Context) error { return served.press(c, press) })
		}
	}
	return nil
}

// show answers with the page that the token names as it is now, or with one that says
// that the link opens nothing, for whatever reason.
func (s *checkoutServer) show(c echo.Context) error {
	return s.answer(c, "", func(*web.CheckoutPage) {})
}

// leave answers with a page for a customer who has pressed nothing.
func (s *checkoutServer) leave(c echo.Context) error {
	return s.answer(c, "../", func(page *web.CheckoutPage) {
		if page.State == web.CheckoutOpen {
			page.State = web.CheckoutLeft
		}
	})
}

// answer reads the page that the token names and writes it, after a last change. Its
// addresses begin with the way up to where the page lies.
func (s *checkoutServer) answer(c echo.Context, up string, change func(page *web.CheckoutPage)) error {
	token := c.Param("token")
	var opened payments.Page
	err := openLink(c.Request().Context(), s.store, token, func(tx *store.Tx) (err error) {
		opened, err = payments.OpenPage(tx, s.purpose, token)
		return err
	})
	if err != nil {
		return unopened(c, s.missing, err)
	}
	page := checkoutPage(opened)
	page.Page = up + token
	page.Pay, page.Decline, page.Leave = page.Page+"/"+string(payments.PressPay), page.Page+"/"+string(payments.PressDecline), page.Page+"/leave"
	change(&page)
	var text bytes.Buffer
	if err := s.pages.WritePage(&text, page); err != nil {
		return err
	}
	s.pages.SetHeaders(c.Response().Header())
	return c.HTMLBlob(http.StatusOK, text.Bytes())
}

// press does what was pressed, and leads back to the page, which shows what has become of
// it. While the organization's clock is frozen that is known by then.
func (s *checkoutServer) press(c echo.Context, press payments.Press) error {
	token := c.Param("token")
	err := pressLink(c.Request().Context(), s.store, s.runner, token, func(tx *store.Tx) error {
		return payments.PressOnPage(tx, s.purpose, token, press)
	})
	if err != nil {
		return unopened(c, s.missing, err)
	}
	s.pages.SetHeaders(c.Response().Header())
	return c.Redirect(http.StatusSeeOther, "../"+token)
}

// checkoutStates are the states of pages as they are shown.
var checkoutStates = map[payments.PageState]web.CheckoutState{
	payments.PageOpen: web.CheckoutOpen, payments.PageBusy: web.CheckoutProcessing,
	payments.PageDone: web.CheckoutDone, payments.PageOver: web.CheckoutOver,
}

// checkoutPage is what a page shows in the customer's language, without its addresses. The
// number of an invoice that has none yet is not shown.
func checkoutPage(opened payments.Page) web.CheckoutPage {
	customer, language := &opened.Customer, languageOf(&opened.Customer)
	page := web.CheckoutPage{
		Language: language, Seller: customer.BillingEntity.Name, Customer: customer.DisplayName(), Provider: "a payment provider",
		State: checkoutStates[opened.State], Declined: opened.Declined,
		ExpiresAt: language.Instant(opened.Link.ExpiresAt.In(customer.Location())),
	}
	if kind := customer.PaymentProvider; kind != nil {
		page.Provider = payments.ProviderName(kind)
	}
	row := opened.Invoice
	if row == nil {
		return page
	}
	page.Seller = row.BillingEntity.Name
	due := row.TotalDueAmountCents()
	if opened.State == payments.PageDone || opened.State == payments.PageOver {
		due = row.TotalAmountCents
	}
	page.Amount = language.Amount(due, row.Currency)
	if row.Status != store.InvoiceOpen {
		page.Invoice, page.IssuedOn, page.DueOn = row.Number, dayText(language, row.IssuingDate), dayText(language, row.PaymentDueDate)
	}
	return page
}

// dayText writes a day of a row, such as 2024-02-29.
func dayText(language locale.Language, day string) string {
	date, _ := period.ParseDate(day) // of a row: cannot fail
	return language.Date(date)
}
