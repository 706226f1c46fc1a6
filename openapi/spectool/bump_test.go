package spectool

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

// emptyOverlay changes nothing.
const emptyOverlay = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n  - {target: $.info, update: {title: Ours}}\n"

// generator writes what the real one would: types and an interface for the
// operations of the contract.
const generator = `package main

import (
	"os"
	"regexp"
	"strings"
)

func main() {
	contract, err := os.ReadFile("../openapi/lago.yaml")
	if err != nil {
		panic(err)
	}
	paths, _, _ := strings.Cut(string(contract), "\nwebhooks:")
	code, methods := "package gen\n\nimport \"context\"\n\n", ""
	for _, id := range regexp.MustCompile("operationId: (\\w+)").FindAllStringSubmatch(paths, -1) {
		name := strings.ToUpper(id[1][:1]) + id[1][1:]
		code += "type " + name + "RequestObject struct{}\n\ntype " + name + "ResponseObject any\n\n"
		methods += "\t" + name + "(context.Context, " + name + "RequestObject) (" + name + "ResponseObject, error)\n"
	}
	code += "type StrictServerInterface interface {\n" + methods + "}\n"
	if err := os.WriteFile("server.gen.go", []byte(code), 0o600); err != nil {
		panic(err)
	}
}
`

// bumpable copies a small repository that builds and is on the test document.
func bumpable(t *testing.T) string {
	t.Helper()
	pattern.Do(func() { patternFiles = writeShop(t) })
	require.NotEmpty(t, patternFiles)
	root := t.TempDir()
	for name, content := range patternFiles {
		write(t, root, name, content)
	}
	return root
}

// The repository is made once for all tests: generating and vetting it takes
// longer than they do.
//
//nolint:gochecknoglobals // made once and never changed
var (
	pattern      sync.Once
	patternFiles map[string]string
)

// writeShop makes the repository and returns its files.
func writeShop(t *testing.T) map[string]string {
	t.Helper()
	root := t.TempDir()
	write(t, root, "go.mod", "module shop\n\ngo 1.26\n")
	write(t, root, "openapi/overlay.yaml", emptyOverlay)
	write(t, root, "openapi/summaries.yaml", emptyOverlay)
	for _, name := range []string{"requestlogs", "admin"} {
		write(t, root, "openapi/"+name+".yaml", "openapi: 3.1.0\n")
	}
	require.NoError(t, Import("testdata/published.yaml", filepath.Join(root, "openapi", "upstream.yaml")))
	_, err := Bundle(bundleOf(root))
	require.NoError(t, err)
	write(t, root, "gen/doc.go", "package gen\n\n//go:generate go run ./generator\n")
	write(t, root, "gen/generator/main.go", generator)
	require.NoError(t, runGo(t.Context(), root, "generate", "./gen/..."))
	write(t, root, "server/items.go", `package server

import (
	"context"

	"shop/gen"
)

type Server struct{ pending }

var _ gen.StrictServerInterface = (*Server)(nil)

// FindItem finds an item.
func (s *Server) FindItem(context.Context, gen.FindItemRequestObject) (gen.FindItemResponseObject, error) {
	return nil, nil
}
`)
	write(t, root, "server/items_test.go", `package server

import (
	"testing"

	"shop/gen"
)

func TestFindItem(t *testing.T) {
	if _, err := new(Server).FindItem(t.Context(), gen.FindItemRequestObject{}); err != nil {
		t.Fatal(err)
	}
}

func TestOther(t *testing.T) { t.Log("stays") }
`)
	write(t, root, "server/pending.go", `package server

import (
	"context"

	"shop/gen"
)

type pending struct{}

func (pending) CreateItem(context.Context, gen.CreateItemRequestObject) (r gen.CreateItemResponseObject, err error) {
	return r, notImplemented()
}
`)
	write(t, root, "server/errors.go", "package server\n\nimport \"errors\"\n\nfunc notImplemented() error { return errors.New(\"not yet\") }\n")
	require.NoError(t, runGo(t.Context(), root, "vet", "./..."))
	return tree(t, root)
}

// tree reads a repository.
func tree(t *testing.T, root string) map[string]string {
	t.Helper()
	files, err := regularFiles(root)
	require.NoError(t, err)
	out := map[string]string{}
	for _, name := range files {
		data, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		out[filepath.ToSlash(name)] = string(data)
	}
	return out
}

func TestBump_ToTheSameVersionChangesNothing(t *testing.T) {
	t.Parallel()
	root := bumpable(t)
	before := tree(t, root)
	report, err := Bump(t.Context(), BumpInput{Root: root, File: "testdata/published.yaml"})
	require.NoError(t, err)
	require.Empty(t, report.Published.Subjects)
	require.Empty(t, report.Hidden)
	require.Empty(t, report.Changed)
	require.Equal(t, before, tree(t, root))
	_, err = Undo(root)
	require.ErrorIs(t, err, errNoBump)
	var out bytes.Buffer
	report.Print(&out, PrintOptions{})
	require.Contains(t, out.String(), "\nThe tree\n  builds, passes the vet and serves: 1 operation, 1 pending\n  is as it was\n")
}

// The whole way: operations come and go, what no longer fits is moved aside, the
// tree builds, and all of it can be taken back.
func TestBump_LeavesATreeThatBuilds(t *testing.T) {
	t.Parallel()
	root := bumpable(t)
	before := tree(t, root)
	file := "testdata/old.yaml"

	// when: nothing but a try
	report, err := Bump(t.Context(), BumpInput{Root: root, File: file, DryRun: true})
	require.NoError(t, err)
	require.NotEmpty(t, report.Changed)
	require.Equal(t, before, tree(t, root))

	// when: in earnest
	report, err = Bump(t.Context(), BumpInput{Root: root, File: file})
	require.NoError(t, err)
	require.True(t, report.Breaking())
	require.NoError(t, runGo(t.Context(), root, "vet", "./..."))

	// then: new operations answer 501
	var written []string
	for _, h := range report.Written {
		written = append(written, h.Method)
	}
	require.ElementsMatch(t, []string{"RemoveGone", "ListAll", "Make"}, written)
	after := tree(t, root)
	require.Contains(t, after["server/pending.go"], "func (pending) ListAll(context.Context, gen.ListAllRequestObject) (gen.ListAllResponseObject, error) {\n\treturn nil, notImplemented()\n}\n")
	require.NotContains(t, after["server/pending.go"], "CreateItem")

	// and those that are gone are kept aside, with the tests that call them
	require.Contains(t, after["retired/server/items.go"], "//go:build retired\n")
	require.Contains(t, after["retired/server/items.go"], "// FindItem finds an item.\nfunc (s *Server) FindItem(")
	require.NotContains(t, after["server/items.go"], "FindItem")
	require.NotContains(t, after["server/items_test.go"], "TestFindItem")
	require.Contains(t, after["server/items_test.go"], "TestOther")

	// and everything is told
	var out bytes.Buffer
	report.Print(&out, PrintOptions{Markdown: true})
	require.Contains(t, out.String(), "### Handlers to write, which answer 501 until then (server/pending.go)\n")
	require.Contains(t, out.String(), "### Moved aside: the operation is gone\n\n- Server.FindItem (server/items.go:14), now in retired/server/items.go\n")
	require.Contains(t, out.String(), "to go back: make bump-undo\n")

	// when: the operation comes back
	back, err := Bump(t.Context(), BumpInput{Root: root, File: "testdata/published.yaml", DryRun: true})
	require.NoError(t, err)
	require.Len(t, back.Written, 1)
	require.Equal(t, "CreateItem", back.Written[0].Method)
	require.Len(t, back.PutBack, 2)

	// when: somebody has gone on with it
	write(t, root, "server/pending.go", after["server/pending.go"]+"\n// more\n")
	_, err = Undo(root)
	require.ErrorContains(t, err, "would be lost: server/pending.go")
	write(t, root, "server/pending.go", after["server/pending.go"])

	// when: it is taken back
	restored, err := Undo(root)
	require.NoError(t, err)
	require.Equal(t, len(report.Changed), restored.Files)
	require.Equal(t, before, tree(t, root))
}

// Where every operation has a handler the list of those that are missing imports
// nothing, until one is.
func TestFillPending_ImportsWhatItNeeds(t *testing.T) {
	t.Parallel()
	const none = "package server\n\n// pending has no handlers.\ntype pending struct{}\n"
	const handler = `package server

import (
	"context"

	"shop/gen"
)

func (s *Server) CreateItem(context.Context, gen.CreateItemRequestObject) (r gen.CreateItemResponseObject, err error) {
	return r, notImplemented()
}
`
	root := bumpable(t)
	pending := func() string {
		t.Helper()
		content, err := os.ReadFile(filepath.Join(root, "server", "pending.go"))
		require.NoError(t, err)
		return string(content)
	}
	write(t, root, "server/pending.go", none)
	written, err := fillPending(root)
	require.NoError(t, err)
	require.Len(t, written, 1)
	require.Contains(t, pending(), "import (\n\t\"context\"\n\n\t\"shop/gen\"\n)\n\n// pending has no handlers.\n")
	require.NoError(t, runGo(t.Context(), root, "vet", "./..."))

	write(t, root, "server/create.go", handler)
	written, err = fillPending(root)
	require.NoError(t, err)
	require.Empty(t, written)
	require.Contains(t, pending(), "func (pending) CreateItem(", "a bump takes out only what the contract has lost")
	write(t, root, "server/pending.go", none)
	_, err = fillPending(root)
	require.NoError(t, err)
	require.Equal(t, none, pending())
	require.NoError(t, runGo(t.Context(), root, "vet", "./..."))
}

func TestBump_ChangesNothingWhenItFails(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]struct{ file, content, want string }{
		"the generator":                 {"gen/doc.go", "package gen\n\n//go:generate false\n", "go generate ./gen/...: exit status"},
		"what is generated":             {"gen/odd.go", "package gen\n\nvar _ = FindItemRequestObject{}\n", "generated code: "},
		"a schema that requires itself": {"gen/odd.go", "package gen\n\ntype Odd struct{ Odd Odd }\n", "the schema of Odd requires itself"},
		"a stale contract":              {"openapi/lago.yaml", "openapi: 3.1.0\n", errStale.Error()},
		"a correction":                  {"openapi/overlay.yaml", "overlay: 1.0.0\n", "overlay"},
		"what cannot be read":           {"server/odd.go", "package server\n\nfunc (\n", "parse source"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := bumpable(t)
			write(t, root, spoil.file, spoil.content)
			before := tree(t, root)
			_, err := Bump(t.Context(), BumpInput{Root: root, File: "testdata/old.yaml"})
			require.ErrorContains(t, err, spoil.want)
			require.Equal(t, before, tree(t, root))
		})
	}
}

func TestCommands_Bump(t *testing.T) {
	t.Parallel()
	root := bumpable(t)
	out, err := command(t, "bump", "testdata/old.yaml", "--root", root, "--dry-run", "--json", "--fail-on", "breaking")
	require.ErrorIs(t, err, errBreaks)
	var exit kong.ExitCoder
	require.ErrorAs(t, err, &exit)
	require.Equal(t, 3, exit.ExitCode())
	var report struct {
		Published struct{ Old, New Version }
		DryRun    bool `json:"dry_run"`
	}
	require.NoError(t, json.Unmarshal([]byte(out), &report), out)
	require.True(t, report.DryRun)
	require.Equal(t, "1.2.0", report.Published.Old.Number)
	require.NotEqual(t, report.Published.Old.Digest, report.Published.New.Digest)
	_, err = command(t, "bump", "--undo", "--root", root)
	require.ErrorIs(t, err, errNoBump)
	_, err = command(t, "bump", "--root", root)
	require.Error(t, err)
}
