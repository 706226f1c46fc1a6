package invoicing

import (
	"github.com/shopspring/decimal"

	"tarn/billing/invoice"
	"tarn/store"
)

// creditExcess gives back what progressive invoices have billed above the usage of
// the period that the bill is for: a credit note on each of them, which may pay for
// the bill at once. It is called when the bill becomes final.
func (b *bill) creditExcess() error {
	credited := false
	for _, draw := range b.result.Progressive {
		if draw.ExcessCents <= 0 {
			continue
		}
		note, err := issueExcess(b.tx, b.sources.progressiveInvoice(draw), draw.ExcessCents)
		if err != nil {
			return err
		}
		if note.BalanceAmountCents > 0 {
			b.sources.creditNotes, credited = append(b.sources.creditNotes, note), true
		}
	}
	if credited {
		if err := b.compute(); err != nil {
			return err
		}
	}
	return nil
}

// progressiveInvoice is the source that was drawn on.
func (s *sources) progressiveInvoice(draw invoice.ProgressiveDraw) store.Invoice {
	for _, row := range s.progressive {
		if row.invoice.ID == draw.ID {
			return row.invoice
		}
	}
	return store.Invoice{}
}

// issueExcess gives back an amount of the fees of a progressive invoice, before
// coupons and taxes; the note has no balance where its fees are worth nothing.
//
// Lago: the amount counts as one before coupons, whose part is not given back. A run
// fails where the fees do not hold it; here it is cut.
func issueExcess(tx *store.Tx, row store.Invoice, excess int64) (store.CreditNote, error) {
	c, err := creditedOf(tx, row)
	if err != nil {
		return store.CreditNote{}, err
	}
	n := note{reason: store.CreditedOther}
	for i, taken := range invoice.LargestFirst(c.creditables(), excess) {
		if taken > 0 {
			n.items = append(n.items, noteItem{fee: &c.invoice.Fees[i], cents: decimal.NewFromInt(taken)})
		}
	}
	amounts := c.amounts(n.items, false)
	n.split.CreditCents = amounts.SubTotalCents
	for _, tax := range amounts.Taxes {
		n.split.CreditCents += tax.Cents
	}
	if n.split.CreditCents <= 0 {
		return store.CreditNote{}, nil
	}
	return c.issue(n)
}

// creditables are what is left of each fee to be given back.
func (c *credited) creditables() []int64 {
	left := make([]int64, len(c.invoice.Fees))
	for i := range c.invoice.Fees {
		left[i] = c.creditable(&c.invoice.Fees[i])
	}
	return left
}
