package render_test

import (
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

// receipt confirms a transfer for two invoices.
func receipt() render.Receipt {
	doc := frame()
	doc.Number = "TAR-1A2B-001-RCPT-000007"
	return render.Receipt{
		Paper: doc.Paper, PaidOn: day(2026, time.December, 24), Reference: "Transfer of December", Paid: 364180,
		Invoices: []render.PaidInvoice{
			{Number: "TAR-1A2B-001-012", IssuingDate: day(2026, time.November, 30), Total: 354180},
			{Number: "TAR-1A2B-001-013", IssuingDate: day(2026, time.December, 1), Total: 20000},
		},
	}
}

// receipts are what there is to look at: one in each language, and odd ones.
func receipts() map[string]render.Receipt {
	samples := map[string]render.Receipt{}
	for _, tag := range languages {
		each := receipt()
		each.Locale = tag
		samples["receipt_"+strings.ToLower(tag)] = each
	}
	collected := receipt()
	collected.Through, collected.Reference, collected.Invoices, collected.Logo = "Stripe", "", collected.Invoices[:1], pngLogo()
	collected.Paid = collected.Invoices[0].Total
	long := receipt()
	for i := range 80 {
		long.Invoices = append(long.Invoices, render.PaidInvoice{Number: fmt.Sprintf("TAR-1A2B-001-%03d", 14+i), IssuingDate: day(2026, time.December, 2), Total: int64(i)})
	}
	samples["receipt_collected"], samples["receipt_long"] = collected, long
	return samples
}

// TestPaymentReceipt_BearsEverything renders receipts that nobody would write.
func TestPaymentReceipt_BearsEverything(t *testing.T) {
	t.Parallel()
	for seed := range 10 {
		checkReceiptBearing(t, anyReceipt().Example(seed))
	}
}

// FuzzPaymentReceipt is TestPaymentReceipt_BearsEverything without an end.
func FuzzPaymentReceipt(f *testing.F) {
	f.Add([]byte{})
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { checkReceiptBearing(t, anyReceipt().Draw(t, "receipt")) }))
}

// checkReceiptBearing renders a receipt and looks for its amounts.
func checkReceiptBearing(t rapid.TB, made render.Receipt) {
	file, err := render.PaymentReceipt(made)
	require.NoError(t, err)
	text := solid(rendertest.Text(t, file))
	require.Contains(t, text, solid(locale.Of(made.Locale).Amount(made.Paid, made.Currency)))
	for _, invoice := range made.Invoices {
		require.Contains(t, text, solid(locale.Of(made.Locale).Amount(invoice.Total, made.Currency)))
	}
}

func anyReceipt() *rapid.Generator[render.Receipt] {
	return rapid.Custom(func(t *rapid.T) render.Receipt {
		doc := anyDocument().Draw(t, "document")
		cents := rapid.Int64Min(-9223372036854775807)
		made := render.Receipt{
			Paper: doc.Paper, PaidOn: doc.IssuingDate, Through: texts().Draw(t, "through"), Reference: texts().Draw(t, "reference"), Paid: cents.Draw(t, "paid"),
		}
		for range rapid.IntRange(0, 5).Draw(t, "invoices") {
			made.Invoices = append(made.Invoices, render.PaidInvoice{Number: texts().Draw(t, "number"), IssuingDate: doc.IssuingDate, Total: cents.Draw(t, "total")})
		}
		return made
	})
}
