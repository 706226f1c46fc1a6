package tools_test

import (
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
)

func TestTools_AreTheToolsOfTheModule(t *testing.T) {
	t.Parallel()

	content, err := os.ReadFile("go.mod")
	require.NoError(t, err)
	module, err := modfile.Parse("go.mod", content, nil)
	require.NoError(t, err)
	var directives []string
	for _, tool := range module.Tool {
		directives = append(directives, tool.Path)
	}
	require.NotEmpty(t, directives)

	source, err := parser.ParseFile(token.NewFileSet(), "tools.go", nil, parser.ImportsOnly)
	require.NoError(t, err)
	var imports []string
	for _, spec := range source.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		require.NoError(t, err)
		require.NotNil(t, spec.Name, path)
		require.Equal(t, "_", spec.Name.Name, path)
		imports = append(imports, path)
	}

	slices.Sort(directives)
	slices.Sort(imports)
	require.Equal(t, directives, imports)
}
