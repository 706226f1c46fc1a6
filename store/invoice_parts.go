package store

import (
	"fmt"

	"github.com/google/uuid"
)

// InsertBillingPeriods adds what invoices bill of subscriptions; ErrDuplicate
// when a day of a subscription is billed already.
func (tx *Tx) InsertBillingPeriods(rows []BillingPeriod) error {
	return insertAll(tx, rows, batchSize, "billing periods")
}

// feeBatch bounds how many fees one statement adds: a row has fifty values, and
// SQLite takes 32,766.
const feeBatch = 500

// InsertFees adds fees with their taxes. A fee that raises another one to its
// minimum comes after it.
func (tx *Tx) InsertFees(rows []Fee) error {
	if err := insertAll(tx, rows, feeBatch, "fees"); err != nil {
		return err
	}
	var taxes []FeeTax
	for i := range rows {
		for j := range rows[i].AppliedTaxes {
			rows[i].AppliedTaxes[j].FeeID = rows[i].ID
		}
		taxes = append(taxes, rows[i].AppliedTaxes...)
	}
	return insertAll(tx, taxes, batchSize, "the taxes of fees")
}

// InsertCredits adds what takes something off invoices.
func (tx *Tx) InsertCredits(rows []Credit) error {
	return insertAll(tx, rows, batchSize, "credits")
}

// InsertInvoiceTaxes adds lines of the taxes of invoices.
func (tx *Tx) InsertInvoiceTaxes(rows []InvoiceTax) error {
	return insertAll(tx, rows, batchSize, "the taxes of invoices")
}

// InsertInvoiceUsageThresholds adds the thresholds that progressive invoices were
// made for.
func (tx *Tx) InsertInvoiceUsageThresholds(rows []InvoiceUsageThreshold) error {
	return insertAll(tx, rows, batchSize, "the usage thresholds of invoices")
}

// InsertInvoiceErrorDetails adds why invoices could not be made.
func (tx *Tx) InsertInvoiceErrorDetails(rows []InvoiceErrorDetail) error {
	return insertAll(tx, rows, batchSize, "the error details of invoices")
}

// insertAll adds rows, so many with one statement. what names them in errors.
func insertAll[Row any](tx *Tx, rows []Row, size int, what string) error {
	if len(rows) == 0 {
		return nil
	}
	if err := tx.db.CreateInBatches(&rows, size).Error; err != nil {
		return fmt.Errorf("insert %s: %w", what, known(err))
	}
	return nil
}

// DeleteInvoiceParts removes what an invoice is made of, so that it can be made
// again: fees with their taxes, billing periods, credits, lines of taxes, usage
// thresholds and custom sections. The row that is handed in has none of them afterwards.
func (tx *Tx) DeleteInvoiceParts(row *Invoice) error {
	parts := []any{&Fee{}, &BillingPeriod{}, &Credit{}, &InvoiceTax{}, &InvoiceUsageThreshold{}}
	if tx.org.UsesCustomSections {
		parts = append(parts, &AppliedCustomSection{})
	}
	for _, part := range parts {
		if err := tx.db.Where("invoice_id = ?", row.ID).Delete(part).Error; err != nil {
			return fmt.Errorf("delete the parts of an invoice: %w", err)
		}
	}
	row.Fees, row.BillingPeriods, row.Credits = nil, nil, nil
	row.AppliedTaxes, row.AppliedThresholds, row.AppliedSections = nil, nil, nil
	return nil
}

// rowIDs are the identifiers of rows.
func rowIDs[Row any](rows []Row, id func(*Row) uuid.UUID) []uuid.UUID {
	ids := make([]uuid.UUID, len(rows))
	for i := range rows {
		ids[i] = id(&rows[i])
	}
	return ids
}
