package engine

import (
	"tarn/audit"
	"tarn/form"
	"tarn/notify"
	"tarn/store"
)

// upgrade moves the customer to a plan that costs as much in a year or more: the
// current subscription ends now, and a new one takes its place.
//
// Lago: refund and offset count as credit here; the options of the subscription
// stay as they are.
func (c *creation) upgrade() (store.Subscription, error) {
	if err := cancelNext(c.tx, c.current); err != nil {
		return *c.current, err
	}
	row := c.successor()
	if err := c.insert(&row); err != nil {
		return row, err
	}
	if err := setActivationRules(c.tx, &row, c.in.ActivationRules); err != nil {
		return row, err
	}
	err := takeOver(c.tx, c.current, &row)
	return row, err
}

// downgrade lets a cheaper plan follow when the current period ends. It returns
// the current subscription, which goes on until then.
func (c *creation) downgrade() (store.Subscription, error) {
	current := *c.current
	if err := cancelNext(c.tx, &current); err != nil {
		return current, err
	}
	before := audit.Before(audit.Subscription(current))
	row := c.successor()
	if err := c.insert(&row); err != nil {
		return row, err
	}
	if err := setActivationRules(c.tx, &row, c.in.ActivationRules); err != nil {
		return row, err
	}
	if err := audit.Created(c.tx, audit.Subscription(row)); err != nil {
		return row, err
	}
	current.Next = row.AsChange()
	notify.Happened(c.tx, notify.SubscriptionUpdated(current))
	if err := audit.Updated(c.tx, before, audit.Subscription(current)); err != nil {
		return current, err
	}
	return current, scheduleSubscription(c.tx, current)
}

// successor is a subscription that takes the place of the current one: it has
// the same dates and the same billing, but for what the request says.
//
// Lago: the name, the payment method and what is said of progressive billing are
// not inherited.
func (c *creation) successor() store.Subscription {
	current := *c.current
	row := c.newRow()
	row.PreviousSubscriptionID = &current.ID
	row.BillingTime, row.SubscriptionAt = current.BillingTime, current.SubscriptionAt
	row.EndingAt, row.ConsolidateInvoice, row.PurchaseOrderNumber = current.EndingAt, current.ConsolidateInvoice, current.PurchaseOrderNumber
	form.AssignNullable(&row.EndingAt, c.in.EndingAt)
	form.Assign(&row.ConsolidateInvoice, c.in.ConsolidateInvoice)
	form.Assign(&row.ProgressiveBillingDisabled, c.in.ProgressiveBillingDisabled)
	form.AssignNullable(&row.PurchaseOrderNumber, form.FilledOrNull(c.in.PurchaseOrderNumber))
	if c.entity == nil {
		row.BillingEntityID, row.BillingEntity = current.BillingEntityID, current.BillingEntity
	}
	row.Previous = current.AsChange()
	return row
}

// replan gives a subscription that starts in the future another plan.
//
// Lago: of everything else that was sent only a name, activation rules and, for
// a cheaper plan, the billing entity count.
func (c *creation) replan() (store.Subscription, error) {
	row := *c.current
	before := audit.Before(audit.Subscription(row))
	if c.target().Cheaper(row.Plan) && c.entity != nil {
		row.BillingEntityID, row.BillingEntity = &c.entity.ID, *c.entity
	}
	row.PlanID, row.Plan = c.plan.ID, c.plan
	if name, _ := form.Trimmed(c.in.Name).Get(); name != "" {
		row.Name = &name
	}
	if err := c.tx.DeleteAllFixedUnits(&row); err != nil {
		return row, err
	}
	if err := c.tx.UpdateSubscription(&row); err != nil {
		return row, err
	}
	if err := setActivationRules(c.tx, &row, c.in.ActivationRules); err != nil {
		return row, err
	}
	notify.Happened(c.tx, notify.SubscriptionUpdated(row))
	return row, audit.Updated(c.tx, before, audit.Subscription(row))
}

// takeOver puts a pending subscription in the place of the one that it follows,
// unless its activation has to wait for a payment.
func takeOver(tx *store.Tx, current, row *store.Subscription) error {
	now := tx.Now()
	waits, err := evaluateActivationRules(tx, row)
	if err != nil {
		return err
	}
	if waits {
		return suspend(tx, row, current, now)
	}
	if err := markTerminated(tx, current, now); err != nil {
		return err
	}
	if err := markActive(tx, row, now); err != nil {
		return err
	}
	row.Previous, current.Next = current.AsChange(), row.AsChange()
	notify.Happened(tx, notify.SubscriptionTerminated(*current))
	notify.Happened(tx, notify.SubscriptionStarted(*row))
	if err := billPlanChange(tx, *current, *row); err != nil {
		return err
	}
	if err := audit.Happened(tx, audit.Subscription(*current), actionTerminated); err != nil {
		return err
	}
	if err := audit.Happened(tx, audit.Subscription(*row), actionStarted); err != nil {
		return err
	}
	return scheduleSubscription(tx, *row)
}

// cancelNext cancels what was to follow a subscription and has not started.
func cancelNext(tx *store.Tx, row *store.Subscription) error {
	if row.Next == nil || row.Next.Status != store.SubscriptionPending && row.Next.Status != store.SubscriptionIncomplete {
		return nil
	}
	next, err := tx.SubscriptionBeside(*row, row.Next.SubscriptionID)
	if err != nil {
		return err
	}
	row.Next = nil
	return cancel(tx, &next, actionCanceled)
}

// reconsiderFamily is reconsiderPlanChanges for a plan and, with cascade, for
// the plans that override it and have followed its amount.
func reconsiderFamily(tx *store.Tx, plan store.Plan, cascade bool) error {
	family := []store.Plan{plan}
	if cascade {
		children, err := tx.ChildPlans(plan)
		if err != nil {
			return err
		}
		for _, child := range children {
			if child.AmountCents == plan.AmountCents {
				family = append(family, child)
			}
		}
	}
	for _, each := range family {
		if err := reconsiderPlanChanges(tx, each); err != nil {
			return err
		}
	}
	return nil
}

// reconsiderPlanChanges looks at changes of plans that are still ahead, after
// the amount of a plan has changed: one that leads away from the plan to one
// that is dearer now is canceled, and one to the plan happens at once when the
// plan is no longer the cheaper one.
func reconsiderPlanChanges(tx *store.Tx, plan store.Plan) error {
	ids, err := tx.PendingPlanChanges(plan.ID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		row, err := tx.SubscriptionByIDForUpdate(id)
		if err != nil {
			return err
		}
		if row.Status != store.SubscriptionPending || row.Previous == nil {
			continue
		}
		current, err := tx.SubscriptionBeside(row, row.Previous.SubscriptionID)
		if err != nil {
			return err
		}
		switch {
		case row.PlanID == plan.ID && !row.Plan.Cheaper(current.Plan):
			err = takeOver(tx, &current, &row)
		case row.PlanID != plan.ID && current.Plan.Cheaper(row.Plan):
			err = cancel(tx, &row, actionCanceled)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
