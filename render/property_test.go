package render_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/charge"
	"tarn/billing/period"
	"tarn/locale"
	"tarn/render"
	"tarn/render/rendertest"
)

// TestInvoice_BearsEverything renders documents that nobody would write: any
// texts, amounts, numbers and days. Every amount stands on them. A file takes long
// with the race detector, so there are a few here; FuzzInvoice tries more.
func TestInvoice_BearsEverything(t *testing.T) {
	t.Parallel()
	for seed := range 25 {
		checkBearing(t, anyDocument().Example(seed))
	}
}

// FuzzInvoice is TestInvoice_BearsEverything without an end.
func FuzzInvoice(f *testing.F) {
	f.Add([]byte{})
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { checkBearing(t, anyDocument().Draw(t, "document")) }))
}

// checkBearing renders a document and looks for its amounts.
func checkBearing(t rapid.TB, doc render.Document) {
	file, err := render.Invoice(doc)
	require.NoError(t, err)
	text := solid(rendertest.Text(t, file))
	for _, amount := range amountsOf(doc) {
		require.Contains(t, text, solid(locale.Of(doc.Locale).Amount(amount, doc.Currency)))
	}
}

// TestInvoice_BearsHundredsOfFees renders none and very many.
func TestInvoice_BearsHundredsOfFees(t *testing.T) {
	t.Parallel()
	for _, count := range []int{0, 1, 300} {
		doc := frame()
		group := render.Group{Title: "Everything"}
		for i := range count {
			group.Fees = append(group.Fees, render.Fee{Name: "Fee", Units: decimal.NewFromInt(1), UnitAmount: decimal.New(int64(i), -2), Amount: int64(7_000_000 + i)})
		}
		doc.Groups = []render.Group{group}
		file, err := render.Invoice(doc)
		require.NoError(t, err)
		text := rendertest.Text(t, file)
		for i := range count {
			require.Contains(t, text, locale.Of("en").Amount(int64(7_000_000+i), "EUR"))
		}
		require.Equal(t, count, strings.Count(text, "Fee | 1 | "))
	}
}

// TestInvoice_BearsTextsWithoutEnd renders texts that are longer than pages.
func TestInvoice_BearsTextsWithoutEnd(t *testing.T) {
	t.Parallel()
	endless := strings.Repeat("word ", 1_000) + strings.Repeat("漢", 10_000)
	doc := oneOff()
	doc.Number, doc.PurchaseOrderNumber, doc.Footer = endless, endless, endless
	doc.To.Name, doc.From.Name, doc.From.LegalName = endless, endless, endless
	doc.Groups[0].Title, doc.Groups[0].Fees[0].Name = endless, endless
	doc.Totals.Coupons = []render.Credit{{Name: endless, Amount: 1}}
	doc.Sections = []render.Section{{Title: endless, Text: endless}}
	file, err := render.Invoice(doc)
	require.NoError(t, err)
	require.Contains(t, rendertest.Text(t, file), "€2,520.00")
}

// solid leaves spaces, lines and bars out, at which long amounts are broken.
func solid(text string) string {
	return strings.NewReplacer(" ", "", "\n", "", "|", "", "\u00A0", "", "\u202F", "", "\f", "").Replace(text)
}

// amountsOf are those of a document that are always shown.
func amountsOf(doc render.Document) []int64 {
	amounts := []int64{doc.Totals.ExcludingTaxes, doc.Totals.Total, doc.Totals.Due}
	for _, group := range doc.Groups {
		for _, fee := range group.Fees {
			amounts = append(amounts, fee.Amount)
		}
	}
	for _, tax := range doc.Totals.Taxes {
		amounts = append(amounts, tax.Amount, tax.Base)
	}
	for _, coupon := range doc.Totals.Coupons {
		amounts = append(amounts, -coupon.Amount)
	}
	return amounts
}

// texts are short and long, of characters that there are and that there are not.
func texts() *rapid.Generator[string] {
	odd := []rune{' ', '\n', '\t', 0, 0x7f, '\u00A0', '\u200B', '\u0301', '\u202E', 'ש', 'ا', '😀', '(', ')', '\\', '{', '0', '}', utf8.RuneError}
	word := rapid.StringOf(rapid.RuneFrom(odd, unicode.Latin, unicode.Cyrillic, unicode.Greek))
	return rapid.OneOf(word, word, rapid.Just(""), rapid.Just("\n\n"), rapid.SampledFrom([]string{"{0} {1}", "a\\(b)\\", "\xff\xfe"}))
}

func decimals() *rapid.Generator[decimal.Decimal] {
	return rapid.Custom(func(t *rapid.T) decimal.Decimal {
		return decimal.New(rapid.Int64().Draw(t, "digits"), rapid.Int32Range(-40, 40).Draw(t, "exponent"))
	})
}

func anyDays() *rapid.Generator[*render.Period] {
	return rapid.Ptr(rapid.Custom(func(t *rapid.T) render.Period {
		from := rapid.IntRange(0, 3_000_000).Draw(t, "from")
		return render.Period{From: period.Date{}.AddDays(from), To: period.Date{}.AddDays(from + rapid.IntRange(0, 400).Draw(t, "days"))}
	}), true)
}

func anyDetails() *rapid.Generator[charge.Details] {
	return rapid.Custom(func(t *rapid.T) charge.Details {
		some := func() charge.Decimal { return charge.Decimal{Decimal: decimals().Draw(t, "detail")} }
		bounds := charge.RangeBounds{FromValue: json.Number(rapid.SampledFrom([]string{"0", "1.5", "", "x"}).Draw(t, "from"))}
		return rapid.SampledFrom([]charge.Details{
			nil,
			charge.NoDetails{},
			charge.GraduatedDetails{Ranges: []charge.GraduatedRange{{RangeBounds: bounds, FlatUnitAmount: some(), Units: some(), PerUnitTotalAmount: some()}}},
			charge.GraduatedPercentageDetails{Ranges: []charge.GraduatedPercentageRange{{RangeBounds: bounds, Rate: some(), Units: some()}}},
			charge.VolumeDetails{FlatUnitAmount: some(), PerUnitAmount: some()},
			charge.PackageDetails{FreeUnits: some(), PaidUnits: some(), PerPackageSize: rapid.Int64().Draw(t, "size"), PerPackageUnitAmount: some()},
			charge.PercentageDetails{FreeUnits: some(), PaidUnits: some(), Rate: some(), FixedFeeTotalAmount: some(), MinMaxAdjustmentTotalAmount: some()},
		}).Draw(t, "details")
	})
}

func anyFee() *rapid.Generator[render.Fee] {
	return rapid.Custom(func(t *rapid.T) render.Fee {
		fee := render.Fee{
			Kind: render.FeeKind(rapid.IntRange(0, 4).Draw(t, "kind")), Name: texts().Draw(t, "name"), Notes: rapid.SliceOfN(texts(), 0, 2).Draw(t, "notes"),
			Period: anyDays().Draw(t, "period"), Units: decimals().Draw(t, "units"), UnitAmount: decimals().Draw(t, "unit amount"),
			Amount: rapid.Int64().Draw(t, "amount"), TaxRates: rapid.SliceOfN(decimals(), 0, 3).Draw(t, "rates"), Details: anyDetails().Draw(t, "details"),
		}
		if rapid.Bool().Draw(t, "priced") {
			fee.PricingUnit = &render.PricingUnit{ShortName: texts().Draw(t, "unit"), Amount: decimals().Draw(t, "priced"), ConversionRate: decimals().Draw(t, "rate")}
		}
		return fee
	})
}

// anyDocument has amounts that any integer can be but the least, which has no
// opposite.
func anyDocument() *rapid.Generator[render.Document] {
	return rapid.Custom(func(t *rapid.T) render.Document {
		cents := func(label string) int64 { return rapid.Int64Min(-9223372036854775807).Draw(t, label) }
		doc := frame()
		doc.Kind = render.Kind(rapid.IntRange(0, 3).Draw(t, "kind"))
		doc.Currency = rapid.SampledFrom([]string{"EUR", "JPY", "BHD", "CLF", "USD", "XXX", ""}).Draw(t, "currency")
		doc.Locale = rapid.SampledFrom(append(languages, "", "x", "zh-TW")).Draw(t, "locale")
		doc.SelfBilled, doc.Voided = rapid.Bool().Draw(t, "self-billed"), rapid.Bool().Draw(t, "void")
		doc.Number, doc.PurchaseOrderNumber, doc.Footer = texts().Draw(t, "number"), texts().Draw(t, "order"), texts().Draw(t, "footer")
		doc.To = render.Party{
			Name: rapid.OneOf(texts(), texts(), texts(), rapid.Just("株式会社ミナト")).Draw(t, "to"), LegalName: texts().Draw(t, "legal"), Email: texts().Draw(t, "email"),
			Address: render.Address{Line1: texts().Draw(t, "line"), City: texts().Draw(t, "city"), Country: rapid.SampledFrom([]string{"DE", "US", "", "??", "ZZ"}).Draw(t, "country")},
			Details: []render.Pair{{Name: texts().Draw(t, "key"), Value: texts().Draw(t, "value")}},
		}
		if rapid.Bool().Draw(t, "logo") {
			doc.Logo = &render.Logo{Content: rapid.SliceOf(rapid.Byte()).Draw(t, "picture")}
		}
		doc.Groups = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) render.Group {
			return render.Group{Title: texts().Draw(t, "title"), Period: anyDays().Draw(t, "period"), Fees: rapid.SliceOfN(anyFee(), 0, 4).Draw(t, "fees"), Subtotal: rapid.Int64().Draw(t, "subtotal")}
		}), 0, 3).Draw(t, "groups")
		doc.Totals = render.Totals{Fees: cents("fees"), ExcludingTaxes: cents("excluding"), Total: cents("total"), Due: cents("due"), Prepaid: cents("prepaid"), Paid: cents("paid")}
		for range rapid.IntRange(0, 2).Draw(t, "lines") {
			doc.Totals.Taxes = append(doc.Totals.Taxes, render.Tax{Name: texts().Draw(t, "tax"), Description: texts().Draw(t, "why"), Rate: decimals().Draw(t, "rate"), Base: cents("base"), Amount: cents("tax amount")})
			doc.Totals.Coupons = append(doc.Totals.Coupons, render.Credit{Name: texts().Draw(t, "coupon"), Amount: cents("coupon amount")})
		}
		doc.Sections = []render.Section{{Title: texts().Draw(t, "section"), Text: texts().Draw(t, "text")}}
		return doc
	})
}
