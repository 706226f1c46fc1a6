package spectool

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Moving on and coming back leaves nothing behind, and on the way every report
// names what is not done.
func TestBump_ThereAndBackIsAsItWas(t *testing.T) {
	t.Parallel()
	root := bumpable(t)
	before := tree(t, root)
	bump := func(file string) (BumpReport, string) {
		t.Helper()
		report, err := Bump(t.Context(), BumpInput{Root: root, File: file})
		require.NoError(t, err)
		var out bytes.Buffer
		report.Print(&out, PrintOptions{})
		return report, out.String()
	}
	_, said := bump("testdata/old.yaml")
	require.Contains(t, said, "\nMoved aside: the operation is gone\n  Server.FindItem ")

	// when: a version comes that changes nothing of it
	report, said := bump("testdata/old.yaml")
	require.Empty(t, report.Changed)
	require.Len(t, report.StillPending, 3)
	require.Contains(t, said, "\nHandlers that are still to write (server/pending.go)\n")
	require.Contains(t, said, "\nStill aside, from an earlier bump\n  Server.FindItem ")
	require.NotContains(t, said, "\nPut back")

	// when: back
	_, said = bump("testdata/published.yaml")
	require.Contains(t, said, "\nPut back: fits again\n  Server.FindItem (server/items.go)\n")
	before["server/pending.go"] = tree(t, root)["server/pending.go"] // in the words of the bump
	require.Equal(t, before, tree(t, root))
	require.NoDirExists(t, filepath.Join(root, "retired"))

	// then: both can be taken back
	undone, err := Undo(root)
	require.NoError(t, err)
	require.Equal(t, 1, undone.Left)
	require.FileExists(t, filepath.Join(root, "retired", "server", "items.go"))
	_, err = Undo(root)
	require.NoError(t, err)
	require.NoDirExists(t, filepath.Join(root, "retired"))
}

// What was moved aside and keeps the tree from building stays aside.
func TestBump_GoesOnWithoutWhatDoesNotBuild(t *testing.T) {
	t.Parallel()
	root := bumpable(t)
	before := tree(t, root)
	write(t, root, "retired/server/items.go", "//go:build retired\n\npackage server\n\nimport \"fmt\"\n\nfunc odd() { fmt.Printf(\"%d\", \"vetted\") }\n")
	report, err := Bump(t.Context(), BumpInput{Root: root, File: "testdata/published.yaml"})
	require.NoError(t, err)
	require.Empty(t, report.PutBack)
	require.Len(t, report.Aside, 1)
	require.Equal(t, "odd", report.Aside[0].Name)
	require.Contains(t, report.Aside[0].Why, "go vet")
	require.FileExists(t, filepath.Join(root, "retired", "server", "items.go"))
	require.Equal(t, before["server/items.go"], tree(t, root)["server/items.go"])
}

// An operation that only has another name keeps its handler, there and back.
func TestBump_RenamesHandlers(t *testing.T) {
	t.Parallel()
	root := bumpable(t)
	before := tree(t, root)
	published, err := os.ReadFile("testdata/published.yaml")
	require.NoError(t, err)
	file := write(t, t.TempDir(), "renamed.yaml", strings.ReplaceAll(string(published), "operationId: findItem", "operationId: lookUpItem"))
	report, err := Bump(t.Context(), BumpInput{Root: root, File: file})
	require.NoError(t, err)
	require.Equal(t, []Renamed{{Operation: "GET /items/{code}", From: "FindItem", To: "LookUpItem", Position: "server/items.go:14"}}, report.Renamed)
	require.Empty(t, report.Written)
	require.Contains(t, tree(t, root)["server/items.go"], "// LookUpItem finds an item.\nfunc (s *Server) LookUpItem(context.Context, gen.LookUpItemRequestObject) (gen.LookUpItemResponseObject, error) {")
	var out bytes.Buffer
	report.Print(&out, PrintOptions{})
	require.Contains(t, out.String(), "\nRenamed: the operation has another name\n  GET /items/{code}: the handler FindItem is LookUpItem now (server/items.go:14)\n")
	_, err = Bump(t.Context(), BumpInput{Root: root, File: "testdata/published.yaml"})
	require.NoError(t, err)
	require.Equal(t, before["server/items.go"], tree(t, root)["server/items.go"])
}

// What builds and may not be valid all the same is named: an answer without a
// member that it must have now, and words that an enumeration has lost.
func TestFindGaps(t *testing.T) {
	t.Parallel()
	const types = "package gen\n\ntype Kind string\n\nconst (\n\tKindA Kind = \"a\"\n%s)\n\ntype Item struct {\n\tName string `json:\"name\"`\n%s\tMore *Kind `json:\"more,omitempty\"`\n}\n\ntype ItemResponse Item\n"
	root := bumpable(t)
	write(t, root, "gen/types.gen.go", fmt.Sprintf(types, "\tKindB Kind = \"b\"\n", ""))
	before, err := generatedIn(root)
	require.NoError(t, err)
	write(t, root, "gen/types.gen.go", fmt.Sprintf(types, "", "\tState Kind `json:\"state\"`\n"))
	write(t, root, "wire/items.go", `package wire

import "shop/gen"

func Item(kind string) gen.Item {
	return gen.Item{Name: string(gen.Kind(kind))}
}

func Full() gen.Item { return gen.Item{Name: "x", State: "a"} }

func Later() (item gen.ItemResponse) {
	item = gen.ItemResponse{Name: "x"}
	item.State = "a"
	return item
}

func None() (gen.ItemResponse, error) { return gen.ItemResponse{}, nil }
`)
	gaps, err := findGaps(t.Context(), root, before)
	require.NoError(t, err)
	require.Equal(t, []Gap{
		{Subject: "gen.Item.State", Places: []string{"wire/items.go:6"}, Why: "must be there now, and nobody gives it a value: it is answered empty"},
		{Subject: "gen.Kind", Places: []string{"wire/items.go:6"}, Why: `has lost "b": a value that is kept already is answered as it is`},
	}, gaps)

	// and where our contract allows more than the document, its test says so
	write(t, root, "encode/gaps_test.go", "package encode\n\nimport \"testing\"\n\nfunc TestContracts_SayWhatIsNearest(t *testing.T) {\n\tt.Errorf(\"nobody says what is nearest: %s\", \"a word\")\n}\n")
	gaps, err = findGaps(t.Context(), root, before)
	require.NoError(t, err)
	require.Equal(t, "a word", gaps[2].Subject)
	var out bytes.Buffer
	BumpReport{Outcome: Outcome{Gaps: gaps}}.Print(&out, PrintOptions{})
	require.Contains(t, out.String(), "\nAnswers that the new version may not allow\n  gen.Item.State (wire/items.go:6)\n    must be there now")
}
