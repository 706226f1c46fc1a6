package repair

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// broken is a module whose generated code has changed below everything else.
var broken = map[string]string{
	"go.mod": "module shop\n\ngo 1.26\n",
	"gen/gen.go": `package gen

type Item struct {
	Name  string
	Price int
}

type ListResponse struct{ Items []Item }
`,
	"wire/item.go": `package wire

import (
	"strconv"

	"shop/gen"
	"shop/store"
)

// Item is an item.
func Item(row store.Row) gen.Item {
	labels := labelsOf(row)
	item := gen.Item{
		Name:   row.Name,
		Price:  strconv.Itoa(row.Price),
		Labels: labels,
	}
	item.Gone = true
	item.Labels.Sort()
	return item
}

func labelsOf(row store.Row) []gen.Label { return nil }

// Price is what an item costs.
func Price(row store.Row) int { return gen.PriceOf(row.Price) }
`,
	"store/row.go": "package store\n\ntype Row struct {\n\tName  string\n\tPrice int\n}\n",
	"server/server.go": `package server

import (
	"shop/gen"
	"shop/store"
	"shop/wire"
)

type Server struct{}

// List lists items.
func (s *Server) List() gen.ListResponse {
	return gen.ListResponse{Items: []gen.Item{wire.Item(store.Row{})}, Total: 1}
}

// Count gives another type than is wanted.
func (s *Server) Count() gen.ListResponse {
	return gen.ListResponse{Items: "none"}
}

func unused() (int, error) { return 0, nil }

// Show reads what is gone.
func (s *Server) Show(p gen.Params) int {
	first, err := unused()
	return p.Gone
}

var (
	// table has an entry that is gone.
	table = map[string]func() gen.ListResponse{"list": new(Server).List, "count": new(Server).Count}
	other gen.Label
)
`,
	"server/server_test.go": `package server

import "testing"

func TestCount(t *testing.T) { new(Server).Count() }

func TestList(t *testing.T) { new(Server).List(); _ = table }
`,
}

func TestRun(t *testing.T) {
	t.Parallel()
	root, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	for name, content := range broken {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	result, err := Run(t.Context(), Options{
		Root: root, Generated: []string{"gen"}, Strict: []string{"server"}, Mapping: []string{"wire"},
	})
	require.NoError(t, err)
	vet := exec.CommandContext(t.Context(), "go", "vet", "./...")
	vet.Dir = root
	output, err := vet.CombinedOutput()
	require.NoError(t, err, string(output))

	var retired, gone, left []string
	for _, x := range result.Retired {
		retired = append(retired, x.Name)
		require.FileExists(t, filepath.Join(root, filepath.FromSlash(x.To)))
	}
	for _, x := range result.LeftOut {
		if x.Gone {
			gone = append(gone, x.Text)
		} else {
			left = append(left, x.Text)
		}
	}
	require.ElementsMatch(t, []string{"labelsOf", "Server.Count", "Server.Show", "other", "TestCount"}, retired)
	require.ElementsMatch(t, []string{"Labels: labels", "item.Gone = true", "item.Labels.Sort()", "Total: 1", `"count": new(Server).Count`}, gone)
	require.ElementsMatch(t, []string{"Price: strconv.Itoa(row.Price)", "labels := labelsOf(row)", "everything that Price gives"}, left)

	wire, err := os.ReadFile(filepath.Join(root, "wire", "item.go"))
	require.NoError(t, err)
	require.Equal(t, `package wire

import (
	"shop/gen"
	"shop/store"
)

// Item is an item.
func Item(row store.Row) gen.Item {
	item := gen.Item{
		Name: row.Name,
	}
	return item
}

// Price is what an item costs.
func Price(row store.Row) int {
	var none1 int
	return none1
}
`, string(wire))
	server, err := os.ReadFile(filepath.Join(root, "server", "server.go"))
	require.NoError(t, err)
	require.Contains(t, string(server), "return gen.ListResponse{Items: []gen.Item{wire.Item(store.Row{})}}")
}
