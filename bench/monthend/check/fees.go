package check

import (
	"slices"
	"time"
)

// fee is a line of an invoice. Amounts are in cents.
type fee struct {
	subscription string
	// kind and code are those of its item.
	kind, code string
	units      num
	amount     int64
	precise    num
	events     int
	plan       *Plan
	// coupons is the part that coupons take off.
	coupons num
	taxes   []Tax
	// preciseTaxes is what taxAmount was before it was rounded.
	preciseTaxes num
	taxAmount    int64
	// noted is what credit notes have taken of it.
	noted num
	// used is the part that credit notes have paid, where wallets are reckoned.
	used num
}

// net is what is left of a fee beside coupons.
func (f *fee) net() num { return whole(f.amount).minus(f.coupons) }

// statement is what an invoice says of one row of a subscription.
type statement struct {
	row    *row
	reason string
	// from and to are the window of the subscription, chargesFrom and chargesTo that of
	// usage.
	from, to, chargesFrom, chargesTo time.Time
	// fee is what the subscription itself costs; nil where nothing is asked for it.
	fee *num
	// whole is the natural period that usage belongs to.
	whole span
	// usage says that charges are billed, upgraded that another plan has the last day.
	usage, upgraded bool
	// committed are the days that the minimum commitment counts; 0 is none.
	committed int
	// ahead is the period of fixed charges that are paid in advance; its days are 0 where
	// there are none.
	ahead span
	// event is the one that is billed by itself, of charge.
	event  *received
	charge *Charge
}

// row is one row of a subscription: it has one plan from its start to its end.
type row struct {
	external      string
	plan          *Plan
	startedAt     time.Time
	byAnniversary bool
	anchor        day
	endedAt       time.Time
	// previous is the row whose place it took.
	previous *row
	// next is the plan to which it goes down when its period is over.
	next *Plan
	// billed is how many fees of the subscription itself there were, last the newest of
	// them, lastOn its invoice.
	billed int
	last   *fee
	lastOn *invoice
	// runs are the days on which it was billed.
	runs []day
	// reached is how many thresholds its usage has reached.
	reached int
	// endsAt is an end that was known from the start.
	endsAt time.Time
	// waits says that it has not started, tried that its trial was noted to be over.
	waits, tried bool
}

func (r *row) active() bool { return r.endedAt.IsZero() }

func (r *row) rhythm() rhythm {
	return rhythm{interval: r.plan.Interval, byAnniversary: r.byAnniversary, anchor: r.anchor}
}

// day is the day of a row's start.
func (r *row) day(zone *time.Location) day { return dayIn(r.startedAt, zone) }

// daily is what so many days of a whole period cost.
func (r *row) daily(days int, of span) num { return whole(r.plan.Amount).ratio(days, of.days()) }

// periodic is the statement of a billing day; there is none where it is not one.
func (b *books) periodic(r *row, today day) *statement {
	before, current := r.rhythm().around(today-1), r.rhythm().around(today)
	if current.from != today {
		return nil
	}
	s := b.over(r, before, current, "subscription_periodic")
	amount := whole(r.plan.Amount)
	if !b.full(r) {
		billed := before
		if r.plan.InAdvance {
			billed = current
		}
		amount = b.firstly(r, billed)
	}
	s.ahead = current
	if !b.onTrial(r, s) {
		s.fee = &amount
	}
	return s
}

// firstly is what the days of a period cost that are neither before its row's start nor
// before the end of its trial.
func (b *books) firstly(r *row, period span) num {
	return r.daily(int(period.to-max(period.from, r.day(b.zone), b.trial(r)))+1, period)
}

// trial is the day on which a row's trial ends; a day before its start where there is none.
func (b *books) trial(r *row) day { return dayIn(b.trialEnd(r), b.zone) }

// trialEnd is when a row's trial ends.
func (b *books) trialEnd(r *row) time.Time {
	if r.plan.Trial == 0 {
		return time.Time{}
	}
	return r.startedAt.Add(time.Duration(r.plan.Trial) * 24 * time.Hour)
}

// onTrial reports whether nothing is asked for a statement's window, since all of it is
// in the trial of its row, or the trial still runs.
func (b *books) onTrial(r *row, s *statement) bool {
	end := b.trialEnd(r)
	return !end.Before(s.to) || r.plan.InAdvance && end.After(b.now)
}

// full reports whether a row's period costs all of its plan's amount.
func (b *books) full(r *row) bool {
	return r.billed > 0 || r.plan.InAdvance && r.byAnniversary && r.previous == nil
}

// over is a statement whose usage is that of a period which is over.
func (b *books) over(r *row, before, current span, reason string) *statement {
	started := r.day(b.zone)
	window := before
	if r.plan.InAdvance {
		window = current
	}
	s := &statement{
		row: r, reason: reason, whole: before, usage: true,
		from: max(window.from, started).begins(b.zone), to: window.to.ends(b.zone),
		chargesFrom: later(before.from.begins(b.zone), r.startedAt), chargesTo: later(before.to.ends(b.zone), r.startedAt),
	}
	if !r.plan.InAdvance {
		s.committed = int(before.to-max(before.from, started)) + 1
	}
	return s
}

// starting is the statement of a row that begins and is paid in advance.
func (b *books) starting(r *row) *statement {
	current := r.rhythm().around(dayIn(b.now, b.zone))
	started := max(current.from, r.day(b.zone))
	before := r.rhythm().around(current.from - 1)
	s := &statement{
		row: r, reason: "subscription_starting", whole: current, from: started.begins(b.zone), to: current.to.ends(b.zone),
		chargesFrom: later(before.from.begins(b.zone), r.startedAt), chargesTo: later(before.to.ends(b.zone), r.startedAt),
	}
	amount := b.firstly(r, current)
	if b.full(r) && r.plan.Trial == 0 {
		amount = whole(r.plan.Amount)
	}
	s.ahead = span{started, current.to}
	s.fee = &amount
	return s
}

// terminating is the statement of a row that ends now, and gives way to another one if
// it is upgraded.
func (b *books) terminating(r *row, upgraded bool) *statement {
	today := dayIn(b.now, b.zone)
	current := r.rhythm().around(today)
	first := max(current.from, r.day(b.zone))
	s := &statement{
		row: r, reason: "subscription_terminating", whole: current, usage: true, upgraded: upgraded,
		from: first.begins(b.zone), to: b.now, chargesFrom: later(current.from.begins(b.zone), r.startedAt), chargesTo: b.now,
	}
	if r.plan.InAdvance {
		return s
	}
	days := int(today-first) + 1
	s.committed = days
	if upgraded {
		days--
	}
	amount := r.daily(days, current)
	if trial := b.trial(r); r.plan.Trial > 0 && trial > first {
		amount = r.daily(days-int(trial-first), current)
	}
	if !b.onTrial(r, s) {
		s.fee = &amount
	}
	return s
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// fees are those of a statement.
func (b *books) fees(s *statement) []*fee {
	plan := s.row.plan
	if s.event != nil {
		return []*fee{b.eventFee(s)}
	}
	var fees []*fee
	if s.fee != nil {
		fees = append(fees, &fee{
			subscription: s.row.external, kind: "subscription", code: plan.Code, units: whole(1), amount: s.fee.round(), precise: *s.fee,
			plan: plan, taxes: b.taxes(nil, plan.Taxes),
		})
	}
	if s.usage && s.chargesFrom.Before(s.chargesTo) {
		for _, charge := range plan.Charges {
			if !charge.InAdvance {
				fees = append(fees, b.chargeFees(s, charge)...)
			}
		}
	}
	for _, fixed := range plan.Fixed {
		if f := b.fixedFee(s, fixed); f != nil {
			fees = append(fees, f)
		}
	}
	if plan.Commitment == 0 || s.committed == 0 {
		return fees
	}
	missing := whole(plan.Commitment).ratio(s.committed, s.whole.days())
	for _, f := range fees {
		missing = missing.minus(whole(f.amount))
	}
	if missing.round() > 0 {
		fees = append(fees, &fee{
			subscription: s.row.external, kind: "commitment", code: plan.Code, units: whole(1), amount: missing.round(), precise: missing,
			plan: plan, taxes: b.taxes(nil, plan.Taxes),
		})
	}
	return fees
}

// taxes are the first of the sets that has any: those given, then the customer's, then
// the billing entity's.
func (b *books) taxes(sets ...[]string) []Tax {
	var taxes []Tax
	defaults := b.ledger.Defaults
	if b.customer.Entity != "" {
		defaults = b.ledger.Entities[b.customer.Entity].Taxes
	}
	for _, codes := range append(sets, b.customer.Taxes, defaults) {
		for _, code := range codes {
			taxes = append(taxes, b.ledger.Taxes[code])
		}
		if len(taxes) > 0 {
			break
		}
	}
	slices.SortFunc(taxes, func(a, b Tax) int { return compareText(a.Code, b.Code) })
	return taxes
}
