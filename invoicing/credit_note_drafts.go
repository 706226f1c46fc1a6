package invoicing

import (
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/invoice"
	"tarn/store"
)

// draftNotes are the credit notes of a draft. They follow it when its fees are made
// anew, and become final with it.
type draftNotes struct {
	notes []store.CreditNote
	// of tells what the fees of items were for, by the identifiers of these.
	of map[uuid.UUID]feeKey
}

// feeKey tells what a fee of an invoice is for from what any other one is for. It is
// comparable.
type feeKey struct {
	kind                             store.FeeType
	subscription, fixedCharge, addOn uuid.UUID
	usage                            invoice.UsageKey
	inAdvance, trueUp                bool
	from                             time.Time
}

func keyOf(fee *store.Fee) feeKey {
	id := func(of *uuid.UUID) uuid.UUID {
		if of == nil {
			return uuid.Nil
		}
		return *of
	}
	key := feeKey{
		kind: fee.FeeType, subscription: id(fee.SubscriptionID), fixedCharge: id(fee.FixedChargeID), addOn: id(fee.AddOnID),
		usage: usageKey(fee), inAdvance: fee.PayInAdvance, trueUp: fee.TrueUpParentFeeID != nil,
	}
	if fee.From != nil {
		key.from = fee.From.UTC()
	}
	return key
}

// findDraftNotes finds the credit notes of a draft whose fees are going to be made
// anew.
func findDraftNotes(tx *store.Tx, row store.Invoice) (draftNotes, error) {
	d := draftNotes{of: map[uuid.UUID]feeKey{}}
	var err error
	d.notes, err = tx.CreditNotesOfInvoice(row.ID)
	for i := range row.Fees {
		d.of[row.Fees[i].ID] = keyOf(&row.Fees[i])
	}
	return d, err
}

// follow lets the credit notes of a draft give back what the draft's new fees hold of
// what they gave back: an item without such a fee is left out, and one of more than
// its fee is cut. A note of nothing is deleted.
func (d *draftNotes) follow(tx *store.Tx, row store.Invoice) error {
	c := &credited{tx: tx, invoice: row}
	for _, old := range d.notes {
		if old.Status != store.CreditNoteDraft {
			continue
		}
		followed := d.followed(c, old)
		c.notes = append(c.notes, followed)
		if err := tx.UpdateCreditNote(&followed); err != nil {
			return err
		}
		if err := tx.ReplaceCreditNoteParts(&followed); err != nil {
			return err
		}
	}
	d.notes = c.notes
	return nil
}

// followed is a credit note of a draft on the fees that the draft has now.
func (d *draftNotes) followed(c *credited, old store.CreditNote) store.CreditNote {
	items := d.items(c, old.Items)
	amounts := c.amounts(items, c.isLast(items))
	row := old
	row.Invoice, row.UpdatedAt = c.invoice, c.tx.Now()
	takeItems(&row, items)
	takeNoteAmounts(&row, &amounts)
	if len(items) == 0 || amounts.TotalCents() == 0 {
		row.Status = store.CreditNoteDeleted
	}
	due := c.invoice.TotalDueAmountCents()
	for i := range c.notes {
		due -= c.notes[i].OffsetAmountCents
	}
	takeSplit(&row, c.adjusted(splitOf(&old, &amounts, due), &amounts))
	return row
}

// items are the items of a note on the fees that the draft has now.
func (d *draftNotes) items(c *credited, old []store.CreditNoteItem) []noteItem {
	var items []noteItem
	taken := map[uuid.UUID]int64{}
	for i := range old {
		for j := range c.invoice.Fees {
			fee := &c.invoice.Fees[j]
			if keyOf(fee) != d.of[old[i].FeeID] {
				continue
			}
			cents := decimal.Min(old[i].PreciseAmountCents, decimal.NewFromInt(c.creditable(fee)-taken[fee.ID]))
			if cents.IsPositive() {
				items = append(items, noteItem{id: old[i].ID, fee: fee, cents: cents})
				taken[fee.ID] += cents.Round(0).IntPart()
			}
			break
		}
	}
	return items
}

// splitOf is what a note of a draft gives, now that its items come to other amounts:
// as much off the invoice as before, if so much is due, and the rest as credit.
// Nothing of a draft is paid, so nothing is refunded.
func splitOf(old *store.CreditNote, amounts *invoice.NoteAmounts, due int64) invoice.NoteSplit {
	total := old.TotalAmountCents
	if gap := total - amounts.TotalCents(); gap > 1 || gap < -1 {
		total = amounts.TotalCents()
	}
	offset := max(0, min(old.OffsetAmountCents, total, due))
	return invoice.NoteSplit{CreditCents: total - offset, OffsetCents: offset}
}

// end makes the credit notes of a draft that has ended final, with numbers of the
// invoice's. Those of a draft of which nothing became are deleted with it.
func (d *draftNotes) end(tx *store.Tx, row store.Invoice) error {
	c := &credited{tx: tx, invoice: row}
	for _, each := range d.notes {
		if each.Status != store.CreditNoteDraft {
			continue
		}
		each.Status = store.CreditNoteDeleted
		if row.Status == store.InvoiceFinalized {
			each.Status, each.Number = store.CreditNoteFinalized, invoice.NoteNumber(row.Number, each.SequentialID)
		}
		if err := tx.UpdateCreditNote(&each); err != nil {
			return err
		}
		if each.Status != store.CreditNoteFinalized {
			continue
		}
		if _, err := c.becameFinal(each); err != nil {
			return err
		}
	}
	return nil
}

// deleteDraftNotes deletes the credit notes of a draft that is deleted.
func deleteDraftNotes(tx *store.Tx, row store.Invoice) error {
	d, err := findDraftNotes(tx, row)
	if err != nil {
		return err
	}
	return d.end(tx, row)
}
