package spectool

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// compare diffs two documents that share a frame: one operation with a body and
// an answer, one webhook, and the given schemas.
func compare(t *testing.T, before, after string) Report {
	t.Helper()
	const frame = `openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /a:
    post:
      operationId: makeA
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/In'}}}}
      responses: {"200": {description: OK, content: {application/json: {schema: {$ref: '#/components/schemas/Out'}}}}}
webhooks:
  a_made:
    post:
      operationId: aMade
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Sent'}}}}
      responses: {"200": {description: OK}}
components:
  schemas:
    In: {type: object}
    Out: {type: object}
    Sent: {type: object}
    Other: {type: object, properties: {o: {type: string}}}
    Twin: {type: object, properties: {o: {type: string}}}
`
	patched := func(schemas string) *yaml.Node {
		root, err := parseDocument([]byte(frame))
		require.NoError(t, err)
		patch, err := parseDocument([]byte(schemas))
		require.NoError(t, err)
		for _, e := range entries(patch) {
			setKey(lookup(root, "components", "schemas"), e.key, e.value)
		}
		return root
	}
	a, b := patched(before), patched(after)
	require.Empty(t, mustDiff(t, a, a).Subjects, "a document differs from itself")
	return mustDiff(t, a, b)
}

// lines spells the differences of a report, breaking ones with an exclamation
// mark.
func lines(r Report) []string {
	var out []string
	for _, s := range r.Subjects {
		for _, d := range s.Differences {
			line := strings.TrimSpace(s.Name + " " + d.Where + ": " + d.Text)
			if d.Breaking {
				line = "! " + line
			}
			out = append(out, line)
		}
	}
	return out
}

// schemaCase is a change of schemas with the differences it makes.
type schemaCase struct {
	before, after string
	want          []string
}

// runCases compares before and after of every case.
func runCases(t *testing.T, cases map[string]schemaCase) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ElementsMatch(t, c.want, lines(compare(t, c.before, c.after)))
		})
	}
}

func TestDiff_BreaksByTheWayAValueTravels(t *testing.T) {
	t.Parallel()
	runCases(t, map[string]schemaCase{
		"a request may say less": {
			"In: {type: [string, 'null']}", "In: {type: string}", []string{"! schema In : type: string or null -> string"},
		},
		"a request may say more": {
			"In: {type: integer}", "In: {type: [number, 'null']}", []string{"schema In : type: integer -> number or null"},
		},
		"an answer says more": {
			"Out: {type: string}", "Out: {type: [string, 'null']}", []string{"! schema Out : type: string -> string or null"},
		},
		"a webhook says more": {
			"Sent: {type: string, enum: [a]}", "Sent: {type: string, enum: [a, b]}", []string{"! schema Sent : enum: now also b"},
		},
		"a webhook promises less": {
			"Sent: {type: object, required: [a, b]}", "Sent: {type: object, required: [a]}", []string{"! schema Sent : required: no longer b"},
		},
		"a request demands more": {
			"In: {type: object, required: [a]}", "In: {type: object, required: [b, a]}", []string{"! schema In : required: now also b"},
		},
		"members come and go": {
			"Out: {properties: {a: {type: string}}}\nIn: {properties: {a: {type: string}}}",
			"Out: {properties: {b: {type: string}}}\nIn: {properties: {b: {type: string}}}",
			[]string{
				"schema In .a: was string", "schema In .b: string",
				"! schema Out .a: was string", "schema Out .b: string",
			},
		},
	})
}

func TestDiff_SeesEveryKeyword(t *testing.T) {
	t.Parallel()
	runCases(t, map[string]schemaCase{
		"formats and bounds": {
			"In: {type: object, properties: {a: {type: string, format: date, maxLength: 3}, b: {type: integer, minimum: 1}}}",
			"In: {type: object, properties: {a: {type: string, pattern: x, maxLength: 2}, b: {type: integer, default: 1}}}",
			[]string{
				"schema In .a: format: date -> none", "! schema In .a: maxLength: 3 -> 2", "! schema In .a: pattern: none -> x",
				"schema In .b: default: none -> 1", "schema In .b: minimum: 1 -> none",
			},
		},
		"nested places": {
			"In: {type: array, items: {properties: {m: {additionalProperties: {type: string}}}}}",
			"In: {type: array, items: {properties: {m: {additionalProperties: {type: integer}}}}}",
			[]string{"! schema In [].m{}: type: string -> integer"},
		},
		"what fits anything": {
			"In: {additionalProperties: {type: string}}", "In: {additionalProperties: true}",
			[]string{"schema In {}: string -> true"},
		},
		"a reference to another component": {
			"In: {$ref: '#/components/schemas/Other'}", "In: {$ref: '#/components/schemas/Out'}",
			[]string{"schema In : Other -> Out"},
		},
		"an unknown keyword": {
			"In: {type: object, newKeyword: 1}", "In: {type: object, newKeyword: 2}",
			[]string{"! schema In : newKeyword: 1 -> 2"},
		},
		"a choice more": {
			"In: {anyOf: [{type: string, format: date}]}", "In: {anyOf: [{type: string, format: date}, {type: object}]}",
			[]string{"schema In : anyOf branch: object"},
		},
		"a part more": {
			"In: {$ref: '#/components/schemas/Other'}",
			"In: {allOf: [{$ref: '#/components/schemas/Other'}, {type: object, properties: {x: {type: string}}}]}",
			[]string{"schema In : allOf branch: object"},
		},
	})
}

func TestDiff_SeesNoDifferenceWhereThereIsNone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][2]string{
		"order of sets":       {"In: {enum: [a, b], required: [x, y]}", "In: {required: [y, x], enum: [b, a]}"},
		"prose":               {"In: {description: a, example: 1, title: x}", "In: {}"},
		"vendor extensions":   {"In: {x-go-type: a}", "In: {x-tarn-code: {type: [b]}}"},
		"one type as a list":  {"In: {type: [string]}", "In: {type: string}"},
		"a choice of types":   {"In: {oneOf: [{type: integer}, {type: string}]}", "In: {type: [string, integer]}"},
		"beside a reference":  {"In: {$ref: '#/components/schemas/Other', required: [o]}", "In: {allOf: [{$ref: '#/components/schemas/Other'}, {required: [o]}]}"},
		"a component's twin":  {"In: {$ref: '#/components/schemas/Other'}", "In: {$ref: '#/components/schemas/Twin'}"},
		"a component inlined": {"In: {$ref: '#/components/schemas/Other'}", "In: {type: object, properties: {o: {type: string}}}"},
		"order of branches":   {"In: {anyOf: [{type: object}, {type: string, format: date}]}", "In: {anyOf: [{type: string, format: date}, {type: object}]}"},
		"schemas that contain themselves": {
			"In: {properties: {i: {$ref: '#/components/schemas/In'}, t: {$ref: '#/components/schemas/Tree'}}}\nTree: {properties: {t: {$ref: '#/components/schemas/Tree'}}}",
			"In: {properties: {t: {$ref: '#/components/schemas/Tree'}, i: {$ref: '#/components/schemas/In'}}}\nTree: {properties: {t: {$ref: '#/components/schemas/Tree'}}}",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Empty(t, lines(compare(t, c[0], c[1])))
		})
	}
}

func TestDiff_AnExclusiveChoiceOfOverlappingTypesIsNoListOfTypes(t *testing.T) {
	t.Parallel()
	report := compare(t, "In: {oneOf: [{type: integer}, {type: number}]}", "In: {type: [integer, number]}")
	require.NotEmpty(t, report.Subjects)
}

func TestDiff_Operations(t *testing.T) {
	t.Parallel()
	report, err := Diff("testdata/old.yaml", "testdata/new.yaml")
	require.NoError(t, err)
	require.True(t, report.Breaking())
	require.Equal(t, []string{
		"document : servers: none -> [{\"url\":\"/v2\"}]",
		"document : tags: now also new",
		"! DELETE /gone (removeGone) :",
		"GET /list (listAll) : deprecated: none -> true",
		"! GET /list (listAll) header X-Must: required parameter: string",
		"GET /list (listAll) query added: optional parameter: integer",
		"! GET /list (listAll) query dropped: parameter no longer known",
		"! GET /list (listAll) query kind: enum: no longer b",
		"! GET /list (listAll) query strict: now required",
		"! GET /list (listAll) 200: type: array -> array or null",
		"GET /list (listAll) 404: new status: Failure",
		"! POST /list (make) query kind: parameter no longer known",
		"! POST /list (make) body: now required",
		"! POST /list (make) body (application/xml): media type application/xml",
		"! POST /list (make) 200 header X-Count: was integer",
		"POST /new (makeNew) : tag new, answer string",
		"WEBHOOK hook (hook) body.added: string",
		"! parameter Page : maximum: none -> 9",
	}, lines(report))
}

func TestReport_Print(t *testing.T) {
	t.Parallel()
	report, err := Diff("testdata/old.yaml", "testdata/new.yaml")
	require.NoError(t, err)
	var out bytes.Buffer
	report.Print(&out, PrintOptions{})
	text := out.String()
	require.Regexp(t, `^Contract 1\.0 \([0-9a-f]{12}\) -> 2\.0 \([0-9a-f]{12}\): `, text)
	require.True(t, strings.Contains(text, ": operations and webhooks: 1 added, 0 moved, 3 changed by themselves, 1 removed; shared components that differ: 1; differences: 18, breaking: 11\n"), text)
	require.Contains(t, text, "\nBreaking\n  DELETE /gone (removeGone): removed\n")
	require.Contains(t, text, "  parameter Page (1 operation: listAll)\n    maximum: none -> 9\n")
	require.Contains(t, text, "\nAdded\n  GET /list (listAll)\n    query added: added, optional parameter: integer\n")
	require.Contains(t, text, "  POST /new (makeNew): added, tag new, answer string\n")
	breaking, added := strings.Index(text, "\nBreaking\n"), strings.Index(text, "\nAdded\n")
	require.Less(t, breaking, added)
	require.Less(t, added, strings.Index(text, "\nChanged\n"))
}

func TestReport_PrintNamesTheUsersOfAComponent(t *testing.T) {
	t.Parallel()
	report := Report{Subjects: []Subject{{
		Name: "schema S", place: "#/components/schemas/S", Differences: []Difference{{Kind: Changed, Text: "x", Breaking: true}, {Kind: Added, Text: "y"}},
	}}}
	for i := range namesShown + 2 {
		report.Subjects[0].Users = append(report.Subjects[0].Users, Operation{Method: "GET", ID: string(rune('a' + i))})
	}
	report.Subjects[0].Users[0].Method = "WEBHOOK"
	var few, all bytes.Buffer
	report.Print(&few, PrintOptions{})
	report.Print(&all, PrintOptions{AllNames: true})
	require.Contains(t, few.String(), "schema S (9 operations, 1 webhook: a, b, c, d, e, f, g, h and 2 more)\n    x\n")
	require.Contains(t, few.String(), "schema S (9 operations, 1 webhook)\n    added, y\n", "named once")
	require.Contains(t, all.String(), "g, h, i, j)")
}

// mustDiff is diffDocuments for documents that can be compared.
func mustDiff(t *testing.T, before, after *yaml.Node) Report {
	t.Helper()
	report, err := diffDocuments(before, after)
	require.NoError(t, err)
	return report
}
