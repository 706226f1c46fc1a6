package web_test

import (
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/locale"
	"tarn/web"
)

// TestWords_AreComplete finds a word that a language lacks, or that has other values than
// the English one.
func TestWords_AreComplete(t *testing.T) {
	t.Parallel()
	for _, language := range locale.Known() {
		requireWords(t, language, web.PortalWords(locale.Of("en")), web.PortalWords(language))
		requireWords(t, language, web.CheckoutWords(locale.Of("en")), web.CheckoutWords(language))
	}
}

func requireWords(t *testing.T, language locale.Language, english, translated any) {
	t.Helper()
	values := regexp.MustCompile(`\{\d\}`)
	others, words, same := reflect.ValueOf(english), reflect.ValueOf(translated), 0
	for i := range words.NumField() {
		name, word, other := words.Type().Field(i).Name, words.Field(i).String(), others.Field(i).String()
		require.NotEmpty(t, word, "%s: %s", language.Tag(), name)
		expected, found := values.FindAllString(other, -1), values.FindAllString(word, -1)
		slices.Sort(expected)
		slices.Sort(found)
		require.Equal(t, expected, found, "%s: %s", language.Tag(), name)
		if word == other {
			same++
		}
	}
	if language.Code() != "en" {
		require.Less(t, same, 6, "%s has too many English words", language.Tag())
	}
}
