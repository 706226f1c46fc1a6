package engine

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"tarn/billing/period"
	"tarn/invoicing"
	"tarn/store"
)

// This file is the one place where subscriptions touch billing. Its functions
// are called within the transaction of the change, right after the rows have
// their new state and before the activities are recorded. They say why what is
// billed, and what is given back; how is for package invoicing. What is given back
// comes first, so that the invoice may draw on it.

// billActivation bills the start of a subscription: the first period of a plan
// that is paid in advance, unless its trial runs, and what its fixed charges ask
// for in advance, which make an invoice of their own otherwise. It is not called
// for a start that lies in the past.
func billActivation(tx *store.Tx, row store.Subscription) error {
	if !row.Plan.PayInAdvance && !slices.ContainsFunc(row.Plan.FixedCharges, paidInAdvance) {
		return nil
	}
	reason, err := startReason(tx, row)
	if err != nil {
		return err
	}
	return invoicing.Bill(tx, invoicing.Run{At: tx.Now(), Items: []invoicing.Item{{Subscription: &row, Reason: reason}}})
}

func paidInAdvance(row store.FixedCharge) bool { return row.PayInAdvance }

// startReason is why the start of a subscription is billed.
func startReason(tx *store.Tx, row store.Subscription) (store.InvoicingReason, error) {
	if !row.Plan.PayInAdvance {
		return store.ReasonInAdvance, nil
	}
	trial, err := invoicing.TrialEndsAt(tx, row)
	if err != nil || period.InTrial(tx.Now(), trial) {
		return store.ReasonInAdvance, err
	}
	return store.ReasonStarting, nil
}

// billGate makes the invoice that is paid before a subscription starts, which takes
// the place of another one or of none: of what billActivation and billPlanChange would
// bill of it.
func billGate(tx *store.Tx, row, previous *store.Subscription) (gate store.Invoice, made bool, err error) {
	item := invoicing.Item{Subscription: row, Reason: store.ReasonStarting, Predecessor: previous}
	if previous == nil {
		if item.Reason, err = startReason(tx, *row); err != nil {
			return gate, false, err
		}
	}
	return invoicing.BillGate(tx, item)
}

// billReplaced credits and bills what is left of a subscription whose place another
// one has taken that was paid before.
func billReplaced(tx *store.Tx, before, after *store.Subscription) error {
	if err := invoicing.CreditUnused(tx, before); err != nil {
		return err
	}
	return invoicing.Bill(tx, invoicing.Run{
		At: tx.Now(), Items: []invoicing.Item{{Subscription: before, Reason: store.ReasonTerminating, Successor: after}},
	})
}

// billTermination credits and bills the end of a subscription as its on_termination
// options say: what it has paid for and will not use, and what is not billed yet.
func billTermination(tx *store.Tx, row store.Subscription) error {
	if err := invoicing.CreditUnused(tx, &row); err != nil {
		return err
	}
	if row.OnTerminationInvoice == store.TerminationSkip {
		return nil
	}
	return invoicing.Bill(tx, invoicing.Run{
		At: tx.Now(), Items: []invoicing.Item{{Subscription: &row, Reason: store.ReasonTerminating}},
	})
}

// billPlanChange bills a change of plans: what is left of the first
// subscription, which ended, and the first period of the second, which took its
// place, on one invoice. What an upgrade leaves unused is given back.
// Upgrades come here at once, downgrades with the billing run.
func billPlanChange(tx *store.Tx, before, after store.Subscription) error {
	if err := invoicing.CreditUnused(tx, &before); err != nil {
		return err
	}
	items, err := planChangeItems(tx, &before, &after, tx.Now())
	if err != nil {
		return err
	}
	return invoicing.Bill(tx, invoicing.Run{At: tx.Now(), Items: items})
}

// planChangeItems are what a change of plans at an instant bills: the second
// subscription only if it is paid when it starts.
func planChangeItems(tx *store.Tx, before, after *store.Subscription, at time.Time) ([]invoicing.Item, error) {
	items := []invoicing.Item{{Subscription: before, Reason: store.ReasonTerminating, Successor: after}}
	paid, err := paidAtActivation(tx, *after, at)
	if paid {
		items = append(items, invoicing.Item{Subscription: after, Reason: store.ReasonStarting, Predecessor: before})
	}
	return items, err
}

// billPeriod bills the active subscriptions of customers that have their
// billing day, grouped into invoices. A day may come up twice, when the
// customer's time zone changes; what was billed on it is not billed again.
func billPeriod(tx *store.Tx, rows []store.Subscription, at time.Time) error {
	if len(rows) == 0 {
		return nil
	}
	run := invoicing.Run{At: at, Items: make([]invoicing.Item, len(rows))}
	for i := range rows {
		run.Items[i] = invoicing.Item{Subscription: &rows[i], Reason: store.ReasonPeriodic}
	}
	return invoicing.Bill(tx, run)
}

// billTrialEnd bills what is left of the period in which a trial ends, for a plan
// that is paid in advance.
func billTrialEnd(tx *store.Tx, row store.Subscription) error {
	if !row.Plan.PayInAdvance {
		return nil
	}
	return invoicing.Bill(tx, invoicing.Run{
		At: tx.Now(), Items: []invoicing.Item{{Subscription: &row, Reason: store.ReasonStarting, SkipUsage: true}},
	})
}

// billUnits bills other units of fixed charges in advance that count from this
// instant on, for each subscription by itself. Their customers must be locked.
func billUnits(tx *store.Tx, ids []uuid.UUID) error {
	if len(ids) == 0 {
		return nil
	}
	rows, err := tx.SubscriptionsByID(ids)
	if err != nil {
		return err
	}
	run := invoicing.Run{At: tx.Now(), Units: true, Items: make([]invoicing.Item, len(ids))}
	for i, id := range ids {
		run.Items[i] = invoicing.Item{Subscription: rows[id], Reason: store.ReasonInAdvance}
	}
	return invoicing.Bill(tx, run)
}
