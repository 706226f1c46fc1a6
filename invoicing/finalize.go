package invoicing

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tarn/billing/invoice"
	"tarn/billing/period"
	"tarn/jobs"
	"tarn/store"
)

// Finalize ends the days of grace of a draft: it is made a last time, draws on
// coupons, and gets its number. It returns a NotFound fault for every invoice that
// is no draft. An invoice of nothing that is not to be shown comes back closed.
func Finalize(tx *store.Tx, id uuid.UUID) (store.Invoice, error) {
	row, err := shown(tx, id)
	if err == nil && row.Status != store.InvoiceDraft {
		err = errNoInvoice()
	}
	if err != nil {
		return row, err
	}
	if err := finalizeDraft(tx, row); err != nil {
		return row, err
	}
	return tx.InvoiceByID(id)
}

// finalizeDraft makes a draft final.
func finalizeDraft(tx *store.Tx, row store.Invoice) error {
	b, err := remake(tx, row)
	if err != nil {
		return err
	}
	if err := b.findSources(); err != nil {
		return err
	}
	if err := b.compute(); err != nil {
		return err
	}
	if err := b.creditExcess(); err != nil {
		return err
	}
	if err := b.redate(); err != nil {
		return err
	}
	if err := b.finalize(); err != nil {
		return err
	}
	if err := b.replace(); err != nil {
		return err
	}
	if err := payPrepaid(tx, []*bill{b}); err != nil {
		return err
	}
	if err := b.tell(actionCreated); err != nil {
		return err
	}
	return b.notes.end(tx, b.invoice)
}

// redate dates a draft that becomes final today.
func (b *bill) redate() error {
	row := &b.invoice
	issuing, err := period.ParseDate(row.IssuingDate)
	if err != nil {
		return fmt.Errorf("read the issuing date of invoice %s: %w", row.ID, err)
	}
	dates := invoice.Dates{Issuing: issuing, Kept: row.KeepsIssuingDate}.Finalized(today(b.tx, &row.Customer), row.Customer.PaymentTermDays())
	row.IssuingDate, row.PaymentDueDate = dates.Issuing.String(), dates.Due.String()
	return nil
}

// KindFinalize is the job that makes a draft final. A draft has one waiting.
const KindFinalize = "invoice.finalize"

// finalizeRhythm is when drafts become final.
var finalizeRhythm = jobs.Rhythm{Every: time.Hour, After: 20 * time.Minute}

// invoiceArgs say which invoice a job is for.
type invoiceArgs struct {
	InvoiceID uuid.UUID `json:"invoice_id"`
}

// scheduleFinalization lets a draft become final at the first tick of its day.
//
// Lago: the day is that of UTC.
func scheduleFinalization(tx *store.Tx, row store.Invoice) error {
	day, err := period.ParseDate(row.ExpectedFinalizationDate)
	if err != nil {
		return fmt.Errorf("read the finalization date of invoice %s: %w", row.ID, err)
	}
	return jobs.Reschedule(tx, finalization(row.ID, finalizeRhythm.Later(day.Start(time.UTC), tx.Now())))
}

// finalization is the job that makes a draft final at an instant.
func finalization(id uuid.UUID, at time.Time) jobs.Job { return invoiceJob(KindFinalize, id, at) }

// invoiceJob is a job for one invoice, which has one of the kind waiting.
func invoiceJob(kind string, id uuid.UUID, at time.Time) jobs.Job {
	return jobs.Job{Kind: kind, At: at, Args: invoiceArgs{InvoiceID: id}, UniqueKey: kind + ":" + id.String()}
}

// finalizeDue makes a draft final whose days of grace are over, if it is still
// one.
func finalizeDue(tx *store.Tx, args invoiceArgs) error {
	row, err := tx.InvoiceForUpdate(args.InvoiceID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil || row.Status != store.InvoiceDraft {
		return err
	}
	return finalizeDraft(tx, row)
}

// invoiceWorker does the jobs of one kind, which are for one invoice each. What
// cannot be done today is tried again tomorrow.
func invoiceWorker(run func(*store.Tx, invoiceArgs) error) jobs.Worker {
	worker := jobs.Handle(run)
	worker.Lock = jobs.Locking(func(tx *store.Tx, args invoiceArgs) error { return tx.LockInvoiced(args.InvoiceID) })
	worker.Discarded = jobs.NextDay
	return worker
}

// Workers carry out the jobs of invoices, by the kinds of these.
func Workers() jobs.Workers {
	return jobs.Workers{
		KindFinalize:               invoiceWorker(finalizeDue),
		KindRefresh:                invoiceWorker(refreshDue),
		KindRedate:                 invoiceWorker(redateDue),
		KindBillEvents:             eventsWorker(),
		KindBillProgressively:      ofSubscription(billProgressively, func(args progressiveArgs) string { return args.ExternalSubscriptionID }),
		KindMakeDocument:           documentWorker(),
		KindMakeCreditNoteDocument: creditNoteDocumentWorker(),
		KindMarkOverdue:            overdueWorker(),
	}
}

// ofSubscription does jobs that are for the subscription with an external id.
func ofSubscription[A any](run func(*store.Tx, A) error, externalID func(A) string) jobs.Worker {
	worker := jobs.Handle(run)
	worker.Lock = jobs.Locking(func(tx *store.Tx, args A) error {
		rows, err := tx.SubscriptionsNamed(externalID(args))
		if err != nil || len(rows) == 0 {
			return err
		}
		return tx.LockSubscriber(rows[0].ID)
	})
	return worker
}
