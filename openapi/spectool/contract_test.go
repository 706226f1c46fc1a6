package spectool

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// contracts is the folder of the contracts, seen from this package.
const contracts = ".."

// overlays are the overlays of the billing contract in order.
func overlays() []string {
	return []string{filepath.Join(contracts, "overlay.yaml"), filepath.Join(contracts, "summaries.yaml")}
}

func TestContract_UpstreamHasThePublishedFacts(t *testing.T) {
	t.Parallel()
	path := os.Getenv("TARN_UPSTREAM_SPEC")
	if path == "" {
		t.Skip("TARN_UPSTREAM_SPEC does not name the published document")
	}
	upstream, published := filepath.Join(contracts, "upstream.yaml"), path

	// The file is what Import makes of the published document.
	imported := filepath.Join(t.TempDir(), "upstream.yaml")
	require.NoError(t, Import(published, imported))
	requireSameFile(t, imported, upstream)

	// No fact of the published document is missing or changed.
	report, err := Diff(published, upstream)
	require.NoError(t, err)
	require.Empty(t, report.Subjects)

	// Against the contract, the published document differs as its facts do: in
	// the overlay's corrections and in nothing else.
	lago := filepath.Join(contracts, "lago.yaml")
	fromPublished, err := Diff(published, lago)
	require.NoError(t, err)
	fromFacts, err := Diff(upstream, lago)
	require.NoError(t, err)
	require.NotEmpty(t, fromFacts.Subjects)
	require.Equal(t, fromFacts, fromPublished)
}

func TestContract_IsBundledFromItsParts(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "lago.yaml")
	report, err := Bundle(BundleInput{Upstream: filepath.Join(contracts, "upstream.yaml"), Overlays: overlays(), YAML: target})
	require.NoError(t, err)
	require.Empty(t, report.Idle, "a correction without effect")
	require.Empty(t, report.Dangling)
	require.Empty(t, report.Unsummarized)
	requireSameFile(t, filepath.Join(contracts, "lago.yaml"), target)
	requireSameFile(t, filepath.Join(contracts, "lago.json"), filepath.Join(filepath.Dir(target), "lago.json"))
}

func TestContract_EveryCorrectionSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	list, err := readOverlay(overlays()[0])
	require.NoError(t, err)
	for _, c := range list {
		require.NotEmpty(t, c.Description, c.String())
	}
}

func TestContract_RequiresNothingThatItDoesNotDefine(t *testing.T) {
	t.Parallel()
	root, err := readDocument(filepath.Join(contracts, "lago.yaml"))
	require.NoError(t, err)
	var visit func(n *yaml.Node, place string, known []string)
	visit = func(n *yaml.Node, place string, known []string) {
		if required := lookup(n, "required"); required != nil && required.Kind == yaml.SequenceNode && len(required.Content) > 0 {
			defined := append(properties(root, n), known...)
			for _, name := range scalarList(required) {
				require.Contains(t, defined, name, place)
			}
			require.NotContains(t, scalarList(lookup(n, "type")), "array", place)
		}
		for _, e := range entries(n) {
			visit(e.value, place+"/"+e.key, nil)
		}
		if n.Kind == yaml.SequenceNode {
			siblings := []string{}
			for _, item := range n.Content {
				siblings = append(siblings, properties(root, item)...)
			}
			for _, item := range n.Content {
				visit(item, place+"/*", siblings)
			}
		}
	}
	visit(lookup(root, "components", "schemas"), "components/schemas", nil)
	visit(lookup(root, "webhooks"), "webhooks", nil)
	visit(lookup(root, "paths"), "paths", nil)
}

// properties lists the names that a schema defines, through references and
// allOf.
func properties(root, n *yaml.Node) []string {
	if ref := text(n, "$ref"); ref != "" {
		return properties(root, resolve(root, ref))
	}
	var names []string
	for _, e := range entries(lookup(n, "properties")) {
		names = append(names, e.key)
	}
	if list := lookup(n, "allOf"); list != nil {
		for _, branch := range list.Content {
			names = append(names, properties(root, branch)...)
		}
	}
	return names
}

func TestContract_CodesOfBrokenRulesAreWellFormed(t *testing.T) {
	t.Parallel()
	kinds := []string{"missing", "null", "type", "enum", "format", "min", "max", "length_min", "length_max"}
	root, err := readDocument(filepath.Join(contracts, "lago.yaml"))
	require.NoError(t, err)
	found := 0
	var visit func(n *yaml.Node)
	visit = func(n *yaml.Node) {
		for _, e := range entries(lookup(n, "x-tarn-code")) {
			found++
			require.True(t, slices.Contains(kinds, e.key), e.key)
			require.Equal(t, yaml.SequenceNode, e.value.Kind)
			require.NotEmpty(t, e.value.Content)
		}
		if lookup(n, "x-tarn-code") != nil {
			require.Empty(t, text(n, "$ref"), "beside a reference the validator does not see it")
		}
		for _, child := range n.Content {
			visit(child)
		}
	}
	visit(root)
	require.Positive(t, found)
}
