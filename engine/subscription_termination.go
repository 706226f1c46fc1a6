package engine

import (
	"time"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/notify"
	"tarn/store"
)

// TerminateSubscription ends the active subscription of an external id, or
// cancels the pending one when pending is set. Options that are absent are those
// of the subscription. It returns a NotFound fault when there is none, and a
// Validation fault for an unknown word and while the subscription that is to
// follow waits for its payment.
//
// Lago: a pending subscription that is canceled counts as terminated in the
// trail, and the subscription that it was to follow as updated.
func TerminateSubscription(tx *store.Tx, externalID string, pending bool, in TerminationInput) (store.Subscription, error) {
	status := store.SubscriptionActive
	if pending {
		status = store.SubscriptionPending
	}
	row, err := subscriptionByExternalIDForUpdate(tx, externalID, status)
	if err != nil {
		return row, err
	}
	if pending {
		err := withdraw(tx, &row)
		return row, err
	}
	if err := checkTermination(in); err != nil {
		return row, err
	}
	if row.Next != nil && row.Next.Status == store.SubscriptionIncomplete {
		return row, fault.Invalid("base", "next_subscription_incomplete")
	}
	setTermination(&row, in)
	err = terminate(tx, &row)
	return row, err
}

// withdraw cancels a pending subscription at the client's wish.
func withdraw(tx *store.Tx, row *store.Subscription) error {
	if row.Previous == nil {
		return cancel(tx, row, actionTerminated)
	}
	current, err := tx.SubscriptionBeside(*row, row.Previous.SubscriptionID)
	if err != nil {
		return err
	}
	before := audit.Before(audit.Subscription(current))
	current.Next = nil
	notify.Happened(tx, notify.SubscriptionUpdated(current))
	if err := cancel(tx, row, actionTerminated); err != nil {
		return err
	}
	return audit.Updated(tx, before, audit.Subscription(current))
}

// setTermination puts the options into the row. Without payment in advance there
// is nothing to credit.
func setTermination(row *store.Subscription, in TerminationInput) {
	if row.Plan.PayInAdvance {
		form.AssignNullable(&row.OnTerminationCreditNote, in.OnTerminationCreditNote)
	}
	form.Assign(&row.OnTerminationInvoice, in.OnTerminationInvoice)
}

// terminate ends an active subscription now, and lets those start that wait for its
// external id.
func terminate(tx *store.Tx, row *store.Subscription) error {
	if err := stop(tx, row); err != nil {
		return err
	}
	return scheduleWaiting(tx, row.ExternalID)
}

// stop ends an active subscription now. What was to follow it is canceled.
//
// Lago: for a plan that is paid in advance, the option that counted is kept with
// the subscription, also when nobody chose it.
func stop(tx *store.Tx, row *store.Subscription) error {
	if err := cancelNext(tx, row); err != nil {
		return err
	}
	if row.Plan.PayInAdvance && row.OnTerminationCreditNote == nil {
		option := store.TerminationCredit
		row.OnTerminationCreditNote = &option
	}
	if err := markTerminated(tx, row, tx.Now()); err != nil {
		return err
	}
	if err := billTermination(tx, *row); err != nil {
		return err
	}
	notify.Happened(tx, notify.SubscriptionTerminated(*row))
	return audit.Happened(tx, audit.Subscription(*row), actionTerminated)
}

// markTerminated makes an active subscription one that was terminated at an instant.
func markTerminated(tx *store.Tx, row *store.Subscription, at time.Time) error {
	row.Status, row.TerminatedAt = store.SubscriptionTerminated, &at
	return tx.UpdateSubscription(row)
}

// cancel ends a subscription that has never been active. One that waits for a payment
// gives back what that was to be made of.
//
// Lago: webhooks tell of one that waited, and of one that a client has canceled.
func cancel(tx *store.Tx, row *store.Subscription, action string) error {
	now, waited := tx.Now(), row.Status == store.SubscriptionIncomplete
	row.Status, row.CanceledAt = store.SubscriptionCanceled, &now
	if err := tx.UpdateSubscription(row); err != nil {
		return err
	}
	if waited {
		if err := closeGate(tx, row); err != nil {
			return err
		}
	}
	switch {
	case waited:
		notify.Happened(tx, notify.SubscriptionCanceled(*row))
	case action == actionTerminated:
		notify.Happened(tx, notify.SubscriptionTerminated(*row))
	}
	if err := audit.Happened(tx, audit.Subscription(*row), action); err != nil {
		return err
	}
	if !waited {
		return nil
	}
	return billPassedOver(tx, row)
}

// endLiving ends subscriptions whose plan or customer goes: those that have not
// started are canceled, and then those that run are terminated.
func endLiving(tx *store.Tx, rows []store.Subscription) error {
	canceled := map[uuid.UUID]bool{}
	for i := range rows {
		if rows[i].Status == store.SubscriptionActive {
			continue
		}
		if err := cancel(tx, &rows[i], actionCanceled); err != nil {
			return err
		}
		canceled[rows[i].ID] = true
	}
	var free []string
	for i := range rows {
		row := &rows[i]
		if row.Status != store.SubscriptionActive {
			continue
		}
		if row.Next != nil && canceled[row.Next.SubscriptionID] {
			row.Next = nil
		}
		if err := stop(tx, row); err != nil {
			return err
		}
		free = append(free, row.ExternalID)
	}
	return scheduleWaiting(tx, free...)
}

// endSubscriptionsOfCustomer ends the subscriptions of a customer that goes, who
// must be locked.
func endSubscriptionsOfCustomer(tx *store.Tx, customer store.Customer) error {
	rows, err := tx.LivingSubscriptionsOfCustomer(customer.ID)
	if err != nil {
		return err
	}
	return endLiving(tx, rows)
}

// endSubscriptionsOfPlan ends the subscriptions to a plan that goes.
func endSubscriptionsOfPlan(tx *store.Tx, plan store.Plan) error {
	rows, err := tx.LivingSubscriptionsOfPlan(plan)
	if err != nil {
		return err
	}
	return endLiving(tx, rows)
}
