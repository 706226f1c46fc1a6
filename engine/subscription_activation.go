package engine

import (
	"slices"
	"time"

	"tarn/audit"
	"tarn/billing/period"
	"tarn/form"
	"tarn/invoicing"
	"tarn/notify"
	"tarn/store"
)

// The actions of subscriptions that activities tell of.
const (
	actionStarted    = "started"
	actionTerminated = "terminated"
	actionCanceled   = "canceled"
	actionIncomplete = "incomplete"
	actionTrialEnded = "trial_ended"
)

// activate starts a pending subscription that follows no other one, unless its
// activation has to wait for a payment.
func activate(tx *store.Tx, row *store.Subscription, startedAt time.Time) error {
	waits, err := evaluateActivationRules(tx, row)
	if err != nil {
		return err
	}
	if waits {
		return suspend(tx, row, nil, startedAt)
	}
	if err := markActive(tx, row, startedAt); err != nil {
		return err
	}
	notify.Happened(tx, notify.SubscriptionStarted(*row)) // before what it bills
	if err := billActivation(tx, *row); err != nil {
		return err
	}
	return announceStart(tx, *row)
}

// activateUnbilled starts a pending subscription on an earlier day. Nothing of
// that time is billed, so nothing has to be paid first either.
func activateUnbilled(tx *store.Tx, row *store.Subscription, startedAt time.Time) error {
	if err := tx.ReplaceActivationRules(row, nil); err != nil {
		return err
	}
	if err := markActive(tx, row, startedAt); err != nil {
		return err
	}
	notify.Happened(tx, notify.SubscriptionStarted(*row))
	return announceStart(tx, *row)
}

func announceStart(tx *store.Tx, row store.Subscription) error {
	if err := audit.Happened(tx, audit.Subscription(row), actionStarted); err != nil {
		return err
	}
	return scheduleSubscription(tx, row)
}

// markActive makes a subscription active, tells its fixed charges how many units
// there are, and hands it the lifetime usage. It returns a Validation fault when
// another active subscription has the external id.
func markActive(tx *store.Tx, row *store.Subscription, startedAt time.Time) error {
	row.StartedAt = &startedAt
	if err := becomeActive(tx, row); err != nil {
		return err
	}
	return emitActivationUnits(tx, *row)
}

// becomeActive is markActive for a subscription that has its start, and its units,
// already.
func becomeActive(tx *store.Tx, row *store.Subscription) error {
	now := tx.Now()
	row.Status, row.ActivatedAt = store.SubscriptionActive, &now
	if err := tx.UpdateSubscription(row); err != nil {
		return form.Taken(err, "external_id")
	}
	if row.PreviousSubscriptionID != nil {
		moved, err := tx.MoveLifetimeUsage(*row.PreviousSubscriptionID, row.ID)
		if err != nil || moved {
			return err
		}
	}
	return tx.InsertLifetimeUsage(&store.LifetimeUsage{ID: store.NewID(), SubscriptionID: row.ID})
}

// setActivationRules gives a pending subscription its conditions; absent and
// null leave them as they are.
func setActivationRules(tx *store.Tx, row *store.Subscription, input form.Optional[[]ActivationRuleInput]) error {
	if !form.Given(input) {
		return nil
	}
	inputs := input.MustGet()
	rules := make([]store.ActivationRule, len(inputs))
	for i, in := range inputs {
		rules[i] = store.ActivationRule{Type: in.Type, Status: store.ActivationRuleInactive}
		form.Assign(&rules[i].TimeoutHours, in.TimeoutHours)
	}
	return tx.ReplaceActivationRules(row, rules)
}

// evaluateActivationRules decides, at the activation, whether it has to wait for
// a payment: where there is such a condition, and something to be paid at once.
func evaluateActivationRules(tx *store.Tx, row *store.Subscription) (waits bool, err error) {
	if len(row.ActivationRules) == 0 {
		return false, nil
	}
	applicable, err := paidAtActivation(tx, *row, tx.Now())
	if err != nil {
		return false, err
	}
	rules := row.ActivationRules
	for i := range rules {
		rules[i].Status, rules[i].UpdatedAt = store.ActivationRuleNotApplicable, tx.Now()
		if !applicable {
			continue
		}
		rules[i].Status = store.ActivationRulePending
		if rules[i].TimeoutHours > 0 {
			expiresAt := tx.Now().Add(time.Duration(rules[i].TimeoutHours) * time.Hour)
			rules[i].ExpiresAt = &expiresAt
		}
	}
	return applicable, tx.ReplaceActivationRules(row, rules)
}

// paidAtActivation reports whether a subscription bills something when it
// starts at an instant: a plan that is paid in advance, unless its trial runs, or fixed
// charges that are.
func paidAtActivation(tx *store.Tx, row store.Subscription, at time.Time) (bool, error) {
	if slices.ContainsFunc(row.Plan.FixedCharges, paidInAdvance) {
		return true, nil
	}
	if !row.Plan.PayInAdvance {
		return false, nil
	}
	trial, err := invoicing.TrialEndsAt(tx, row)
	return !period.InTrial(at, trial), err
}
