package spectool

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBundle_WritesBothNotationsAndReportsWhatIsLeft(t *testing.T) {
	t.Parallel()
	// given: facts, and an overlay that corrects, misses and points nowhere
	dir := t.TempDir()
	overlay := write(t, dir, "overlay.yaml", `overlay: 1.0.0
info: {title: t, version: "1"}
actions:
  - target: $.info
    update: {title: Ours}
  - target: $.paths['/items'].post
    update: {summary: Make an item}
  - target: $.components.schemas.Lost
    update: {type: string}
    description: An old correction.
  - target: $.components.schemas.Item.properties
    update: {other: {$ref: '#/components/schemas/Absent'}}
`)
	written := write(t, dir, "written.yaml", "openapi: 3.1.0\ninfo: {title: 'by <hand>', version: 1.0.0}\n")
	target := filepath.Join(dir, "out.yaml")

	// when
	report, err := Bundle(BundleInput{
		Upstream: "testdata/facts.yaml", Overlays: []string{overlay}, YAML: target, Written: []string{written},
	})

	// then
	require.NoError(t, err)
	var out bytes.Buffer
	report.Print(&out)
	require.Contains(t, out.String(), "action 3 matches nothing: $.components.schemas.Lost")
	require.Contains(t, out.String(), "#/components/schemas/Item/properties/other -> #/components/schemas/Absent")
	require.Contains(t, out.String(), "GET /items/{code} (findItem)")
	require.NotContains(t, out.String(), "createItem")

	root, err := readDocument(target)
	require.NoError(t, err)
	require.Equal(t, "Ours", text(root, "info", "title"))
	require.Equal(t, "Make an item", text(root, "paths", "/items", "post", "summary"))
	require.Equal(t, "Find item", text(root, "paths", "/items/{code}", "get", "summary"))
	require.Equal(t, "OK", text(root, "paths", "/items", "post", "responses", "200", "description"))
	require.Equal(t, "Failure", text(root, "components", "responses", "Failure", "description"))
	require.Empty(t, text(root, "paths", "/items/{code}", "get", "responses", "default", "description"))

	compact, err := os.ReadFile(filepath.Join(dir, "out.json"))
	require.NoError(t, err)
	fromJSON, err := parseDocument(compact)
	require.NoError(t, err)
	require.True(t, equalNodes(root, fromJSON))
	require.True(t, json.Valid(compact))
	byHand, err := os.ReadFile(filepath.Join(dir, "written.json"))
	require.NoError(t, err)
	require.Equal(t, `{"openapi":"3.1.0","info":{"title":"by <hand>","version":"1.0.0"}}`, string(byHand))
}

func TestNeutralSummary(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"createAddOn": "Create add on", "feature.created": "Feature created", "find_all_taxes": "Find all taxes",
	} {
		require.Equal(t, want, neutralSummary(Operation{ID: id}))
	}
	require.Equal(t, "GET /x", neutralSummary(Operation{Method: "GET", Path: "/x"}))
}

// write makes a file in dir and returns its path.
func write(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func TestBundle_LeavesOutWhatLeadsNowhere(t *testing.T) {
	t.Parallel()
	// given: corrections that name what this version does not have
	dir := t.TempDir()
	facts := write(t, dir, "facts.yaml", `openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /a:
    get:
      operationId: getA
      responses: {"200": {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}
components: {schemas: {A: {type: object, properties: {p: {type: string}}}}}
`)
	overlay := write(t, dir, "overlay.yaml", `overlay: 1.0.0
info: {title: t, version: "1"}
actions:
  - target: $.paths['/a'].get.responses['200'].content['application/json'].schema
    update: {$ref: '#/components/schemas/AExtended'}
  - target: $.paths['/a'].get
    update: {parameters: [{$ref: '#/components/parameters/none'}, {name: q, in: query}], requestBody: {$ref: '#/components/requestBodies/None'}}
  - target: $.components.schemas.A.properties
    update: {p: {x-go-type: None}, q: {x-go-type: A}, r: {x-go-type: '[]string'}, s: {$ref: '#/components/schemas/None'}}
`)
	report, err := Bundle(BundleInput{Upstream: facts, Overlays: []string{overlay}, YAML: filepath.Join(dir, "out.yaml")})
	require.NoError(t, err)
	require.ElementsMatch(t, []string{
		"#/paths/~1a/get/responses/200/content/application~1json/schema -> #/components/schemas/AExtended, so what was published stays",
		"#/paths/~1a/get/parameters/0 -> #/components/parameters/none",
		"#/paths/~1a/get/requestBody -> #/components/requestBodies/None",
		"#/components/schemas/A/properties/p -> x-go-type None",
		"#/components/schemas/A/properties/s -> #/components/schemas/None",
	}, report.Dangling)
	root, err := readDocument(filepath.Join(dir, "out.yaml"))
	require.NoError(t, err)
	require.Equal(t, "#/components/schemas/A", text(root, "paths", "/a", "get", "responses", "200", "content", "application/json", "schema", "$ref"))
	require.Len(t, lookup(root, "paths", "/a", "get", "parameters").Content, 1)
	require.Nil(t, lookup(root, "paths", "/a", "get", "requestBody"))
	require.Empty(t, lookup(root, "components", "schemas", "A", "properties", "s").Content)
	require.Equal(t, "A", text(root, "components", "schemas", "A", "properties", "q", goType))
}
