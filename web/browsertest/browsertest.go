// Package browsertest drives a real browser in tests of pages.
package browsertest

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// timeout ends a browser test that hangs. On a busy machine the whole test takes minutes.
const timeout = 6 * time.Minute

// Seen is what a tab has done so far.
type Seen struct {
	mu                   sync.Mutex
	requests, complaints []string
}

// Requests returns the addresses that the tab has asked for.
func (s *Seen) Requests(t testing.TB) []string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	require.NotEmpty(t, s.requests, "the browser's requests were not seen")
	return append([]string(nil), s.requests...)
}

// Complaints returns what the browser has written to its console by itself, such as what
// a page's policy has refused.
func (s *Seen) Complaints() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.complaints...)
}

func (s *Seen) note(event any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		s.requests = append(s.requests, event.Request.URL)
	case *log.EventEntryAdded:
		s.complaints = append(s.complaints, event.Entry.Text)
	}
}

// Open starts a browser with a fresh profile, and returns the context of its tab and what
// that does. Without a browser the test is skipped, or fails where TARN_REQUIRE_BROWSER=1
// says that there must be one.
func Open(t *testing.T) (context.Context, *Seen) {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(find(t)),
		chromedp.NoSandbox, // Chromium refuses its sandbox to root, which is who runs in many build machines.
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
	)
	ctx, cancelTimeout := context.WithTimeout(t.Context(), timeout)
	t.Cleanup(cancelTimeout)
	ctx, stopBrowser := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(stopBrowser)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	seen := &Seen{}
	require.NoError(t, chromedp.Do(ctx))
	require.NoError(t, chromedp.Listen(ctx, seen.note))
	return ctx, seen
}

// find returns the path of an installed Chromium or Chrome.
func find(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "no Chromium or Chrome was found in PATH"
	if os.Getenv("TARN_REQUIRE_BROWSER") == "1" {
		t.Fatal(missing + ", and TARN_REQUIRE_BROWSER=1")
	}
	t.Skip("SKIPPED, the page is NOT tested in a browser: " + missing)
	return ""
}

// Click presses the first element that matches as a mouse does, which needs no script of
// the page, and waits for the next page's heading.
func Click(t *testing.T, tab context.Context, selector, heading string) {
	t.Helper()
	require.NoError(t, chromedp.Do(tab, chromedp.Click(chromedp.CSS(selector))))
	RequireHeading(t, tab, heading)
}

// RequireHeading waits until the page has a heading.
func RequireHeading(t *testing.T, tab context.Context, heading string) {
	t.Helper()
	require.NoError(t, chromedp.Do(tab, chromedp.WaitVisible(chromedp.Search("//h1[text()='"+heading+"']"))), heading)
}

// RequireOnly fails when the tab has asked for anything that does not begin so.
func RequireOnly(t *testing.T, seen *Seen, origin string) {
	t.Helper()
	for _, url := range seen.Requests(t) {
		require.True(t, strings.HasPrefix(url, origin+"/"), "the page asked for %s", url)
	}
}

// WithoutScripts lets the browser execute no JavaScript of pages.
func WithoutScripts() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	})
}

// Scheme lets the browser prefer light or dark colours.
func Scheme(scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	})
}

// Snapshot keeps a picture of the page in the folder that TARN_SNAPSHOTS names, for who
// wants to look at it.
func Snapshot(t *testing.T, tab context.Context, name string) {
	t.Helper()
	keep(t, tab, name, chromedp.FullScreenshot(100))
}

// Glance is Snapshot for the part of the page that the window shows.
func Glance(t *testing.T, tab context.Context, name string) {
	t.Helper()
	keep(t, tab, name, chromedp.CaptureScreenshot())
}

func keep(t *testing.T, tab context.Context, name string, taking chromedp.Action[[]byte]) {
	t.Helper()
	folder := os.Getenv("TARN_SNAPSHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(tab, taking)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600))
}

// leastContrast is how much text has to stand out from what is behind it, by the
// guidelines for accessible pages (WCAG 2.2, level AA).
const leastContrast = 4.5

// hardToRead finds what of a page cannot be read: texts that do not stand out from what
// is behind them, and elements that leave the width of the window.
const hardToRead = `(() => {
	const parts = color => color.match(/[\d.]+/g).map(Number);
	const light = color => {
		const [r, g, b] = parts(color).map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const behind = element => {
		for (; element; element = element.parentElement) {
			const color = getComputedStyle(element).backgroundColor;
			if (parts(color)[3] !== 0) return color;
		}
		return matchMedia("(prefers-color-scheme: dark)").matches ? "rgb(18, 18, 18)" : "rgb(255, 255, 255)";
	};
	const found = [];
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (texts.nextNode()) {
		const text = texts.currentNode.textContent.trim();
		if (!text) continue;
		const element = texts.currentNode.parentElement;
		const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
		const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (contrast < LEAST) found.push(text + " stands out by " + contrast.toFixed(2) + " only");
	}
	if (document.documentElement.scrollWidth > document.documentElement.clientWidth) found.push("the page is wider than the window");
	for (const element of document.body.querySelectorAll("*")) {
		const box = element.getBoundingClientRect();
		if (box.width > 1 && box.right > document.documentElement.clientWidth + 0.5) found.push("leaves the window: " + element.outerHTML.slice(0, 80));
	}
	return found;
})()`

// RequireReadable fails when texts of the page do not stand out from what is behind them,
// or when it is wider than the window.
func RequireReadable(t *testing.T, tab context.Context) {
	t.Helper()
	least, err := json.Marshal(leastContrast)
	require.NoError(t, err)
	found, err := chromedp.Run(tab, chromedp.Evaluate[[]string](strings.Replace(hardToRead, "LEAST", string(least), 1)))
	require.NoError(t, err)
	require.Empty(t, found)
}
