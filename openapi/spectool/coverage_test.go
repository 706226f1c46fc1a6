package spectool

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shop writes a small repository whose contract is the bundled test document:
// its generated code does not know createItem yet, and its server has one
// handler, one pending one, one without an operation, and methods that are no
// handlers.
func shop(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	_, err := Bundle(BundleInput{Upstream: "testdata/facts.yaml", YAML: write(t, root, "openapi/lago.yaml", "")})
	require.NoError(t, err)
	write(t, root, "go.mod", "module shop\n\ngo 1.26\n")
	write(t, root, "gen/server.gen.go", `package gen

type StrictServerInterface interface {
	// FindITEM Find an item
	// (GET /items/{code})
	FindITEM(ctx context.Context, request FindITEMRequestObject) (FindITEMResponseObject, error)
}
`)
	write(t, root, "server/items.go", `package server

func (s *Server) FindITEM(ctx context.Context, request gen.FindITEMRequestObject) (gen.FindITEMResponseObject, error) {
	return nil, nil
}

func (s *Server) Old(ctx context.Context, request gen.OldRequestObject) (gen.OldResponseObject, error) {
	return nil, nil
}

func (s *Server) Close(ctx context.Context) error { return nil }

func CreateItem(ctx context.Context, request gen.CreateItemRequestObject) error { return nil }

func (o other) CreateItem(ctx context.Context, request gen.CreateItemRequestObject) error { return nil }

func (
`)
	write(t, root, "server/pending.go", `package server

func (pending) FindITEM(_ context.Context, _ gen.FindITEMRequestObject) (gen.FindITEMResponseObject, error) {
	return nil, errPending
}
`)
	write(t, root, "server/items_test.go", `package server

func (s *Server) CreateItem(ctx context.Context, request gen.CreateItemRequestObject) {}
`)
	return root
}

func TestCoverage_ReadsContractAndSource(t *testing.T) {
	t.Parallel()
	report, err := Coverage(shop(t))
	require.NoError(t, err)
	require.Len(t, report.Handlers, 2, "webhooks need no handler")

	create, find := report.Handlers[0], report.Handlers[1]
	require.Equal(t, "createItem", create.Operation.ID)
	require.Equal(t, Missing, create.State)
	require.Equal(t, "func (s *Server) CreateItem(ctx context.Context, request gen.CreateItemRequestObject) (gen.CreateItemResponseObject, error)", create.Signature())
	require.Equal(t, "FindITEM", find.Method, "the generator's spelling")
	require.Equal(t, Implemented, find.State)
	require.Equal(t, "server/items.go:3", find.Position)
	require.Equal(t, []Orphan{{Method: "Old", Position: "server/items.go:7"}}, report.Orphans)
}

func TestCoverage_TellsPendingFromImplemented(t *testing.T) {
	t.Parallel()
	root := shop(t)
	write(t, root, "server/items.go", "package server\n")
	write(t, root, "server/pending.go", `package server

func (p pending) CreateItem(_ context.Context, _ gen.CreateItemRequestObject) (gen.CreateItemResponseObject, error) {
	return nil, errPending
}
`)
	report, err := Coverage(root)
	require.NoError(t, err)
	require.Equal(t, 1, report.Count(Pending))
	require.Equal(t, 1, report.Count(Missing))
	require.Zero(t, report.Count(Implemented))

	var out bytes.Buffer
	report.Print(&out)
	require.Contains(t, out.String(), "items            0        1        1      2\n")
	require.Contains(t, out.String(), "total            0        1        1      2\n")
	require.Contains(t, out.String(), "Pending, answered with 501:\n  items              POST /items (createItem)\n")
	require.Contains(t, out.String(), "Missing, so that the tree does not compile:\n  items              GET /items/{code} (findItem)\n")
}

func TestCoverage_WithoutAnyCode(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	_, err := Bundle(BundleInput{Upstream: "testdata/facts.yaml", YAML: write(t, root, "openapi/lago.yaml", "")})
	require.NoError(t, err)
	report, err := Coverage(root)
	require.NoError(t, err)
	require.Equal(t, 2, report.Count(Missing))
	_, err = Coverage(t.TempDir())
	require.Error(t, err, "no contract")
}

func TestCoverage_OfTheRepository(t *testing.T) {
	t.Parallel()
	report, err := Coverage("../..")
	require.NoError(t, err)
	require.NotEmpty(t, report.Handlers)
	require.Empty(t, report.Orphans)
	for _, h := range report.Handlers {
		require.NotEqual(t, Missing, h.State, h.Operation.String())
	}
}

func TestCoverage_SaysWhichWebhooksAreSent(t *testing.T) {
	t.Parallel()
	root := shop(t)
	write(t, root, "openapi/lago.yaml", `openapi: 3.1.0
paths: {}
webhooks:
  a: {post: {requestBody: {content: {application/json: {schema: {properties: {webhook_type: {enum: [thing.made]}}}}}}}}
  b: {post: {requestBody: {content: {application/json: {schema: {properties: {webhook_type: {enum: [thing.lost]}}}}}}}}
  c: {post: {requestBody: {content: {application/json: {schema: {properties: {webhook_type: {enum: [thing.far]}}}}}}}}
`)
	write(t, root, "notify/subjects_things.go", "package notify\n\nvar _ = \"thing.made\"\n")
	write(t, root, "notify/trigger.go", "package notify\n\nvar _ = \"thing.far\"\n")
	report, err := Coverage(root)
	require.NoError(t, err)
	require.Equal(t, []Webhook{{"thing.far", "notify/trigger.go"}, {"thing.lost", ""}, {"thing.made", "notify/subjects_things.go"}}, report.Webhooks)
	var text strings.Builder
	report.Print(&text)
	require.Contains(t, text.String(), `webhooks: 3 types, 1 sent when they happen, 1 set off by administration, 1 missing
  set off by administration: thing.far
  missing: thing.lost
`)
}
