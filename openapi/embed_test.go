package openapi_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"tarn/openapi"
)

func TestContracts_LoadAndAreValid(t *testing.T) {
	t.Parallel()
	loaders := map[string]func() (*openapi3.T, error){
		"lago": openapi.Lago, "requestlogs": openapi.RequestLogs, "admin": openapi.Admin,
	}
	for name, load := range loaders {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, err := load()
			require.NoError(t, err)
			require.Equal(t, "3.1.0", doc.OpenAPI)
			require.NoError(t, doc.Validate(t.Context(), openapi3.DisableExamplesValidation()))
		})
	}
}

func TestLago_HasEveryPublishedOperationWithASummary(t *testing.T) {
	t.Parallel()
	// The published facts lack what OpenAPI demands of people's words, so they
	// are read as plain YAML.
	data, err := os.ReadFile("upstream.yaml")
	require.NoError(t, err)
	var upstream struct {
		Paths    map[string]map[string]any
		Webhooks map[string]map[string]any
	}
	require.NoError(t, yaml.Unmarshal(data, &upstream))
	require.NotEmpty(t, upstream.Paths)
	require.NotEmpty(t, upstream.Webhooks)
	doc, err := openapi.Lago()
	require.NoError(t, err)

	require.Len(t, doc.Paths.Map(), len(upstream.Paths))
	for path, item := range upstream.Paths {
		for method := range item {
			if method == "parameters" {
				continue
			}
			operation := doc.Paths.Value(path).GetOperation(strings.ToUpper(method))
			require.NotNil(t, operation, "%s %s", method, path)
			require.NotEmpty(t, operation.Summary, "%s %s", method, path)
			require.NotEmpty(t, operation.OperationID, "%s %s", method, path)
		}
	}
	require.Len(t, doc.Webhooks, len(upstream.Webhooks))
	for name := range upstream.Webhooks {
		require.NotEmpty(t, doc.Webhooks[name].Post.Summary, name)
	}
}

func TestDocuments_SayTheSameInBothNotations(t *testing.T) {
	t.Parallel()
	for _, document := range openapi.Documents() {
		t.Run(document.Name, func(t *testing.T) {
			t.Parallel()
			var fromYAML any
			require.NoError(t, yaml.Unmarshal(document.YAML, &fromYAML))
			want, err := json.Marshal(fromYAML)
			require.NoError(t, err)
			require.JSONEq(t, string(want), string(document.JSON), `run "go run ./cmd/tarnspec bundle"`)
		})
	}
}
