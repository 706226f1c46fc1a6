package payments

import (
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/audit"
	"tarn/invoicing"
	"tarn/jobs"
	"tarn/notify"
	"tarn/store"
)

// dunning is one run that reminds a customer of what is overdue.
type dunning struct {
	tx       *store.Tx
	customer store.Customer
	campaign store.DunningCampaign
	overdue  []store.Invoice
	// balances are the totals of what is overdue, in cents, by currency.
	balances map[string]decimal.Decimal
	// attempts are how often the customer was reminded, by currency.
	attempts map[string]store.DunningAttempt
}

// dun reminds a customer of what is overdue, if a campaign does and it is time, and lets
// the next run come when it may remind again. A customer that nobody reminds any more has
// no next run. It returns a Validation fault where it would ask for more than a payment
// can be.
func dun(tx *store.Tx, args invoicing.CustomerArgs) error {
	d, err := newDunning(tx, args.CustomerID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	currencies := d.due()
	if len(currencies) == 0 {
		return nil
	}
	if next := d.next(); !tx.Now().Before(next) {
		if err := d.remind(currencies); err != nil {
			return err
		}
	}
	if len(d.due()) == 0 {
		return nil
	}
	return invoicing.ScheduleDunning(tx, &d.customer, d.next())
}

// newDunning reads what a run goes by; ErrNotFound where no campaign reminds the customer.
func newDunning(tx *store.Tx, id uuid.UUID) (*dunning, error) {
	d := &dunning{tx: tx, attempts: map[string]store.DunningAttempt{}}
	var err error
	if d.customer, err = tx.CustomerByID(id); err != nil {
		return d, err
	}
	campaign := d.customer.DunnedBy()
	if campaign == nil || !tx.Organization().AddOn("auto_dunning") {
		return d, store.ErrNotFound
	}
	if d.campaign, err = tx.DunningCampaignByID(*campaign); err != nil {
		return d, err
	}
	if d.overdue, err = tx.OverdueInvoices(id); err != nil {
		return d, err
	}
	d.balances = balancesOf(d.overdue)
	attempts, err := tx.DunningAttempts(id)
	for _, row := range attempts {
		d.attempts[row.Currency] = row
	}
	return d, err
}

// next is the first instant at which the customer may be reminded again, whatever the
// currency of the last time was.
//
// Lago: so many days must be over, not just reached.
func (d *dunning) next() time.Time {
	var last time.Time
	for _, row := range d.attempts {
		if row.LastAttemptAt.After(last) {
			last = row.LastAttemptAt
		}
	}
	if last.IsZero() {
		return d.tx.Now()
	}
	return last.AddDate(0, 0, d.campaign.DaysBetweenAttempts).Add(time.Microsecond)
}

// balancesOf are the totals of invoices in cents, by currency.
//
// Lago: what was paid of an invoice, or taken off it by a credit note, counts too.
func balancesOf(invoices []store.Invoice) map[string]decimal.Decimal {
	sums := map[string]decimal.Decimal{}
	for _, row := range invoices {
		sums[row.Currency] = sums[row.Currency].Add(decimal.NewFromInt(row.TotalAmountCents))
	}
	return sums
}

// due are the currencies, in alphabetical order, in which enough is overdue and the
// customer was not reminded as often as the campaign does.
func (d *dunning) due() []string {
	var currencies []string
	for _, threshold := range d.campaign.Thresholds {
		sum, owes := d.balances[threshold.Currency]
		enough := owes && !sum.LessThan(decimal.NewFromInt(threshold.AmountCents))
		if enough && d.attempts[threshold.Currency].Attempts < d.campaign.MaxAttempts {
			currencies = append(currencies, threshold.Currency)
		}
	}
	return slices.Compact(currencies) // thresholds come by currency
}

// remind asks the customer for what is overdue in some currencies, by one payment request
// for each billing entity, and tells when that was the last time.
func (d *dunning) remind(currencies []string) error {
	busy, err := d.tx.InvoicesUnderWay(identifiersOf(d.overdue))
	if err != nil {
		return err
	}
	made := make([]store.DunningAttempt, len(currencies))
	for i, currency := range currencies {
		made[i] = store.DunningAttempt{
			CustomerID: d.customer.ID, Currency: currency, Attempts: d.attempts[currency].Attempts + 1, LastAttemptAt: d.tx.Now(),
		}
		d.attempts[currency] = made[i]
		if err := d.ask(currency, busy); err != nil {
			return err
		}
	}
	if err := d.tx.SaveDunningAttempts(made); err != nil || !d.exhausted() {
		return err
	}
	return d.finish()
}

// ask makes the payment requests of one currency. Invoices that are being collected are
// left out.
func (d *dunning) ask(currency string, busy []uuid.UUID) error {
	byEntity := map[uuid.UUID][]store.Invoice{}
	var entities []uuid.UUID
	for _, row := range d.overdue {
		if row.Currency != currency || slices.Contains(busy, row.ID) {
			continue
		}
		if byEntity[row.BillingEntityID] == nil {
			entities = append(entities, row.BillingEntityID)
		}
		byEntity[row.BillingEntityID] = append(byEntity[row.BillingEntityID], row)
	}
	for _, entity := range entities {
		request := newRequest(d.customer, byEntity[entity])
		request.DunningCampaignID = &d.campaign.ID
		if err := insertRequest(d.tx, &request, Choice{}); err != nil {
			return err
		}
	}
	return nil
}

// exhausted reports whether the customer was reminded for the last time in each currency
// in which the campaign has begun and something is still overdue.
func (d *dunning) exhausted() bool {
	for currency, row := range d.attempts {
		if _, owes := d.balances[currency]; owes && row.Attempts < d.campaign.MaxAttempts {
			return false
		}
	}
	return true
}

// finish tells that the campaign has reminded the customer for the last time. It is
// called once, by the run that does.
func (d *dunning) finish() error {
	row := d.finished()
	notify.Happened(d.tx, notify.DunningCampaignFinished(row))
	return audit.Happened(d.tx, audit.FinishedDunning(row), actionFinished)
}

// actionFinished is what happens to a campaign that has reminded a customer for the last
// time, as activities name it.
const actionFinished = "finished"

// finished is what is told then.
func (d *dunning) finished() store.FinishedDunning {
	row := store.FinishedDunning{Campaign: d.campaign, Customer: d.customer, Balances: d.balances}
	row.Currency = d.tx.Organization().DefaultCurrency
	if d.customer.Currency != nil {
		row.Currency = *d.customer.Currency
	}
	return row
}

// dunningWorker does the jobs that remind customers. What was given up is tried again a
// day later.
func dunningWorker() jobs.Worker {
	worker := jobs.Handle(dun)
	worker.Lock = jobs.Locking(func(tx *store.Tx, args invoicing.CustomerArgs) error { return tx.LockCustomer(args.CustomerID) })
	worker.Discarded = jobs.NextDay
	return worker
}
