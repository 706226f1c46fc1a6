package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"tarn/web"
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

// click presses the first element that matches as a mouse does, which needs no script of
// the page, and waits for the next page's heading.
func click(t *testing.T, tab context.Context, selector, heading string) {
	t.Helper()
	require.NoError(t, chromedp.Do(tab, chromedp.Click(chromedp.CSS(selector))))
	requireHeading(t, tab, heading)
}

// requireHeading waits until the page has a heading.
func requireHeading(t *testing.T, tab context.Context, heading string) {
	t.Helper()
	require.NoError(t, chromedp.Do(tab, chromedp.WaitVisible(chromedp.Search("//h1[text()='"+heading+"']"))), heading)
}

// TestCheckout_InABrowser presses every button, on a phone and without JavaScript.
func TestCheckout_InABrowser(t *testing.T) {
	t.Parallel()
	server, posts := serveCheckout(t)
	tab, requests := openTab(t)
	require.NoError(t, chromedp.Do(tab, withoutScripts()))
	require.NoError(t, chromedp.Do(tab, chromedp.EmulateViewport(360, 740)))
	require.NoError(t, chromedp.Do(tab, chromedp.Navigate(server.URL+"/pay/token")))
	requireHeading(t, tab, "Pay your invoice")
	snapshot(t, tab, "open-phone")

	t.Log("leaving changes nothing, and leads back")
	click(t, tab, "button.leave", "You have left the payment page")
	click(t, tab, "button", "Pay your invoice")
	require.Empty(t, posts())

	t.Log("declining says so, and can be made up for")
	require.NoError(t, chromedp.Do(tab, chromedp.Click(chromedp.CSS("button.decline"))))
	require.NoError(t, chromedp.Do(tab, chromedp.WaitVisible(chromedp.CSS("p.notice"))))
	require.Equal(t, []string{"decline"}, posts())
	snapshot(t, tab, "declined-phone")
	require.NoError(t, chromedp.Do(tab, inTheDark()))
	snapshot(t, tab, "declined-phone-dark")
	click(t, tab, "button.pay", "Thank you, this is paid")
	require.Equal(t, []string{"decline", "pay"}, posts())
	snapshot(t, tab, "paid-phone-dark")

	t.Log("nothing was asked of any other host")
	for _, url := range requests() {
		require.True(t, strings.HasPrefix(url, server.URL+"/"), "the page asked for %s", url)
	}
}

// withoutScripts lets the browser execute no JavaScript of pages.
func withoutScripts() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	})
}

// inTheDark lets the browser prefer dark colours.
func inTheDark() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
		})
		return err
	})
}

// snapshot keeps a picture of the page in the folder that TARN_SNAPSHOTS names, for who
// wants to look at it.
func snapshot(t *testing.T, tab context.Context, name string) {
	t.Helper()
	folder := os.Getenv("TARN_SNAPSHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(tab, chromedp.FullScreenshot(90))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600))
}
