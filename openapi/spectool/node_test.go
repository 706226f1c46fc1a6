package spectool

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseDocument_RefusesWhatWouldBePassedOver(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                           "the document's root is not a mapping",
		"- a":                        "the document's root is not a mapping",
		"a: 1\n---\nb: 2\n":          "the file holds a second YAML document at line 2",
		"a: 1\n---\n\"":              "parse document",
		"In: &q {a: *q}":             "line 1: #/In/a: the alias stands for something that contains it",
		"a: &x [{b: &y {c: *x}}]":    "line 1: #/a/0/b/c: the alias stands for something that contains it",
		"paths:\n  /a: {}\n  /a: {}": "line 3: #/paths/~1a: the key is there twice",
		`{"a": {"b": 1, "b": 2}}`:    "line 1: #/a/b: the key is there twice",
		"{200: a, '200': b}":         "#/200: the key is there twice",
		"a: {? [b] : c}":             "line 1: #/a: the key is no text",
		"a: [}":                      "parse document",
		"a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n" +
			"d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]": "the aliases make the document too large",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			_, err := parseDocument([]byte(text))
			require.ErrorContains(t, err, want)
		})
	}
}

func TestParseDocument_ResolvesAliasesAndMergeKeys(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a: &x {b: 1}\nc: [*x, *x]":                           "{a: {b: 1}, c: [{b: 1}, {b: 1}]}",
		"a: &x {b: 1, c: 2}\nd: {<<: *x, b: 3}":               "{a: {b: 1, c: 2}, d: {b: 3, c: 2}}",
		"a: &x {b: 1}\nc: &y {b: 2, d: 2}\ne: {<<: [*x, *y]}": "{a: {b: 1}, c: {b: 2, d: 2}, e: {b: 1, d: 2}}",
		"a: {'<<': {b: 1}}":                                   "{a: {'<<': {b: 1}}}",
		"---\na: 1\n...\n":                                    "{a: 1}",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got, err := parseDocument([]byte(text))
			require.NoError(t, err)
			require.True(t, equalNodes(yamlOf(want), got), spell(got))
		})
	}
}

func TestSpell_TellsValuesApart(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"null": "null", "~": "null", "'null'": `"null"`, "1": "1", "1.0": "1", "1e2": "100", "'1'": `"1"`, "0.1": "0.1",
		"True": "true", "'true'": `"true"`, "a b": "a b", "''": `""`, "2020-01-01": "2020-01-01", "'2020-01-01'": "2020-01-01",
		"{b: [1, x], a: '2'}": `{"a": "2", "b": [1, x]}`, "'[a]'": `"[a]"`, ".inf": "!!float .inf", "12345678901234567890123": "12345678901234567890123",
		"1e999999999": "1e999999999", "2147483647": "2147483647", "-1234567.50": "-1234567.5", "'a, b'": `"a, b"`,
	} {
		require.Equal(t, want, spell(yamlOf(text)), text)
	}
}
