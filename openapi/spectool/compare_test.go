package spectool

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"
)

// publishedFacts reads the facts of the version that the repository is on.
func publishedFacts(t *testing.T) *yaml.Node {
	t.Helper()
	root, err := readDocument(filepath.Join(contracts, "upstream.yaml"))
	require.NoError(t, err)
	return root
}

// Every change of a fact is a difference, whatever and wherever it is: in the
// published document, and in small ones that grow all that a document can have.
func TestDiff_SeesEveryMutation(t *testing.T) {
	t.Parallel()
	requireSeen := func(t *rapid.T, facts *yaml.Node) {
		mutated := copyNode(facts)
		m := newMutator(mutated).draw(t)
		m.apply()
		d := newDiffer(facts, mutated)
		found := len(d.document().Differences)
		for _, s := range slices.Concat(d.operations(), d.components(nil)) {
			found += len(s.Differences)
		}
		if found == 0 {
			was, err := encodeJSON(facts)
			require.NoError(t, err)
			t.Fatalf("%s at %s: no difference in %.3000s", m.what, m.place, was)
		}
	}
	t.Run("published", func(t *testing.T) {
		t.Parallel()
		facts := publishedFacts(t)
		rapid.Check(t, func(t *rapid.T) { requireSeen(t, facts) })
	})
	t.Run("grown", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			facts := yamlOf(seedling)
			for range rapid.IntRange(0, 30).Draw(t, "growth") {
				m := newMutator(facts)
				if list := m.additions(t, rapid.SampledFrom(m.spots).Draw(t, "where")); len(list) > 0 {
					list[0].apply()
				}
			}
			for range 5 {
				requireSeen(t, facts)
			}
		})
	})
}

// seedling is a small document with something of every kind.
const seedling = `
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /a/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/In'}}}}
      responses: {"200": {headers: {X-A: {schema: {type: string}}}, content: {application/json: {schema: {type: object}}}}}
components:
  schemas:
    In: {type: object, required: [a], properties: {a: {enum: [1, '1', null, {x: 1}], default: 1}, b: {prefixItems: [{type: string}, {const: 1}]}}}
  parameters: {P: {name: p, in: query, content: {application/json: {schema: {type: string}}}}}
  securitySchemes: {basic: {type: http, scheme: basic}}
  pathItems: {Shared: {get: {responses: {"200": {}}}}}
  links: {L: {operationId: a}}
  callbacks: {C: {'{$url}': {post: {responses: {"200": {}}}}}}
`

// What a correction hides of a new version is named with that correction: up to
// it the difference shows, from it on it does not.
func TestCompareVersions_NamesWhatHides(t *testing.T) {
	t.Parallel()
	facts := publishedFacts(t)
	corrections, err := readOverlays(overlays()[:1])
	require.NoError(t, err)
	for seed := range 2 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			mutated := copyNode(facts)
			// several changes at once, near to what is corrected
			example := rapid.Custom(func(t *rapid.T) []string {
				var places []string
				for range 25 {
					m := newMutator(mutated).draw(t)
					m.apply()
					places = append(places, m.what+" "+m.place)
				}
				return places
			}).Example(seed)
			c, err := compareVersions(facts, mutated, corrections)
			require.NoError(t, err)
			final := factsOf(c.Corrected)
			for _, s := range c.Published.Subjects {
				for _, d := range s.Differences {
					named := slices.ContainsFunc(c.Hidden, func(h Hidden) bool { return h.Subject == s.Name && h.Difference == d })
					require.NotEqual(t, final[factOf(s, d)], named, "%s %s: shown or hidden, one of both; %v", s.Name, d, example)
				}
			}
			for _, h := range c.Hidden[:min(1, len(c.Hidden))] {
				requireHides(t, facts, mutated, corrections, h)
			}
		})
	}
}

// requireHides holds what is said of a hidden difference against whole
// comparisons before and after the correction.
func requireHides(t *testing.T, before, after *yaml.Node, corrections []correction, h Hidden) {
	t.Helper()
	require.NotNil(t, h.By, "%s: %s", h.Subject, h.Difference)
	if h.By.Index == 0 {
		return // a dangling reference, which no correction has cut
	}
	at := slices.IndexFunc(corrections, func(c correction) bool { return c.Correction == *h.By })
	shows := func(n int) bool {
		a, b := newSheet(copyNode(before)), newSheet(copyNode(after))
		for _, c := range corrections[:n] {
			a.apply(c)
			b.apply(c)
		}
		return factsOf(mustDiff(t, a.root, b.root))[fact{h.Subject, h.Difference.Where, h.Difference.Text, h.Difference.Kind}]
	}
	require.True(t, shows(at), "%s: %s shows before %s", h.Subject, h.Difference, h.By)
	require.False(t, shows(at+1), "%s: %s is hidden by %s", h.Subject, h.Difference, h.By)
}

// corrected compares two documents under an overlay.
func corrected(t *testing.T, before, after, actions string) Comparison {
	t.Helper()
	parse := func(s string) *yaml.Node {
		root, err := parseDocument([]byte("openapi: 3.1.0\ninfo: {title: t, version: '1'}\n" + s))
		require.NoError(t, err)
		return root
	}
	path := write(t, t.TempDir(), "overlay.yaml", "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n"+actions)
	corrections, err := readOverlay(path)
	require.NoError(t, err)
	c, err := compareVersions(parse(before), parse(after), corrections)
	require.NoError(t, err)
	return c
}

func TestCompareVersions_ARestatedListHides(t *testing.T) {
	t.Parallel()
	const before = "components: {schemas: {A: {type: array, required: [x]}}}"
	const after = "components: {schemas: {A: {type: array, required: [x, y]}}}"
	// given: a correction that says again what the document said
	c := corrected(t, before, after, `- {target: $.components.schemas.A.required, remove: true, description: away}
- {target: $.components.schemas.A, update: {items: {required: [x]}}}
`)
	require.Len(t, c.Published.Subjects, 1)
	require.Empty(t, c.Corrected.Subjects)
	require.Len(t, c.Hidden, 1)
	require.Equal(t, "required: now also y", c.Hidden[0].Difference.Text)
	require.Equal(t, 1, c.Hidden[0].By.Index)
	require.Empty(t, c.Hidden[0].Instead)
	var out bytes.Buffer
	c.Print(&out, PrintOptions{})
	require.Contains(t, out.String(), "\nHidden by corrections: published, but not in the corrected contract\n  schema A: required: now also y\n    overlay.yaml: action 1 corrects: $.components.schemas.A.required\n      away\n")

	// given: one that moves it
	c = corrected(t, before, after, "- {target: $.components.schemas.A.required, x-tarn-move: items/required}\n")
	require.Equal(t, []string{"schema A [].required: now also y"}, []string{c.Corrected.Subjects[0].Name + " " + c.Corrected.Subjects[0].Differences[0].Where + "." + c.Corrected.Subjects[0].Differences[0].Text})
	require.Equal(t, []string{"schema A: []: required: now also y"}, c.Hidden[0].Instead)
	require.Empty(t, c.Caused)
}

func TestCompareVersions_NamesLostTargetsAndWhatCorrectionsCause(t *testing.T) {
	t.Parallel()
	c := corrected(t,
		"components: {schemas: {A: {type: object}, B: {type: object, properties: {p: {type: string}}}}}",
		"components: {schemas: {A: {type: object}, C: {type: object}}}",
		"- {target: \"$.components.schemas['A','B']\", update: {maxProperties: 3}, description: few}\n"+
			"- {target: '$.components.schemas[?@.properties].properties', update: {q: {type: string}}}\n"+
			"- {target: '$.components.schemas.C', update: {minProperties: 1}}\n")
	require.Len(t, c.Lost, 1, "the second finds nothing at all and is reported as idle")
	require.Equal(t, []string{"#/components/schemas/B"}, c.Lost[0].Places)
	var out bytes.Buffer
	c.Print(&out, PrintOptions{Markdown: true})
	require.Contains(t, out.String(), "### Corrections that have lost some of their targets\n\n- overlay.yaml: action 1 no longer finds #/components/schemas/B: $.components.schemas")
}

func TestCompareVersions_MovedOperations(t *testing.T) {
	t.Parallel()
	const item = "{get: {operationId: findIt, responses: {'200': {description: OK}}}}"
	c := corrected(t, "paths: {/a: "+item+"}", "paths: {/b: "+strings.Replace(item, "200", "201", 1)+"}",
		"- {target: \"$.paths[*][?@.operationId == 'findIt']\", update: {summary: Find it}}\n")
	require.Empty(t, c.Lost, "the words have moved with it")
	require.Equal(t, []string{"! GET /b (findIt) : from GET /a", "! GET /b (findIt) 200: status no longer described", "GET /b (findIt) 201: new status: {}"}, lines(c.Published))
	require.Contains(t, c.Published.totals(), "0 added, 1 moved, 0 changed by themselves, 0 removed")
}

func TestDiff_TellsVersionsOfOneNumberApart(t *testing.T) {
	t.Parallel()
	r := compare(t, "In: {type: string}", "In: {type: integer}")
	require.Equal(t, r.Old.Number, r.New.Number)
	require.NotEqual(t, r.Old.Digest, r.New.Digest)
}
