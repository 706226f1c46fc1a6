package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"tarn/openapi"
	"tarn/web"
	"tarn/web/browsertest"
)

// contract is one served document, with what the tests have to know of it.
type contract struct {
	title      string
	operations int
	json       []byte
	document   *openapi3.T
}

// example is the body that the contract suggests for a creation, as JSON.
func (c contract) example(t *testing.T, path string) string {
	t.Helper()
	example := c.document.Paths.Value(path).Post.RequestBody.Value.Content.Get("application/json").Example
	require.NotNil(t, example)
	text, err := json.Marshal(example)
	require.NoError(t, err)
	return string(text)
}

// call is a request that reached the server.
type call struct {
	header http.Header
	body   string
}

func TestDocs_InABrowser(t *testing.T) {
	t.Parallel()
	contracts := loadContracts(t)
	server, calls := serveDocs(t, contracts, web.DocsPage{Administration: true, Pending: pending})
	tab, seen := browsertest.Open(t)

	t.Log("given the page, it lists every operation of the billing API")
	require.NoError(t, chromedp.Do(tab, chromedp.Navigate(server.URL+"/docs")))
	requireContract(t, tab, contracts["lago"])

	t.Log("it marks those that answer 501, and no others")
	marked, err := chromedp.Run(tab, chromedp.Evaluate[[]string](`Array.from(document.querySelectorAll(".pending"), mark => {
		const line = mark.closest(".opblock-summary");
		return line.querySelector(".opblock-summary-method").textContent + " " + line.querySelector("[data-path]").dataset.path;
	})`))
	require.NoError(t, err)
	require.ElementsMatch(t, pending, marked)

	t.Log("when a key is typed into Authorize, a try-it call carries it and its answer is shown")
	authorize(t, tab, "a-key-of-the-billing-api")
	require.Equal(t, "200", tryOut(t, tab, "taxes", "findAllTaxes"))
	require.Equal(t, "Bearer a-key-of-the-billing-api", received(t, calls).header.Get("Authorization"))

	t.Log("a creation of the first session sends the contract's example")
	require.Equal(t, "200", tryOut(t, tab, "taxes", "createTax"))
	require.JSONEq(t, contracts["lago"].example(t, "/taxes"), received(t, calls).body)

	t.Log("the selector shows the other two contracts, each with its own kind of key")
	selectContract(t, tab, "/openapi/requestlogs.json")
	requireContract(t, tab, contracts["requestlogs"])
	require.Equal(t, "200", tryOut(t, tab, "request_logs", "listRequestLogs"))
	require.Equal(t, "Bearer a-key-of-the-billing-api", received(t, calls).header.Get("Authorization"))

	selectContract(t, tab, "/openapi/admin.json")
	requireContract(t, tab, contracts["admin"])
	authorize(t, tab, "the-administration-key")
	require.Equal(t, "200", tryOut(t, tab, "organizations", "listOrganizations"))
	require.Equal(t, "the-administration-key", received(t, calls).header.Get("X-Admin-API-Key"))

	t.Log("an address opens a contract, and a tag of it")
	require.NoError(t, chromedp.Do(tab, chromedp.Navigate(server.URL+"/docs?urls.primaryName=Request%20logs")))
	requireContract(t, tab, contracts["requestlogs"])

	t.Log("nothing was asked of any other host")
	for _, url := range seen.Requests(t) {
		if !strings.HasPrefix(url, "data:") {
			require.True(t, strings.HasPrefix(url, server.URL+"/"), "the page asked for %s", url)
		}
	}
}

// pending are the operations that the page is told to mark.
var pending = []string{"GET /wallets", "POST /wallets", "DELETE /wallets/{lago_id}"}

// loadContracts reads the served contracts, by the name of their file.
func loadContracts(t *testing.T) map[string]contract {
	t.Helper()
	contracts := make(map[string]contract)
	for _, served := range openapi.Documents() {
		document, err := openapi3.NewLoader().LoadFromData(served.JSON)
		require.NoError(t, err, served.Name)
		operations := 0
		for _, item := range document.Paths.Map() {
			operations += len(item.Operations())
		}
		contracts[served.Name] = contract{title: document.Info.Title, operations: operations, json: served.JSON, document: document}
	}
	return contracts
}

// serveDocs starts a server with the page, the contracts and a path of each. The returned channel receives every call
// to such a path.
func serveDocs(t *testing.T, contracts map[string]contract, shown web.DocsPage) (*httptest.Server, <-chan call) {
	t.Helper()
	mux := http.NewServeMux()
	page := docs(t, shown)
	mux.Handle("/docs", page)
	mux.Handle("/docs/", page)
	for name, document := range contracts {
		mux.HandleFunc("GET /openapi/"+name+".json", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(document.json)
		})
	}
	calls := make(chan call, 16)
	for _, path := range []string{"/api/v1/taxes", "/v1/organization/logs", "/admin/organizations"} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body) // what is missing fails the test
			calls <- call{header: r.Header.Clone(), body: string(body)}
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprint(w, `{}`)
		})
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server, calls
}

// received returns the one call that has reached the server since the last look.
func received(t *testing.T, calls <-chan call) call {
	t.Helper()
	require.Len(t, calls, 1)
	return <-calls
}

// requireContract waits until the page shows the contract and all its operations. An operation under two tags has two
// places on the page and counts once; webhooks are listed apart and do not count.
func requireContract(t *testing.T, tab context.Context, want contract) {
	t.Helper()
	shown := fmt.Sprintf(`document.querySelector(".info .title")?.textContent.includes(%q) &&
		new Set(Array.from(
			document.querySelectorAll(".opblock:not(.webhooks .opblock)"),
			block => block.querySelector(".opblock-summary-method").textContent +
				block.querySelector("[data-path]").dataset.path,
		)).size === %d`, want.title, want.operations)
	_, err := chromedp.Run(tab, chromedp.Poll[bool](shown, chromedp.WithPollingInterval(100*time.Millisecond)))
	require.NoError(t, err, "the page does not show %s with %d operations", want.title, want.operations)
}

// selectContract chooses a contract in the page's selector.
func selectContract(t *testing.T, tab context.Context, url string) {
	t.Helper()
	require.NoError(t, chromedp.Do(tab, chromedp.WaitVisible(chromedp.CSS("select#select"))))
	_, err := chromedp.Run(tab, chromedp.Evaluate[bool](fmt.Sprintf(`(() => {
		const selector = document.querySelector("select#select");
		const set = Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, "value").set;
		set.call(selector, %q);
		return selector.dispatchEvent(new Event("change", {bubbles: true}));
	})()`, url)))
	require.NoError(t, err)
}

// press clicks the first element that matches, once it is there. It does so from a script: a click at a place on the
// screen misses its target while the page still unfolds.
func press(t *testing.T, tab context.Context, selector string) {
	t.Helper()
	require.NoError(t, chromedp.Do(tab, chromedp.WaitVisible(chromedp.CSS(selector))), selector)
	clicked, err := chromedp.Run(tab, chromedp.Evaluate[bool](
		fmt.Sprintf(`(document.querySelector(%q).click(), true)`, selector)))
	require.NoError(t, err, selector)
	require.True(t, clicked)
}

// authorize types a key into the page's Authorize form, for the only security scheme of the contract shown.
func authorize(t *testing.T, tab context.Context, key string) {
	t.Helper()
	press(t, tab, ".auth-wrapper .btn.authorize")
	require.NoError(t, chromedp.Do(tab, chromedp.SendKeys(chromedp.CSS(".modal-ux .auth-container input"), key)))
	press(t, tab, ".modal-ux .auth-btn-wrapper .authorize")
	press(t, tab, ".modal-ux .auth-btn-wrapper .btn-done")
	require.NoError(t, chromedp.Do(tab, chromedp.WaitNotPresent(chromedp.CSS(".modal-ux"))))
}

// tryOut opens an operation of the contract shown, sends it and returns the status that the page shows.
func tryOut(t *testing.T, tab context.Context, tag, operation string) string {
	t.Helper()
	block := fmt.Sprintf("#operations-%s-%s", tag, operation)
	press(t, tab, block+" .opblock-summary-control")
	// The page offers Execute a moment before it has resolved the operation; its table of answers comes after that.
	require.NoError(t, chromedp.Do(tab, chromedp.WaitVisible(chromedp.CSS(block+" .responses-table tr.response"))))
	press(t, tab, block+" .btn.execute")
	status, err := chromedp.Run(tab, chromedp.Text(chromedp.CSS(block+" .live-responses-table tr.response .response-col_status")))
	require.NoError(t, err)
	return strings.TrimSpace(status)
}
