package invoicing

import (
	"errors"
	"time"

	"tarn/billing/invoice"
	"tarn/billing/period"
	"tarn/jobs"
	"tarn/store"
)

// KindRedate is the job that dates a draft anew because the terms of its customer
// have changed. Such a draft has one waiting.
const KindRedate = "invoice.redate"

// lingering is how long drafts of a customer that was deleted stay drafts.
const lingering = 5 * time.Minute

// TermsChanged reports whether two states of a customer date invoices differently:
// by other days of grace, another payment term, or other issuing settings.
func TermsChanged(before, after *store.Customer) bool { return datesOf(before) != datesOf(after) }

// DraftsRedated lets drafts be dated anew by the terms that hold now. Those whose
// days of grace are over by them become final.
func DraftsRedated(tx *store.Tx, whose store.DraftsFor) error {
	ids, err := tx.Drafts(whose)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := jobs.Hasten(tx, invoiceJob(KindRedate, id, tx.Now())); err != nil {
			return err
		}
	}
	return nil
}

// redateDue dates a draft anew, if it still is one.
func redateDue(tx *store.Tx, args invoiceArgs) error {
	row, err := tx.InvoiceForUpdate(args.InvoiceID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil || row.Status != store.InvoiceDraft {
		return err
	}
	b := &bill{tx: tx, invoice: row}
	day := period.DateOf(row.BilledAt, row.Customer.Location())
	rules := datesOfPeriods(&row.Customer, row.BillingPeriods)
	b.setDates(day, rules)
	b.invoice.UpdatedAt = tx.Now()
	if err := tx.UpdateInvoice(&b.invoice); err != nil {
		return err
	}
	if invoice.DatesOf(day, rules).Finalization.After(today(tx, &row.Customer)) {
		return scheduleFinalization(tx, b.invoice)
	}
	return jobs.Reschedule(tx, finalization(row.ID, tx.Now()))
}

// CustomerDeleted lets the drafts of a customer that was deleted become final soon.
func CustomerDeleted(tx *store.Tx, customer store.Customer) error {
	ids, err := tx.Drafts(store.DraftsFor{Customer: &customer.ID})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := jobs.Reschedule(tx, finalization(id, tx.Now().Add(lingering))); err != nil {
			return err
		}
	}
	return nil
}
