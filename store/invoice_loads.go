package store

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"tarn/store/internal/session"
)

// loadInvoices fills in everything that is read with invoices, in a fixed number
// of queries for all of them.
func (tx *Tx) loadInvoices(rows []Invoice) error {
	if err := tx.loadListedInvoices(rows); err != nil {
		return err
	}
	index, ids := invoiceIndex(rows)
	var periods []BillingPeriod
	var fees []Fee
	var credits []Credit
	var details []InvoiceErrorDetail
	var sections []AppliedCustomSection
	wanted := []session.Wanted{
		session.RowsOf(tx.db.Where("invoice_id IN ?", ids).Order("created_at, id"), &periods),
		session.RowsOf(tx.db.Where("invoice_id IN ? AND deleted_at IS NULL", ids).Order("created_at, id"), &fees),
		session.RowsOf(tx.db.Where("invoice_id IN ?", ids).Order("created_at, id"), &credits),
		session.RowsOf(tx.db.Where("invoice_id IN ?", ids).Order("created_at, id"), &details),
	}
	if tx.org.UsesCustomSections {
		wanted = append(wanted, session.RowsOf(tx.db.Where("invoice_id IN ?", ids).Order("created_at, id"), &sections))
	}
	if err := session.Fetch(wanted...); err != nil {
		return fmt.Errorf("read what belongs to invoices: %w", err)
	}
	subscriptions, err := tx.loadBillingPeriods(periods, rows)
	if err != nil {
		return err
	}
	if err := tx.loadInvoicedFees(fees, subscriptions); err != nil {
		return err
	}
	for _, period := range periods {
		row := index[period.InvoiceID]
		row.BillingPeriods = append(row.BillingPeriods, period)
	}
	for _, fee := range fees {
		row := index[*fee.InvoiceID]
		fee.SelfBilled = row.SelfBilled
		row.Fees = append(row.Fees, fee)
	}
	for _, credit := range credits {
		row := index[credit.InvoiceID]
		row.Credits = append(row.Credits, credit)
	}
	for _, detail := range details {
		row := index[detail.InvoiceID]
		row.ErrorDetails = append(row.ErrorDetails, detail)
	}
	for _, section := range sections {
		row := index[section.InvoiceID]
		row.AppliedSections = append(row.AppliedSections, section)
	}
	for i := range rows {
		slices.SortStableFunc(rows[i].BillingPeriods, bySubscriptionName)
	}
	return nil
}

// bySubscriptionName orders periods by the names of their subscriptions; those
// without one come first.
func bySubscriptionName(a, b BillingPeriod) int {
	name := func(period BillingPeriod) string {
		if period.Subscription.Name == nil {
			return ""
		}
		return *period.Subscription.Name
	}
	return cmp.Compare(name(a), name(b))
}

// loadListedInvoices fills in what lists show of invoices, in a fixed number of
// queries for any number of them.
func (tx *Tx) loadListedInvoices(rows []Invoice) error {
	if len(rows) == 0 {
		return nil
	}
	index, ids := invoiceIndex(rows)
	var taxes []InvoiceTax
	var metadata []InvoiceMetadata
	var thresholds []InvoiceUsageThreshold
	wanted := []session.Wanted{
		session.RowsOf(tx.db.Where("invoice_id IN ?", ids).Order("tax_code, id"), &taxes),
		session.RowsOf(tx.db.Where("invoice_id IN ?", ids).Order("created_at, id"), &metadata),
	}
	if slices.ContainsFunc(rows, func(row Invoice) bool { return row.InvoiceType == InvoiceProgressiveBilling }) {
		wanted = append(wanted, session.RowsOf(tx.db.Where("invoice_id IN ?", ids).Order("amount_cents, id"), &thresholds))
	}
	if err := session.Fetch(wanted...); err != nil {
		return fmt.Errorf("read what lists show of invoices: %w", err)
	}
	for _, tax := range taxes {
		row := index[tax.InvoiceID]
		row.AppliedTaxes = append(row.AppliedTaxes, tax)
	}
	for _, pair := range metadata {
		row := index[pair.InvoiceID]
		row.Metadata = append(row.Metadata, pair)
	}
	for _, threshold := range thresholds {
		row := index[threshold.InvoiceID]
		row.AppliedThresholds = append(row.AppliedThresholds, threshold)
	}
	return tx.loadInvoiceOwners(rows)
}

func invoiceIndex(rows []Invoice) (map[uuid.UUID]*Invoice, []uuid.UUID) {
	index := make(map[uuid.UUID]*Invoice, len(rows))
	for i := range rows {
		index[rows[i].ID] = &rows[i]
	}
	return index, rowIDs(rows, func(row *Invoice) uuid.UUID { return row.ID })
}

// loadInvoiceOwners fills in the customers and the billing entities of invoices.
// A billing entity that is the customer's is not read again.
func (tx *Tx) loadInvoiceOwners(rows []Invoice) error {
	customers, err := tx.customersByID(rowIDs(rows, func(row *Invoice) uuid.UUID { return row.CustomerID }))
	if err != nil {
		return err
	}
	owners := make(map[uuid.UUID]Customer, len(customers))
	entities := map[uuid.UUID]BillingEntity{}
	for _, customer := range customers {
		owners[customer.ID], entities[customer.BillingEntityID] = customer, customer.BillingEntity
	}
	var further []uuid.UUID
	for i := range rows {
		if _, known := entities[rows[i].BillingEntityID]; !known {
			further = append(further, rows[i].BillingEntityID)
		}
	}
	others, err := tx.ownBillingEntities(further)
	if err != nil {
		return err
	}
	for i := range rows {
		row := &rows[i]
		row.Customer, row.BillingEntity = owners[row.CustomerID], entities[row.BillingEntityID]
		if other, isOther := others[row.BillingEntityID]; isOther {
			row.BillingEntity = other
		}
	}
	return nil
}

// loadBillingPeriods fills in the subscriptions of the billing periods of
// invoices, and returns them. The customers of the invoices are not read again.
func (tx *Tx) loadBillingPeriods(periods []BillingPeriod, invoices []Invoice) ([]Subscription, error) {
	if len(periods) == 0 {
		return nil, nil
	}
	owners := make(map[uuid.UUID]Customer, len(invoices))
	for i := range invoices {
		owners[invoices[i].CustomerID] = invoices[i].Customer
	}
	var subscriptions []Subscription
	err := inBatches(periods, func(part []BillingPeriod) error {
		var rows []Subscription
		ids := rowIDs(part, func(period *BillingPeriod) uuid.UUID { return period.SubscriptionID })
		if err := tx.db.Where("id IN ?", ids).Find(&rows).Error; err != nil {
			return fmt.Errorf("find the subscriptions of billing periods: %w", err)
		}
		for i := range rows {
			rows[i].Customer = owners[rows[i].CustomerID]
		}
		subscriptions = append(subscriptions, rows...)
		return tx.loadListedSubscriptions(subscriptions[len(subscriptions)-len(rows):])
	})
	if err != nil {
		return nil, err
	}
	index := make(map[uuid.UUID]Subscription, len(subscriptions))
	for _, subscription := range subscriptions {
		index[subscription.ID] = subscription
	}
	for i := range periods {
		periods[i].Subscription = index[periods[i].SubscriptionID]
	}
	return subscriptions, nil
}
