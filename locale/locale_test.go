package locale_test

import (
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/billing/period"
	"tarn/locale"
)

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
		require.Equal(t, c.expected, locale.Of(c.tag).Amount(c.minor, c.currency))
	}
}

// TestPrice_KeepsItsPlaces writes prices, which have more places than money.
func TestPrice_KeepsItsPlaces(t *testing.T) {
	t.Parallel()
	require.Equal(t, "€0.00125", locale.Of("en").Price(decimal.RequireFromString("0.00125000"), "EUR"))
	require.Equal(t, "€2.00", locale.Of("en").Price(decimal.RequireFromString("2"), "EUR"))
	require.Equal(t, "0,3333333333\u00A0€", locale.Of("de").Price(decimal.RequireFromString("0.333333333333333"), "EUR"))
	require.Equal(t, "€0.000000000000001", locale.Of("en").Price(decimal.RequireFromString("0.000000000000001"), "EUR"), "what is less than is shown is not nothing")
	require.Equal(t, "¥1.5", locale.Of("en").Price(decimal.RequireFromString("1.5"), "JPY"))
}

// TestQuantity_AndRates writes numbers without money.
func TestQuantity_AndRates(t *testing.T) {
	t.Parallel()
	require.Equal(t, "1,234,567.891", locale.Of("en").Quantity(decimal.RequireFromString("1234567.8910")))
	require.Equal(t, "-1.234,5", locale.Of("de").Quantity(decimal.RequireFromString("-1234.5")))
	require.Equal(t, "1234", locale.Of("es").Quantity(decimal.RequireFromString("1234")))
	require.Equal(t, "100,000,000,000,000,000,000,000,000,000", locale.Of("en").Quantity(decimal.RequireFromString("1e29")))
	require.Equal(t, "20%", locale.Of("en").Rate(decimal.RequireFromString("20.0")))
	require.Equal(t, "5,5\u00A0%", locale.Of("fr").Rate(decimal.RequireFromString("5.5")))
	require.Equal(t, "0,5%", locale.Of("it").Rate(decimal.RequireFromString("0.5")))
}

// TestDate_IsWrittenAsTheLanguageDoes writes days and periods.
func TestDate_IsWrittenAsTheLanguageDoes(t *testing.T) {
	t.Parallel()
	first, last := period.NewDate(2026, time.March, 1), period.NewDate(2026, time.August, 31)
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
		require.Equal(t, expected, [3]string{locale.Of(tag).Date(first), locale.Of(tag).Date(last), locale.Of(tag).Days(first, last)}, tag)
	}
}

// TestCountry_HasItsName names countries, and leaves what is none as it is.
func TestCountry_HasItsName(t *testing.T) {
	t.Parallel()
	require.Equal(t, "Deutschland", locale.Of("de").Country("DE"))
	require.Equal(t, "Allemagne", locale.Of("fr").Country("DE"))
	require.Equal(t, "Estados Unidos", locale.Of("es").Country("US"))
	require.Equal(t, "Itália", locale.Of("pt-BR").Country("IT"))
	require.Equal(t, "Atlantis", locale.Of("en").Country("Atlantis"))
}

// TestInstant_IsThatOfTheClock writes instants as the clocks of their zones show them.
func TestInstant_IsThatOfTheClock(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.December, 31, 23, 5, 0, 0, time.UTC)
	for name, expected := range map[string][2]string{
		"UTC":               {"December 31, 2026, 23:05\u00A0UTC", "31 décembre 2026, 23:05\u00A0UTC"},
		"Europe/Paris":      {"January 1, 2027, 00:05\u00A0CET", "1er janvier 2027, 00:05\u00A0CET"},
		"America/Sao_Paulo": {"December 31, 2026, 20:05\u00A0UTC-03", "31 décembre 2026, 20:05\u00A0UTC-03"},
		"Asia/Kathmandu":    {"January 1, 2027, 04:50\u00A0UTC+0545", "1er janvier 2027, 04:50\u00A0UTC+0545"},
	} {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		require.Equal(t, expected, [2]string{locale.Of("en").Instant(at.In(zone)), locale.Of("fr").Instant(at.In(zone))}, name)
	}
}

// TestMeasure_NamesTheUnit writes units that have a name.
func TestMeasure_NamesTheUnit(t *testing.T) {
	t.Parallel()
	require.Equal(t, "1,234.5\u00A0GB", locale.Of("en").Measure(decimal.RequireFromString("1234.50"), "GB"))
}

// TestAccepted_IsTheFirstThatIsKnown reads what browsers ask for.
func TestAccepted_IsTheFirstThatIsKnown(t *testing.T) {
	t.Parallel()
	for header, tag := range map[string]string{
		"": "en", "de": "de", "de-CH,de;q=0.9,en;q=0.8": "de", "ja,fr;q=0.5": "fr", "en;q=0.3,it;q=0.9": "it", "pt-PT": "pt-BR",
		"es-419": "es", "ja": "en", "*": "en", "de;q=x": "en", "\x00": "en", ",,;": "en",
	} {
		require.Equal(t, tag, locale.Accepted(header).Tag(), header)
	}
}

// TestKnown_AreFoundByTheirTags names every language.
func TestKnown_AreFoundByTheirTags(t *testing.T) {
	t.Parallel()
	var codes []string
	for _, known := range locale.Known() {
		require.Equal(t, known, locale.Of(known.Tag()))
		require.Equal(t, known, locale.Of(known.Code()))
		require.Len(t, slices.Compact(slices.Sorted(slices.Values(known.Months()))), 12, known.Tag())
		codes = append(codes, known.Code())
	}
	require.Equal(t, []string{"en", "fr", "de", "es", "it", "pt"}, codes)
}

// TestFill_PutsValuesIn leaves what has no value as it is, and values as they are.
func TestFill_PutsValuesIn(t *testing.T) {
	t.Parallel()
	require.Equal(t, "b, {1} and {2}", locale.Fill("{1}, {0} and {2}", "{1}", "b"))
	require.Equal(t, "{0}", locale.Fill("{0}"))
}
