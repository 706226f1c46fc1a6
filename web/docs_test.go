package web_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/web"
)

// docs is the page, mounted at /docs.
func docs(t *testing.T, shown web.DocsPage) http.Handler {
	t.Helper()
	page, err := web.Docs("/docs", shown)
	require.NoError(t, err)
	return page
}

// get asks the page for a path.
func get(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	docs(t, web.DocsPage{Administration: true}).ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, http.NoBody))
	return recorder
}

func TestDocs_OffersTheThreeContracts(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/docs", "/docs/"} {
		page := get(t, path)
		require.Equal(t, http.StatusOK, page.Code, path)
		require.Contains(t, page.Header().Get("Content-Type"), "text/html")
		for _, document := range []string{"/openapi/lago.json", "/openapi/requestlogs.json", "/openapi/admin.json"} {
			require.Contains(t, page.Body.String(), document)
		}
	}
}

func TestDocs_OffersNoAdministrationWhereThereIsNone(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	docs(t, web.DocsPage{}).ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/docs", http.NoBody))
	require.Contains(t, recorder.Body.String(), `"name":"Request logs"}]`)
	require.NotContains(t, recorder.Body.String(), "admin.json")
}

func TestDocs_LoadsOnlyItsOwnAssets(t *testing.T) {
	t.Parallel()
	page := get(t, "/docs")
	assets := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page.Body.String(), -1)
	require.NotEmpty(t, assets)
	for _, asset := range assets {
		require.Regexp(t, `^/docs/[^/]`, asset[1], "an asset from elsewhere")
		require.Equal(t, http.StatusOK, get(t, asset[1]).Code, asset[1])
	}
}

func TestDocs_ForbidsOtherOrigins(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/docs", "/docs/swagger-ui-bundle.js"} {
		policy := get(t, path).Header().Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'none'", path)
		require.Contains(t, policy, "connect-src 'self'", path)
		require.NotContains(t, policy, "http", path)
	}
}

func TestDocs_UnknownAsset(t *testing.T) {
	t.Parallel()
	require.Equal(t, http.StatusNotFound, get(t, "/docs/no-such-file.js").Code)
}
