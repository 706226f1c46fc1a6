package spectool

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// verdict says what a change of a schema is where requests have the schema, and
// where answers do.
type verdict struct{ request, answer string }

// The verdicts: a client can fail, it cannot, there is no difference.
const (
	breaks   = "breaks"
	harmless = "harmless"
	same     = "same"
)

// verdictOn gives the verdict on a change of a schema.
func verdictOn(t *testing.T, before, after string) verdict {
	t.Helper()
	of := func(name string) string {
		report := compare(t, name+": "+before, name+": "+after)
		switch {
		case len(report.Subjects) == 0:
			return same
		case report.Breaking():
			return breaks
		default:
			return harmless
		}
	}
	return verdict{request: of("In"), answer: of("Out")}
}

// verdictCase is a change with the verdicts on it, and on the way back.
type verdictCase struct {
	before, after string
	there, back   verdict
}

// Changes that let less fit break requests, and on the way back answers.
func TestDiff_Narrowing(t *testing.T) {
	t.Parallel()
	narrower, wider := verdict{breaks, harmless}, verdict{harmless, breaks}
	for name, c := range map[string][2]string{
		"a choice appears":             {"{}", "{oneOf: [{type: string, format: date}, {type: object}]}"},
		"any choice appears":           {"{}", "{anyOf: [{type: string, format: date}, {type: object}]}"},
		"a choice less":                {"{anyOf: [{type: string}, {type: object, minProperties: 1}]}", "{anyOf: [{type: string}]}"},
		"an exclusive choice less":     {"{oneOf: [{type: string, format: date}, {type: object}]}", "{oneOf: [{type: object}]}"},
		"a choice less than with null": {"{anyOf: [{type: string, format: date}, {type: 'null'}, {type: object}]}", "{anyOf: [{type: string, format: date}, {type: 'null'}]}"},
		"out of a choice":              {"{anyOf: [{type: object, minProperties: 1}, {type: string}]}", "{type: object, minProperties: 1}"},
		"not appears":                  {"{}", "{not: {type: string}}"},
		"not widened":                  {"{not: {type: integer}}", "{not: {type: number}}"},
		"not of more values":           {"{not: {enum: [a]}}", "{not: {enum: [a, b]}}"},
		"a bound from above":           {"{maxLength: 9}", "{maxLength: 3}"},
		"a bound from below":           {"{minimum: 0}", "{minimum: 3}"},
		"a bound below zero":           {"{minimum: -3}", "{minimum: -2.5}"},
		"a bound appears":              {"{}", "{maxItems: 3}"},
		"at least one by default":      {"{contains: {type: string}, minContains: 0}", "{contains: {type: string}}"},
		"unique items":                 {"{uniqueItems: false}", "{uniqueItems: true}"},
		"a smaller format":             {"{type: integer, format: int64}", "{type: integer, format: int32}"},
		"a value less":                 {"{enum: [1, 2]}", "{enum: [1]}"},
		"a value of another kind less": {"{enum: [null, 'null']}", "{enum: [null]}"},
		"an object less":               {"{enum: [{x: 1}, {x: 2}]}", "{enum: [{x: 1}]}"},
		"one value left":               {"{enum: [a, b]}", "{const: a}"},
		"no other members":             {"{type: object}", "{type: object, additionalProperties: false}"},
		"other members have a type":    {"{additionalProperties: true}", "{additionalProperties: {type: string}}"},
		"a position":                   {"{prefixItems: [{type: string}]}", "{prefixItems: [{type: string}, {type: string}]}"},
		"a position within items":      {"{items: {type: string}}", "{items: {type: string}, prefixItems: [{type: string, maxLength: 3}]}"},
		"a pattern of members":         {"{}", "{patternProperties: {'^a': {type: string}}}"},
		"a condition of members":       {"{}", "{dependentSchemas: {a: {required: [b]}}}"},
		"members that need others":     {"{}", "{dependentRequired: {a: [b]}}"},
		"a member that needs more":     {"{dependentRequired: {a: [b]}}", "{dependentRequired: {a: [b, c]}}"},
		"a type less":                  {"{type: string, nullable: true}", "{type: string}"},
		"null no longer":               {"{type: [string, 'null'], format: date}", "{type: string, format: date}"},
		"a required member":            {"{type: object}", "{type: object, required: [a]}"},
		"something contained":          {"{}", "{contains: {}}"},
		"under a reference":            {"{$ref: '#/components/schemas/Other'}", "{$ref: '#/components/schemas/Other', maxProperties: 3}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, narrower, verdictOn(t, c[0], c[1]), "there")
			require.Equal(t, wider, verdictOn(t, c[1], c[0]), "back")
		})
	}
}

// Changes that are neither more nor less break both, and those that move no
// value break neither.
func TestDiff_SameVerdictBothWays(t *testing.T) {
	t.Parallel()
	for want, cases := range map[string]map[string][2]string{
		breaks: {
			"null becomes a text":            {"{enum: [null]}", "{enum: ['null']}"},
			"numbers become texts":           {"{enum: [1, 2]}", "{enum: ['1', '2']}"},
			"booleans become texts":          {"{enum: [true, false]}", "{enum: ['true', 'false']}"},
			"another object":                 {"{enum: [{x: 1}]}", "{enum: [{x: 2}]}"},
			"an object of another kind":      {"{enum: [{x: 1}]}", "{enum: [{x: '1'}]}"},
			"another list":                   {"{enum: [[1, 2]]}", "{enum: [[2, 1]]}"},
			"another constant":               {"{const: 1}", "{const: '1'}"},
			"positions swapped":              {"{prefixItems: [{type: string}, {type: integer}]}", "{prefixItems: [{type: integer}, {type: string}]}"},
			"another format":                 {"{format: date}", "{format: date-time}"},
			"another pattern":                {"{pattern: a}", "{pattern: b}"},
			"a keyword that nobody knows":    {"{}", "{newKeyword: 1}"},
			"another condition":              {"{if: {minLength: 3}, then: {pattern: a}}", "{if: {minLength: 4}, then: {pattern: a}}"},
			"choices that overlap":           {"{oneOf: [{type: object, required: [a]}]}", "{oneOf: [{type: object, required: [a]}, {type: object, required: [b]}]}"},
			"counted items":                  {"{contains: {minLength: 3}, maxContains: 2}", "{contains: {minLength: 4}, maxContains: 2}"},
			"as XML":                         {"{xml: {name: a}}", "{xml: {name: b}}"},
			"members in what must not fit":   {"{not: {properties: {a: {type: string}}}}", "{not: {}}"},
			"a bound that is no number":      {"{minimum: 1}", "{minimum: x}"},
			"properties that are no mapping": {"{properties: [a]}", "{properties: [b]}"},
		},
		harmless: {
			"a default":                     {"{default: 1}", "{default: '1'}"},
			"a default, deeper":             {"{default: {x: [1, 2]}}", "{default: {x: [2, 1]}}"},
			"anything more":                 {"{type: object}", "{type: object, additionalProperties: true}"},
			"anything, spelled otherwise":   {"{items: {}}", "{items: true}"},
			"a bound that holds anyway":     {"{type: string}", "{type: string, minLength: 0}"},
			"a default beside a reference":  {"{$ref: '#/components/schemas/Other'}", "{$ref: '#/components/schemas/Other', default: {}}"},
			"deprecated":                    {"{}", "{deprecated: true}"},
			"a definition that nobody uses": {"{}", "{$defs: {a: {type: string}}}"},
			"a position as all items":       {"{items: {type: string}}", "{items: {type: string}, prefixItems: [{type: string}]}"},
		},
		same: {
			"one value":                {"{enum: [a]}", "{const: a}"},
			"a number":                 {"{enum: [1]}", "{enum: [1.0]}"},
			"a bound":                  {"{maximum: 100}", "{maximum: 1e2}"},
			"a default number":         {"{default: 1}", "{default: 1.0}"},
			"a date":                   {"{enum: [2020-01-01]}", "{enum: ['2020-01-01']}"},
			"members of a value":       {"{const: {a: 1, b: 2}}", "{const: {b: 2, a: 1}}"},
			"nullable":                 {"{type: string, nullable: true}", "{type: [string, 'null']}"},
			"a choice with null":       {"{anyOf: [{type: string, format: date}, {type: 'null'}]}", "{type: [string, 'null'], format: date}"},
			"one choice with null":     {"{oneOf: [{type: 'null'}, {type: object, properties: {a: {}}}]}", "{type: [object, 'null'], properties: {a: {}}}"},
			"a bound of 3.0":           {"{minimum: 0, exclusiveMinimum: true}", "{exclusiveMinimum: 0}"},
			"exclusive choices change": {"{enum: [a]}", "{enum: [a]}"},
		},
	} {
		for name, c := range cases {
			t.Run(want+"/"+name, func(t *testing.T) {
				t.Parallel()
				require.Equal(t, verdict{want, want}, verdictOn(t, c[0], c[1]), "there")
				require.Equal(t, verdict{want, want}, verdictOn(t, c[1], c[0]), "back")
			})
		}
	}
}

// Members by name are not as strict: one that is new harms nobody who ignores
// what it does not know, and one that is gone only who reads it.
func TestDiff_Members(t *testing.T) {
	t.Parallel()
	const none, one = "{type: object}", "{type: object, properties: {a: {type: string}}}"
	closed := func(s string) string { return strings.TrimSuffix(s, "}") + ", additionalProperties: false}" }
	for name, c := range map[string]verdictCase{
		"open":               {none, one, verdict{harmless, harmless}, verdict{harmless, breaks}},
		"closed":             {closed(none), closed(one), verdict{harmless, breaks}, verdict{breaks, breaks}},
		"among numbers":      {"{additionalProperties: {type: integer}}", "{additionalProperties: {type: integer}, properties: {a: {type: string}}}", verdict{breaks, breaks}, verdict{breaks, breaks}},
		"among the like":     {"{additionalProperties: {type: string}}", "{additionalProperties: {type: string}, properties: {a: {type: string}}}", verdict{harmless, harmless}, verdict{harmless, breaks}},
		"under a pattern":    {"{patternProperties: {'^a': {type: integer}}}", "{patternProperties: {'^a': {type: integer}}, properties: {a: {type: string}}}", verdict{breaks, breaks}, verdict{breaks, breaks}},
		"beside a pattern":   {"{patternProperties: {'^b': {type: integer}}}", "{patternProperties: {'^b': {type: integer}}, properties: {a: {type: string}}}", verdict{harmless, harmless}, verdict{harmless, breaks}},
		"pattern, closed":    {closed("{type: object}"), "{type: object, patternProperties: {'^a': {type: integer}}, additionalProperties: false}", verdict{harmless, breaks}, verdict{breaks, harmless}},
		"sealed":             {"{unevaluatedProperties: false, allOf: [{properties: {b: {}}}]}", "{unevaluatedProperties: false, allOf: [{properties: {a: {}, b: {}}}]}", verdict{harmless, breaks}, verdict{breaks, breaks}},
		"only to be read":    {"{properties: {a: {type: string}}}", "{properties: {a: {type: string, readOnly: true}}}", verdict{breaks, harmless}, verdict{harmless, harmless}},
		"no longer only so":  {"{required: [a], properties: {a: {readOnly: true}}}", "{required: [a], properties: {a: {}}}", verdict{breaks, harmless}, verdict{breaks, harmless}},
		"only to be sent":    {"{required: [a], properties: {a: {type: string}}}", "{required: [a], properties: {a: {type: string, writeOnly: true}}}", verdict{harmless, breaks}, verdict{harmless, harmless}},
		"beside a reference": {"{$ref: '#/components/schemas/Other'}", "{$ref: '#/components/schemas/Other', writeOnly: true}", verdict{harmless, breaks}, verdict{harmless, harmless}},
		"a shared part":      {"{allOf: [{type: object}]}", "{allOf: [{type: object}, {$ref: '#/components/schemas/Other'}]}", verdict{breaks, harmless}, verdict{harmless, breaks}},
		"a whole choice":     {"{}", "{oneOf: [{type: object, properties: {a: {}}}]}", verdict{breaks, harmless}, verdict{harmless, breaks}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.there, verdictOn(t, c.before, c.after), "there")
			require.Equal(t, c.back, verdictOn(t, c.after, c.before), "back")
		})
	}
}

func TestDiff_ChoicesThatExcludeEachOther(t *testing.T) {
	t.Parallel()
	cat := "{type: object, required: [kind], properties: {kind: {const: cat}}}"
	dog := "{type: object, required: [kind], properties: {kind: {enum: [dog, wolf]}}}"
	for name, branches := range map[string][2]string{
		"by type":           {"{type: string, format: date}", "{type: array}"},
		"by values":         {"{enum: [a, b]}", "{enum: [c]}"},
		"by a member":       {cat, dog},
		"by a member, deep": {"{type: object, required: [o], properties: {o: " + cat + "}}", "{type: object, required: [o], properties: {o: " + dog + "}}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one, both := "{oneOf: ["+branches[0]+"]}", "{oneOf: ["+branches[0]+", "+branches[1]+"]}"
			require.Equal(t, verdict{harmless, breaks}, verdictOn(t, one, both))
			require.Equal(t, verdict{breaks, harmless}, verdictOn(t, both, one))
		})
	}
}

func TestDiff_TextsTellValuesApart(t *testing.T) {
	t.Parallel()
	runCases(t, map[string]schemaCase{
		"kinds": {
			"In: {enum: [null, 1, true], default: 1}", "In: {enum: ['null', '1', 'true'], default: '1'}",
			[]string{`schema In : enum: now also "null", "1", "true"`, "! schema In : enum: no longer null, 1, true", `schema In : default: 1 -> "1"`},
		},
		"objects": {
			"In: {enum: [{x: 1}]}", "In: {enum: [{x: 2}]}",
			[]string{`schema In : enum: now also {"x": 2}`, `! schema In : enum: no longer {"x": 1}`},
		},
		"choices": {
			"In: {}", "In: {oneOf: [{$ref: '#/components/schemas/Other'}, {type: array}]}",
			[]string{"! schema In : oneOf: none -> oneOf of Other, array"},
		},
	})
}
