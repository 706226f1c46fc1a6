package spectool

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestImport_KeepsFactsAndDropsProse(t *testing.T) {
	t.Parallel()
	to := filepath.Join(t.TempDir(), "facts.yaml")
	require.NoError(t, Import("testdata/published.yaml", to))
	requireSameFile(t, "testdata/facts.yaml", to)
}

func TestImport_OfItsOwnResultChangesNothing(t *testing.T) {
	t.Parallel()
	to := filepath.Join(t.TempDir(), "facts.yaml")
	require.NoError(t, Import("testdata/facts.yaml", to))
	requireSameFile(t, "testdata/facts.yaml", to)
}

func TestImport_RefusesWhatIsNoOpenAPI3Document(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"swagger 2": "swagger: '2.0'\ninfo: {title: x}\n",
		"a list":    "- openapi: 3.1.0\n",
		"nothing":   "",
		"not yaml":  "a: [\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			from := filepath.Join(dir, "from.yaml")
			require.NoError(t, os.WriteFile(from, []byte(content), 0o600))
			require.Error(t, Import(from, filepath.Join(dir, "to.yaml")))
			require.NoFileExists(t, filepath.Join(dir, "to.yaml"))
		})
	}
}

// requireSameFile compares two files as text.
func requireSameFile(t *testing.T, want, got string) {
	t.Helper()
	wanted, err := os.ReadFile(want)
	require.NoError(t, err)
	is, err := os.ReadFile(got)
	require.NoError(t, err)
	require.Equal(t, string(wanted), string(is))
}
