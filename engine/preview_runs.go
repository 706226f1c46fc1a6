package engine

import (
	"time"

	"github.com/google/uuid"

	"tarn/billing/period"
	"tarn/clock"
	"tarn/fault"
	"tarn/form"
	"tarn/invoicing"
	"tarn/store"
)

// This file says what a preview bills, and when. Subscriptions are looked at as
// they will be then; their rows stay as they are.

// codeInvalidTimestamp is the code of what is no instant.
const codeInvalidTimestamp = "invalid_timestamp"

// plan finds what the preview bills: nothing where there are no such subscriptions.
func (p *preview) plan() error {
	switch {
	case p.in.ExternalIDs.IsNull():
		return fault.Invalid("subscriptions.external_ids", fault.CodeInvalid)
	case !p.namesSubscriptions():
		return p.proposal()
	case !p.stored:
		return fault.Invalid("customer", "must_be_persisted")
	}
	rows, err := p.tx.LivingSubscriptionsNamed(p.customer.ID, form.Distinct(p.in.ExternalIDs.MustGet()))
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].Customer = p.customer
	}
	switch running := active(rows); {
	case p.in.TerminatedAt.IsSpecified():
		return p.termination(running)
	case !form.Blank(p.in.NewPlanCode):
		return p.planChange(running)
	default:
		return p.projection(rows, running)
	}
}

// namesSubscriptions reports whether the preview is of subscriptions that may exist.
func (p *preview) namesSubscriptions() bool {
	ids, _ := p.in.ExternalIDs.Get() // absent is none
	return len(ids) > 0
}

// proposal bills a subscription that does not exist for the first time.
func (p *preview) proposal() error {
	plan, err := p.tx.Plan(p.in.PlanCode)
	if err != nil {
		return form.NotFound(err, "plan")
	}
	c := creation{tx: p.tx, customer: p.customer, plan: plan, entity: p.entity}
	row := c.newRow()
	row.BillingTime, row.SubscriptionAt = string(period.BillingTimeCalendar), p.tx.Now()
	if p.in.BillingTime == string(period.BillingTimeAnniversary) {
		row.BillingTime = p.in.BillingTime
	}
	form.Assign(&row.SubscriptionAt, p.in.SubscriptionAt)
	if !previewable(row.SubscriptionAt) {
		return fault.Invalid("subscription_at", codeInvalidDate)
	}
	row.CreatedAt, row.UpdatedAt = p.tx.Now(), p.tx.Now()
	if row.SubscriptionAt.Before(row.CreatedAt) {
		row.CreatedAt = row.SubscriptionAt // as if it had been made in its time, not afterwards
	}
	p.start(&row)
	return nil
}

// previewable reports whether an instant leaves room for the periods around it:
// years that can be shown.
func previewable(at time.Time) bool {
	const years = 3 // the longest period, the one after it, and the days of a time zone
	return clock.Representable(at.AddDate(-years, 0, 0)) && clock.Representable(at.AddDate(years, 0, 0))
}

// start bills the start of a subscription if it is paid in advance, and otherwise
// its first period.
func (p *preview) start(row *store.Subscription) {
	startedAt := row.SubscriptionAt
	row.Status, row.StartedAt = store.SubscriptionActive, &startedAt
	item := invoicing.Item{Subscription: row, Reason: store.ReasonStarting, SkipUsage: true, Unstarted: true}
	p.run.At = startedAt
	if !row.Plan.PayInAdvance {
		item.Reason = store.ReasonPeriodic
		p.run.At = row.Periods().NextPeriodStart(startedAt).Start(row.Location())
	}
	p.run.Items = append(p.run.Items, item)
}

// termination bills the end of the one subscription.
func (p *preview) termination(running []*store.Subscription) error {
	at, err := p.in.TerminatedAt.Get()
	switch {
	case len(running) > 1:
		return fault.Invalid("subscriptions", "only_one_subscription_allowed_for_termination")
	case err != nil || !previewable(at):
		return fault.Invalid("terminated_at", codeInvalidTimestamp)
	case at.Before(p.tx.Now()):
		return fault.Invalid("terminated_at", "cannot_be_in_past")
	case len(running) == 1:
		p.end(running[0], at)
	}
	return nil
}

// end bills the end of a subscription.
func (p *preview) end(row *store.Subscription, at time.Time) {
	row.Status, row.TerminatedAt, row.Next = store.SubscriptionTerminated, &at, nil
	p.run.At = at
	p.run.Items = append(p.run.Items, invoicing.Item{Subscription: row, Reason: store.ReasonTerminating})
}

// planChange bills a change of the one subscription to another plan: now to a
// dearer one, and when the period is over to a cheaper one.
func (p *preview) planChange(running []*store.Subscription) error {
	if len(running) > 1 {
		return fault.Invalid("subscriptions", "only_one_subscription_allowed_for_plan_change")
	}
	plan, err := p.tx.Plan(p.in.NewPlanCode)
	if err != nil {
		return form.NotFound(err, "plan")
	}
	if len(running) == 0 {
		return nil
	}
	row := running[0]
	if row.PlanID == plan.ID {
		return fault.Invalid("base", "new_plan_should_be_different_from_existing_plan")
	}
	at := p.tx.Now()
	if plan.Cheaper(row.Plan) {
		at = row.Periods().NextPeriodStart(at).Start(row.Location())
	}
	c := creation{tx: p.tx, customer: p.customer, plan: plan, current: row}
	next := c.successor()
	next.CreatedAt, next.UpdatedAt = p.tx.Now(), p.tx.Now()
	return p.change(row, &next, at)
}

// change bills a change of plans.
func (p *preview) change(row, next *store.Subscription, at time.Time) error {
	row.Status, row.TerminatedAt = store.SubscriptionTerminated, &at
	next.Status, next.StartedAt = store.SubscriptionActive, &at
	row.Next, next.Previous = next.AsChange(), row.AsChange()
	items, err := planChangeItems(p.tx, row, next, at)
	for i := range items {
		items[i].Unstarted = items[i].Subscription == next
	}
	p.run.At = at
	p.run.Items = append(p.run.Items, items...)
	return err
}

// projection bills the next period of subscriptions that are active, the end of
// the only one if that comes before, or the start of one that is still to come.
func (p *preview) projection(rows []store.Subscription, running []*store.Subscription) error {
	if len(running) == 0 {
		p.startNext(rows)
		return nil
	}
	first := running[0]
	day := first.Periods().NextBillingDay(first.Day(p.tx.Now()))
	if len(running) == 1 && first.EndingAt != nil && first.Day(*first.EndingAt).Before(day) {
		at := *first.EndingAt
		if at.Before(p.tx.Now()) {
			at = p.tx.Now()
		}
		p.end(first, at)
		return nil
	}
	return p.periods(rows, running, day)
}

// startNext bills the start of the first subscription that is still to come.
func (p *preview) startNext(rows []store.Subscription) {
	for i := range rows {
		if rows[i].Status == store.SubscriptionPending && rows[i].Previous == nil {
			p.start(&rows[i])
			return
		}
	}
}

// periods bills active subscriptions on a day. One with a downgrade ahead gives way
// to the one that follows, as in a billing run.
//
// Lago: one of which only the start was billed so far has no fixed charges in
// arrears.
func (p *preview) periods(rows []store.Subscription, running []*store.Subscription, day period.Date) error {
	p.run.At = day.Start(p.customer.Location())
	onlyStarted, err := p.tx.OnlyStarted(subscriptionIDs(running))
	if err != nil {
		return err
	}
	for _, row := range running {
		periods := row.Periods()
		p.apart = p.apart || periods.NextBillingDay(row.Day(p.tx.Now())) != day
		next := successorOf(row, rows)
		if next != nil && next.Status == store.SubscriptionPending && periods.DowngradeDay(day) {
			if err := p.change(row, next, p.run.At); err != nil {
				return err
			}
			continue
		}
		p.run.Items = append(p.run.Items, invoicing.Item{
			Subscription: row, Reason: store.ReasonPeriodic, SkipFixedCharges: onlyStarted[row.ID],
		})
	}
	return nil
}

// successorOf is the subscription that follows another one, among some; nil for
// none.
func successorOf(row *store.Subscription, rows []store.Subscription) *store.Subscription {
	for i := range rows {
		if row.Next != nil && rows[i].ID == row.Next.SubscriptionID {
			return &rows[i]
		}
	}
	return nil
}

// subscriptionIDs are the identifiers of subscriptions.
func subscriptionIDs(rows []*store.Subscription) []uuid.UUID {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return ids
}
