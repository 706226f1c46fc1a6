package store

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// CreditNote finds a final credit note with everything that belongs to it;
// ErrNotFound when there is none.
func (tx *Tx) CreditNote(id uuid.UUID) (CreditNote, error) {
	return tx.creditNote(tx.db, id)
}

// CreditNoteForUpdate is CreditNote for a transaction that will change the note:
// others that would do the same wait. Its customer is locked before it, so that
// everything that bills a customer follows one another.
func (tx *Tx) CreditNoteForUpdate(id uuid.UUID) (CreditNote, error) {
	found, err := one[CreditNote](tx.db.Select("id", "customer_id").Where("id = ? AND status = ?", id, CreditNoteFinalized))
	if err != nil {
		return found, err
	}
	if err := tx.LockCustomer(found.CustomerID); err != nil {
		return found, err
	}
	return tx.creditNote(tx.locked(), id)
}

func (tx *Tx) creditNote(query *gorm.DB, id uuid.UUID) (CreditNote, error) {
	row, err := one[CreditNote](query.Where("id = ? AND status = ?", id, CreditNoteFinalized))
	if err != nil {
		return row, err
	}
	rows := []CreditNote{row}
	err = tx.loadCreditNotes(rows)
	return rows[0], err
}

// CreditNotesOfInvoice are the credit notes of an invoice in any status, in their
// order, with their items and taxes, without the invoice and the fees.
func (tx *Tx) CreditNotesOfInvoice(invoice uuid.UUID) ([]CreditNote, error) {
	var rows []CreditNote
	if err := tx.db.Where("invoice_id = ?", invoice).Order("sequential_id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find the credit notes of an invoice: %w", err)
	}
	_, err := tx.loadCreditNoteParts(rows)
	return rows, err
}

// CreditNotesToDraw are the credit notes of customers that can pay for later
// invoices, by customer and oldest first, with the numbers of their invoices and
// nothing else that belongs to them. They are locked.
func (tx *Tx) CreditNotesToDraw(customers []uuid.UUID) (map[uuid.UUID][]CreditNote, error) {
	if len(customers) == 0 {
		return nil, nil //nolint:nilnil // no rows are an answer
	}
	var rows []CreditNote
	err := tx.locked().Where("customer_id IN ? AND status = ? AND credit_status = ? AND balance_amount_cents > 0",
		customers, CreditNoteFinalized, CreditAvailable).Order("created_at, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find the credit notes of customers: %w", err)
	}
	if err := inBatches(rows, tx.loadCreditedNumbers); err != nil {
		return nil, err
	}
	found := map[uuid.UUID][]CreditNote{}
	for _, row := range rows {
		found[row.CustomerID] = append(found[row.CustomerID], row)
	}
	return found, nil
}

// loadCreditedNumbers fills in the invoices of credit notes with nothing but their
// numbers.
func (tx *Tx) loadCreditedNumbers(rows []CreditNote) error {
	var invoices []Invoice
	ids := rowIDs(rows, func(row *CreditNote) uuid.UUID { return row.InvoiceID })
	if err := tx.db.Select("id", "number").Where("id IN ?", ids).Find(&invoices).Error; err != nil {
		return fmt.Errorf("find the numbers of credited invoices: %w", err)
	}
	index, _ := invoiceIndex(invoices)
	for i := range rows {
		rows[i].Invoice = *index[rows[i].InvoiceID]
	}
	return nil
}

// CreditedOfInvoices is what final credit notes give back of invoices without
// taxes, less coupons, in cents and by their identifiers. Voided notes count too.
func (tx *Tx) CreditedOfInvoices(invoices []uuid.UUID) (map[uuid.UUID]int64, error) {
	credited := map[uuid.UUID]int64{}
	return credited, inBatches(invoices, func(part []uuid.UUID) error {
		var sums []struct {
			InvoiceID uuid.UUID
			Cents     int64
		}
		err := tx.db.Model(&CreditNote{}).Select("invoice_id, SUM(sub_total_excluding_taxes_amount_cents) AS cents").
			Where("invoice_id IN ? AND status = ?", part, CreditNoteFinalized).Group("invoice_id").Scan(&sums).Error
		if err != nil {
			return fmt.Errorf("add up what is credited of invoices: %w", err)
		}
		for _, sum := range sums {
			credited[sum.InvoiceID] = sum.Cents
		}
		return nil
	})
}

// InsertCreditNotes adds credit notes with their items and taxes, which get their
// identifiers; ErrDuplicate when a number of an invoice is taken.
func (tx *Tx) InsertCreditNotes(rows []CreditNote) error {
	for i := range rows {
		rows[i].NumberSearch = strings.ToLower(rows[i].Number)
	}
	if err := insertAll(tx, rows, feeBatch, "credit notes"); err != nil {
		return err
	}
	for i := range rows {
		if err := tx.insertCreditNoteParts(&rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) insertCreditNoteParts(row *CreditNote) error {
	for i := range row.Items {
		row.Items[i].CreditNoteID = row.ID
	}
	for i := range row.AppliedTaxes {
		row.AppliedTaxes[i].CreditNoteID = row.ID
	}
	if err := insertAll(tx, row.Items, batchSize, "the items of credit notes"); err != nil {
		return err
	}
	return insertAll(tx, row.AppliedTaxes, batchSize, "the taxes of credit notes")
}

// ReplaceCreditNoteParts stores other items and taxes of a credit note.
func (tx *Tx) ReplaceCreditNoteParts(row *CreditNote) error {
	for _, part := range []any{&CreditNoteItem{}, &CreditNoteTax{}} {
		if err := tx.db.Where("credit_note_id = ?", row.ID).Delete(part).Error; err != nil {
			return fmt.Errorf("delete the parts of a credit note: %w", err)
		}
	}
	return tx.insertCreditNoteParts(row)
}

// UpdateCreditNote stores the credit note's own fields.
func (tx *Tx) UpdateCreditNote(row *CreditNote) error {
	row.NumberSearch = strings.ToLower(row.Number)
	err := tx.db.Model(row).Select("*").Omit("id", "organization_id", "customer_id", "invoice_id", "created_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the credit note: %w", known(err))
	}
	return nil
}

// InsertInvoiceSettlements adds what lowers what is due of invoices.
func (tx *Tx) InsertInvoiceSettlements(rows []InvoiceSettlement) error {
	return insertAll(tx, rows, batchSize, "the settlements of invoices")
}
