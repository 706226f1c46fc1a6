package invoicing

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/invoice"
	"tarn/store"
)

// credited is an invoice with its credit notes. Its customer and the invoice are
// locked, so that no two notes give the same back.
type credited struct {
	tx      *store.Tx
	invoice store.Invoice
	// notes are those of the invoice in any status, in their order.
	notes []store.CreditNote
	// purchase is what an invoice for credits sells, with its wallet, both locked; nil
	// for every other invoice.
	purchase *store.WalletTransaction
}

// creditedOf finds the credit notes of an invoice that is locked.
func creditedOf(tx *store.Tx, row store.Invoice) (*credited, error) {
	notes, err := tx.CreditNotesOfInvoice(row.ID)
	c := &credited{tx: tx, invoice: row, notes: notes}
	if err != nil || row.InvoiceType != store.InvoiceCredit {
		return c, err
	}
	err = c.findPurchase()
	return c, err
}

// ofFee is what the notes give back of a fee, before coupons and taxes.
func (c *credited) ofFee(id uuid.UUID) int64 {
	var cents int64
	for i := range c.notes {
		for j := range c.notes[i].Items {
			if item := &c.notes[i].Items[j]; item.FeeID == id {
				cents += item.AmountCents
			}
		}
	}
	return cents
}

// fee finds a fee of the invoice; nil when there is none.
func (c *credited) fee(id uuid.UUID) *store.Fee {
	for i := range c.invoice.Fees {
		if c.invoice.Fees[i].ID == id {
			return &c.invoice.Fees[i]
		}
	}
	return nil
}

// input is the invoice as the arithmetic of credit notes takes it.
func (c *credited) input() invoice.CreditedInvoice {
	row := &c.invoice
	in := invoice.CreditedInvoice{
		FeesCents: row.FeesAmountCents, CouponsCents: row.CouponsAmountCents + row.ProgressiveBillingCreditAmountCents,
		TotalCents: row.TotalAmountCents, PaidCents: row.TotalPaidAmountCents, DueCents: row.TotalDueAmountCents(),
		IsCredit: row.InvoiceType == store.InvoiceCredit, BackedCents: c.backedCents(), Draft: row.Status == store.InvoiceDraft, Succeeded: row.PaymentStatus == store.PaymentSucceeded,
		Fees: make([]invoice.CreditableFee, len(row.Fees)),
	}
	for i := range row.Fees {
		fee := &row.Fees[i]
		in.Fees[i] = invoice.CreditableFee{AmountCents: fee.AmountCents, CreditedCents: c.ofFee(fee.ID), TaxesRate: fee.TaxesRate}
	}
	for i := range c.notes {
		note := &c.notes[i]
		in.RefundedCents += note.RefundAmountCents
		if note.Status == store.CreditNoteFinalized {
			in.Credited.CreditCents += note.CreditAmountCents
			in.Credited.RefundCents += note.RefundAmountCents
			in.Credited.OffsetCents += note.OffsetAmountCents
		}
	}
	return in
}

// creditable is what is left of a fee of the invoice to be given back, whatever is
// left in a wallet.
func (c *credited) creditable(fee *store.Fee) int64 {
	of := invoice.CreditableFee{AmountCents: fee.AmountCents, CreditedCents: c.ofFee(fee.ID)}
	return of.CreditableCents()
}

// surplus is what the notes so far gave back in taxes by rounding.
func (c *credited) surplus() decimal.Decimal {
	sum := decimal.Zero
	for i := range c.notes {
		sum = sum.Add(decimal.NewFromInt(c.notes[i].TaxesAmountCents).Sub(c.notes[i].PreciseTaxesAmountCents))
	}
	return sum
}

// noteItem is what a credit note gives back of a fee, before coupons and taxes.
type noteItem struct {
	// id is that of an item that there is already.
	id  uuid.UUID
	fee *store.Fee
	// cents has at most five decimals.
	cents decimal.Decimal
}

// input is the item as the arithmetic takes it.
func (i *noteItem) input() invoice.NoteItem {
	in := invoice.NoteItem{Cents: i.cents, Fee: invoice.CreditedFee{
		AmountCents: i.fee.AmountCents, CouponsCents: i.fee.PreciseCouponsAmountCents,
	}}
	for _, tax := range i.fee.AppliedTaxes {
		in.Fee.Taxes = append(in.Fee.Taxes, invoice.Tax{ID: tax.TaxID, Rate: tax.TaxRate})
	}
	return in
}

// amounts reckons a further note of the invoice. Last says that it gives back all
// that is left.
func (c *credited) amounts(items []noteItem, last bool) invoice.NoteAmounts {
	inputs, surplus := make([]invoice.NoteItem, len(items)), decimal.Zero
	for i := range items {
		inputs[i] = items[i].input()
	}
	if last {
		surplus = c.surplus()
	}
	return invoice.AmountsOfNote(inputs, surplus)
}

// isLast reports whether nothing is left of the invoice once a note gives items
// back.
//
// Lago: nothing of a draft can be given back yet, so each of its notes is the last.
func (c *credited) isLast(items []noteItem) bool {
	in := c.input()
	for _, item := range items {
		for i := range c.invoice.Fees {
			if c.invoice.Fees[i].ID == item.fee.ID {
				in.Fees[i].CreditedCents += item.cents.Round(0).IntPart()
			}
		}
	}
	return in.CreditableCents().IsZero()
}
