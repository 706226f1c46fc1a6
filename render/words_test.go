package render_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/render"
)

// languages are those that documents have words for.
var languages = []string{"en", "fr", "de", "es", "it", "pt-BR"}

// TestWords_AreComplete finds a word that a language lacks, or that has other
// values than the English one.
func TestWords_AreComplete(t *testing.T) {
	t.Parallel()
	values := regexp.MustCompile(`\{\d\}`)
	for _, tag := range languages {
		for name, english := range render.Words("en") {
			word := render.Words(tag)[name]
			require.NotEmpty(t, word, "%s: %s", tag, name)
			expected, found := values.FindAllString(english, -1), values.FindAllString(word, -1)
			slices.Sort(expected)
			slices.Sort(found)
			require.Equal(t, expected, found, "%s: %s", tag, name)
			require.Equal(t, word, render.Clean(word), "the fonts lack a character of %s: %s", tag, name)
		}
	}
}

// TestClean_MakesTextsPrintable replaces what no font has.
func TestClean_MakesTextsPrintable(t *testing.T) {
	t.Parallel()
	for text, expected := range map[string]string{
		"  a\tb\r\nc\u2028d ": "a b\nc\nd", "e\u0301": "é", "a\u200Bb\x00c": "abc", "\xff": "\uFFFD", "😀": "\uFFFD", "−5": "-5",
		"漢字かなカナ": "漢字かなカナ", "Ёж, Ω, Đ, ½, ₹": "Ёж, Ω, Đ, ½, ₹", "שלום": "\uFFFD\uFFFD\uFFFD\uFFFD",
	} {
		require.Equal(t, expected, render.Clean(text))
	}
}

// TestClean_IsDone makes a clean text of any one, once and for all.
func TestClean_IsDone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		clean := render.Clean(rapid.String().Draw(t, "text"))
		require.Equal(t, clean, render.Clean(clean))
	})
}
