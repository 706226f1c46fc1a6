package store

import (
	"fmt"

	"github.com/google/uuid"

	"tarn/store/internal/session"
)

// loadCreditNotes fills in everything that is read with credit notes, in a fixed
// number of queries for all of them.
func (tx *Tx) loadCreditNotes(rows []CreditNote) error {
	if len(rows) == 0 {
		return nil
	}
	if err := tx.loadCreditedInvoices(rows); err != nil {
		return err
	}
	items, err := tx.loadCreditNoteParts(rows)
	if err != nil {
		return err
	}
	return tx.loadCreditedFees(items)
}

// loadCreditedInvoices fills in the invoices of credit notes, with their customers
// and billing entities.
func (tx *Tx) loadCreditedInvoices(rows []CreditNote) error {
	var invoices []Invoice
	ids := rowIDs(rows, func(row *CreditNote) uuid.UUID { return row.InvoiceID })
	if err := tx.db.Where("id IN ?", ids).Find(&invoices).Error; err != nil {
		return fmt.Errorf("find the invoices of credit notes: %w", err)
	}
	if err := tx.loadInvoiceOwners(invoices); err != nil {
		return err
	}
	index, _ := invoiceIndex(invoices)
	for i := range rows {
		rows[i].Invoice = *index[rows[i].InvoiceID]
	}
	return nil
}

// loadCreditNoteParts fills in the items and the taxes of credit notes, and returns
// where the items are.
func (tx *Tx) loadCreditNoteParts(rows []CreditNote) ([]*CreditNoteItem, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	index := make(map[uuid.UUID]*CreditNote, len(rows))
	for i := range rows {
		index[rows[i].ID] = &rows[i]
	}
	ids := rowIDs(rows, func(row *CreditNote) uuid.UUID { return row.ID })
	var items []CreditNoteItem
	var taxes []CreditNoteTax
	err := session.Fetch(
		session.RowsOf(tx.db.Where("credit_note_id IN ?", ids).Order("created_at, id"), &items),
		session.RowsOf(tx.db.Where("credit_note_id IN ?", ids).Order("tax_code, id"), &taxes),
	)
	if err != nil {
		return nil, fmt.Errorf("read what belongs to credit notes: %w", err)
	}
	for _, item := range items {
		row := index[item.CreditNoteID]
		row.Items = append(row.Items, item)
	}
	for _, tax := range taxes {
		row := index[tax.CreditNoteID]
		row.AppliedTaxes = append(row.AppliedTaxes, tax)
	}
	found := make([]*CreditNoteItem, 0, len(items))
	for i := range rows {
		for j := range rows[i].Items {
			found = append(found, &rows[i].Items[j])
		}
	}
	return found, nil
}

// loadCreditedFees fills in the fees of items.
func (tx *Tx) loadCreditedFees(items []*CreditNoteItem) error {
	index := map[uuid.UUID]Fee{}
	err := inBatches(items, func(part []*CreditNoteItem) error {
		ids := make([]uuid.UUID, len(part))
		for i, item := range part {
			ids[i] = item.FeeID
		}
		var fees []Fee
		if err := tx.db.Where("id IN ?", ids).Find(&fees).Error; err != nil {
			return fmt.Errorf("find the fees of credit notes: %w", err)
		}
		if err := tx.loadShownFees(fees); err != nil {
			return err
		}
		for _, fee := range fees {
			index[fee.ID] = fee
		}
		return nil
	})
	for _, item := range items {
		item.Fee = index[item.FeeID]
	}
	return err
}
