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
	outcomes []bool
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

// ticks are all of them on a way: ten past the hour in which a local day begins periods
// are billed, at 20 past midnight (UTC) drafts become final, and at 25 past it what is
// past its due date becomes overdue.
func ticks(zone *time.Location, from, to time.Time) []tick {
	var all []tick
	for d := dayIn(from, time.UTC) - 1; d <= dayIn(to, time.UTC)+1; d++ {
		midnight := d.begins(time.UTC)
		billing := d.begins(zone).Truncate(time.Hour).Add(10 * time.Minute)
		if billing.Before(d.begins(zone)) {
			billing = billing.Add(time.Hour)
		}
		all = append(all, tick{billing, (*books).month}, tick{midnight.Add(20 * time.Minute), (*books).drafts},
			tick{midnight.Add(25 * time.Minute), (*books).late})
	}
	slices.SortStableFunc(all, func(a, b tick) int { return a.at.Compare(b.at) })
	return slices.DeleteFunc(all, func(t tick) bool { return t.at.Before(from) || t.at.After(to) })
}

// month bills whatever has its billing day.
func (b *books) month() {
	today := dayIn(b.now, b.zone)
	var together []*statement
	for _, r := range slices.Clone(b.rows) {
		if !r.active() || r.day(b.zone) >= today || slices.Contains(r.runs, today) {
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
	s.reason = "subscription_terminating"
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
		for _, event := range a.Events {
			b.events[a.Subscription] = append(b.events[a.Subscription], received{event, a.At})
		}
		b.watch(a.Subscription)
	case Watch:
		b.watched = append(b.watched, &alert{subscription: a.Subscription, thresholds: a.Thresholds})
	case Apply:
		coupon := b.ledger.Coupons[a.Coupon]
		b.coupons = append(b.coupons, &applied{Coupon: coupon, active: true, left: coupon.Duration})
	case Open:
		b.opened(a)
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
	case Void:
		b.void(i)
	case Credit:
		n := &note{invoice: i, reason: "other", credit: a.Amount}
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

// void takes an invoice back, with what coupons and wallets gave for it.
func (b *books) void(i *invoice) {
	i.status, i.overdue = "voided", false
	i.told["invoice.voided"]++
	for _, d := range i.drawn {
		d.coupon.giveBack(d.amount)
	}
	for _, m := range i.spent {
		m.wallet.consumed -= m.amount
		b.grant(m.wallet, m.amount)
	}
}

// subscribe starts a subscription. What is paid in advance is billed at once.
func (b *books) subscribe(a Dated) {
	plan := *b.ledger.Plans[a.Plan]
	r := &row{external: a.Subscription, plan: &plan, startedAt: a.At, byAnniversary: a.ByAnniversary, anchor: dayIn(a.At, b.zone)}
	b.rows = append(b.rows, r)
	if plan.InAdvance {
		b.bill([]*statement{b.starting(r)}, b.now)
	}
}

// row is the active row of a subscription; nil where there is none.
func (b *books) row(external string) *row {
	for _, r := range b.rows {
		if r.external == external && r.active() {
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
	r := b.row(a.Subscription)
	b.unused(r, a.CreditNote, false)
	ending := b.terminating(r, false)
	r.endedAt, r.next = b.now, nil
	b.bill([]*statement{ending}, b.now)
}
