package vat

import (
	"regexp"
	"strings"
	"unicode"
)

// prefixLength is how many letters of a VAT number name its country.
const prefixLength = 2

// greekPrefix begins the VAT numbers of Greece, whose country code is another.
const (
	greekPrefix  = "EL"
	greekCountry = "GR"
)

// numberForms are what follows the country's letters in VAT numbers, as the
// European Commission lists it for its exchange system VIES. Northern Ireland
// (XI) takes part in the system without being a country of the Union.
var numberForms = map[string]*regexp.Regexp{
	"AT": regexp.MustCompile(`^U\d{8}$`),
	"BE": regexp.MustCompile(`^[01]\d{9}$`),
	"BG": regexp.MustCompile(`^\d{9,10}$`),
	"CY": regexp.MustCompile(`^\d{8}[A-Z]$`),
	"CZ": regexp.MustCompile(`^\d{8,10}$`),
	"DE": regexp.MustCompile(`^\d{9}$`),
	"DK": regexp.MustCompile(`^\d{8}$`),
	"EE": regexp.MustCompile(`^\d{9}$`),
	"EL": regexp.MustCompile(`^\d{9}$`),
	// The first or the last sign is a letter, or both are.
	"ES": regexp.MustCompile(`^([A-Z]\d{7}[A-Z0-9]|\d{8}[A-Z])$`),
	"FI": regexp.MustCompile(`^\d{8}$`),
	// The letters leave out I and O.
	"FR": regexp.MustCompile(`^[A-HJ-NP-Z0-9]{2}\d{9}$`),
	"HR": regexp.MustCompile(`^\d{11}$`),
	"HU": regexp.MustCompile(`^\d{8}$`),
	// The form until 2013, and the one with two letters at its end since.
	"IE": regexp.MustCompile(`^(\d[A-Z0-9+*]\d{5}[A-Z]|\d{7}[A-W][A-I])$`),
	"IT": regexp.MustCompile(`^\d{11}$`),
	"LT": regexp.MustCompile(`^(\d{9}|\d{12})$`),
	"LU": regexp.MustCompile(`^\d{8}$`),
	"LV": regexp.MustCompile(`^\d{11}$`),
	"MT": regexp.MustCompile(`^\d{8}$`),
	"NL": regexp.MustCompile(`^[A-Z0-9+*]{9}B\d{2}$`),
	"PL": regexp.MustCompile(`^\d{10}$`),
	"PT": regexp.MustCompile(`^\d{9}$`),
	"RO": regexp.MustCompile(`^\d{2,10}$`),
	"SE": regexp.MustCompile(`^\d{12}$`),
	"SI": regexp.MustCompile(`^\d{8}$`),
	"SK": regexp.MustCompile(`^\d{10}$`),
	// Traders, groups of traders, government departments and health authorities.
	"XI": regexp.MustCompile(`^(\d{9}|\d{12}|GD\d{3}|HA\d{3})$`),
}

// NumberCountry is the country of a VAT number, as an ISO 3166-1 alpha-2 code
// or XI for Northern Ireland. It reports false for a text that has not the form
// of that country's numbers. The case of letters, spaces, dots and hyphens do
// not count; the country's letters must be there. Whether anybody has the
// number, only VIES knows.
func NumberCountry(text string) (string, bool) {
	text = strings.ToUpper(strings.Map(withoutSeparators, text))
	if len(text) < prefixLength {
		return "", false
	}
	prefix := text[:prefixLength]
	form := numberForms[prefix]
	if form == nil || !form.MatchString(text[prefixLength:]) {
		return "", false
	}
	if prefix == greekPrefix {
		return greekCountry, true
	}
	return prefix, true
}

// withoutSeparators drops what people put between the parts of numbers.
func withoutSeparators(r rune) rune {
	if unicode.IsSpace(r) || r == '.' || r == '-' {
		return -1
	}
	return r
}
