package vat

import (
	"strings"

	"github.com/shopspring/decimal"
)

// The codes of taxes that are no country's. All codes begin with codePrefix.
//
// Lago: the codes are lago_eu_<country>_standard for the countries,
// lago_eu_<country>_exception_<slug> for the territories, and these two.
const (
	// CodeReverseCharge is borne where the customer owes the tax.
	CodeReverseCharge = codePrefix + "reverse_charge"
	// CodeExempt is borne by customers outside of the Union.
	CodeExempt = codePrefix + "tax_exempt"

	codePrefix = "lago_eu_"
)

// Tax is one of the taxes that a sale within the EU's rules may bear.
type Tax struct {
	Code        string
	Name        string
	Description string
	// Rate is in percent: 25.5 is 25.5 %.
	Rate decimal.Decimal
}

// IsCode reports whether a code is one of those that TaxCode chooses from, or
// was one with another table.
func IsCode(code string) bool { return strings.HasPrefix(code, codePrefix) }

// Taxes are all that TaxCode chooses from: the countries' by their codes, then
// the territories', then the two that are no country's.
func Taxes() []Tax {
	taxes := make([]Tax, 0, len(countries)+len(territories)+2)
	for i := range countries {
		c := &countries[i]
		taxes = append(taxes, Tax{
			Code: c.taxCode(), Name: c.name + " VAT", Description: "Standard VAT rate, " + c.name, Rate: percent(c.rate),
		})
	}
	for i := range territories {
		t := &territories[i]
		place := t.name + " (" + countryCoded(t.country).name + ")"
		taxes = append(taxes, Tax{
			Code: t.taxCode(), Name: place + " VAT", Description: "Special VAT rate, " + place, Rate: percent(t.rate),
		})
	}
	return append(taxes,
		Tax{Code: CodeReverseCharge, Name: "EU reverse charge", Description: "VAT that the customer owes"},
		Tax{Code: CodeExempt, Name: "EU VAT exemption", Description: "Sale to a customer outside of the EU"},
	)
}

func (c *country) taxCode() string { return codePrefix + strings.ToLower(c.code) + "_standard" }

func (t *territory) taxCode() string {
	return codePrefix + strings.ToLower(t.country) + "_exception_" + t.slug
}

// Parties are what is known of a seller and a customer.
type Parties struct {
	// SellerCountry is that of a member of the Union. Countries are ISO 3166-1
	// alpha-2 codes in upper case.
	SellerCountry string
	// Country, Zipcode and TaxNumber are the customer's; empty where unknown.
	Country   string
	Zipcode   string
	TaxNumber string
}

// TaxCode is the code of the tax that the customer bears:
//
//  1. in a special territory the territory's, in France's only with a VAT
//     number;
//  2. with a VAT number of another country than the seller's, the reverse
//     charge, and with one of the seller's country the standard rate there;
//  3. without a VAT number the standard rate of the customer's country, and of
//     the seller's where that is unknown;
//  4. outside of the Union the exemption.
//
// A tax number that has not the form of a VAT number counts as none.
//
// Lago: VIES is asked about the number, later, and no tax is chosen before it
// has answered. Here the form alone decides, at once. A territory needs the
// customer's country: a zip code alone says little.
func (p Parties) TaxCode() string {
	numberCountry, hasNumber := NumberCountry(p.TaxNumber)
	if t := territoryAt(p.Country, p.Zipcode); t != nil && (hasNumber || t.country != "FR") {
		return t.taxCode()
	}
	if hasNumber && numberCountry != p.SellerCountry {
		return CodeReverseCharge
	}
	place := p.Country
	if hasNumber || place == "" {
		place = p.SellerCountry
	}
	if c := countryCoded(place); c != nil {
		return c.taxCode()
	}
	return CodeExempt
}
