package repair

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Two versions of what is generated, and source that fits the first.
const (
	firstVersion = `package gen

type Item struct {
	Name  string
	Price string
	Label Label
}

type Label string

type Params struct{ Code string }
`
	secondVersion = `package gen

type Item struct {
	Name  string
	Price int
}

type Params struct{ ID string }
`
)

func fitting() map[string]string {
	return map[string]string{
		"go.mod":     "module shop\n\ngo 1.26\n",
		"gen/gen.go": firstVersion,
		"wire/item.go": `package wire

import (
	"strconv"

	"shop/gen"
)

// Item is an item.
func Item(name string, price int) gen.Item {
	return gen.Item{
		Name:  name,
		Price: strconv.Itoa(price),
		Label: labelOf(name),
	}
}

func labelOf(name string) gen.Label { return gen.Label(name) }
`,
		"server/server.go": `// Package server serves.
package server

import (
	"strings"

	"shop/gen"
)

// Server serves.
type Server struct{}

// Show shows an item.
func (s *Server) Show(p gen.Params) string {
	return strings.ToUpper(p.Code)
}

// List lists.
func (s *Server) List() []gen.Item { return nil }

var (
	// table has an entry that goes.
	table = map[string]func(p gen.Params) string{"show": new(Server).Show}
	other = gen.Label("x")
)
`,
		"server/label.go":       "package server\n\nimport \"shop/gen\"\n\n// Labels are all.\nvar Labels []gen.Label\n",
		"server/server_test.go": "package server\n\nimport (\n\t\"testing\"\n\n\t\"shop/gen\"\n)\n\nfunc TestShow(t *testing.T) { new(Server).Show(gen.Params{}); _, _ = table, other }\n",
	}
}

// lay writes files below a folder.
func lay(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
}

// files reads all files below a folder.
func files(t *testing.T, root string) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(root, path)
		out[filepath.ToSlash(name)] = string(content)
		return err
	}))
	return out
}

// moved lays source that fits the first version, and moves it to the second.
func moved(t *testing.T) (root string, result Result) {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	lay(t, root, fitting())
	return root, bumped(t, root, secondVersion, 0)
}

// bumped moves to a version, where so many declarations are put back that stay.
func bumped(t *testing.T, root, version string, stay int) Result {
	t.Helper()
	lay(t, root, map[string]string{"gen/gen.go": version})
	returned, _, err := PutBack(root)
	require.NoError(t, err)
	result, err := Run(t.Context(), Options{Root: root, Generated: []string{"gen"}, Strict: []string{"server"}, Mapping: []string{"wire"}})
	require.NoError(t, err)
	require.Len(t, result.Stayed(returned), stay)
	return result
}

func TestPutBack_ThereAndBackIsAsItWas(t *testing.T) {
	t.Parallel()
	root, result := moved(t)
	require.NotEmpty(t, result.Retired)
	require.NotEmpty(t, result.LeftOut)
	there := files(t, root)
	require.Contains(t, there["retired/wire/item.go"], "// Item is an item.\nfunc Item(name string, price int) gen.Item {\n\treturn gen.Item{\n\t\tName:  name,\n\t\tPrice: strconv.Itoa(price),")
	require.Contains(t, there["retired/server/server.go"], "// Moved aside: p.Code undefined")
	require.NotContains(t, there, "server/label.go")

	// when: another bump comes that changes nothing
	result = bumped(t, root, secondVersion, 0)
	require.Equal(t, there, files(t, root))
	for _, x := range result.Retired {
		require.True(t, x.Again, x.Name)
	}
	for _, x := range result.LeftOut {
		require.True(t, x.Again, x.Text)
	}

	// when: one that has a part of it
	bumped(t, root, strings.Replace(secondVersion, "ID string", "Code string", 1), 1)
	half := files(t, root)
	require.Contains(t, half["server/server.go"], "func (s *Server) Show(")
	require.NotContains(t, half["retired/server/server.go"], "func (s *Server) Show(")
	require.NotContains(t, half["wire/item.go"], "labelOf")

	// then: all of it
	result = bumped(t, root, firstVersion, 5)
	require.Empty(t, result.Retired)
	require.Empty(t, result.LeftOut)
	require.Equal(t, fitting(), files(t, root))
}

// What people have gone on with is theirs.
func TestPutBack_LeavesWhatWasWrittenSince(t *testing.T) {
	t.Parallel()
	root, _ := moved(t)
	there := files(t, root)
	mine := map[string]string{
		"wire/item.go":     strings.Replace(there["wire/item.go"], "Name: name,", "Name: name + name,", 1),
		"server/mine.go":   "package server\n\nimport \"shop/gen\"\n\n// Show is mine.\nfunc (s *Server) Show(p gen.Params) string { return \"mine\" }\n",
		"server/server.go": there["server/server.go"],
	}
	require.NotEqual(t, there["wire/item.go"], mine["wire/item.go"])
	lay(t, root, mine)
	lay(t, root, map[string]string{"gen/gen.go": firstVersion})
	_, aside, err := PutBack(root)
	require.NoError(t, err)
	require.ElementsMatch(t, []Aside{
		{Name: "Item", In: "retired/wire/item.go", Why: "wire/item.go was changed there since"},
		{Name: "Server.Show", In: "retired/server/server.go", Why: "server/mine.go has another one"},
	}, aside)
	back := files(t, root)
	require.Equal(t, mine["server/mine.go"], back["server/mine.go"])
	require.Contains(t, back["wire/item.go"], "name + name")
	require.Contains(t, back["retired/wire/item.go"], "func Item(")
	require.NotContains(t, back["retired/wire/item.go"], "func labelOf(")
}
