package invoicing

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/billing/period"
	"tarn/jobs"
	"tarn/notify"
	"tarn/store"
)

// KindMarkOverdue is the job that marks the invoices of a customer as overdue
// whose due date is over. A customer with unpaid invoices has one waiting.
const KindMarkOverdue = "invoices.overdue"

// actionPaymentOverdue is what happens to an invoice that is not paid in time, as
// activities name it.
const actionPaymentOverdue = "payment_overdue"

// overdueRhythm is when invoices become overdue.
//
// Lago: days are those of UTC here, whatever the customer's zone.
var overdueRhythm = jobs.Rhythm{Every: time.Hour, After: 25 * time.Minute}

// ScheduleOverdue lets an invoice become overdue at the first run after its due
// date, unless it cannot: it is called whenever an invoice becomes final, and
// whenever one is no longer paid. Once too often does no harm.
func ScheduleOverdue(tx *store.Tx, invoice store.Invoice) error {
	if invoice.Status != store.InvoiceFinalized || invoice.PaymentStatus == store.PaymentSucceeded ||
		invoice.PaymentOverdue || invoice.PaymentDisputeLostAt != nil {
		return nil
	}
	return scheduleOverdue(tx, invoice.CustomerID, invoice.PaymentDueDate)
}

// scheduleOverdue lets the run of a customer come after a due date, at the latest.
func scheduleOverdue(tx *store.Tx, customer uuid.UUID, dueDate string) error {
	day, err := period.ParseDate(dueDate)
	if err != nil {
		return fmt.Errorf("read the due date of an invoice: %w", err)
	}
	after := day.AddDays(1).Start(time.UTC)
	if after.Before(tx.Now()) {
		after = tx.Now()
	}
	return jobs.Hasten(tx, overdueJob(customer, overdueRhythm.From(after)))
}

func overdueJob(customer uuid.UUID, at time.Time) jobs.Job {
	return jobs.Job{
		Kind: KindMarkOverdue, At: at, Args: CustomerArgs{CustomerID: customer},
		UniqueKey: KindMarkOverdue + ":" + customer.String(),
	}
}

// markOverdue marks what the customers of jobs have not paid by the day before, and
// lets the next run of each come after its next due date. A customer that is gone has
// no invoices.
func markOverdue(tx *store.Tx, due []store.Job) error {
	customers, err := CustomersOf(due)
	if err != nil {
		return err
	}
	if err := tx.LockCustomers(customers); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	rows, err := tx.InvoicesPastDue(customers, period.DateOf(tx.Now(), time.UTC).String())
	if err != nil {
		return err
	}
	if err := tx.MarkInvoicesOverdue(rows); err != nil {
		return err
	}
	for _, row := range rows {
		notify.Happened(tx, notify.InvoicePaymentOverdue(row))
		if err := audit.Happened(tx, audit.Invoice(row), actionPaymentOverdue); err != nil {
			return err
		}
		if err := ScheduleDunning(tx, &row.Customer, tx.Now()); err != nil {
			return err
		}
	}
	next, err := tx.NextPaymentDueDates(customers)
	if err != nil {
		return err
	}
	for customer, day := range next {
		if err := scheduleOverdue(tx, customer, day); err != nil {
			return err
		}
	}
	return nil
}

// overdueWorker does the jobs that mark invoices as overdue. What cannot be done today is
// tried again tomorrow.
func overdueWorker() jobs.Worker {
	return jobs.Worker{
		Lock:      jobs.Locking(func(tx *store.Tx, args CustomerArgs) error { return tx.LockCustomer(args.CustomerID) }),
		Run:       func(tx *store.Tx, job store.Job) error { return markOverdue(tx, []store.Job{job}) },
		Discarded: jobs.NextDay,
		Together:  &jobs.Together{Lock: LockFreeCustomers, Run: markOverdue},
	}
}
