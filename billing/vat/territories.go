package vat

import (
	"slices"
	"strings"
)

// territory is a part of a member country where not its standard rate holds.
type territory struct {
	country string
	// slug is what the code of the territory's tax ends with.
	slug string
	name string
	// rate is in tenths of a percent; 0 where the Union's VAT does not apply.
	rate int64
	// zips are the zip codes of the territory.
	zips []zipRange
	// except are zip codes within zips that belong elsewhere.
	except []int
}

// zipRange are zip codes from the first to the last, both included.
type zipRange struct{ first, last int }

// territories are the special ones. Those outside the territory of the Union's
// VAT (articles 5 and 6 of Directive 2006/112/EC) have the rate 0, unless the
// country's own law gives them a VAT of their own, as France does for three of
// its overseas departments. The others have rates of their own within the
// Union's VAT (article 104 for Austria's, 105 for Portugal's). Corsica's
// standard rate is France's; only its reduced rates differ.
//
// A territory has an entry only where its zip codes are nobody else's. So the
// zip codes that Livigno (23030) and Campione d'Italia (22060) once shared with
// their neighbours are missing.
var territories = []territory{
	{country: "AT", slug: "jungholz", name: "Jungholz", rate: 190, zips: []zipRange{{6691, 6691}}},
	{country: "AT", slug: "mittelberg", name: "Mittelberg", rate: 190, zips: []zipRange{{6991, 6993}}},
	{country: "DE", slug: "busingen_am_hochrhein", name: "Büsingen am Hochrhein", zips: []zipRange{{78266, 78266}}},
	{country: "DE", slug: "heligoland", name: "Heligoland", zips: []zipRange{{27498, 27498}}},
	{country: "ES", slug: "canary_islands", name: "Canary Islands", zips: []zipRange{{35000, 35999}, {38000, 38999}}},
	{country: "ES", slug: "ceuta", name: "Ceuta", zips: []zipRange{{51000, 51999}}},
	{country: "ES", slug: "melilla", name: "Melilla", zips: []zipRange{{52000, 52999}}},
	{country: "FI", slug: "aland_islands", name: "Åland Islands", zips: []zipRange{{22000, 22999}}},
	{country: "FR", slug: "corsica", name: "Corsica", rate: 200, zips: []zipRange{{20000, 20999}}},
	{
		country: "FR", slug: "guadeloupe", name: "Guadeloupe", rate: 85, zips: []zipRange{{97100, 97199}},
		except: []int{97133, 97150}, // Saint-Barthélemy and Saint-Martin, which left the department
	},
	{country: "FR", slug: "martinique", name: "Martinique", rate: 85, zips: []zipRange{{97200, 97299}}},
	{country: "FR", slug: "guyane", name: "French Guiana", zips: []zipRange{{97300, 97399}}},
	{country: "FR", slug: "reunion", name: "Réunion", rate: 85, zips: []zipRange{{97400, 97499}}},
	{country: "FR", slug: "mayotte", name: "Mayotte", zips: []zipRange{{97600, 97699}}},
	{country: "GR", slug: "mount_athos", name: "Mount Athos", zips: []zipRange{{63086, 63086}}},
	{country: "IT", slug: "campione_d_italia", name: "Campione d'Italia", zips: []zipRange{{22061, 22061}}},
	{country: "IT", slug: "livigno", name: "Livigno", zips: []zipRange{{23041, 23041}}},
	{country: "PT", slug: "azores", name: "Azores", rate: 160, zips: []zipRange{{9500, 9999}}},
	{country: "PT", slug: "madeira", name: "Madeira", rate: 220, zips: []zipRange{{9000, 9499}}},
}

// The lengths of zip codes, in digits.
const (
	zipDigits      = 5
	shortZipDigits = 4 // in Austria and Portugal
	// Portugal's may go on with three more, which name a street.
	zipStreetDigits = 3
)

// territoryAt is the territory in which a zip code of a country lies; nil where
// it lies in none.
func territoryAt(country, zipcode string) *territory {
	zip, isZip := zipNumber(country, zipcode)
	if !isZip {
		return nil
	}
	for i := range territories {
		if territories[i].country == country && territories[i].contains(zip) {
			return &territories[i]
		}
	}
	return nil
}

func (t *territory) contains(zip int) bool {
	inside := slices.ContainsFunc(t.zips, func(r zipRange) bool { return r.first <= zip && zip <= r.last })
	return inside && !slices.Contains(t.except, zip)
}

// zipNumber reads the digits of a zip code that has as many of them as the
// country's have. A prefix that names the country, spaces and hyphens do not
// count: "63086", "630 86" and "GR-63086" are one zip code.
func zipNumber(country, zipcode string) (int, bool) {
	text := strings.ToUpper(strings.Map(withoutSeparators, zipcode))
	text = strings.TrimLeft(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	length := zipDigits
	switch country {
	case "AT":
		length = shortZipDigits
	case "PT":
		length = shortZipDigits
		if len(text) == shortZipDigits+zipStreetDigits {
			text = text[:shortZipDigits]
		}
	}
	if len(text) != length {
		return 0, false
	}
	number := 0
	for _, digit := range text {
		if digit < '0' || digit > '9' {
			return 0, false
		}
		number = number*10 + int(digit-'0')
	}
	return number, true
}
