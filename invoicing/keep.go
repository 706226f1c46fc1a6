package invoicing

import (
	"tarn/audit"
	"tarn/billing/invoice"
	"tarn/billing/period"
	"tarn/store"
)

// The actions of invoices that activities tell of.
const (
	actionCreated = "created"
	actionDrafted = "drafted"
	actionReady   = "ready_to_finalize"
)

// keep stores a new invoice with everything on it, draws on its sources, and tells
// of it.
func (b *bill) keep() error { return b.keepAs(actionCreated) }

// keepAs is keep for an invoice whose coming into being has a name of its own.
func (b *bill) keepAs(action string) error {
	if b.invoice.Status != store.InvoiceDraft {
		if err := b.finalize(); err != nil {
			return err
		}
	}
	if err := b.tx.InsertInvoice(&b.invoice); err != nil {
		return err
	}
	if err := b.keepParts(); err != nil {
		return err
	}
	return b.tell(action)
}

// finalize gives the invoice its number, unless there is nothing to show: then it
// is closed, and nobody sees it.
func (b *bill) finalize() error {
	row := &b.invoice
	progressive := row.InvoiceType == store.InvoiceProgressiveBilling
	if row.FeesAmountCents == 0 && !progressive && !row.Customer.FinalizesZeroInvoices() {
		row.Status = store.InvoiceClosed
		return nil
	}
	now := b.tx.Now()
	row.Status, row.FinalizedAt = store.InvoiceFinalized, &now
	if err := assignNumber(b.tx, row); err != nil {
		return err
	}
	return b.draw()
}

// assignNumber numbers an invoice that becomes final. A number that it has stays.
func assignNumber(tx *store.Tx, row *store.Invoice) error {
	if row.SequentialID != nil {
		return nil
	}
	sequence, err := tx.NextSequentialID(row.CustomerID, row.BillingEntityID)
	if err != nil {
		return err
	}
	prefix := row.BillingEntity.DocumentNumberPrefix
	row.SequentialID, row.Number = &sequence, invoice.CustomerNumber(prefix, row.Customer.SequentialID, sequence)
	if row.SelfBilled || row.BillingEntity.DocumentNumbering != store.NumberedPerEntity {
		return nil
	}
	counted, err := tx.NextEntitySequentialID(row.BillingEntityID)
	if err != nil {
		return err
	}
	row.EntitySequentialID = &counted
	row.Number = invoice.EntityNumber(prefix, tx.Now(), row.BillingEntity.Location(), counted)
	return nil
}

// keepParts stores what is on the invoice.
func (b *bill) keepParts() error {
	row := &b.invoice
	for i := range row.BillingPeriods {
		row.BillingPeriods[i].InvoiceID = row.ID
		row.BillingPeriods[i].CreatedAt = row.CreatedAt
	}
	for i := range row.Fees {
		row.Fees[i].InvoiceID, row.Fees[i].CreatedAt = &row.ID, row.CreatedAt
		for j := range row.Fees[i].AppliedTaxes {
			row.Fees[i].AppliedTaxes[j].CreatedAt = row.CreatedAt
		}
	}
	linkTrueUps(row.Fees)
	for i := range row.Credits {
		row.Credits[i].InvoiceID, row.Credits[i].CreatedAt = row.ID, b.tx.Now()
	}
	for i := range row.AppliedTaxes {
		row.AppliedTaxes[i].InvoiceID, row.AppliedTaxes[i].CreatedAt = row.ID, b.tx.Now()
	}
	if err := b.tx.InsertBillingPeriods(row.BillingPeriods); err != nil {
		return err
	}
	if err := b.tx.InsertFees(row.Fees); err != nil {
		return err
	}
	if err := b.tx.InsertCredits(row.Credits); err != nil {
		return err
	}
	for i := range row.AppliedThresholds {
		row.AppliedThresholds[i].InvoiceID, row.AppliedThresholds[i].CreatedAt = row.ID, b.tx.Now()
	}
	if err := b.tx.InsertInvoiceUsageThresholds(row.AppliedThresholds); err != nil {
		return err
	}
	return b.tx.InsertInvoiceTaxes(row.AppliedTaxes)
}

// linkTrueUps lets fees know which one raises them to their minimum.
func linkTrueUps(fees []store.Fee) {
	for i := range fees {
		for j := range fees {
			if parent := fees[j].TrueUpParentFeeID; parent != nil && *parent == fees[i].ID {
				fees[i].TrueUpFeeID = &fees[j].ID
			}
		}
	}
}

// tell records the activities of an invoice that came into being or became final,
// and lets what is due with it come. Nothing is told of one that was closed.
func (b *bill) tell(action string) error {
	subject := audit.Invoice(b.invoice)
	switch b.invoice.Status {
	case store.InvoiceDraft:
		if err := audit.Happened(b.tx, subject, actionDrafted); err != nil {
			return err
		}
		if err := audit.Happened(b.tx, subject, actionReady); err != nil {
			return err
		}
		return scheduleFinalization(b.tx, b.invoice)
	case store.InvoiceFinalized:
		if err := audit.Happened(b.tx, subject, action); err != nil {
			return err
		}
		return becameFinal(b.tx, b.invoice)
	default:
		return nil
	}
}

// becameFinal lets everything come that follows when an invoice is final.
func becameFinal(tx *store.Tx, row store.Invoice) error {
	return ScheduleOverdue(tx, row)
}

// today is the day of the customer's zone on which the transaction runs.
func today(tx *store.Tx, customer *store.Customer) period.Date {
	return period.DateOf(tx.Now(), customer.Location())
}
