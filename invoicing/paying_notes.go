package invoicing

import (
	"slices"

	"github.com/google/uuid"

	"tarn/billing/invoice"
	"tarn/store"
)

// findCreditNotes finds the credit notes that pay for invoices of different
// customers, of those that have any: oldest first, of the same currency, and none
// of the invoice itself.
func findCreditNotes(tx *store.Tx, bills []*bill, customers []uuid.UUID) error {
	notes, err := tx.CreditNotesToDraw(customers)
	if err != nil {
		return err
	}
	for _, b := range bills {
		b.sources.creditNotes = slices.DeleteFunc(notes[b.invoice.CustomerID], func(row store.CreditNote) bool {
			return row.Currency != b.invoice.Currency || row.InvoiceID == b.invoice.ID
		})
	}
	return nil
}

// creditOfNote is what a credit note pays, as the invoice shows it.
func (s *sources) creditOfNote(draw invoice.CreditNoteDraw) store.Credit {
	row := s.creditNote(draw.ID)
	return store.Credit{
		Kind: store.CreditOfCreditNote, CreditNoteID: &row.ID, AmountCents: draw.Cents, AmountCurrency: row.Currency,
		ItemID: row.ID, Code: row.Number, Name: row.Invoice.Number, Description: row.Description,
	}
}

// creditNote is the source that was drawn on.
func (s *sources) creditNote(id uuid.UUID) *store.CreditNote {
	at := slices.IndexFunc(s.creditNotes, func(row store.CreditNote) bool { return row.ID == id })
	return &s.creditNotes[at]
}

// useCreditNote stores what an invoice has left of a credit note.
//
// Lago: no activity tells of it; that of the invoice shows the credit.
func useCreditNote(tx *store.Tx, row *store.CreditNote, draw invoice.CreditNoteDraw) error {
	row.BalanceAmountCents = draw.BalanceCents
	if row.BalanceAmountCents == 0 {
		row.CreditStatus = store.CreditConsumed
	}
	return tx.UpdateCreditNote(row)
}
