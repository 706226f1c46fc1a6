package render_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/locale"
	"tarn/render"
	"tarn/render/rendertest"
)

// note gives something back of two subscriptions, in each of the three ways.
func note() render.Note {
	doc := frame()
	doc.Number, doc.PurchaseOrderNumber = "TAR-1A2B-001-012-CN001", "PO-2026-0815"
	to20, both := rates("20"), rates("20", "5")
	first := days(day(2026, time.November, 1), day(2026, time.November, 30))
	return render.Note{
		Paper: doc.Paper, InvoiceNumber: "TAR-1A2B-001-012",
		Groups: []render.Group{
			{Title: "Scale plan – production", Period: first, Subtotal: 44000, Fees: []render.Fee{
				{Kind: render.FeeSubscription, Amount: 40000, TaxRates: to20},
				{Name: "API calls", Notes: []string{"Region: Europe"}, Amount: 4000, TaxRates: both},
			}},
			{Title: "Scale plan – tests", Period: first, Subtotal: 6000, Fees: []render.Fee{
				{Kind: render.FeeTrueUp, Name: "API calls", Amount: 6000, TaxRates: to20, Period: days(day(2026, time.October, 1), day(2026, time.October, 31))},
			}},
		},
		Totals: render.NoteTotals{
			Items: 50000, Coupons: 5000, ExcludingTaxes: 45000,
			Taxes: []render.Tax{{Name: "VAT", Rate: dec("20"), Base: 45000, Amount: 9000}, {Name: "Local tax", Description: "On usage only", Rate: dec("5"), Base: 3600, Amount: 180}},
			Total: 54180, Credited: 30000, Refunded: 20000, Offset: 4180,
		},
	}
}

// plainNote gives one fee back as credit.
func plainNote() render.Note {
	plain := note()
	plain.Groups = []render.Group{{Fees: []render.Fee{{Name: "Setup of the account", Amount: 240000, TaxRates: rates("20")}}, Subtotal: 240000}}
	plain.Totals = render.NoteTotals{
		Items: 240000, ExcludingTaxes: 240000, Taxes: []render.Tax{{Name: "VAT", Rate: dec("20"), Base: 240000, Amount: 48000}}, Total: 288000, Credited: 288000,
	}
	return plain
}

// notes are what there is to look at: one in each language, and odd ones.
func notes() map[string]render.Note {
	samples := map[string]render.Note{"note_plain": plainNote()}
	for _, tag := range languages {
		each := note()
		each.Locale = tag
		samples["note_"+strings.ToLower(tag)] = each
	}
	voided := plainNote()
	voided.Locale, voided.SelfBilled, voided.Voided, voided.Logo = "de", true, true, pngLogo()
	long := plainNote()
	for i := range 60 {
		long.Groups[0].Fees = append(long.Groups[0].Fees, render.Fee{Name: fmt.Sprintf("Service %d, %s", i+1, strings.Repeat("which has a long name and ", 4)), Amount: int64(i), TaxRates: rates("5.5", "2.125", "0.5")})
	}
	samples["note_voided"], samples["note_long"] = voided, long
	return samples
}

// TestCreditNote_HasNoUnitsAndPrices leaves out what is not credited by.
func TestCreditNote_HasNoUnitsAndPrices(t *testing.T) {
	t.Parallel()
	priced := plainNote()
	priced.Groups[0].Fees[0].Units, priced.Groups[0].Fees[0].UnitAmount = dec("77"), dec("88")
	file, err := render.CreditNote(priced)
	require.NoError(t, err)
	plain, err := render.CreditNote(plainNote())
	require.NoError(t, err)
	require.True(t, bytes.Equal(plain, file))
	text := rendertest.Text(t, file)
	require.Contains(t, text, "Item | Tax | Amount\nSetup of the account | 20% | €2,400.00\n")
}

// TestCreditNote_BearsEverything renders notes that nobody would write, with
// everything that stands on invoices that nobody would write.
func TestCreditNote_BearsEverything(t *testing.T) {
	t.Parallel()
	for seed := range 10 {
		checkNoteBearing(t, anyNote().Example(seed))
	}
}

// FuzzCreditNote is TestCreditNote_BearsEverything without an end.
func FuzzCreditNote(f *testing.F) {
	f.Add([]byte{})
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { checkNoteBearing(t, anyNote().Draw(t, "note")) }))
}

// checkNoteBearing renders a note and looks for its amounts.
func checkNoteBearing(t rapid.TB, made render.Note) {
	file, err := render.CreditNote(made)
	require.NoError(t, err)
	text := solid(rendertest.Text(t, file))
	totals := made.Totals
	amounts := []int64{totals.ExcludingTaxes, totals.Total, totals.Credited, totals.Refunded, totals.Offset}
	for _, tax := range totals.Taxes {
		amounts = append(amounts, tax.Amount, tax.Base)
	}
	for _, group := range made.Groups {
		for _, fee := range group.Fees {
			amounts = append(amounts, fee.Amount)
		}
	}
	for _, amount := range amounts {
		if amount != 0 {
			require.Contains(t, text, solid(locale.Of(made.Locale).Amount(amount, made.Currency)))
		}
	}
}

func anyNote() *rapid.Generator[render.Note] {
	return rapid.Custom(func(t *rapid.T) render.Note {
		doc := anyDocument().Draw(t, "document")
		cents := func(label string) int64 { return rapid.Int64Min(-9223372036854775807).Draw(t, label) }
		return render.Note{
			Paper: doc.Paper, InvoiceNumber: texts().Draw(t, "invoice"), Groups: doc.Groups,
			Totals: render.NoteTotals{
				Items: cents("items"), Coupons: cents("coupons"), ExcludingTaxes: cents("excluding"), Taxes: doc.Totals.Taxes,
				Total: cents("total"), Credited: cents("credited"), Refunded: cents("refunded"), Offset: cents("offset"),
			},
		}
	})
}
