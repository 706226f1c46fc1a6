package engine_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/engine"
	"tarn/notify"
)

// TestWorkers_AreThoseOfTheDocument holds the table of jobs in the architecture
// against the workers, and the functions that it names against the code.
func TestWorkers_AreThoseOfTheDocument(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile(filepath.Join("..", "docs", "architecture.md"))
	require.NoError(t, err)
	_, section, found := strings.Cut(string(document), "\n### Jobs\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")

	var kinds []string
	functions := map[string]bool{}
	row := regexp.MustCompile("(?m)^\\| `([a-z._]+)` \\| ([^|]+) \\|")
	name := regexp.MustCompile("`([A-Za-z]+)`")
	for _, cells := range row.FindAllStringSubmatch(section, -1) {
		kinds = append(kinds, cells[1])
		named := name.FindAllStringSubmatch(cells[2], -1)
		assert.NotEmpty(t, named, "who makes %s due", cells[1])
		for _, function := range named {
			functions[function[1]] = true
		}
	}
	workers := engine.Workers().With(notify.NewSender(notify.Options{}).Workers())
	assert.ElementsMatch(t, slices.Collect(maps.Keys(workers)), kinds)

	code := sources(t)
	for function := range functions {
		assert.Regexp(t, `\nfunc `+function+`\(`, code)
	}
}

// sources is the code of the package, and of those below it whose jobs it does.
func sources(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, room := range []string{"notify", "invoicing", "alerting", "wallets/ledger", "wallets", "payments"} {
		below, err := filepath.Glob("../" + room + "/*.go")
		require.NoError(t, err)
		files = append(files, below...)
	}
	var code strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		code.Write(text)
	}
	return code.String()
}
