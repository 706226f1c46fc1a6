package web_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"tarn/web"
	"tarn/web/browsertest"
)

// serveCheckout serves the pages as the server does: what is pressed changes the state,
// and leads back to the page. The returned function lists the posts.
func serveCheckout(t *testing.T) (*httptest.Server, func() []string) {
	t.Helper()
	checkout, err := web.NewCheckout()
	require.NoError(t, err)
	var mutex sync.Mutex
	shown := payment(web.CheckoutOpen)
	var posts []string
	mux := http.NewServeMux()
	write := func(w http.ResponseWriter, page web.CheckoutPage) {
		checkout.SetHeaders(w.Header())
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = checkout.WritePage(w, page)
	}
	mux.HandleFunc("GET /pay/token", func(w http.ResponseWriter, _ *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		write(w, shown)
	})
	mux.HandleFunc("GET /pay/token/leave", func(w http.ResponseWriter, _ *http.Request) {
		left := payment(web.CheckoutLeft)
		left.Page = "../token"
		write(w, left)
	})
	mux.HandleFunc("POST /pay/token/{press}", func(w http.ResponseWriter, r *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		posts = append(posts, r.PathValue("press"))
		if shown.Declined = true; r.PathValue("press") == "pay" {
			shown.State = web.CheckoutDone
		}
		checkout.SetHeaders(w.Header())
		http.Redirect(w, r, "../token", http.StatusSeeOther)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server, func() []string {
		mutex.Lock()
		defer mutex.Unlock()
		return append([]string(nil), posts...)
	}
}

// TestCheckout_InABrowser presses every button, on a phone and without JavaScript.
func TestCheckout_InABrowser(t *testing.T) {
	t.Parallel()
	server, posts := serveCheckout(t)
	tab, seen := browsertest.Open(t)
	require.NoError(t, chromedp.Do(tab, browsertest.WithoutScripts()))
	require.NoError(t, chromedp.Do(tab, chromedp.EmulateViewport(360, 740)))
	require.NoError(t, chromedp.Do(tab, chromedp.Navigate(server.URL+"/pay/token")))
	browsertest.RequireHeading(t, tab, "Pay your invoice")
	browsertest.Snapshot(t, tab, "open-phone")

	t.Log("leaving changes nothing, and leads back")
	browsertest.Click(t, tab, "button.leave", "You have left the payment page")
	browsertest.Click(t, tab, "button", "Pay your invoice")
	require.Empty(t, posts())

	t.Log("declining says so, and can be made up for")
	require.NoError(t, chromedp.Do(tab, chromedp.Click(chromedp.CSS("button.decline"))))
	require.NoError(t, chromedp.Do(tab, chromedp.WaitVisible(chromedp.CSS("p.notice"))))
	require.Equal(t, []string{"decline"}, posts())
	browsertest.Snapshot(t, tab, "declined-phone")
	require.NoError(t, chromedp.Do(tab, browsertest.Scheme("dark")))
	browsertest.Snapshot(t, tab, "declined-phone-dark")
	browsertest.Click(t, tab, "button.pay", "Thank you, this is paid")
	require.Equal(t, []string{"decline", "pay"}, posts())
	browsertest.Snapshot(t, tab, "paid-phone-dark")

	t.Log("nothing was asked of any other host")
	browsertest.RequireOnly(t, seen, server.URL)
	require.Empty(t, seen.Complaints())
}
