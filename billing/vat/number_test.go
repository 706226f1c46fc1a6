package vat_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/vat"
)

// wellFormed are VAT numbers of every form, with their country.
var wellFormed = map[string][]string{
	"AT": {"ATU12345678"},
	"BE": {"BE0123456789", "BE1012345678"},
	"BG": {"BG123456789", "BG1234567890"},
	"CY": {"CY12345678X"},
	"CZ": {"CZ12345678", "CZ123456789", "CZ1234567890"},
	"DE": {"DE123456789"},
	"DK": {"DK12345678", "DK 12 34 56 78"},
	"EE": {"EE123456789"},
	"ES": {"ESX1234567X", "ESA12345678", "ES12345678Z"},
	"FI": {"FI12345678"},
	"FR": {"FR12345678901", "FRA1345678901", "FR1A345678901", "FRAA345678901", "FR 12 345 678 901"},
	"GR": {"EL123456789"},
	"HR": {"HR12345678901"},
	"HU": {"HU12345678"},
	"IE": {"IE1234567A", "IE1A34567A", "IE1+34567A", "IE1*34567A", "IE1234567WI", "IE1234567FA"},
	"IT": {"IT12345678901"},
	"LT": {"LT123456789", "LT123456789012"},
	"LU": {"LU12345678"},
	"LV": {"LV12345678901"},
	"MT": {"MT12345678"},
	"NL": {"NL123456789B01", "NLA2B4+6*89B12"},
	"PL": {"PL1234567890"},
	"PT": {"PT123456789"},
	"RO": {"RO12", "RO1234567890"},
	"SE": {"SE123456789001"},
	"SI": {"SI12345678"},
	"SK": {"SK1234567890"},
	"XI": {"XI123456789", "XI123456789012", "XIGD001", "XIHA500"},
}

func TestNumberCountry_KnowsEveryForm(t *testing.T) {
	t.Parallel()
	require.Len(t, wellFormed, 28)
	for want, numbers := range wellFormed {
		for _, number := range numbers {
			for _, spelling := range []string{number, strings.ToLower(number), " " + number + "\n", number[:2] + "-" + number[2:4] + "." + number[4:]} {
				country, valid := vat.NumberCountry(spelling)
				require.True(t, valid, "%q", spelling)
				require.Equal(t, want, country, "%q", spelling)
			}
		}
	}
}

func TestNumberCountry_RefusesOtherForms(t *testing.T) {
	t.Parallel()
	for name, number := range map[string]string{
		"nothing":                      "",
		"one letter":                   "D",
		"a country alone":              "DE",
		"no country":                   "123456789",
		"a country outside":            "GB123456789",
		"Switzerland":                  "CHE123456789",
		"the union's own scheme":       "EU123456789",
		"Greece by its country's code": "GR123456789",
		"Austria without the U":        "AT12345678",
		"Belgium beginning with 2":     "BE2123456789",
		"Belgium's old nine digits":    "BE123456789",
		"Cyprus without the letter":    "CY123456789",
		"Spain without a letter":       "ES123456789",
		"France with an O":             "FRO1234567890",
		"France with a letter later":   "FR12A45678901",
		"Ireland without a letter":     "IE12345678",
		"Lithuania with ten digits":    "LT1234567890",
		"Netherlands without the B":    "NL123456789012",
		"Romania with one digit":       "RO1",
		"Sweden without the 01":        "SE1234567890",
		"Northern Ireland's letters":   "XIGB001",
		"other separators":             "DE123/456/789",
		"words around it":              "VAT DE123456789",
		"another script's digits":      "DE١٢٣٤٥٦٧٨٩",
		"a line after it":              "DE123456789\nDE123456789",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, valid := vat.NumberCountry(number)
			require.False(t, valid, "%q", number)
		})
	}
	for _, numbers := range wellFormed {
		for _, number := range numbers {
			_, longer := vat.NumberCountry(number + "999999999999")
			require.False(t, longer, "%q with more digits", number)
		}
	}
}

func TestNumberCountry_TakesAnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Z]{2}[A-Z0-9+*]{0,13}`)).Draw(t, "text")
		country, valid := vat.NumberCountry(text)
		if valid != (len(country) == 2) {
			t.Fatalf("%q is of %q, valid: %v", text, country, valid)
		}
	})
}
