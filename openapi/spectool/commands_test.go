package spectool

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

// command runs the commands with the given arguments and returns what they
// print.
func command(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var commands Commands
	var out bytes.Buffer
	parser, err := kong.New(&commands, kong.Writers(&out, io.Discard))
	require.NoError(t, err)
	ctx, err := parser.Parse(args)
	require.NoError(t, err)
	err = ctx.Run()
	return out.String(), err
}

func TestCommands_ImportAndBundle(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	facts, target := filepath.Join(dir, "facts.yaml"), filepath.Join(dir, "out.yaml")
	_, err := command(t, "import", "testdata/published.yaml", "--to", facts)
	require.NoError(t, err)
	requireSameFile(t, "testdata/facts.yaml", facts)
	overlay := write(t, dir, "overlay.yaml", emptyOverlay)
	written := write(t, dir, "written.yaml", "openapi: 3.1.0\n")
	out, err := command(t, "bundle", "--upstream", facts, "--overlay", overlay, "--yaml", target, "--written", written)
	require.NoError(t, err)
	require.Contains(t, out, "POST /items (createItem)")
	require.FileExists(t, target)
	require.FileExists(t, filepath.Join(dir, "written.json"))
}

func TestCommands_Diff(t *testing.T) {
	t.Parallel()
	out, err := command(t, "diff", "testdata/old.yaml", "testdata/new.yaml")
	require.NoError(t, err, "a difference is no failure")
	require.Contains(t, out, "Breaking")
	_, err = command(t, "diff", "testdata/old.yaml", "testdata/new.yaml", "--fail-on", "breaking")
	require.ErrorIs(t, err, errBreaks)
	_, err = command(t, "diff", "testdata/old.yaml", "testdata/new.yaml", "--fail-on", "any")
	require.ErrorIs(t, err, errDiffers)
	out, err = command(t, "diff", "testdata/published.yaml", "testdata/facts.yaml", "--fail-on", "any")
	require.NoError(t, err)
	require.Regexp(t, `^Contract 1.2.0 \([0-9a-f]{12}\) -> 1.2.0 \([0-9a-f]{12}\): no differences\n$`, out)
	other := filepath.Join(t.TempDir(), "compose.yaml")
	require.NoError(t, os.WriteFile(other, []byte("services: {}\n"), 0o600))
	for _, pair := range [][]string{{other, "testdata/new.yaml"}, {"testdata/old.yaml", other}} {
		_, err = command(t, "diff", pair[0], pair[1])
		require.ErrorContains(t, err, "not an OpenAPI 3 document")
	}
}

func TestCommands_Coverage(t *testing.T) {
	t.Parallel()
	out, err := command(t, "coverage", "--root", shop(t))
	require.NoError(t, err)
	require.Contains(t, out, "Handlers whose operation is gone:\n  Old (server/items.go:7)\n")
}
