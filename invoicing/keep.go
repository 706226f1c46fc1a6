package invoicing

import (
	"github.com/google/uuid"

	"tarn/audit"
	"tarn/billing/invoice"
	"tarn/billing/period"
	"tarn/notify"
	"tarn/store"
)

// The actions of invoices that activities tell of.
const (
	actionCreated       = "created"
	actionOneOffCreated = "one_off_created"
	actionDrafted       = "drafted"
	actionReady         = "ready_to_finalize"
)

// keep stores a new invoice with everything on it, draws on its sources, and tells
// of it.
func (b *bill) keep() error { return b.keepAs(actionCreated) }

// keepAs is keep for an invoice whose coming into being has a name of its own.
func (b *bill) keepAs(action string) error { return keepAll(b.tx, []*bill{b}, action) }

// keepAll is keepAs for invoices of different customers.
func keepAll(tx *store.Tx, bills []*bill, action string) error {
	rows := make([]*store.Invoice, len(bills))
	var final []*bill
	for i, b := range bills {
		rows[i] = &b.invoice
		if b.invoice.Status != store.InvoiceDraft {
			final = append(final, b)
		}
	}
	if err := finalizeAll(tx, final); err != nil {
		return err
	}
	if err := tx.InsertInvoices(rows); err != nil {
		return err
	}
	if err := keepParts(tx, bills); err != nil {
		return err
	}
	if err := payPrepaid(tx, bills); err != nil {
		return err
	}
	if err := followUsage(tx, bills); err != nil {
		return err
	}
	for _, b := range bills {
		if err := b.tell(action); err != nil {
			return err
		}
	}
	return nil
}

// finalize gives the invoice its number, unless there is nothing to show: then it
// is closed, and nobody sees it.
func (b *bill) finalize() error { return finalizeAll(b.tx, []*bill{b}) }

// finalizeAll is finalize for invoices of different customers.
func finalizeAll(tx *store.Tx, bills []*bill) error {
	var final []*bill
	for _, b := range bills {
		row := &b.invoice
		progressive := row.InvoiceType == store.InvoiceProgressiveBilling
		if row.FeesAmountCents == 0 && !progressive && !row.Customer.FinalizesZeroInvoices() {
			row.Status = store.InvoiceClosed
			continue
		}
		now := tx.Now()
		row.Status, row.FinalizedAt = store.InvoiceFinalized, &now
		final = append(final, b)
	}
	if err := assignNumbers(tx, final); err != nil {
		return err
	}
	for _, b := range final {
		if err := b.draw(); err != nil {
			return err
		}
	}
	return nil
}

// assignNumbers numbers invoices of different customers that become final. A number
// that one has stays.
func assignNumbers(tx *store.Tx, bills []*bill) error {
	var unnumbered []*store.Invoice
	for _, b := range bills {
		if b.invoice.SequentialID == nil {
			unnumbered = append(unnumbered, &b.invoice)
		}
	}
	sequences, err := tx.NextSequentialIDs(unnumbered)
	if err != nil {
		return err
	}
	var ofEntities []*store.Invoice
	for i, row := range unnumbered {
		row.SequentialID = &sequences[i]
		row.Number = invoice.CustomerNumber(row.BillingEntity.DocumentNumberPrefix, row.Customer.SequentialID, sequences[i])
		if !row.SelfBilled && row.BillingEntity.DocumentNumbering == store.NumberedPerEntity {
			ofEntities = append(ofEntities, row)
		}
	}
	return assignEntityNumbers(tx, ofEntities)
}

// assignEntityNumbers numbers invoices whose billing entities count their own.
func assignEntityNumbers(tx *store.Tx, rows []*store.Invoice) error {
	next := map[uuid.UUID]int64{}
	for _, row := range rows {
		entity := row.BillingEntityID
		if next[entity] == 0 {
			var err error
			if next[entity], err = tx.NextEntitySequentialID(entity); err != nil {
				return err
			}
		}
		number := next[entity]
		next[entity]++
		row.EntitySequentialID = &number
		row.Number = invoice.EntityNumber(row.BillingEntity.DocumentNumberPrefix, tx.Now(), row.BillingEntity.Location(), number)
	}
	return nil
}

// keepParts stores what is on invoices.
func keepParts(tx *store.Tx, bills []*bill) error {
	if err := takeSections(tx, bills); err != nil {
		return err
	}
	for _, b := range bills {
		b.markParts()
	}
	if err := insertParts(bills, func(row *store.Invoice) []store.BillingPeriod { return row.BillingPeriods }, tx.InsertBillingPeriods); err != nil {
		return err
	}
	if err := insertParts(bills, func(row *store.Invoice) []store.Fee { return row.Fees }, tx.InsertFees); err != nil {
		return err
	}
	if err := insertParts(bills, func(row *store.Invoice) []store.Credit { return row.Credits }, tx.InsertCredits); err != nil {
		return err
	}
	if err := insertParts(bills, func(row *store.Invoice) []store.InvoiceUsageThreshold { return row.AppliedThresholds }, tx.InsertInvoiceUsageThresholds); err != nil {
		return err
	}
	if err := insertParts(bills, func(row *store.Invoice) []store.InvoiceTax { return row.AppliedTaxes }, tx.InsertInvoiceTaxes); err != nil {
		return err
	}
	return insertParts(bills, func(row *store.Invoice) []store.AppliedCustomSection { return row.AppliedSections }, tx.InsertAppliedSections)
}

// insertParts adds the parts of one kind of all invoices together, which fills in
// what the database gives them.
func insertParts[Part any](bills []*bill, of func(*store.Invoice) []Part, insert func([]Part) error) error {
	var all []Part
	for _, b := range bills {
		all = append(all, of(&b.invoice)...)
	}
	if err := insert(all); err != nil {
		return err
	}
	for _, b := range bills {
		all = all[copy(of(&b.invoice), all):]
	}
	return nil
}

// markParts lets what is on the invoice name it.
func (b *bill) markParts() {
	row := &b.invoice
	for i := range row.BillingPeriods {
		row.BillingPeriods[i].InvoiceID, row.BillingPeriods[i].CreatedAt = row.ID, row.CreatedAt
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
	for i := range row.AppliedThresholds {
		row.AppliedThresholds[i].InvoiceID, row.AppliedThresholds[i].CreatedAt = row.ID, b.tx.Now()
	}
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
		notify.Happened(b.tx, notify.InvoiceDrafted(b.invoice))
		notify.Happened(b.tx, notify.InvoiceReadyToFinalize(b.invoice))
		if err := audit.Happened(b.tx, subject, actionDrafted); err != nil {
			return err
		}
		if err := audit.Happened(b.tx, subject, actionReady); err != nil {
			return err
		}
		return scheduleFinalization(b.tx, b.invoice)
	case store.InvoiceFinalized:
		b.tellFinal(action)
		if err := audit.Happened(b.tx, subject, action); err != nil {
			return err
		}
		if err := becameFinal(b.tx, b.invoice); err != nil {
			return err
		}
		return scheduleCollecting(b)
	default:
		return nil
	}
}

// tellFinal lets webhooks tell of an invoice that is final, after those of its fees that
// they tell of.
func (b *bill) tellFinal(action string) {
	for i := range b.invoice.Fees {
		if fee := &b.invoice.Fees[i]; b.tellsOf(fee) {
			notify.Happened(b.tx, notify.FeeCreated(*fee))
		}
	}
	switch action {
	case actionOneOffCreated:
		notify.Happened(b.tx, notify.InvoiceOneOffCreated(b.invoice))
	case actionCreditAdded:
		notify.Happened(b.tx, notify.InvoicePaidCreditAdded(b.invoice))
	default:
		notify.Happened(b.tx, notify.InvoiceCreated(b.invoice))
	}
}

// tellsOf reports whether webhooks tell of a fee of the invoice by itself: one of an event
// that is paid in advance, and one of other units of a fixed charge. Fees that were there
// before their invoice were told of then.
func (b *bill) tellsOf(fee *store.Fee) bool {
	if b.invoice.InvoiceType == store.InvoiceAdvanceCharges {
		return false
	}
	ofEvent := fee.FeeType == store.FeeCharge && fee.PayInAdvance && fee.EventTransactionID != nil
	return ofEvent || fee.FeeType == store.FeeFixedCharge && len(b.statements) > 0 && b.statements[0].Units
}

// becameFinal lets everything come that follows when an invoice is final.
func becameFinal(tx *store.Tx, row store.Invoice) error {
	return ScheduleOverdue(tx, row)
}

// today is the day of the customer's zone on which the transaction runs.
func today(tx *store.Tx, customer *store.Customer) period.Date {
	return period.DateOf(tx.Now(), customer.Location())
}
