package spectool

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// emptyOverlay changes nothing.
const emptyOverlay = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n  - {target: $.info, update: {title: Ours}}\n"

// bumpable writes a small repository that compiles and is on the test document.
func bumpable(t *testing.T) string {
	t.Helper()
	root := shop(t)
	write(t, root, "openapi/overlay.yaml", emptyOverlay)
	write(t, root, "openapi/summaries.yaml", emptyOverlay)
	for _, name := range []string{"requestlogs", "admin"} {
		write(t, root, "openapi/"+name+".yaml", "openapi: 3.1.0\n")
	}
	write(t, root, "gen/server.gen.go", `package gen

import "context"

type (
	FindItemRequestObject    struct{}
	FindItemResponseObject   struct{}
	CreateItemRequestObject  struct{}
	CreateItemResponseObject struct{}
)

type StrictServerInterface interface {
	// (GET /items/{code})
	FindItem(context.Context, FindItemRequestObject) (FindItemResponseObject, error)
	// (POST /items)
	CreateItem(context.Context, CreateItemRequestObject) (CreateItemResponseObject, error)
}
`)
	write(t, root, "server/items.go", "package server\n\nimport (\n\t\"context\"\n\n\t\"shop/gen\"\n)\n\ntype Server struct{ pending }\n"+
		"\nfunc (s *Server) FindItem(context.Context, gen.FindItemRequestObject) (r gen.FindItemResponseObject, err error) {\n\treturn\n}\n"+
		"\nvar _ gen.StrictServerInterface = (*Server)(nil)\n")
	write(t, root, "server/pending.go", "package server\n\nimport (\n\t\"context\"\n\n\t\"shop/gen\"\n)\n\ntype pending struct{}\n"+
		"\nfunc (pending) CreateItem(context.Context, gen.CreateItemRequestObject) (r gen.CreateItemResponseObject, err error) {\n\treturn\n}\n")
	return root
}

func TestBump_ToTheSameVersionFindsNothing(t *testing.T) {
	t.Parallel()
	root := bumpable(t)
	var out bytes.Buffer
	file, err := filepath.Abs("testdata/published.yaml")
	require.NoError(t, err)
	require.NoError(t, Bump(t.Context(), &out, BumpInput{Root: root, File: file}), out.String())
	require.Contains(t, out.String(), "Contract 1.2.0 -> 1.2.0: no differences\n")
	require.Contains(t, out.String(), "Every operation has one: 1 implemented, 1 pending.\n")
	require.Contains(t, out.String(), "\nThe tree compiles.\n")
	requireSameFile(t, "testdata/facts.yaml", filepath.Join(root, "openapi", "upstream.yaml"))
}

func TestBump_SaysWhatIsToDo(t *testing.T) {
	t.Parallel()
	// given: a version with other operations, whose generated code asks for more
	root := bumpable(t)
	write(t, root, "gen/doc.go", "package gen\n\n//go:generate go run ./generator\n")
	write(t, root, "gen/generator/main.go", `package main

import "os"

func main() {
	code := "package gen\n\nimport \"context\"\n\ntype (\n\tListAllRequestObject struct{}\n\tListAllResponseObject struct{}\n)\n" +
		"\ntype StrictServerInterface interface {\n\t// (GET /list)\n\tListAll(context.Context, ListAllRequestObject) (ListAllResponseObject, error)\n}\n"
	if err := os.WriteFile("server.gen.go", []byte(code), 0o600); err != nil {
		panic(err)
	}
}
`)
	file, err := filepath.Abs("testdata/old.yaml")
	require.NoError(t, err)

	// when
	var out bytes.Buffer
	err = Bump(t.Context(), &out, BumpInput{Root: root, File: file})

	// then
	require.ErrorIs(t, err, ErrIncomplete)
	text := out.String()
	require.Contains(t, text, "Contract 1.2.0 -> 1.0: operations and webhooks: 4 added, 0 changed by themselves, 3 removed")
	require.Contains(t, text, "== Overlay\n")
	require.Contains(t, text, "DELETE /gone (removeGone)\n")
	require.Contains(t, text, "3 handlers to write:\n")
	require.Contains(t, text, "    func (s *Server) ListAll(ctx context.Context, request gen.ListAllRequestObject) (gen.ListAllResponseObject, error)\n")
	require.Contains(t, text, "2 handlers to delete, the operation is gone:\n  FindItem (server/items.go:11)\n  CreateItem (server/pending.go:11)\n")
	require.Contains(t, text, "== The compiler says\n")
	require.Contains(t, text, "undefined: gen.FindItemRequestObject")
}

func TestBump_GoesOnWhenTheGeneratorFails(t *testing.T) {
	t.Parallel()
	root := bumpable(t)
	write(t, root, "gen/doc.go", "package gen\n\n//go:generate false\n")
	file, err := filepath.Abs("testdata/published.yaml")
	require.NoError(t, err)
	var out bytes.Buffer
	require.ErrorIs(t, Bump(t.Context(), &out, BumpInput{Root: root, File: file}), ErrIncomplete)
	require.Contains(t, out.String(), "== Code generation failed\n")
	require.Contains(t, out.String(), "== Handlers\n")
}
