package render_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"tarn/billing/charge"
	"tarn/billing/period"
	"tarn/render"
)

func day(year int, month time.Month, date int) period.Date { return period.NewDate(year, month, date) }

func days(from, to period.Date) *render.Period { return &render.Period{From: from, To: to} }

func dec(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func amount(text string) charge.Decimal { return charge.Decimal{Decimal: dec(text)} }

func rates(texts ...string) []decimal.Decimal {
	rates := make([]decimal.Decimal, 0, len(texts))
	for _, text := range texts {
		rates = append(rates, dec(text))
	}
	return rates
}

func rangeOf(from, to string) charge.RangeBounds {
	bounds := charge.RangeBounds{FromValue: json.Number(from)}
	if to != "" {
		upper := json.Number(to)
		bounds.ToValue = &upper
	}
	return bounds
}

// picture draws something that could be a logo.
func picture(width, height int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			dx, dy := float64(x-height/2), float64(y-height/2)
			if math.Hypot(dx, dy) < float64(height)/2-2 || x > height+10 && y > height/3 && y < 2*height/3 {
				img.Set(x, y, color.NRGBA{R: 13, G: 110, B: 120, A: 255})
			}
		}
	}
	return img
}

func pngLogo() *render.Logo {
	var b bytes.Buffer
	_ = png.Encode(&b, picture(420, 120))
	return &render.Logo{ContentType: "image/png", Content: b.Bytes()}
}

func jpegLogo() *render.Logo {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, picture(100, 100), nil)
	return &render.Logo{ContentType: "image/jpeg", Content: b.Bytes()}
}

// frame is an invoice without fees.
func frame() render.Document {
	due := day(2026, time.December, 30)
	return render.Document{Paper: render.Paper{
		Number: "TAR-1A2B-001-012", CreatedAt: time.Date(2026, time.November, 30, 9, 30, 0, 0, time.UTC),
		IssuingDate: day(2026, time.November, 30), Currency: "EUR", Locale: "en",
		From: render.Party{
			Name: "Bergsee Software", LegalName: "Bergsee Software GmbH", LegalNumber: "HRB 123456", TaxNumber: "DE136695976",
			Address: render.Address{Line1: "Hafenstraße 7", Zipcode: "78462", City: "Konstanz", Country: "DE"}, Email: "billing@bergsee.example",
		},
		To: render.Party{
			Name: "Atelier Lumière", LegalName: "Atelier Lumière SARL", TaxNumber: "FR40303265045",
			Address: render.Address{Line1: "12 rue des Martyrs", Line2: "Bâtiment C", Zipcode: "75009", City: "Paris", Country: "FR"}, Email: "compta@lumiere.example",
			Details: []render.Pair{{Name: "Cost centre", Value: "4711"}},
		},
		Footer: "Bergsee Software GmbH · Sparkasse Bodensee · IBAN DE89 3704 0044 0532 0130 00 · BIC COBADEFFXXX",
	}, DueDate: &due}
}

// oneOff sells two add-ons.
func oneOff() render.Document {
	doc := frame()
	doc.Groups = []render.Group{{Fees: []render.Fee{
		{Name: "Setup of the account", Notes: []string{"Data import and two days of training"}, Units: dec("2"), UnitAmount: dec("1200"), Amount: 240000, TaxRates: rates("20")},
		{Name: "Support hours", Units: dec("1.5"), UnitAmount: dec("80"), Amount: 12000, TaxRates: rates("20"), Period: days(day(2026, 11, 1), day(2026, 11, 30))},
	}, Subtotal: 252000}}
	doc.Totals = render.Totals{
		Fees: 252000, ExcludingTaxes: 252000, Taxes: []render.Tax{{Name: "VAT", Rate: dec("20"), Base: 252000, Amount: 50400}},
		IncludingTaxes: 302400, Total: 302400, Due: 302400,
	}
	return doc
}

// usage has a fee of each model that explains itself.
func usage() render.Document {
	doc := frame()
	doc.Logo, doc.PurchaseOrderNumber = pngLogo(), "PO-2026-0815"
	to20 := rates("20")
	doc.Groups = []render.Group{{Title: "Scale plan – production", Period: days(day(2026, 11, 1), day(2026, 11, 30)), Fees: []render.Fee{
		{Kind: render.FeeSubscription, Units: dec("1"), UnitAmount: dec("499"), Amount: 49900, TaxRates: to20, Period: days(day(2026, 12, 1), day(2026, 12, 31))},
		{Name: "API calls", Notes: []string{"Region: Europe"}, Units: dec("125000"), UnitAmount: dec("0.00168"), Amount: 21000, TaxRates: to20, Details: charge.GraduatedDetails{Ranges: []charge.GraduatedRange{
			{RangeBounds: rangeOf("0", "10000"), FlatUnitAmount: amount("10"), PerUnitAmount: amount("0.002"), Units: amount("10000"), PerUnitTotalAmount: amount("20"), TotalWithFlatAmount: amount("30")},
			{RangeBounds: rangeOf("10001", "100000"), FlatUnitAmount: amount("0"), PerUnitAmount: amount("0.0015"), Units: amount("90000"), PerUnitTotalAmount: amount("135"), TotalWithFlatAmount: amount("135")},
			{RangeBounds: rangeOf("100001", ""), FlatUnitAmount: amount("20"), PerUnitAmount: amount("0.001"), Units: amount("25000"), PerUnitTotalAmount: amount("25"), TotalWithFlatAmount: amount("45")},
		}}},
		{Name: "Seats", Units: dec("120"), UnitAmount: dec("4.25"), Amount: 51000, TaxRates: to20, Details: charge.VolumeDetails{FlatUnitAmount: amount("30"), PerUnitAmount: amount("4"), PerUnitTotalAmount: amount("480")}},
		{Name: "E-mails", Units: dec("12500"), UnitAmount: dec("0.005217391304347826"), Amount: 6000, TaxRates: to20, Details: charge.PackageDetails{FreeUnits: amount("1000"), PaidUnits: amount("11500"), PerPackageSize: 1000, PerPackageUnitAmount: amount("5")}},
		{Name: "Card payments", Units: dec("25000"), UnitAmount: dec("0.01548"), Amount: 38700, TaxRates: to20, Details: charge.PercentageDetails{
			Units: amount("25000"), FreeUnits: amount("1000"), PaidUnits: amount("24000"), Rate: amount("1.2"), PerUnitTotalAmount: amount("288"), PaidEvents: 450, FixedFeeUnitAmount: amount("0.25"), FixedFeeTotalAmount: amount("112.5"), MinMaxAdjustmentTotalAmount: amount("-13.5"),
		}},
		{Name: "Volume of payouts", Units: dec("50000"), UnitAmount: dec("0.012"), Amount: 60000, TaxRates: to20, Details: charge.GraduatedPercentageDetails{Ranges: []charge.GraduatedPercentageRange{
			{RangeBounds: rangeOf("0", "20000"), FlatUnitAmount: amount("0"), Rate: amount("1.5"), Units: amount("20000"), PerUnitTotalAmount: amount("300")},
			{RangeBounds: rangeOf("20001", ""), FlatUnitAmount: amount("0"), Rate: amount("1"), Units: amount("30000"), PerUnitTotalAmount: amount("300")},
		}}},
		{Name: "Compute", Units: dec("1250"), UnitAmount: dec("0.5"), Amount: 6250, TaxRates: to20, PricingUnit: &render.PricingUnit{ShortName: "CU", Amount: dec("625"), ConversionRate: dec("0.1")}},
		{Kind: render.FeeTrueUp, Name: "Compute", Units: dec("1"), UnitAmount: dec("37.5"), Amount: 3750, TaxRates: to20},
		{Kind: render.FeeCommitment, Units: dec("1"), UnitAmount: dec("100"), Amount: 10000, TaxRates: to20},
	}, Subtotal: 246600}}
	doc.Totals = render.Totals{
		Fees: 246600, Progressive: []render.Credit{{Name: "TAR-1A2B-001-011", Amount: 20000}}, ExcludingTaxes: 226600,
		Taxes: []render.Tax{{Name: "VAT", Rate: dec("20"), Base: 226600, Amount: 45320}}, IncludingTaxes: 271920, Total: 271920, Due: 271920,
	}
	return doc
}

// taxes has several taxes and coupons, in French.
func taxes() render.Document {
	doc := frame()
	doc.Locale = "fr"
	doc.Groups = []render.Group{
		{Title: "Offre Standard", Period: days(day(2026, 11, 1), day(2026, 11, 30)), Fees: []render.Fee{
			{Kind: render.FeeSubscription, Units: dec("1"), UnitAmount: dec("7333.33"), Amount: 733333, TaxRates: rates("20")},
			{Name: "Stockage", Units: dec("1234567.891"), UnitAmount: dec("0.0021"), Amount: 259259, TaxRates: rates("20", "5")},
		}, Subtotal: 992592},
		{Title: "Offre Équipe", Period: days(day(2026, 11, 1), day(2026, 11, 30)), Fees: []render.Fee{
			{Name: "Formation", Units: dec("1"), UnitAmount: dec("167"), Amount: 16700},
			{Name: "Livres", Units: dec("4"), UnitAmount: dec("12.5"), Amount: 5000, TaxRates: rates("5.5", "2.125", "0.5")},
		}, Subtotal: 21700},
	}
	doc.Totals = render.Totals{
		Fees: 1014292, Coupons: []render.Credit{{Name: "Bienvenue 2026", Amount: 10000}, {Name: "Partenaire −10 %", Amount: 100429}}, ExcludingTaxes: 903863,
		Taxes: []render.Tax{
			{Name: "TVA", Rate: dec("20"), Base: 884512, Amount: 176902},
			{Name: "Taxe locale", Rate: dec("5"), Base: 231042, Amount: 11552},
			{Name: "TVA réduite", Rate: dec("5.5"), Base: 4456, Amount: 245},
			{Name: "Autoliquidation", Description: "TVA due par le preneur, article 283-2 du CGI", Rate: dec("0"), Base: 14883},
		},
		IncludingTaxes: 1092562, Total: 1092562, Due: 1092562,
	}
	doc.Sections = []render.Section{{Title: "Conditions de paiement", Text: "En cas de retard de paiement, une pénalité égale à trois fois le taux d’intérêt légal sera exigible.\nIndemnité forfaitaire pour frais de recouvrement : 40 €."}}
	return doc
}

// long fills several pages.
func long() render.Document {
	doc := frame()
	doc.Logo = jpegLogo()
	doc.Locale = "de"
	for g := range 3 {
		group := render.Group{Title: fmt.Sprintf("Vertrag Nummer %d", g+1), Period: days(day(2026, 11, 1), day(2026, 11, 30))}
		for i := range 14 {
			group.Fees = append(group.Fees, render.Fee{Name: fmt.Sprintf("Dienst %d", i+1), Notes: []string{"Rechenzentrum: Frankfurt"}, Units: decimal.NewFromInt(int64(i + 1)), UnitAmount: dec("12.5"), Amount: int64(1250 * (i + 1)), TaxRates: rates("19")})
			group.Subtotal += int64(1250 * (i + 1))
		}
		doc.Groups = append(doc.Groups, group)
	}
	doc.Totals = render.Totals{Fees: 393750, ExcludingTaxes: 393750, Taxes: []render.Tax{{Name: "Umsatzsteuer", Rate: dec("19"), Base: 393750, Amount: 74813}}, IncludingTaxes: 468563, Total: 468563, Due: 468563}
	return doc
}

// credited is paid by credits, in dollars.
func credited() render.Document {
	doc := frame()
	doc.Currency = "USD"
	doc.To.Address = render.Address{Line1: "500 Howard St", City: "San Francisco", State: "CA", Zipcode: "94105", Country: "US"}
	doc.Kind = render.KindProgressive
	threshold := int64(1000000)
	doc.Threshold = &threshold
	doc.Groups = []render.Group{{Title: "Pay as you go", Period: days(day(2026, 11, 1), day(2026, 11, 17)), Fees: []render.Fee{
		{Name: "Tokens", Units: dec("9000000"), UnitAmount: dec("0.00001"), Amount: 9000, TaxRates: rates("20.911")},
	}, Subtotal: 9000}}
	doc.Totals = render.Totals{
		Fees: 9000, ExcludingTaxes: 9000, Taxes: []render.Tax{{Name: "Sales tax", Rate: dec("20.911"), Base: 9000, Amount: 1882}},
		IncludingTaxes: 10882, CreditNotes: []render.Credit{{Name: "TAR-1A2B-001-009-CN001", Amount: 500}}, Prepaid: 4000, Total: 6382, Paid: 1000, Offset: 382, Due: 5000,
	}
	return doc
}

// japanese is for a customer whose name is not Latin, in a currency without
// cents.
func japanese() render.Document {
	doc := frame()
	doc.Currency, doc.Kind = "JPY", render.KindCredit
	doc.To = render.Party{Name: "株式会社ミナト 東京支店", Address: render.Address{Line1: "千代田区丸の内1-1-1", Zipcode: "100-0005", City: "東京", Country: "JP"}, Details: []render.Pair{{Name: "Контакт", Value: "Ольга Ёлкина"}, {Name: "Υπεύθυνος", Value: "Γιώργος 😀"}}}
	doc.Groups = []render.Group{{Fees: []render.Fee{{Kind: render.FeeCredit, Units: dec("1000"), UnitAmount: dec("150"), Amount: 150000}}, Subtotal: 150000}}
	doc.Totals = render.Totals{Fees: 150000, ExcludingTaxes: 150000, IncludingTaxes: 150000, Total: 150000, Due: 150000}
	return doc
}

// wordy has a name that does not end, and is self-billed and void.
func wordy() render.Document {
	doc := oneOff()
	doc.Locale, doc.SelfBilled, doc.Voided = "es", true, true
	doc.Logo = &render.Logo{ContentType: "image/svg+xml", Content: []byte("<svg xmlns='http://www.w3.org/2000/svg'/>")}
	doc.To.LegalName = strings.Repeat("Gesellschaft für Beteiligungen und Verwaltung ", 6) + "mbH & Co. KG"
	doc.To.Details = append(doc.To.Details, render.Pair{Name: "Referencia", Value: strings.Repeat("0123456789", 12)})
	doc.Groups[0].Fees[0].Name = strings.Repeat("Donaudampfschifffahrtsgesellschaft", 5)
	return doc
}

// samples are what there is to look at.
func samples() map[string]render.Document {
	italian, brazilian, dinars := oneOff(), oneOff(), oneOff()
	italian.Locale, brazilian.Locale, brazilian.Currency, brazilian.Kind = "it", "pt-BR", "BRL", render.KindAdvance
	dinars.Locale, dinars.Currency = "nb", "BHD"
	return map[string]render.Document{
		"one_off": oneOff(), "usage": usage(), "taxes": taxes(), "long": long(), "credited": credited(), "japanese": japanese(),
		"wordy": wordy(), "italian": italian, "brazilian": brazilian, "dinars": dinars,
	}
}

// rendered are all samples, and how their files are made.
func rendered() map[string]func() ([]byte, error) {
	files := map[string]func() ([]byte, error){}
	for name, doc := range samples() {
		files[name] = func() ([]byte, error) { return render.Invoice(doc) }
	}
	for name, note := range notes() {
		files[name] = func() ([]byte, error) { return render.CreditNote(note) }
	}
	for name, receipt := range receipts() {
		files[name] = func() ([]byte, error) { return render.PaymentReceipt(receipt) }
	}
	return files
}
