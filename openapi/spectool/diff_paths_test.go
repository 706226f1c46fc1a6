package spectool

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// linesBetween spells the differences of two documents of which only what
// matters is given.
func linesBetween(t *testing.T, before, after string) []string {
	t.Helper()
	parse := func(s string) *yaml.Node {
		root, err := parseDocument([]byte("openapi: 3.1.0\ninfo: {title: t, version: '1'}\n" + s))
		require.NoError(t, err)
		require.Empty(t, mustDiff(t, root, root).Subjects, "a document differs from itself")
		return root
	}
	return lines(mustDiff(t, parse(before), parse(after)))
}

// docCase is a change of a document with the differences it makes.
type docCase struct {
	before, after string
	want          []string
}

func runDocCases(t *testing.T, cases map[string]docCase) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ElementsMatch(t, c.want, linesBetween(t, c.before, c.after))
		})
	}
}

func TestDiff_PathItems(t *testing.T) {
	t.Parallel()
	const get = "get: {operationId: g, responses: {'200': {}}}"
	const shared = "\ncomponents: {pathItems: {A: {" + get + "}, B: {get: {operationId: g, responses: {'200': {}, '404': {}}}}}}"
	runDocCases(t, map[string]docCase{
		"servers": {
			"paths: {/a: {" + get + "}}", "paths: {/a: {" + get + ", servers: [{url: /x}]}}",
			[]string{`path /a : servers: none -> [{"url":"/x"}]`},
		},
		"an unknown keyword": {
			"paths: {/a: {" + get + "}}", "paths: {/a: {" + get + ", newKeyword: 1}}",
			[]string{"! path /a : newKeyword: none -> 1"},
		},
		"without operations": {
			"paths: {/a: {servers: [{url: /x}]}}\nwebhooks: {w: {}}", "paths: {/b: {}}",
			[]string{"path /a :", "path /b :", "webhook w :"},
		},
		"a parameter without operations": {
			"paths: {/a: {parameters: [{name: p, in: query}]}}", "paths: {/a: {}}",
			[]string{"path /a query p: parameter without effect: {\"in\":\"query\",\"name\":\"p\"} -> none"},
		},
		"a parameter that every operation has anew": {
			"paths: {/a: {parameters: [{name: p, in: query}], get: {parameters: [{name: p, in: query}]}}}",
			"paths: {/a: {parameters: [{name: p, in: query, required: true}], get: {parameters: [{name: p, in: query}]}}}",
			[]string{"path /a query p: parameter without effect: {\"in\":\"query\",\"name\":\"p\"} -> {\"in\":\"query\",\"name\":\"p\",\"required\":true}"},
		},
		"other methods": {
			"paths: {/a: {query: {responses: {'200': {}}}, additionalOperations: {COPY: {}}}}",
			"paths: {/a: {query: {responses: {'201': {}}}, additionalOperations: {LINK: {}}}}",
			[]string{"! QUERY /a 200: status no longer described", "QUERY /a 201: new status: {}", "! COPY /a :", "LINK /a :"},
		},
		"another item": {
			"paths: {/a: {$ref: '#/components/pathItems/B'}}" + shared, "paths: {/a: {$ref: '#/components/pathItems/A'}}" + shared,
			[]string{"GET /a (g) 404: status no longer described"},
		},
		"an item elsewhere": {
			"paths: {/a: {$ref: './a.yaml'}}", "paths: {/a: {$ref: './b.yaml'}}",
			[]string{"! path /a : $ref: ./a.yaml -> ./b.yaml"},
		},
		"an item elsewhere, gone": {"paths: {/a: {$ref: './a.yaml'}}", "paths: {}", []string{"! path /a :"}},
		"behind a reference": {
			"paths: {/a: {" + get + "}}", "paths: {/a: {$ref: '#/components/pathItems/A'}}\ncomponents: {pathItems: {A: {" + get + "}}}",
			[]string{"path item A : {\"get\":{\"operationId\":\"g\",\"responses\":{\"200\":{}}}}"},
		},
		"an answer lost behind a reference": {
			"paths: {/a: {$ref: '#/components/pathItems/A'}}\ncomponents: {pathItems: {A: {" + get + "}}}",
			"paths: {/a: {$ref: '#/components/pathItems/A'}}\ncomponents: {pathItems: {A: {get: {operationId: g, responses: {}}}}}",
			[]string{"! GET /a (g) 200: status no longer described"},
		},
		"an operation lost behind a reference": {
			"paths: {/a: {$ref: '#/components/pathItems/A'}}\ncomponents: {pathItems: {A: {" + get + "}}}",
			"paths: {/a: {$ref: '#/components/pathItems/A'}}\ncomponents: {pathItems: {A: {}}}",
			[]string{"! GET /a (g) :"},
		},
	})
}

func TestDiff_RenamedPathParameters(t *testing.T) {
	t.Parallel()
	const code = "{'/a/{code}/b/{id}': {get: {operationId: g, parameters: [{name: code, in: path, required: true, schema: {type: string}}, {name: id, in: path, required: true, schema: {type: integer}}]}}}"
	runDocCases(t, map[string]docCase{
		"renamed": {
			"paths: " + code,
			"paths: {'/a/{a_code}/b/{b_id}': {get: {operationId: g, parameters: [{name: a_code, in: path, required: true, schema: {type: string}}, {name: b_id, in: path, required: true, schema: {type: integer}}]}}}",
			[]string{
				"GET /a/{a_code}/b/{b_id} (g) : from GET /a/{code}/b/{id}, another name for the same path",
				"GET /a/{a_code}/b/{b_id} (g) path a_code: name: code -> a_code", "GET /a/{a_code}/b/{b_id} (g) path b_id: name: id -> b_id",
			},
		},
		"renamed and changed": {
			"paths: {'/a/{code}': {get: {parameters: [{name: code, in: path, required: true, schema: {type: string}}]}}}",
			"paths: {'/a/{x}': {get: {parameters: [{name: x, in: path, required: true, schema: {type: integer}}]}}}",
			[]string{"GET /a/{x} : from GET /a/{code}, another name for the same path", "GET /a/{x} path x: name: code -> x", "! GET /a/{x} path x: type: string -> integer"},
		},
		"a shared one": {
			"paths: {'/a/{code}': {get: {parameters: [{$ref: '#/components/parameters/P'}]}}}\ncomponents: {parameters: {P: {name: code, in: path, required: true}}}",
			"paths: {'/a/{x}': {get: {parameters: [{$ref: '#/components/parameters/P'}]}}}\ncomponents: {parameters: {P: {name: x, in: path, required: true}}}",
			[]string{"GET /a/{x} : from GET /a/{code}, another name for the same path", "parameter P : name: code -> x"},
		},
		"swapped": {
			"paths: {'/a/{x}/{y}': {get: {parameters: [{name: x, in: path, schema: {type: string}}, {name: y, in: path, schema: {type: integer}}]}}}",
			"paths: {'/a/{y}/{x}': {get: {parameters: [{name: x, in: path, schema: {type: string}}, {name: y, in: path, schema: {type: integer}}]}}}",
			[]string{
				"GET /a/{y}/{x} : from GET /a/{x}/{y}, another name for the same path",
				"GET /a/{y}/{x} path x: name: y -> x", "! GET /a/{y}/{x} path x: type: integer -> string",
				"GET /a/{y}/{x} path y: name: x -> y", "! GET /a/{y}/{x} path y: type: string -> integer",
			},
		},
		"elsewhere": {
			"paths: {/a: {get: {operationId: g}}}", "paths: {/b: {get: {operationId: g}}}",
			[]string{"! GET /b (g) : from GET /a"},
		},
		"webhooks are no paths": {
			"webhooks: {'{a}': {post: {}}}", "webhooks: {'{b}': {post: {}}}",
			[]string{"! WEBHOOK {a} :", "WEBHOOK {b} :"},
		},
	})
}

func TestDiff_Answers(t *testing.T) {
	t.Parallel()
	of := func(responses string) string { return "paths: {/a: {get: {responses: " + responses + "}}}" }
	const text, number = "{content: {application/json: {schema: {type: string}}}}", "{content: {application/json: {schema: {type: integer}}}}"
	runDocCases(t, map[string]docCase{
		"a range":              {of("{'200': " + text + "}"), of("{2XX: " + text + "}"), []string{"GET /a 200: status no longer described", "GET /a 2XX: new status: string"}},
		"another range":        {of("{'200': " + text + "}"), of("{2XX: " + number + "}"), []string{"GET /a 200: status no longer described", "! GET /a 200: type: string -> integer", "GET /a 2XX: new status: integer"}},
		"one of a range":       {of("{2XX: " + text + "}"), of("{'200': " + text + "}"), []string{"GET /a 2XX: status no longer described", "GET /a 200: new status: string"}},
		"out of the default":   {of("{default: " + text + "}"), of("{default: " + text + ", '404': " + number + "}"), []string{"GET /a 404: new status: integer", "! GET /a 404: type: string -> integer"}},
		"the default":          {of("{default: " + text + "}"), of("{}"), []string{"! GET /a default: status no longer described"}},
		"a failure":            {of("{'404': " + text + "}"), of("{}"), []string{"GET /a 404: status no longer described"}},
		"a link more":          {of("{'200': {}}"), of("{'200': {links: {n: {operationId: x}}}}"), []string{`GET /a 200 link n: {"operationId":"x"}`}},
		"a link less":          {of("{'200': {links: {n: {operationId: x}}}}"), of("{'200': {}}"), []string{`! GET /a 200 link n: was {"operationId":"x"}`}},
		"another link":         {of("{'200': {links: {n: {operationId: x}}}}"), of("{'200': {links: {n: {operationId: y}}}}"), []string{"! GET /a 200 link n: operationId: x -> y"}},
		"an unknown keyword":   {of("{'200': {}}"), of("{'200': {newKeyword: 1}}"), []string{"! GET /a 200: newKeyword: none -> 1"}},
		"beside a reference":   {of("{'404': {$ref: './x.yaml'}}"), of("{'404': {$ref: './x.yaml', newKeyword: 1}}"), []string{"GET /a 404: newKeyword: none -> 1"}},
		"elsewhere":            {of("{'404': {$ref: './x.yaml'}}"), of("{'404': {$ref: './y.yaml'}}"), []string{"! GET /a 404: x.yaml -> y.yaml"}},
		"items of a stream":    {of("{'200': {content: {a/b: {itemSchema: {type: string}}}}}"), of("{'200': {content: {a/b: {itemSchema: {type: integer}}}}}"), []string{"! GET /a 200 (a/b)[]: type: string -> integer"}},
		"how a part is coded":  {of("{'200': {content: {a/b: {encoding: {p: {style: form}}}}}}"), of("{'200': {content: {a/b: {}}}}"), []string{"! GET /a 200 (a/b) encoding p: style: form -> none"}},
		"a header, by content": {of("{'200': {headers: {X: {schema: {type: string}}}}}"), of("{'200': {headers: {X: {content: {text/plain: {}}}}}}"), []string{`! GET /a 200 header X: schema or content: string -> {"text/plain":{}}`}},
	})
}

func TestDiff_ParametersAndBodies(t *testing.T) {
	t.Parallel()
	parameter := func(p string) string {
		return "paths: {/a: {get: {parameters: [{name: p, in: query" + p + "}]}}}"
	}
	body := func(b string) string { return "paths: {/a: {post: {requestBody: " + b + "}}}" }
	runDocCases(t, map[string]docCase{
		"by content": {
			parameter(", schema: {type: string}"), parameter(", content: {application/json: {schema: {type: string}}}"),
			[]string{`! GET /a query p: schema or content: string -> {"application/json":{"schema":{"type":"string"}}}`},
		},
		"another content": {
			parameter(", content: {application/json: {schema: {type: string}}}"), parameter(", content: {application/json: {schema: {type: integer}}}"),
			[]string{"! GET /a query p: type: string -> integer"},
		},
		"no longer repeated": {parameter(""), parameter(", explode: false"), []string{"! GET /a query p: explode: none -> false"}},
		"repeated as before": {parameter(""), parameter(", style: form, explode: true"), []string{"GET /a query p: style: none -> form", "GET /a query p: explode: none -> true"}},
		"may be empty":       {parameter(""), parameter(", allowEmptyValue: true"), []string{"GET /a query p: allowEmptyValue: none -> true"}},
		"elsewhere": {
			"paths: {/a: {get: {parameters: [{$ref: './x.yaml'}]}}}", "paths: {/a: {get: {parameters: [{$ref: './y.yaml'}]}}}",
			[]string{"! GET /a parameter ./x.yaml: parameter no longer known", "! GET /a parameter ./y.yaml: y.yaml"},
		},
		"an unknown keyword": {body("{content: {}}"), body("{newKeyword: 1}"), []string{"! POST /a body: newKeyword: none -> 1"}},
		"no body":            {body("{content: {a/b: {}}}"), "paths: {/a: {post: {}}}", []string{`! POST /a body: no longer has content`}},
		"a bound": {
			parameter(", schema: {maxLength: 3}"), parameter(", schema: {maxLength: 9}"),
			[]string{"GET /a query p: maxLength: 3 -> 9"},
		},
		"a bound, back": {
			parameter(", schema: {maxLength: 9}"), parameter(", schema: {maxLength: 3}"),
			[]string{"! GET /a query p: maxLength: 9 -> 3"},
		},
	})
}

func TestDiff_Security(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, after string
		want          string
	}{
		"demanded":           {"", "[{key: []}]", breaks},
		"dropped":            {"[{key: []}]", "", harmless},
		"none at all":        {"[{key: []}]", "[]", harmless},
		"optional":           {"[{key: []}]", "[{key: []}, {}]", harmless},
		"no longer optional": {"[{key: []}, {}]", "[{key: []}]", breaks},
		"one way more":       {"[{key: []}]", "[{oauth: [a]}, {key: []}]", harmless},
		"one way less":       {"[{key: []}, {oauth: [a]}]", "[{key: []}]", breaks},
		"another way":        {"[{key: []}]", "[{oauth: []}]", breaks},
		"both at once":       {"[{key: []}]", "[{key: [], oauth: []}]", breaks},
		"one of both":        {"[{key: [], oauth: []}]", "[{key: []}]", harmless},
		"a scope more":       {"[{oauth: [a]}]", "[{oauth: [a, b]}]", breaks},
		"a scope less":       {"[{oauth: [a, b]}]", "[{oauth: [b]}]", harmless},
		"another order":      {"[{key: []}, {oauth: []}]", "[{oauth: []}, {key: []}]", harmless},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key := func(s string) string {
				if s == "" {
					return ""
				}
				return "security: " + s
			}
			for _, where := range []func(string) string{
				func(s string) string { return s },
				func(s string) string { return "paths: {/a: {get: {" + s + "}}}" },
			} {
				got := linesBetween(t, where(key(c.before)), where(key(c.after)))
				require.Len(t, got, 1)
				require.Equal(t, c.want == breaks, got[0][:2] == "! ", got[0])
			}
		})
	}
	require.Equal(t, []string{`GET /a : security: [{"key":[]}] -> none`},
		linesBetween(t, "security: [{key: []}]\npaths: {/a: {get: {security: [{key: []}]}}}", "security: [{key: []}]\npaths: {/a: {get: {}}}"),
		"what the document demands is demanded of every operation")
}

func TestDiff_Callbacks(t *testing.T) {
	t.Parallel()
	of := func(s string) string {
		return "paths: {/a: {post: {callbacks: {done: {'{$url}': {post: {" + s + "}}}}}}}"
	}
	schema := func(s string) string {
		return of("requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}}") + "\ncomponents: {schemas: {S: " + s + "}}"
	}
	runDocCases(t, map[string]docCase{
		"prose":        {of("description: a"), of("description: b"), nil},
		"says more":    {schema("{type: string}"), schema("{type: [string, 'null']}"), []string{"! schema S : type: string -> string or null"}},
		"another body": {of("requestBody: {content: {a/b: {schema: {type: string}}}}"), of("requestBody: {content: {a/b: {schema: {}}}}"), []string{"! POST /a callback done {$url} post body (a/b): type: string -> any"}},
		"one less":     {of(""), "paths: {/a: {post: {}}}", []string{`! POST /a callback done: was {"{$url}":{"post":{}}}`}},
		"one more":     {"paths: {/a: {post: {}}}", of(""), []string{`POST /a callback done: {"{$url}":{"post":{}}}`}},
	})
}

func TestDiff_ComponentsByTheirUsers(t *testing.T) {
	t.Parallel()
	of := func(ref, schemas string) string {
		return "paths: {/a: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/" + ref + "'}}}}}}}\ncomponents: {schemas: " + schemas + "}"
	}
	runDocCases(t, map[string]docCase{
		"only a part is used": {
			of("A/$defs/B", "{A: {$defs: {B: {type: [string, integer]}}}}"), of("A/$defs/B", "{A: {$defs: {B: {type: string}}}}"),
			[]string{"! schema A ($defs).B: type: string or integer -> string"},
		},
		"named by a discriminator": {
			of("Pet", "{Pet: {discriminator: {propertyName: k, mapping: {d: Dog}}}, Dog: {type: [string, integer]}}"),
			of("Pet", "{Pet: {discriminator: {propertyName: k, mapping: {d: Dog}}}, Dog: {type: string}}"),
			[]string{"! schema Dog : type: string or integer -> string"},
		},
		"a part of what refuses the rest": {
			of("A", "{A: {unevaluatedProperties: false, allOf: [{$ref: '#/components/schemas/B'}]}, B: {properties: {x: {}}}}"),
			of("A", "{A: {unevaluatedProperties: false, allOf: [{$ref: '#/components/schemas/B'}]}, B: {}}"),
			[]string{"! schema B .x: was {}"},
		},
		"gone although it is referred to": {
			of("A", "{A: {type: string}}"), of("A", "{}"), []string{"! schema A :"},
		},
		"there at last": {
			of("A", "{}"), of("A", "{A: {type: string}}"), []string{"! schema A : string"},
		},
		"gone with what referred to it": {
			of("A", "{A: {type: string}, B: {type: string}}"), of("B", "{B: {type: string}}"), []string{"schema A :"},
		},
		"of a section that nobody knows": {
			"components: {newSection: {A: 1, B: {x: 1}}, other: 1}", "components: {newSection: {A: 2, B: {x: 2}}, other: 2}",
			[]string{"newSection A : 1 -> 2", "newSection B : x: 1 -> 2", "! document components: other: 1 -> 2"},
		},
		"a security scheme": {
			"components: {securitySchemes: {k: {type: http, scheme: bearer, bearerFormat: a}}}", "components: {securitySchemes: {k: {type: http, scheme: basic}}}",
			[]string{"! security scheme k : scheme: bearer -> basic", "security scheme k : bearerFormat: a -> none"},
		},
		"facts of a tag": {
			"tags: [{name: a, kind: nav, description: x}]", "tags: [{name: a, kind: badge}]", []string{"document tag a: kind: nav -> badge"},
		},
	})
}

func TestReport_AListInJSONEvenIfItIsEmpty(t *testing.T) {
	t.Parallel()
	report := compare(t, "In: {}", "In: {}")
	data, err := json.Marshal(report)
	require.NoError(t, err)
	require.Contains(t, string(data), `"subjects":[]`)
}

// Schemas that are parts of each other come to an end, and a branch that is there twice
// is one that nothing fits.
func TestDiff_OfCirclesAndTwins(t *testing.T) {
	t.Parallel()
	circle := func(of string) string {
		return "paths: {}\ncomponents: {schemas: {S: {type: object" + of + "}, A: {allOf: [{$ref: '#/components/schemas/B'}]}, B: {allOf: [{$ref: '#/components/schemas/A'}]}}}"
	}
	const joined = ", allOf: [{$ref: '#/components/schemas/A'}]"
	twins := func(branches string) string {
		return "paths: {}\ncomponents: {schemas: {S: {oneOf: [" + branches + "]}}}"
	}
	for name, c := range map[string]docCase{
		"into a circle":   {before: circle(""), after: circle(joined)},
		"out of a circle": {before: circle(joined), after: circle("")},
		"a twin":          {before: twins("{type: string}, {type: integer}"), after: twins("{type: string}, {type: integer}, {type: string}")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NotEmpty(t, linesBetween(t, c.before, c.after))
		})
	}
}
