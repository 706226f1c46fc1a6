package render_test

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/render"
)

// languages are those that documents have words for.
var languages = []string{"en", "fr", "de", "es", "it", "pt-BR"}

// TestAmount_IsWrittenAsTheLanguageDoes writes sums of money.
func TestAmount_IsWrittenAsTheLanguageDoes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tag      string
		minor    int64
		currency string
		expected string
	}{
		{"en", 123456789, "EUR", "€1,234,567.89"},
		{"en", -5, "USD", "-$0.05"},
		{"en", 0, "JPY", "¥0"},
		{"en", 1234567, "JPY", "¥1,234,567"},
		{"en", 1234567, "BHD", "BHD\u00A01,234.567"},
		{"en", 100, "CHF", "CHF\u00A01.00"},
		{"en", 12345, "CLF", "CLF\u00A01.2345"},
		{"fr", 123456, "EUR", "1\u202F234,56\u00A0€"},
		{"de", 123456, "EUR", "1.234,56\u00A0€"},
		{"de", 123456, "CHF", "1.234,56\u00A0CHF"},
		{"es", 123456, "EUR", "1234,56\u00A0€"},
		{"es", 1234567, "EUR", "12.345,67\u00A0€"},
		{"it", 123456, "EUR", "1.234,56\u00A0€"},
		{"pt-BR", 123456, "BRL", "R$\u00A01.234,56"},
		{"pt-BR", -123456, "PLN", "-PLN\u00A01.234,56"},
		{"nb", 123456, "NOK", "NOK\u00A01,234.56"},
		{"zh-TW", 123456, "TWD", "TWD\u00A01,234.56"},
		{"", 9223372036854775807, "EUR", "€92,233,720,368,547,758.07"},
		{"", -9223372036854775808, "EUR", "-€92,233,720,368,547,758.08"},
	} {
		require.Equal(t, c.expected, render.Amount(c.tag, c.minor, c.currency))
	}
}

// TestPrice_KeepsItsPlaces writes prices, which have more places than money.
func TestPrice_KeepsItsPlaces(t *testing.T) {
	t.Parallel()
	require.Equal(t, "€0.00125", render.Price("en", dec("0.00125000"), "EUR"))
	require.Equal(t, "€2.00", render.Price("en", dec("2"), "EUR"))
	require.Equal(t, "0,3333333333\u00A0€", render.Price("de", dec("0.333333333333333"), "EUR"))
	require.Equal(t, "€0.000000000000001", render.Price("en", dec("0.000000000000001"), "EUR"), "what is less than is shown is not nothing")
	require.Equal(t, "¥1.5", render.Price("en", dec("1.5"), "JPY"))
}

// TestQuantity_AndRates writes numbers without money.
func TestQuantity_AndRates(t *testing.T) {
	t.Parallel()
	require.Equal(t, "1,234,567.891", render.Quantity("en", dec("1234567.8910")))
	require.Equal(t, "-1.234,5", render.Quantity("de", dec("-1234.5")))
	require.Equal(t, "1234", render.Quantity("es", dec("1234")))
	require.Equal(t, "100,000,000,000,000,000,000,000,000,000", render.Quantity("en", dec("1e29")))
	require.Equal(t, "20%", render.Rate("en", dec("20.0")))
	require.Equal(t, "5,5\u00A0%", render.Rate("fr", dec("5.5")))
	require.Equal(t, "0,5%", render.Rate("it", dec("0.5")))
}

// TestDate_IsWrittenAsTheLanguageDoes writes days and periods.
func TestDate_IsWrittenAsTheLanguageDoes(t *testing.T) {
	t.Parallel()
	first, last := day(2026, time.March, 1), day(2026, time.August, 31)
	period := render.Period{From: first, To: last}
	for tag, expected := range map[string][3]string{
		"en":    {"March 1, 2026", "August 31, 2026", "Mar 1, 2026 – Aug 31, 2026"},
		"fr":    {"1er mars 2026", "31 août 2026", "01/03/2026 – 31/08/2026"},
		"de":    {"1. März 2026", "31. August 2026", "01.03.2026 – 31.08.2026"},
		"es":    {"1 de marzo de 2026", "31 de agosto de 2026", "01/03/2026 – 31/08/2026"},
		"it":    {"1º marzo 2026", "31 agosto 2026", "01/03/2026 – 31/08/2026"},
		"pt-BR": {"1º de março de 2026", "31 de agosto de 2026", "01/03/2026 – 31/08/2026"},
		"pt_PT": {"1º de março de 2026", "31 de agosto de 2026", "01/03/2026 – 31/08/2026"},
		"sv":    {"March 1, 2026", "August 31, 2026", "Mar 1, 2026 – Aug 31, 2026"},
	} {
		require.Equal(t, expected, [3]string{render.Date(tag, first), render.Date(tag, last), render.Days(tag, period)}, tag)
	}
}

// TestCountry_HasItsName names countries, and leaves what is none as it is.
func TestCountry_HasItsName(t *testing.T) {
	t.Parallel()
	require.Equal(t, "Deutschland", render.Country("de", "DE"))
	require.Equal(t, "Allemagne", render.Country("fr", "DE"))
	require.Equal(t, "Estados Unidos", render.Country("es", "US"))
	require.Equal(t, "Itália", render.Country("pt-BR", "IT"))
	require.Equal(t, "Atlantis", render.Country("en", "Atlantis"))
}

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
		months := slices.Compact(slices.Sorted(slices.Values(render.Months(tag))))
		require.Len(t, months, 12, tag)
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
