package check

import (
	"fmt"
	"slices"
	"time"
)

// books are what is expected of one customer.
type books struct {
	ledger   *Ledger
	customer Customer
	zone     *time.Location
	// now is the organization's time while the books are written.
	now time.Time

	rows     []*row
	events   map[string][]received
	invoices []*invoice
	coupons  []*applied
	wallets  []*wallet
	notes    []*note
	watched  []*alert
	// finals counts the invoices that have a number, payments what the provider was asked.
	finals   int
	payments int
	outcomes []string
	// prefix begins the numbers of the customer's invoices.
	prefix string
	// faults are what the ledger asks for and cannot be.
	faults []string
}

// write makes the books of a customer: it goes through everything that was done and that
// fell due, in order.
func write(ledger *Ledger, customer Customer, prefix string) (*books, error) {
	zone, err := time.LoadLocation(customer.Zone)
	if err != nil {
		return nil, err
	}
	b := &books{ledger: ledger, customer: customer, zone: zone, events: map[string][]received{}, outcomes: customer.Outcomes, prefix: prefix}
	actions := ledger.Actions[customer.ID]
	if len(actions) == 0 {
		return b, nil
	}
	for _, tick := range ticks(zone, actions[0].At, ledger.Settings.End) {
		for len(actions) > 0 && !actions[0].At.After(tick.at) {
			b.now = actions[0].At
			b.act(actions[0])
			actions = actions[1:]
		}
		b.now = tick.at
		tick.due(b)
	}
	for _, action := range actions {
		b.now = action.At
		b.act(action)
	}
	return b, nil
}

// tick is an instant at which something may be due.
type tick struct {
	at  time.Time
	due func(b *books)
}

// past is the first instant of a day at so many minutes past an hour.
func past(begins time.Time, minutes int) time.Time {
	at := begins.Truncate(time.Hour).Add(time.Duration(minutes) * time.Minute)
	if at.Before(begins) {
		at = at.Add(time.Hour)
	}
	return at
}

// ticks are all of them on a way. When a local day begins what has waited for it starts;
// at five past the hour what ends on it ends, at ten past periods are billed, at 55 past
// wallets are refilled. At 20 past any hour drafts become final, at 25 past what is past its
// due date becomes overdue, and at 35 past trials are over.
func ticks(zone *time.Location, from, to time.Time) []tick {
	var all []tick
	for d := dayIn(from, time.UTC) - 1; d <= dayIn(to, time.UTC)+1; d++ {
		midnight := d.begins(time.UTC)
		for hour := range 24 {
			begun := midnight.Add(time.Duration(hour) * time.Hour)
			all = append(all, tick{begun.Add(20 * time.Minute), (*books).drafts}, tick{begun.Add(25 * time.Minute), (*books).late},
				tick{begun.Add(35 * time.Minute), (*books).trials})
		}
		begins := d.begins(zone)
		all = append(all, tick{begins, (*books).starts}, tick{past(begins, 5), (*books).ends}, tick{past(begins, 10), (*books).month},
			tick{past(begins, 55), (*books).refill})
	}
	slices.SortStableFunc(all, func(a, b tick) int { return a.at.Compare(b.at) })
	return slices.DeleteFunc(all, func(t tick) bool { return t.at.Before(from) || t.at.After(to) })
}

// month bills whatever has its billing day.
func (b *books) month() {
	today := dayIn(b.now, b.zone)
	var together []*statement
	for _, r := range slices.Clone(b.rows) {
		ending := !r.endsAt.IsZero() && dayIn(r.endsAt, b.zone) == today
		if !r.active() || r.waits || ending || r.day(b.zone) >= today || slices.Contains(r.runs, today) {
			continue
		}
		s := b.periodic(r, today)
		if s == nil {
			continue
		}
		r.runs = append(r.runs, today)
		if r.next != nil {
			b.goDown(r, today)
			continue
		}
		together = append(together, s)
	}
	if len(together) > 0 {
		b.bill(together, b.now)
	}
}

// goDown lets the cheaper plan take the place of a row whose period is over.
func (b *books) goDown(r *row, today day) {
	s := b.periodic(r, today)
	s.reason, s.ahead = "subscription_terminating", span{}
	if r.plan.InAdvance {
		s.fee = nil
		s.from, s.to = s.whole.from.begins(b.zone), s.whole.to.ends(b.zone)
		s.from = later(s.from, r.day(b.zone).begins(b.zone))
	}
	r.endedAt = b.now
	next := b.follow(r, *r.next)
	statements := []*statement{s}
	if next.plan.InAdvance {
		next.runs = append(next.runs, today)
		statements = append(statements, b.starting(next))
	}
	b.bill(statements, b.now)
}

// follow adds the row that takes the place of another one.
func (b *books) follow(r *row, plan Plan) *row {
	next := &row{external: r.external, plan: &plan, startedAt: b.now, byAnniversary: r.byAnniversary, anchor: r.anchor, previous: r}
	b.rows = append(b.rows, next)
	return next
}

// drafts makes those final whose days of grace are over.
func (b *books) drafts() {
	today := dayIn(b.now, time.UTC)
	for _, i := range b.invoices {
		if i.status == "draft" && i.base+day(b.customer.Grace) <= today {
			b.finalize(i)
		}
	}
}

// late notes what is past its due date.
func (b *books) late() {
	today := dayIn(b.now, time.UTC)
	for _, i := range b.invoices {
		if i.status == "finalized" && i.payment != "succeeded" && !i.overdue && i.due < today {
			i.overdue = true
			i.told["invoice.payment_overdue"]++
		}
	}
}

// act does what the client did.
func (b *books) act(a Dated) {
	switch a.Do {
	case Subscribe:
		b.subscribe(a)
	case Change:
		b.change(a)
	case Terminate:
		b.terminate(a)
	case Use:
		var events []received
		for _, event := range a.Events {
			events = append(events, received{event, a.Subscription, a.At})
		}
		b.events[a.Subscription] = append(b.events[a.Subscription], events...)
		b.billEvents(events)
		b.progress(a.Subscription)
		b.watch(a.Subscription)
	case Watch:
		b.watched = append(b.watched, &alert{subscription: a.Subscription, thresholds: a.Thresholds})
	case Apply:
		coupon := b.ledger.Coupons[a.Coupon]
		b.coupons = append(b.coupons, &applied{Coupon: coupon, active: true, left: coupon.Duration})
	case Open:
		b.opened(a)
	case Bill:
		b.single(a)
	case TopUp:
		for _, w := range b.wallets {
			if w.Code == a.Wallet.Code {
				b.topUp(w, a)
			}
		}
	default:
		b.actOn(a)
	}
}

// actOn does what the client did with an invoice.
func (b *books) actOn(a Dated) {
	at := slices.IndexFunc(b.invoices, func(i *invoice) bool { return i.number == a.Invoice })
	if at < 0 {
		b.faults = append(b.faults, fmt.Sprintf("%s: there is no invoice %d to %s", b.customer.ID, a.Invoice, a.Do))
		return
	}
	i := b.invoices[at]
	switch a.Do {
	case Pay:
		i.told["payment.recorded"]++
		b.settle(i, a.Amount)
	case Retry:
		b.collect(i)
	case Settle:
		b.collected(i, a.Succeeds)
	case Void:
		b.void(i, a.Noted, a.Amount)
	case Credit:
		n := &note{invoice: i, madeAt: b.now, reason: "other", credit: a.Amount}
		if a.Refund {
			n.credit, n.refund = 0, a.Amount
		}
		for _, item := range a.Credits {
			n.items = append(n.items, noteItem{i.fee(item), whole(item.Amount)})
		}
		b.issue(n)
	}
}

// fee is the fee of an item.
func (i *invoice) fee(item CreditItem) *fee {
	at := slices.IndexFunc(i.fees, func(f *fee) bool {
		return f.subscription == item.Subscription && f.kind == item.Type && f.code == item.Code
	})
	if at < 0 {
		return &fee{}
	}
	return i.fees[at]
}

// void takes an invoice back, with what coupons gave for it. What wallets gave comes back
// too, unless there are credit notes instead.
func (b *books) void(i *invoice, noted bool, asked int64) {
	if noted {
		b.crediting(i, asked)
	}
	i.status, i.overdue = "voided", false
	i.told["invoice.voided"]++
	for _, d := range i.drawn {
		d.coupon.giveBack(d.amount)
	}
	if noted {
		return
	}
	for _, m := range i.spent {
		m.wallet.consumed -= m.amount
		b.grant(m.wallet, m.amount)
	}
}

// subscribe starts a subscription, at once or at midnight of a day that comes.
func (b *books) subscribe(a Dated) {
	plan := *b.ledger.Plans[a.Plan]
	r := &row{external: a.Subscription, plan: &plan, startedAt: a.At, byAnniversary: a.ByAnniversary, anchor: dayIn(a.At, b.zone), endsAt: a.EndsAt}
	if !a.StartsAt.IsZero() {
		r.anchor, r.waits = dayIn(a.StartsAt, b.zone), true
		r.startedAt = r.anchor.begins(b.zone)
	}
	b.rows = append(b.rows, r)
	if !r.waits {
		b.enter(r)
	}
}

// enter bills what is paid in advance when a row starts, unless there is a trial.
func (b *books) enter(r *row) {
	r.waits = false
	if r.plan.InAdvance && r.plan.Trial == 0 {
		b.bill([]*statement{b.starting(r)}, b.now)
	}
}

// starts lets those rows start that have waited for their day.
func (b *books) starts() {
	for _, r := range b.rows {
		if r.waits && !r.startedAt.After(b.now) {
			b.enter(r)
		}
	}
}

// ends terminates what ends on this day.
func (b *books) ends() {
	for _, r := range slices.Clone(b.rows) {
		if r.active() && !r.endsAt.IsZero() && dayIn(r.endsAt, b.zone) == dayIn(b.now, b.zone) {
			b.end(r, "")
		}
	}
}

// trials bills what is paid in advance when its trial is over.
func (b *books) trials() {
	for _, r := range b.rows {
		end := b.trialEnd(r)
		if !r.active() || r.waits || r.tried || r.plan.Trial == 0 || end.After(b.now) {
			continue
		}
		r.tried = true
		if r.plan.InAdvance && !slices.Contains(r.runs, dayIn(b.now, b.zone)) {
			b.bill([]*statement{b.starting(r)}, b.now)
		}
	}
}

// row is the active row of a subscription; nil where there is none.
func (b *books) row(external string) *row {
	for _, r := range b.rows {
		if r.external == external && r.active() && !r.waits {
			return r
		}
	}
	return nil
}

// change lets a subscription go up at once, or down when its period is over.
func (b *books) change(a Dated) {
	r, plan := b.row(a.Subscription), *b.ledger.Plans[a.Plan]
	if yearly(plan) < yearly(*r.plan) {
		r.next = &plan
		return
	}
	b.unused(r, "", true)
	ending := b.terminating(r, true)
	r.endedAt = b.now
	next := b.follow(r, plan)
	statements := []*statement{ending}
	if plan.InAdvance {
		statements = append(statements, b.starting(next))
	}
	b.bill(statements, b.now.Add(time.Second))
}

func yearly(p Plan) int64 { return p.Amount * rhythm{interval: p.Interval}.yearly() }

// terminate ends a subscription.
func (b *books) terminate(a Dated) {
	b.end(b.row(a.Subscription), a.CreditNote)
}

// end ends a row. On the first day of a period of which the one before is not billed yet,
// it bills that, and not the day.
func (b *books) end(r *row, option string) {
	today := dayIn(b.now, b.zone)
	before, current := r.rhythm().around(today-1), r.rhythm().around(today)
	var ending *statement
	if current.from == today && !slices.Contains(r.runs, today) && r.startedAt.Before(b.now.AddDate(0, 0, -1)) {
		ending = b.whole(r, before)
	} else {
		b.unused(r, option, false)
		ending = b.terminating(r, false)
	}
	r.endedAt, r.next = b.now, nil
	b.bill([]*statement{ending}, b.now)
}

// whole is the statement of a row whose last period is over to its end.
func (b *books) whole(r *row, before span) *statement {
	s := b.over(r, before, before, "subscription_terminating")
	if r.plan.InAdvance {
		return s
	}
	amount := whole(r.plan.Amount)
	if !b.full(r) {
		amount = b.firstly(r, before)
	}
	if !b.onTrial(r, s) {
		s.fee = &amount
	}
	return s
}
