package render_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/render"
	"tarn/render/rendertest"
)

// update writes the golden texts, and pictures the files themselves, to look at
// them: go test ./render -run Golden -update -files /tmp/invoices
var (
	update = flag.Bool("update", false, "write the golden texts")         //nolint:gochecknoglobals // a flag
	files  = flag.String("files", "", "a folder to write the samples to") //nolint:gochecknoglobals // a flag
)

// TestInvoice_Golden compares what stands on the samples.
func TestInvoice_Golden(t *testing.T) {
	t.Parallel()
	for name, make := range rendered() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, err := make()
			require.NoError(t, err)
			text, golden := rendertest.Text(t, file), filepath.Join("testdata", name+".txt")
			if *files != "" {
				require.NoError(t, os.WriteFile(filepath.Join(*files, name+".pdf"), file, 0o600))
			}
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(text), 0o600))
			}
			expected, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(expected), text)
		})
	}
}

// TestInvoice_MakesTheSameBytes renders the samples again and again, all at
// once.
func TestInvoice_MakesTheSameBytes(t *testing.T) {
	t.Parallel()
	for name, make := range rendered() {
		first, err := make()
		require.NoError(t, err)
		for range 4 {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				again, err := make()
				require.NoError(t, err)
				require.True(t, bytes.Equal(first, again))
			})
		}
	}
}

// TestInvoice_DiffersWithItsInstant shows that the file says when it was made.
func TestInvoice_DiffersWithItsInstant(t *testing.T) {
	t.Parallel()
	file, err := render.Invoice(oneOff())
	require.NoError(t, err)
	require.Contains(t, string(file), "D:20261130093000")
}

// TestInvoice_RepeatsTheHead shows what stands on every page.
func TestInvoice_RepeatsTheHead(t *testing.T) {
	t.Parallel()
	file, err := render.Invoice(long())
	require.NoError(t, err)
	pages := rendertest.Pages(t, file)
	require.Len(t, pages, 3)
	for i, page := range pages {
		text := joined(page)
		require.Contains(t, text, "Einzelpreis")
		require.Contains(t, text, fmt.Sprintf("Seite %d von 3", i+1))
		require.Equal(t, i > 0, strings.Contains(text, "(Fortsetzung)"))
		require.Contains(t, text, "TAR-1A2B-001-012")
	}
}

// TestInvoice_StaysOnThePage finds nothing beyond the margins of the long
// samples, and nothing upon another text.
func TestInvoice_StaysOnThePage(t *testing.T) {
	t.Parallel()
	for name, make := range rendered() {
		file, err := make()
		require.NoError(t, err)
		for _, page := range rendertest.Pages(t, file) {
			for _, p := range page {
				require.GreaterOrEqual(t, p.X, 51.0, "%s: %s", name, p.Text)
				require.Less(t, p.X, 545.0, "%s: %s", name, p.Text)
				require.Greater(t, p.Y, 30.0, "%s: %s", name, p.Text)
				require.Less(t, p.Y, 815.0, "%s: %s", name, p.Text)
			}
		}
	}
}

// TestInvoice_LeavesOutBadLogos bears pictures of every kind.
func TestInvoice_LeavesOutBadLogos(t *testing.T) {
	t.Parallel()
	whole := pngLogo().Content
	broken := map[string][]byte{
		"empty": nil, "text": []byte("no picture"), "svg": []byte("<svg/>"), "half": whole[:len(whole)/2], "header": whole[:33],
		"gif": []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"),
		// It claims 2^31-1 pixels in each direction.
		"huge": append(append(bytes.Clone(whole[:16]), 0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff), whole[24:]...),
	}
	for name, content := range broken {
		doc := oneOff()
		doc.Logo = &render.Logo{ContentType: "image/png", Content: content}
		file, err := render.Invoice(doc)
		require.NoError(t, err, name)
		require.NotContains(t, string(file), "/Subtype /Image", name)
		require.Contains(t, rendertest.Text(t, file), "Bergsee Software\nInvoice\n", name)
	}
	for name, logo := range map[string]*render.Logo{"png": pngLogo(), "jpeg": jpegLogo()} {
		doc := oneOff()
		doc.Logo = logo
		file, err := render.Invoice(doc)
		require.NoError(t, err, name)
		require.Contains(t, string(file), "/Subtype /Image", name)
	}
}

// joined puts the pieces of a page together.
func joined(page []rendertest.Piece) string {
	var b strings.Builder
	for _, p := range page {
		b.WriteString(p.Text + "\n")
	}
	return b.String()
}

// BenchmarkInvoice renders the sample with details.
func BenchmarkInvoice(b *testing.B) {
	doc := usage()
	for b.Loop() {
		if _, err := render.Invoice(doc); err != nil {
			b.Fatal(err)
		}
	}
}
