package vat

import "github.com/shopspring/decimal"

// country is a member of the European Union.
type country struct {
	// code is the ISO 3166-1 alpha-2 code; Greece's is GR, although its VAT
	// numbers begin with EL.
	code string
	name string
	// rate is the standard rate in tenths of a percent.
	rate int64
}

// countries are the members of the European Union with their standard rates, in
// alphabetical order of their codes.
var countries = []country{
	{"AT", "Austria", 200},
	{"BE", "Belgium", 210},
	{"BG", "Bulgaria", 200},
	{"CY", "Cyprus", 190},
	{"CZ", "Czechia", 210},
	{"DE", "Germany", 190},
	{"DK", "Denmark", 250},
	{"EE", "Estonia", 240},
	{"ES", "Spain", 210},
	{"FI", "Finland", 255},
	{"FR", "France", 200},
	{"GR", "Greece", 240},
	{"HR", "Croatia", 250},
	{"HU", "Hungary", 270},
	{"IE", "Ireland", 230},
	{"IT", "Italy", 220},
	{"LT", "Lithuania", 210},
	{"LU", "Luxembourg", 170},
	{"LV", "Latvia", 210},
	{"MT", "Malta", 180},
	{"NL", "Netherlands", 210},
	{"PL", "Poland", 230},
	{"PT", "Portugal", 230},
	{"RO", "Romania", 210},
	{"SE", "Sweden", 250},
	{"SI", "Slovenia", 220},
	{"SK", "Slovakia", 230},
}

// countryCoded is the member with a code; nil where there is none.
func countryCoded(code string) *country {
	for i := range countries {
		if countries[i].code == code {
			return &countries[i]
		}
	}
	return nil
}

// percent is a rate in tenths of a percent as one in percent.
func percent(tenths int64) decimal.Decimal { return decimal.New(tenths, -1) }
