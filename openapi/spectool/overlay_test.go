package spectool

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// overlaid lays the given actions over a document and returns both as YAML.
func overlaid(t *testing.T, document, actions string) (string, []IdleAction) {
	t.Helper()
	root, err := parseDocument([]byte(document))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "overlay.yaml")
	text := "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n" + actions
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	corrections, err := readOverlay(path)
	require.NoError(t, err)
	var report BundleReport
	s := newSheet(root)
	for _, c := range corrections {
		report.note(c, s)
	}
	data, err := encodeJSON(root)
	require.NoError(t, err)
	return string(data), report.Idle
}

func TestApplyOverlay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ document, actions, want string }{
		"merges mappings": {
			"a: {b: 1, c: {d: 2}}", "- {target: $.a, update: {c: {e: 3}, f: 4}}",
			`{"a":{"b":1,"c":{"d":2,"e":3},"f":4}}`,
		},
		"replaces a scalar together with its type": {
			"a: 'text'", "- {target: $, update: {a: true}}", `{"a":true}`,
		},
		"replaces a value of another kind": {
			"a: {format: string}", `- {target: $.a, update: {format: [string, "null"]}}`, `{"a":{"format":["string","null"]}}`,
		},
		"takes a single type for a set": {
			"a: {type: integer}", `- {target: $.a, update: {type: [string, "null"]}}`, `{"a":{"type":["integer","string","null"]}}`,
		},
		"moves a value, and everything that is in it": {
			"a: {required: [x, y], items: {type: object}}", "- {target: $.a.required, x-tarn-move: items/required}",
			`{"a":{"items":{"type":"object","required":["x","y"]}}}`,
		},
		"moves into what is there": {
			"a: {required: [x, y], items: {required: [y, z]}}", "- {target: $.a.required, x-tarn-move: items/required}",
			`{"a":{"items":{"required":["y","z","x"]}}}`,
		},
		"moves into entries of a sequence": {
			"s: {a: {$ref: A, required: [x]}, b: {$ref: B, required: [y]}}",
			"- {target: '$.s[*][\"$ref\"]', x-tarn-move: allOf/0/$ref}\n- {target: '$.s[*].required', x-tarn-move: allOf/1/required}",
			`{"s":{"a":{"allOf":[{"$ref":"A"},{"required":["x"]}]},"b":{"allOf":[{"$ref":"B"},{"required":["y"]}]}}}`,
		},
		"moves into the last entry": {
			"a: {required: [x], allOf: [{type: object}]}", "- {target: $.a.required, x-tarn-move: allOf/0/required}",
			`{"a":{"allOf":[{"type":"object","required":["x"]}]}}`,
		},
		"appends to a sequence": {
			"a: [1, 2]", "- {target: $, update: {a: [2, 3]}}", `{"a":[1,2,2,3]}`,
		},
		"takes no value twice into a set": {
			"a: {enum: [x, y]}", "- {target: $.a, update: {enum: [y, z, null]}}", `{"a":{"enum":["x","y","z",null]}}`,
		},
		"removes a key": {
			"a: {b: 1, c: 2}", "- {target: $.a.b, remove: true}", `{"a":{"c":2}}`,
		},
		"removes an item by its value": {
			"required: [a, b, c]", "- {target: \"$.required[?@ == 'b']\", remove: true}", `{"required":["a","c"]}`,
		},
		"reaches several targets": {
			"s: {a: {x: 1}, b: {x: 1}, c: {x: 1}}", "- {target: \"$.s['a','c']\", update: {x: 2}}",
			`{"s":{"a":{"x":2},"b":{"x":1},"c":{"x":2}}}`,
		},
		"gives every target a value of its own": {
			"s: {a: {}, b: {}}", "- {target: '$.s[*]', update: {l: [1]}}\n- {target: $.s.a, update: {l: [2]}}",
			`{"s":{"a":{"l":[1,2]},"b":{"l":[1]}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, idle := overlaid(t, c.document, c.actions)
			require.Equal(t, c.want, got)
			require.Empty(t, idle)
		})
	}
}

func TestApplyOverlay_ReportsIdleActions(t *testing.T) {
	t.Parallel()
	_, idle := overlaid(t, "a: {enum: [x]}", `- {target: $.b, update: {c: 1}, description: gone}
- {target: $.a, update: {enum: [x]}}
- {target: $.a.b, remove: true}
- {target: $.a, update: {enum: [y]}}
`)
	require.Len(t, idle, 3)
	require.Contains(t, idle[0].String(), "action 1 matches nothing: $.b")
	require.Contains(t, idle[0].String(), "gone")
	require.Contains(t, idle[1].String(), "action 2 changes nothing: $.a")
	require.Contains(t, idle[2].String(), "action 3 matches nothing: $.a.b")
}

func TestReadOverlay_RefusesWhatIsNoOverlay(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "overlay.yaml")
	require.NoError(t, os.WriteFile(path, []byte("overlay: 2.0.0\ninfo: {title: t, version: '1'}\nactions: []\n"), 0o600))
	_, err := readOverlay(path)
	require.Error(t, err)
}
