package invoicing

import (
	"github.com/google/uuid"

	"tarn/fault"
	"tarn/store"
)

// errNoInvoice refuses an invoice that clients do not see, or not as what they
// ask for.
func errNoInvoice() error { return fault.Missing("invoice") }

// errNotOfSubscriptions refuses what only invoices of subscriptions allow.
func errNotOfSubscriptions() error { return fault.Denied("feature_unavailable") }

// Refresh makes a draft again with what it rests on now: events that have come
// since, and other taxes and prices. An invoice that is no draft stays as it is.
// It returns a NotFound fault for an invoice that clients do not see, and a
// Forbidden one for an invoice that bills no subscriptions.
func Refresh(tx *store.Tx, id uuid.UUID) (store.Invoice, error) {
	row, err := shown(tx, id)
	switch {
	case err != nil:
		return row, err
	case row.InvoiceType != store.InvoiceSubscription:
		return row, errNotOfSubscriptions()
	case row.Status != store.InvoiceDraft:
		return row, nil
	}
	if err := refreshDraft(tx, row); err != nil {
		return row, err
	}
	return tx.InvoiceByID(id)
}

// refreshDraft makes a draft again, which stays one.
func refreshDraft(tx *store.Tx, row store.Invoice) error {
	b, err := remake(tx, row)
	if err != nil {
		return err
	}
	if err := b.compute(); err != nil {
		return err
	}
	return b.replace()
}

// remake takes everything off a draft and makes its statements anew, for the
// instant that it bills.
func remake(tx *store.Tx, row store.Invoice) (*bill, error) {
	run, err := runOf(tx, row)
	if err != nil {
		return nil, err
	}
	notes, err := findDraftNotes(tx, row)
	if err != nil {
		return nil, err
	}
	if err := tx.DeleteInvoiceParts(&row); err != nil {
		return nil, err
	}
	run.Before = row.CreatedAt
	statements, err := run.statements(tx)
	if err != nil {
		return nil, err
	}
	b := newBill(tx, row.BilledAt, statements)
	row.BillingPeriods, row.Stale = b.invoice.BillingPeriods, false
	b.invoice, b.notes = row, notes
	err = b.findProgressive()
	return b, err
}

// replace stores a draft that was made again.
func (b *bill) replace() error {
	b.invoice.UpdatedAt = b.tx.Now()
	if err := b.tx.UpdateInvoice(&b.invoice); err != nil {
		return err
	}
	if err := keepParts(b.tx, []*bill{b}); err != nil {
		return err
	}
	if err := followUsage(b.tx, []*bill{b}); err != nil {
		return err
	}
	return b.notes.follow(b.tx, b.invoice)
}

// runOf is the run that made an invoice. What it billed as a period is seen as it
// was then: the subscription may have ended since.
func runOf(tx *store.Tx, row store.Invoice) (Run, error) {
	ids := make([]uuid.UUID, len(row.BillingPeriods))
	for i, billed := range row.BillingPeriods {
		ids[i] = billed.SubscriptionID
	}
	subscriptions, err := tx.SubscriptionsByID(ids)
	if err != nil {
		return Run{}, err
	}
	run := Run{At: row.BilledAt}
	for _, billed := range row.BillingPeriods {
		item := Item{Subscription: subscriptions[billed.SubscriptionID], Reason: billed.Reason, SkipUsage: row.SkipsCharges}
		if billed.Reason != store.ReasonTerminating {
			item.Subscription.Status, item.Subscription.TerminatedAt, item.Subscription.Next = store.SubscriptionActive, nil, nil
		}
		run.Items = append(run.Items, item)
	}
	linkChanges(run.Items)
	return run, nil
}

// linkChanges lets both sides of a change of plans know each other.
func linkChanges(items []Item) {
	for i := range items {
		for j := range items {
			if before := items[j].Subscription.PreviousSubscriptionID; before != nil && *before == items[i].Subscription.ID {
				items[i].Successor, items[j].Predecessor = items[j].Subscription, items[i].Subscription
			}
		}
	}
}
