package vat_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/iso"
	"tarn/billing/vat"
)

// rates are all taxes by their codes, in percent.
var rates = map[string]string{
	"lago_eu_at_standard": "20", "lago_eu_be_standard": "21", "lago_eu_bg_standard": "20", "lago_eu_cy_standard": "19",
	"lago_eu_cz_standard": "21", "lago_eu_de_standard": "19", "lago_eu_dk_standard": "25", "lago_eu_ee_standard": "24",
	"lago_eu_es_standard": "21", "lago_eu_fi_standard": "25.5", "lago_eu_fr_standard": "20", "lago_eu_gr_standard": "24",
	"lago_eu_hr_standard": "25", "lago_eu_hu_standard": "27", "lago_eu_ie_standard": "23", "lago_eu_it_standard": "22",
	"lago_eu_lt_standard": "21", "lago_eu_lu_standard": "17", "lago_eu_lv_standard": "21", "lago_eu_mt_standard": "18",
	"lago_eu_nl_standard": "21", "lago_eu_pl_standard": "23", "lago_eu_pt_standard": "23", "lago_eu_ro_standard": "21",
	"lago_eu_se_standard": "25", "lago_eu_si_standard": "22", "lago_eu_sk_standard": "23",

	"lago_eu_at_exception_jungholz": "19", "lago_eu_at_exception_mittelberg": "19",
	"lago_eu_de_exception_busingen_am_hochrhein": "0", "lago_eu_de_exception_heligoland": "0",
	"lago_eu_es_exception_canary_islands": "0", "lago_eu_es_exception_ceuta": "0", "lago_eu_es_exception_melilla": "0",
	"lago_eu_fi_exception_aland_islands": "0",
	"lago_eu_fr_exception_corsica":       "20", "lago_eu_fr_exception_guadeloupe": "8.5", "lago_eu_fr_exception_guyane": "0",
	"lago_eu_fr_exception_martinique": "8.5", "lago_eu_fr_exception_mayotte": "0", "lago_eu_fr_exception_reunion": "8.5",
	"lago_eu_gr_exception_mount_athos":       "0",
	"lago_eu_it_exception_campione_d_italia": "0", "lago_eu_it_exception_livigno": "0",
	"lago_eu_pt_exception_azores": "16", "lago_eu_pt_exception_madeira": "22",

	"lago_eu_reverse_charge": "0", "lago_eu_tax_exempt": "0",
}

func TestTaxes_HaveTheRatesOfTheLaw(t *testing.T) {
	t.Parallel()
	shown := map[string]string{}
	names := map[string]bool{}
	for _, tax := range vat.Taxes() {
		shown[tax.Code] = tax.Rate.String()
		names[tax.Name] = true
		require.NotEmpty(t, tax.Description, tax.Code)
		require.True(t, vat.IsCode(tax.Code), tax.Code)
	}
	require.Equal(t, rates, shown)
	require.Len(t, names, len(rates), "each has a name of its own")
	require.False(t, vat.IsCode("vat"))
}

func TestTaxes_AreThoseOfTheUnionsMembers(t *testing.T) {
	t.Parallel()
	for first := 'A'; first <= 'Z'; first++ {
		for second := 'A'; second <= 'Z'; second++ {
			code := string([]rune{first, second})
			_, known := rates["lago_eu_"+strings.ToLower(code)+"_standard"]
			require.Equal(t, iso.IsUnionMember(code), known, code)
		}
	}
}

// TestParties_TaxCode decides for a French seller, unless a case names another.
func TestParties_TaxCode(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		vat.Parties
		want string
	}{
		{"nothing is known", vat.Parties{}, "lago_eu_fr_standard"},
		{"at home", vat.Parties{Country: "FR"}, "lago_eu_fr_standard"},
		{"elsewhere in the Union", vat.Parties{Country: "DE"}, "lago_eu_de_standard"},
		{"Greece", vat.Parties{Country: "GR"}, "lago_eu_gr_standard"},
		{"outside", vat.Parties{Country: "US"}, "lago_eu_tax_exempt"},
		{"Britain", vat.Parties{Country: "GB"}, "lago_eu_tax_exempt"},

		{"number of the seller's country", vat.Parties{Country: "FR", TaxNumber: "FR12345678901"}, "lago_eu_fr_standard"},
		{"number of another country", vat.Parties{Country: "DE", TaxNumber: "DE123456789"}, "lago_eu_reverse_charge"},
		{"number without a country", vat.Parties{TaxNumber: "DE123456789"}, "lago_eu_reverse_charge"},
		{"the number outweighs the country", vat.Parties{Country: "DE", TaxNumber: "FR12345678901"}, "lago_eu_fr_standard"},
		{"and one outside", vat.Parties{Country: "US", TaxNumber: "IE1234567WI"}, "lago_eu_reverse_charge"},
		{"Greek number of a Greek seller's customer", vat.Parties{SellerCountry: "GR", Country: "GR", TaxNumber: "EL123456789"}, "lago_eu_gr_standard"},
		{"number of Northern Ireland", vat.Parties{Country: "GB", TaxNumber: "XI123456789"}, "lago_eu_reverse_charge"},
		{"malformed number counts as none", vat.Parties{Country: "DE", TaxNumber: "DE12"}, "lago_eu_de_standard"},
		{"malformed number outside", vat.Parties{Country: "US", TaxNumber: "12-3456789"}, "lago_eu_tax_exempt"},

		{"special territory", vat.Parties{Country: "ES", Zipcode: "38001"}, "lago_eu_es_exception_canary_islands"},
		{"special territory with a number", vat.Parties{Country: "ES", Zipcode: "38001", TaxNumber: "ESX1234567X"}, "lago_eu_es_exception_canary_islands"},
		{"special territory of the seller's country", vat.Parties{SellerCountry: "DE", Country: "DE", Zipcode: "27498"}, "lago_eu_de_exception_heligoland"},
		{"the zip code of another country", vat.Parties{Country: "IT", Zipcode: "38001"}, "lago_eu_it_standard"},
		{"a zip code without a country", vat.Parties{SellerCountry: "ES", Zipcode: "38001"}, "lago_eu_es_standard"},
		{"French territory without a number", vat.Parties{Country: "FR", Zipcode: "97400"}, "lago_eu_fr_standard"},
		{"French territory with a malformed number", vat.Parties{Country: "FR", Zipcode: "97400", TaxNumber: "FR1"}, "lago_eu_fr_standard"},
		{"French territory with a number", vat.Parties{Country: "FR", Zipcode: "97400", TaxNumber: "FR12345678901"}, "lago_eu_fr_exception_reunion"},
		{"French territory of a foreign seller", vat.Parties{SellerCountry: "DE", Country: "FR", Zipcode: "97400", TaxNumber: "FR12345678901"}, "lago_eu_fr_exception_reunion"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.SellerCountry == "" {
				c.SellerCountry = "FR"
			}
			require.Equal(t, c.want, c.TaxCode())
		})
	}
}

// TestParties_ZipCodesOfTerritories names the first and the last zip code of
// every territory, and the neighbours that are outside.
func TestParties_ZipCodesOfTerritories(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ inside, outside []string }{
		"AT jungholz":              {[]string{"6691", "A-6691", "AT 6691"}, []string{"6690", "6692", "66910", "06691"}},
		"AT mittelberg":            {[]string{"6991", "6992", "6993"}, []string{"6990", "6994"}},
		"DE busingen_am_hochrhein": {[]string{"78266", "D-78266"}, []string{"78265", "78267", "8238", "782661"}},
		"DE heligoland":            {[]string{"27498"}, []string{"27497", "27499", ""}},
		"ES canary_islands":        {[]string{"35000", "35999", "38000", "38999"}, []string{"34999", "36000", "37999", "39000"}},
		"ES ceuta":                 {[]string{"51001", "51999"}, []string{"50999", "5100"}},
		"ES melilla":               {[]string{"52001", "52999"}, []string{"53000"}},
		"FI aland_islands":         {[]string{"22000", "22999", "AX-22100"}, []string{"21999", "23000"}},
		"FR corsica":               {[]string{"20000", "20 600"}, []string{"19999", "21000", "2A000"}},
		"FR guadeloupe":            {[]string{"97100", "97199"}, []string{"97099", "97133", "97150"}},
		"FR martinique":            {[]string{"97200", "97299"}, nil},
		"FR guyane":                {[]string{"97300", "97399"}, nil},
		"FR reunion":               {[]string{"97400", "97499"}, []string{"97500"}},
		"FR mayotte":               {[]string{"97600", "97699", "F-97600"}, []string{"97599", "97700", "98000"}},
		"GR mount_athos":           {[]string{"63086", "630 86"}, []string{"63085", "6308"}},
		"IT campione_d_italia":     {[]string{"22061"}, []string{"22060", "22062"}},
		"IT livigno":               {[]string{"23041"}, []string{"23030", "23040"}},
		"PT azores":                {[]string{"9500", "9500-123", "9999-999"}, []string{"9499x", "95001", "9500-12"}},
		"PT madeira":               {[]string{"9000", "9000-001", "9499-999"}, []string{"8999-999"}},
	}
	territories := 0
	for code := range rates {
		if strings.Contains(code, "_exception_") {
			territories++
		}
	}
	require.Len(t, cases, territories)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			country, slug, _ := strings.Cut(name, " ")
			prefix := "lago_eu_" + strings.ToLower(country)
			// Who has a VAT number is in a territory of any country.
			at := func(zip string) string {
				return vat.Parties{SellerCountry: "FR", Country: country, Zipcode: zip, TaxNumber: "FR12345678901"}.TaxCode()
			}
			for _, zip := range c.inside {
				require.Equal(t, prefix+"_exception_"+slug, at(zip), zip)
			}
			for _, zip := range c.outside {
				require.Equal(t, "lago_eu_fr_standard", at(zip), zip)
			}
		})
	}
}

// TestParties_TaxCodeIsOneOfTheTaxes for whatever clients send.
func TestParties_TaxCodeIsOneOfTheTaxes(t *testing.T) {
	t.Parallel()
	var countries, numbers []string
	for country, examples := range wellFormed {
		countries = append(countries, country)
		numbers = append(numbers, examples...)
	}
	sellers := []string{"AT", "DE", "ES", "FR", "GR", "PT"}
	rapid.Check(t, func(t *rapid.T) {
		parties := vat.Parties{
			SellerCountry: rapid.SampledFrom(sellers).Draw(t, "seller"),
			Country:       rapid.OneOf(rapid.SampledFrom(append(countries, "", "US")), rapid.String()).Draw(t, "country"),
			Zipcode:       rapid.OneOf(rapid.StringMatching(`([A-Z]{1,2}-)?[0-9]{3,7}`), rapid.String()).Draw(t, "zip code"),
			TaxNumber:     rapid.OneOf(rapid.SampledFrom(append(numbers, "")), rapid.String()).Draw(t, "number"),
		}
		code := parties.TaxCode()
		if _, known := rates[code]; !known {
			t.Fatalf("%+v bears %q", parties, code)
		}
		if _, valid := vat.NumberCountry(parties.TaxNumber); code == vat.CodeReverseCharge && !valid {
			t.Fatalf("%+v owes the tax without a VAT number", parties)
		}
	})
}
