package store

import (
	"fmt"

	"github.com/google/uuid"
)

// InvoicedUsage is what an invoice has billed of the usage of a subscription.
type InvoicedUsage struct {
	// Period has the window of the charges.
	Period BillingPeriod
	// Invoice has its own fields only.
	Invoice Invoice
	// TaxesAmountCents is the sum of the taxes of all fees of the invoice.
	TaxesAmountCents int64
	// Fees are those of the subscription's charges, oldest first.
	Fees []Fee
}

// InvoicedUsage lists what invoices that clients see, voided ones aside, have
// billed of the usage of subscriptions of an external id, latest usage first. A
// customer or subscription that does not exist has none.
func (tx *Tx) InvoicedUsage(externalCustomerID, externalSubscriptionID string, page Page) (List[InvoicedUsage], error) {
	owners := tx.db.Model(&Customer{}).Select("id").Where("external_id = ? AND deleted_at IS NULL", externalCustomerID)
	used := tx.db.Model(&Subscription{}).Select("id").Where("external_id = ? AND customer_id IN (?)", externalSubscriptionID, owners)
	counting := tx.db.Model(&Invoice{}).Select("id").
		Where("customer_id IN (?) AND status IN ? AND status <> ?", owners, VisibleInvoiceStatuses(), InvoiceVoided)
	query := tx.db.Model(&BillingPeriod{}).Where("charges_from IS NOT NULL AND subscription_id IN (?) AND invoice_id IN (?)", used, counting)
	periods, err := list[BillingPeriod](query, page, "charges_from DESC, created_at DESC, id")
	result := List[InvoicedUsage]{Page: periods.Page, Total: periods.Total, Rows: make([]InvoicedUsage, len(periods.Rows))}
	if err != nil {
		return result, err
	}
	for i, period := range periods.Rows {
		result.Rows[i].Period = period
	}
	return result, inBatches(result.Rows, tx.loadInvoicedUsage)
}

// loadInvoicedUsage fills in the invoices and the fees of invoiced usage, in a
// fixed number of queries for any number of rows.
func (tx *Tx) loadInvoicedUsage(rows []InvoicedUsage) error {
	ids := rowIDs(rows, func(row *InvoicedUsage) uuid.UUID { return row.Period.InvoiceID })
	var invoices []Invoice
	if err := tx.db.Where("id IN ?", ids).Find(&invoices).Error; err != nil {
		return fmt.Errorf("find the invoices of usage: %w", err)
	}
	var taxes []struct {
		InvoiceID uuid.UUID
		Cents     int64
	}
	err := tx.db.Model(&Fee{}).Select("invoice_id, SUM(taxes_amount_cents) AS cents").
		Where("invoice_id IN ? AND deleted_at IS NULL", ids).Group("invoice_id").Scan(&taxes).Error
	if err != nil {
		return fmt.Errorf("add up the taxes of fees: %w", err)
	}
	var fees []Fee
	err = tx.db.Where("invoice_id IN ? AND fee_type = ? AND deleted_at IS NULL", ids, FeeCharge).
		Where("subscription_id IN ?", rowIDs(rows, func(row *InvoicedUsage) uuid.UUID { return row.Period.SubscriptionID })).
		Order("created_at, id").Find(&fees).Error
	if err != nil {
		return fmt.Errorf("find the fees of usage: %w", err)
	}
	invoiceByID, taxesOf := map[uuid.UUID]Invoice{}, map[uuid.UUID]int64{}
	for _, invoice := range invoices {
		invoiceByID[invoice.ID] = invoice
	}
	for _, sum := range taxes {
		taxesOf[sum.InvoiceID] = sum.Cents
	}
	feesOf := map[[2]uuid.UUID][]Fee{}
	for _, fee := range fees {
		key := [2]uuid.UUID{*fee.InvoiceID, *fee.SubscriptionID}
		feesOf[key] = append(feesOf[key], fee)
	}
	for i := range rows {
		period := &rows[i].Period
		rows[i].Invoice, rows[i].TaxesAmountCents = invoiceByID[period.InvoiceID], taxesOf[period.InvoiceID]
		rows[i].Fees = feesOf[[2]uuid.UUID{period.InvoiceID, period.SubscriptionID}]
	}
	return nil
}

// ChargesByID reads charges with what belongs to them, deleted ones included, by
// their identifiers.
func (tx *Tx) ChargesByID(ids []uuid.UUID) (map[uuid.UUID]Charge, error) {
	index := make(map[uuid.UUID]Charge, len(ids))
	err := inBatches(ids, func(part []uuid.UUID) error {
		var rows []Charge
		if err := tx.db.Where("id IN ?", part).Find(&rows).Error; err != nil {
			return fmt.Errorf("find charges: %w", err)
		}
		err := tx.loadChargeParts(rows)
		for _, row := range rows {
			index[row.ID] = row
		}
		return err
	})
	return index, err
}
