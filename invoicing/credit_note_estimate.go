package invoicing

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/store"
)

// CreditNoteEstimate is a credit note that nobody makes, and what it could give at
// most.
type CreditNoteEstimate struct {
	// Note has no identifier, number and parts.
	Note store.CreditNote
	// The amounts are in cents, with taxes.
	CreditableCents, RefundableCents, OffsettableCents int64
}

// EstimateCreditNote says what a credit note of some items would come to. It refuses
// what CreateCreditNote refuses of the invoice and of items. Parts of cents are cut
// off.
//
// Lago: two items of one fee do not add up here.
func EstimateCreditNote(tx *store.Tx, id uuid.UUID, inputs []CreditNoteItemInput) (CreditNoteEstimate, error) {
	c, err := creditedForNote(tx, id, true)
	if err != nil {
		return CreditNoteEstimate{}, err
	}
	items, err := c.items(wholeCents(inputs), eachAlone)
	if err != nil {
		return CreditNoteEstimate{}, err
	}
	in := c.input()
	estimate := in.Estimate(c.amounts(items, c.isAllThatIsLeft(items)))
	row := store.CreditNote{
		InvoiceID: c.invoice.ID, Currency: c.invoice.Currency, Invoice: c.invoice, CreatedAt: tx.Now(),
	}
	takeItems(&row, items)
	takeNoteAmounts(&row, &estimate.NoteAmounts)
	return CreditNoteEstimate{
		Note: row, CreditableCents: estimate.CreditableCents, RefundableCents: estimate.RefundableCents,
		OffsettableCents: estimate.OffsettableCents,
	}, nil
}

// wholeCents cuts off parts of cents.
func wholeCents(inputs []CreditNoteItemInput) []CreditNoteItemInput {
	if inputs == nil {
		return nil
	}
	cut := make([]CreditNoteItemInput, len(inputs))
	for i, in := range inputs {
		cut[i] = in
		if in.AmountCents != nil {
			whole := in.AmountCents.Truncate(0)
			cut[i].AmountCents = &whole
		}
	}
	return cut
}

// isAllThatIsLeft reports whether items come to all that is left of the fees.
//
// Lago: the coupons of the invoice play no part here.
func (c *credited) isAllThatIsLeft(items []noteItem) bool {
	sum, left := decimal.Zero, int64(0)
	for _, item := range items {
		sum = sum.Add(item.cents)
	}
	for i := range c.invoice.Fees {
		left += c.creditable(&c.invoice.Fees[i])
	}
	return sum.Equal(decimal.NewFromInt(left))
}
