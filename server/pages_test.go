package server_test

import (
	"encoding/json"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/openapi"
	"tarn/openapi/spectool"
	"tarn/server"
	"tarn/server/servertest"
	"tarn/store"
	"tarn/store/storetest"
)

// firstSession are the creations for which the reference has a body to send, in
// an order in which all of them succeed.
var firstSession = []string{"/taxes", "/billable_metrics", "/plans", "/customers", "/subscriptions", "/events"}

// Whoever presses "Execute" in the reference, one creation after the other,
// succeeds.
func TestReference_ExamplesCanBeSent(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Lago()
	require.NoError(t, err)
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, path := range firstSession {
			body := doc.Paths.Value(path).Post.RequestBody.Value.Content.Get("application/json")
			require.NotNil(t, body.Example, path)
			require.NoError(t, body.Schema.Value.VisitJSON(body.Example), path)
			text, err := json.Marshal(body.Example)
			require.NoError(t, err)
			s.Post(path, string(text)).Status(t, http.StatusOK)
		}
		subscriptions := entries(t, s.Get("/subscriptions"), "subscriptions")
		require.Equal(t, []any{"active"}, pluck(subscriptions, "status"))
		external, _ := subscriptions[0]["external_id"].(string)
		require.Len(t, entries(t, s.Get("/events?external_subscription_id="+external), "events"), 1, "the event is the subscription's")
	})
	var found int
	for _, item := range doc.Paths.Map() {
		for _, operation := range item.Operations() {
			if operation.RequestBody == nil {
				continue
			}
			for _, body := range operation.RequestBody.Value.Content {
				if body.Example != nil || body.Examples != nil {
					found++
				}
			}
		}
	}
	require.Equal(t, len(firstSession), found, "an example that this test does not send")
}

// browser is what a browser says of itself.
var browser = http.Header{"Accept": {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}}

// withoutAdministration is a server that has none.
func withoutAdministration(t *testing.T) *servertest.Server {
	t.Helper()
	return servertest.New(t, storetest.URL(t, store.SQLite), func(o *server.Options) { o.AdminKey = "" })
}

func TestReference_MarksWhatAnswers501(t *testing.T) {
	t.Parallel()
	report, err := spectool.Coverage("..")
	require.NoError(t, err)
	var pending []string
	for _, handler := range report.Handlers {
		if handler.State == spectool.Pending {
			pending = append(pending, handler.Operation.Method+" "+handler.Operation.Path)
		}
	}
	page := string(withoutAdministration(t).Send(http.MethodGet, "/docs", "", browser).Status(t, http.StatusOK).Body)
	list := regexp.MustCompile(`markPending\((\[.*?\])\)`).FindStringSubmatch(page)
	require.NotNil(t, list)
	var marked []string
	require.NoError(t, json.Unmarshal([]byte(list[1]), &marked))
	require.ElementsMatch(t, pending, marked)
}

func TestReference_OffersTheAdministrationWhereThereIsOne(t *testing.T) {
	t.Parallel()
	const offer = "/openapi/admin.json"
	with := servertest.New(t, storetest.URL(t, store.SQLite))
	require.Contains(t, string(with.Send(http.MethodGet, "/docs", "", browser).Body), offer)
	require.NotContains(t, string(withoutAdministration(t).Send(http.MethodGet, "/docs", "", browser).Body), offer)
}

func TestHome_LeadsABrowserToWhatThereIs(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*servertest.Server{
		"with administration": servertest.New(t, storetest.URL(t, store.SQLite)), "without": withoutAdministration(t),
	} {
		answer := s.Send(http.MethodGet, "/", "", browser).Status(t, http.StatusOK)
		require.Equal(t, "text/html; charset=UTF-8", answer.Header.Get("Content-Type"))
		require.Equal(t, "Accept", answer.Header.Get("Vary"))
		require.Contains(t, answer.Header.Get("Content-Security-Policy"), "default-src 'none'; style-src 'sha256-")
		page := string(answer.Body)
		for _, place := range []string{"/docs", "/docs#/api_logs", "/docs#/activity_logs", "/docs?urls.primaryName=Request%20logs", "/health", "/ready", "/metrics", "/openapi/lago.yaml"} {
			require.Contains(t, page, `href="`+place+`"`)
		}
		require.Equal(t, name == "without", strings.Contains(page, "TARN_ADMIN_KEY"))
		require.Equal(t, name != "without", strings.Contains(page, "Administration</a>"))
		for _, link := range regexp.MustCompile(`href="([^"]+)"`).FindAllStringSubmatch(page, -1) {
			require.Regexp(t, `^/[^/]`, link[1], "an address elsewhere")
			path, _, _ := strings.Cut(html.UnescapeString(link[1]), "#")
			s.Send(http.MethodGet, path, "", browser).Status(t, http.StatusOK)
		}
		require.NotContains(t, page, "src=")
	}
}

func TestHome_LeadsOthersInJSON(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*servertest.Server{
		"with administration": servertest.New(t, storetest.URL(t, store.SQLite)), "without": withoutAdministration(t),
	} {
		for _, accept := range []string{"", "*/*", "application/json"} {
			answer := s.Send(http.MethodGet, "/", "", http.Header{"Accept": {accept}}).Status(t, http.StatusOK)
			require.Contains(t, answer.Header.Get("Content-Type"), "application/json")
			places := answer.JSON(t)
			require.Equal(t, "/docs", places["docs"])
			require.Equal(t, name != "without", places["administration"] == "/admin")
			for what, path := range places {
				if what == "version" || what == "api" || what == "administration" {
					continue
				}
				text, _ := path.(string)
				s.Send(http.MethodGet, text, "", http.Header{"Authorization": {"Bearer " + s.Key}}).Status(t, http.StatusOK)
			}
		}
	}
}
