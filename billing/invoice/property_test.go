package invoice_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"tarn/billing/invoice"
)

// drawInput draws an invoice with everything that may be drawn on.
func drawInput(t *rapid.T) invoice.Input {
	var in invoice.Input
	for range rapid.IntRange(0, 6).Draw(t, "lines") {
		line := charged(rapid.Int64Range(0, 100_000).Draw(t, "cents"), rapid.ByteRange(1, 3).Draw(t, "metric"))
		line.Kind = rapid.SampledFrom([]invoice.Kind{invoice.KindCharge, invoice.KindSubscription, invoice.KindFixedCharge}).Draw(t, "kind")
		line.Plans = []uuid.UUID{id(rapid.ByteRange(100, 101).Draw(t, "plan"))}
		for n := range rapid.ByteRange(0, 2).Draw(t, "taxes") {
			line.Taxes = append(line.Taxes, invoice.Tax{ID: id(n), Rate: decimal.New(int64(n)*735+1900, -2)})
		}
		in.Lines = append(in.Lines, line)
	}
	for n := range rapid.ByteRange(0, 1).Draw(t, "progressive") {
		cents := rapid.Int64Range(0, 50_000).Draw(t, "billed")
		in.Progressive = append(in.Progressive, invoice.Progressive{ID: id(n), AvailableCents: cents, Fees: []invoice.ProgressiveFee{
			{Usage: invoice.UsageKey{Charge: id(1)}, AmountCents: cents},
		}})
	}
	for range rapid.IntRange(0, 4).Draw(t, "coupons") {
		in.Coupons = append(in.Coupons, drawCoupon(t))
	}
	for n := range rapid.ByteRange(0, 3).Draw(t, "notes") {
		in.CreditNotes = append(in.CreditNotes, invoice.CreditNote{ID: id(n), BalanceCents: rapid.Int64Range(0, 20_000).Draw(t, "balance")})
	}
	for n := range rapid.ByteRange(0, 3).Draw(t, "wallets") {
		wallet := invoice.Wallet{ID: id(n), BalanceCents: rapid.Int64Range(1, 20_000).Draw(t, "balance")}
		if rapid.Bool().Draw(t, "limited") {
			wallet.Kinds = []invoice.Kind{invoice.KindCharge}
		}
		in.Wallets = append(in.Wallets, wallet)
	}
	return in
}

func drawCoupon(t *rapid.T) invoice.Coupon {
	coupon := invoice.Coupon{
		Frequency: rapid.SampledFrom([]invoice.Frequency{
			invoice.FrequencyOnce, invoice.FrequencyRecurring, invoice.FrequencyForever,
		}).Draw(t, "frequency"),
		AmountCents:  rapid.Int64Range(1, 50_000).Draw(t, "off"),
		InvoicesLeft: 3,
	}
	if rapid.Bool().Draw(t, "percentage") {
		rate := decimal.New(rapid.Int64Range(1, 12_000).Draw(t, "rate"), -2)
		coupon.Percentage = &rate
	}
	switch rapid.IntRange(0, 2).Draw(t, "limits") {
	case 1:
		coupon.Metrics = []uuid.UUID{id(1)}
	case 2:
		coupon.Plans = []uuid.UUID{id(100)}
	}
	return coupon
}

// tolerance is what rounding the shares of lines may add up to.
func tolerance(lines, times int) decimal.Decimal {
	return decimal.New(int64(lines*times+1), -invoice.ShareScale)
}

func TestCompute_AddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		result := invoice.Compute(in)
		var fees, notes, wallets, coupons int64
		off, paid := decimal.Zero, decimal.Zero
		for i, line := range result.Lines {
			fees += in.Lines[i].AmountCents
			off, paid = off.Add(line.CouponsCents), paid.Add(line.CreditNotesCents)
			assert.False(t, line.CouponsCents.GreaterThan(decimal.NewFromInt(in.Lines[i].AmountCents)))
			assert.False(t, line.CouponsCents.IsNegative())
		}
		for _, draw := range result.Coupons {
			coupons += draw.Cents
		}
		for _, draw := range result.CreditNotes {
			notes += draw.Cents
			assert.GreaterOrEqual(t, draw.BalanceCents, int64(0))
		}
		for _, draw := range result.Wallets {
			wallets += draw.Cents
			assert.GreaterOrEqual(t, draw.BalanceCents, int64(0))
		}
		assert.Equal(t, fees, result.FeesCents)
		assert.Equal(t, coupons, result.CouponsCents)
		assert.Equal(t, notes, result.CreditNotesCents)
		assert.Equal(t, wallets, result.PrepaidCents)
		assert.Equal(t, fees-result.ProgressiveCents-coupons, result.SubTotalExcludingTaxesCents)
		assert.Equal(t, result.SubTotalExcludingTaxesCents+result.TaxesCents-notes-wallets, result.TotalCents)
		assert.GreaterOrEqual(t, result.SubTotalExcludingTaxesCents, int64(0))
		assert.GreaterOrEqual(t, result.TotalCents, int64(0))
		if len(in.Progressive) == 0 { // what it relieves lines of may be more than is taken over
			missing := off.Sub(decimal.NewFromInt(coupons))
			assert.True(t, missing.LessThan(decimal.NewFromInt(int64(len(result.Coupons)+1))), "off %s of %d", off, coupons)
			assert.True(t, missing.GreaterThanOrEqual(tolerance(len(in.Lines), len(result.Coupons)).Neg()), "off %s of %d", off, coupons)
			assert.True(t, paid.Sub(decimal.NewFromInt(notes)).Abs().LessThanOrEqual(decimal.NewFromInt(int64(len(in.Lines)+1))))
		}
	})
}

func TestCompute_RoundsTaxesOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		result := invoice.Compute(in)
		exact := decimal.Zero
		for i, line := range in.Lines {
			base := decimal.NewFromInt(line.AmountCents).Sub(result.Lines[i].CouponsCents)
			for _, tax := range line.Taxes {
				exact = exact.Add(base.Mul(tax.Rate).Shift(-2))
			}
		}
		assert.Equal(t, exact.Round(0).IntPart(), result.TaxesCents)
	})
}

// A further coupon comes after those that are there, unless its limits put it
// before them; the customer never pays more for having it.
func TestCompute_ACouponNeverRaisesWhatIsOwed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		in.Coupons, in.CreditNotes, in.Wallets = nil, nil, nil
		without := invoice.Compute(in)
		in.Coupons = []invoice.Coupon{drawCoupon(t)}
		assert.LessOrEqual(t, invoice.Compute(in).TotalCents, without.TotalCents)
	})
}

// What an invoice says it drew is what an invoice draws that may draw no more.
func TestCompute_GivesItselfAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		first := invoice.Compute(in)
		again := in
		again.CreditNotes, again.Wallets = nil, nil
		for _, draw := range first.CreditNotes {
			again.CreditNotes = append(again.CreditNotes, invoice.CreditNote{ID: draw.ID, BalanceCents: draw.Cents})
		}
		for _, draw := range first.Wallets {
			wallet := in.Wallets[draw.ID[15]]
			wallet.BalanceCents = draw.Cents
			again.Wallets = append(again.Wallets, wallet)
		}
		second := invoice.Compute(again)
		assert.Equal(t, first.TotalCents, second.TotalCents)
		assert.Equal(t, first.PrepaidCents, second.PrepaidCents)
		assert.Equal(t, first.CreditNotesCents, second.CreditNotesCents)
		assert.Equal(t, first.Lines, second.Lines)
	})
}
