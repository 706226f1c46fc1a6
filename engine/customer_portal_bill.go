package engine

import (
	"tarn/billing/period"
	"tarn/fault"
	"tarn/invoicing"
	"tarn/nullable"
	"tarn/store"
)

// NextBill is an estimate of the next invoice of a customer's subscriptions.
type NextBill struct {
	// On is the day, in the customer's zone, for which it bills.
	On period.Date
	// Invoice is what it would be if nothing more were used until then.
	Invoice store.Invoice
}

// billedNext is a subscription with the day for which it is billed next.
type billedNext struct {
	row *store.Subscription
	day period.Date
	// alone says that it starts or ends then, so that it has an invoice of its own in
	// previews.
	alone bool
}

// nextBill estimates the next invoice of subscriptions that run or are to come, which are
// all of a customer's. Nil stands for none, and for one that no invoice can hold.
func nextBill(tx *store.Tx, customer store.Customer, rows []store.Subscription) (*NextBill, error) {
	var names []string
	if previewable(tx.Now()) {
		names = dueFirst(tx, rows)
	}
	if len(names) == 0 {
		return nil, nil //nolint:nilnil // nothing will be billed
	}
	p := &preview{tx: tx, in: PreviewInput{ExternalIDs: nullable.NewNullableWithValue(names)}, customer: customer, stored: true}
	if err := p.plan(); err != nil {
		return nil, err
	}
	if len(p.run.Items) == 0 {
		return nil, nil //nolint:nilnil // nothing will be billed
	}
	row, err := invoicing.Preview(tx, p.run, nil)
	if fault.Is(err, fault.Validation) {
		return nil, nil //nolint:nilnil // more than an invoice can hold
	}
	return &NextBill{On: period.DateOf(p.run.At, customer.Location()), Invoice: row}, err
}

// dueFirst are the external ids of the subscriptions that are billed first, and together.
func dueFirst(tx *store.Tx, rows []store.Subscription) []string {
	var first []billedNext
	for i := range rows {
		next, billed := nextOf(tx, &rows[i])
		switch {
		case !billed:
		case len(first) == 0 || next.day.Before(first[0].day):
			first = []billedNext{next}
		case next.day == first[0].day && next.sharesInvoice(first[0]):
			first = append(first, next)
		}
	}
	names := make([]string, len(first))
	for i, next := range first {
		names[i] = next.row.ExternalID
	}
	return names
}

// nextOf says when a subscription is billed next; billed is false for one that follows
// another one, which is billed with that, and for one that begins later than can be shown.
func nextOf(tx *store.Tx, row *store.Subscription) (next billedNext, billed bool) {
	next = billedNext{row: row}
	if row.Status == store.SubscriptionPending {
		if row.PreviousSubscriptionID != nil || !previewable(row.SubscriptionAt) {
			return next, false
		}
		started, starts := *row, preview{tx: tx}
		starts.start(&started)
		next.day, next.alone = row.Day(starts.run.At), true
		return next, true
	}
	next.day = row.Periods().NextBillingDay(row.Day(tx.Now()))
	if row.EndingAt != nil && row.Day(*row.EndingAt).Before(next.day) {
		next.day, next.alone = row.Day(*row.EndingAt), true
	}
	return next, true
}

// sharesInvoice reports whether two subscriptions that are billed for one day are on one
// invoice.
func (n billedNext) sharesInvoice(other billedNext) bool {
	return !n.alone && !other.alone && invoicing.ShareInvoice(n.row, other.row)
}
