package invoicing

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/billing/invoice"
	"tarn/notify"
	"tarn/store"
)

// note is a credit note to be made.
type note struct {
	reason      store.CreditNoteReason
	description *string
	metadata    store.ItemMetadata
	items       []noteItem
	// split is what the note gives, as it is asked for: rounding may move it by a
	// cent.
	split invoice.NoteSplit
}

// issue makes a credit note of the invoice. One of a draft is a draft itself: it
// becomes final with it, and until then nobody sees or uses it. Whoever calls it has
// made sure that the items and the parts are not too large.
func (c *credited) issue(n note) (store.CreditNote, error) {
	row := c.newNote(n)
	if err := c.tx.InsertCreditNotes([]store.CreditNote{row}); err != nil {
		return row, err
	}
	c.notes = append(c.notes, row)
	if row.Status != store.CreditNoteFinalized {
		return row, nil
	}
	return c.becameFinal(row)
}

// newNote is the row of a new credit note.
func (c *credited) newNote(n note) store.CreditNote {
	row := store.CreditNote{
		ID: store.NewID(), CustomerID: c.invoice.CustomerID, InvoiceID: c.invoice.ID, Status: store.CreditNoteFinalized,
		CreditStatus: store.CreditAvailable, Reason: n.reason, Description: n.description, Metadata: n.metadata,
		SequentialID: c.nextSequentialID(), IssuingDate: today(c.tx, &c.invoice.Customer).String(), Currency: c.invoice.Currency,
		CreatedAt: c.tx.Now(), UpdatedAt: c.tx.Now(), Invoice: c.invoice,
	}
	if c.invoice.Status == store.InvoiceDraft {
		row.Status = store.CreditNoteDraft
	}
	row.Number = invoice.NoteNumber(c.invoice.Number, row.SequentialID)
	amounts := c.amounts(n.items, c.isLast(n.items))
	takeItems(&row, n.items)
	takeNoteAmounts(&row, &amounts)
	takeSplit(&row, c.adjusted(n.split, &amounts))
	if row.RefundAmountCents > 0 {
		pending := store.RefundPending
		row.RefundStatus = &pending
	}
	return row
}

// nextSequentialID is the number of the invoice's next credit note.
func (c *credited) nextSequentialID() int64 {
	if len(c.notes) == 0 {
		return 1
	}
	return c.notes[len(c.notes)-1].SequentialID + 1
}

// adjusted moves the parts of a note by a cent where rounding asks for it, but never
// refunds more than was paid, nor takes more off than is due.
//
// Lago: nothing looks at the parts again.
func (c *credited) adjusted(split invoice.NoteSplit, amounts *invoice.NoteAmounts) invoice.NoteSplit {
	in := c.input()
	moved, limits := split.Adjusted(amounts), in.Limits()
	if moved.RefundCents > max(split.RefundCents, limits.RefundCents) || moved.OffsetCents > max(split.OffsetCents, limits.OffsetCents) {
		return split
	}
	return moved
}

// takeItems puts items into a credit note.
func takeItems(row *store.CreditNote, items []noteItem) {
	row.Items = make([]store.CreditNoteItem, len(items))
	for i, item := range items {
		if item.id == uuid.Nil {
			item.id = store.NewID()
		}
		row.Items[i] = store.CreditNoteItem{
			ID: item.id, CreditNoteID: row.ID, FeeID: item.fee.ID, AmountCents: item.cents.Round(0).IntPart(),
			PreciseAmountCents: item.cents, AmountCurrency: row.Currency, CreatedAt: row.CreatedAt, Fee: *item.fee,
		}
	}
}

// takeNoteAmounts puts what follows from its items into a credit note. Precise
// amounts are kept with five decimals.
func takeNoteAmounts(row *store.CreditNote, amounts *invoice.NoteAmounts) {
	row.CouponsAdjustmentAmountCents = amounts.CouponsCents
	row.PreciseCouponsAdjustmentAmountCents = amounts.PreciseCouponsCents.Round(invoice.ShareScale)
	row.SubTotalExcludingTaxesAmountCents = amounts.SubTotalCents
	row.TaxesAmountCents, row.PreciseTaxesAmountCents = amounts.TaxesCents, amounts.PreciseTaxesCents.Round(invoice.ShareScale)
	row.TaxesRate, row.PreciseTotalAmountCents = amounts.TaxesRate, amounts.PreciseTotalCents.Round(invoice.ShareScale)
	words := map[uuid.UUID]store.FeeTax{}
	for i := range row.Items {
		for _, tax := range row.Items[i].Fee.AppliedTaxes {
			words[tax.TaxID] = tax
		}
	}
	row.AppliedTaxes = make([]store.CreditNoteTax, len(amounts.Taxes))
	for i, line := range amounts.Taxes {
		tax := words[line.Tax.ID]
		row.AppliedTaxes[i] = store.CreditNoteTax{
			ID: store.NewID(), CreditNoteID: row.ID, TaxID: tax.TaxID, TaxCode: tax.TaxCode, TaxName: tax.TaxName, TaxDescription: tax.TaxDescription,
			TaxRate: tax.TaxRate, BaseAmountCents: line.BaseCents, AmountCents: line.Cents, AmountCurrency: row.Currency, CreatedAt: row.CreatedAt,
		}
	}
	slices.SortFunc(row.AppliedTaxes, func(a, b store.CreditNoteTax) int { return cmp.Compare(a.TaxCode, b.TaxCode) })
}

// takeSplit says what a credit note gives. Nothing of the credit is used yet.
func takeSplit(row *store.CreditNote, split invoice.NoteSplit) {
	row.CreditAmountCents, row.RefundAmountCents, row.OffsetAmountCents = split.CreditCents, split.RefundCents, split.OffsetCents
	row.TotalAmountCents, row.BalanceAmountCents = split.TotalCents(), split.CreditCents
}

// becameFinal lets everything come that follows when a credit note is final: its
// offset settles the invoice, its refund is given back, and an activity tells of the note.
func (c *credited) becameFinal(row store.CreditNote) (store.CreditNote, error) {
	if err := c.offset(&row); err != nil {
		return row, err
	}
	if err := c.takeBack(&row); err != nil {
		return row, err
	}
	if err := scheduleRefund(c, &row); err != nil {
		return row, err
	}
	row.Invoice = c.invoice
	notify.Happened(c.tx, notify.CreditNoteCreated(row))
	return row, audit.Happened(c.tx, audit.CreditNote(row), actionCreated)
}

// offset takes the offset of a credit note off what is due of the invoice. An
// invoice of which nothing is due any more counts as paid.
func (c *credited) offset(row *store.CreditNote) error {
	if row.OffsetAmountCents == 0 {
		return nil
	}
	settlement := store.InvoiceSettlement{
		ID: store.NewID(), InvoiceID: row.InvoiceID, Kind: store.SettlementCreditNote, CreditNoteID: &row.ID,
		AmountCents: row.OffsetAmountCents, AmountCurrency: row.Currency, CreatedAt: c.tx.Now(),
	}
	if err := c.tx.InsertInvoiceSettlements([]store.InvoiceSettlement{settlement}); err != nil {
		return err
	}
	c.invoice.OffsetAmountCents += row.OffsetAmountCents
	if err := c.tx.UpdateInvoice(&c.invoice); err != nil || c.invoice.TotalDueAmountCents() > 0 {
		return err
	}
	return Paid(c.tx, &c.invoice)
}
