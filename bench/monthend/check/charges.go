package check

import (
	"slices"
	"time"
)

// chargeFees are the fees of a charge, and what is missing to its minimum.
func (b *books) chargeFees(s *statement, charge Charge) []*fee {
	var fees []*fee
	var sum int64
	priced := b.priced(s, charge)
	for _, f := range priced {
		sum += f.amount
		if f.units.sign() != 0 || f.amount != 0 || f.events != 0 {
			fees = append(fees, f)
		}
	}
	missing := whole(charge.Minimum).ratio(daysBetween(s.chargesFrom, s.chargesTo, b.zone), s.whole.days()).minus(whole(sum))
	if charge.Minimum == 0 || missing.round() <= 0 {
		return fees
	}
	trueUp := *priced[0]
	trueUp.units, trueUp.events, trueUp.amount, trueUp.precise = whole(1), 0, missing.round(), missing
	if len(fees) == 0 {
		fees = priced[:1]
	}
	return append(fees, &trueUp)
}

// priced are the fees of a charge for the usage of a window: one for its own price, or one
// for each region, and one for each of its filters.
func (b *books) priced(s *statement, charge Charge) []*fee {
	var fees []*fee
	r, from, to := s.row, s.chargesFrom, s.chargesTo
	if charge.Prorated {
		return []*fee{b.chargeFee(r, charge, b.carried(s, charge))}
	}
	var filtered []string
	for _, filter := range charge.Filters {
		filtered = append(filtered, filter.Regions...)
		events := b.among(r, func(region string) bool { return slices.Contains(filter.Regions, region) })
		fees = append(fees, b.chargeFee(r, filter.price(charge), usageOf(b.ledger.Metrics[charge.Metric], events, from, to)))
	}
	for _, others := range b.groups(r, charge, filtered) {
		fees = append(fees, b.chargeFee(r, charge, usageOf(b.ledger.Metrics[charge.Metric], others, from, to)))
	}
	return fees
}

// carried is what a recurring metric has added up: what was there before the window counts
// for all of its days, what came in it from its day on.
func (b *books) carried(s *statement, charge Charge) usage {
	var u usage
	var prorated num
	last := dayIn(s.chargesTo, b.zone)
	for _, event := range b.events[s.row.external] {
		if event.Code != charge.Metric || event.Timestamp.After(s.chargesTo) {
			continue
		}
		u.add(parsed(event.Value))
		days := int(last-dayIn(event.Timestamp, b.zone)) + 1
		if event.Timestamp.Before(s.chargesFrom) {
			days = int(last-dayIn(s.chargesFrom, b.zone)) + 1
			if s.upgraded {
				days--
			}
		}
		prorated = prorated.plus(parsed(event.Value).ratio(days, s.whole.days()))
	}
	prorated = whole(prorated.times(tenTo(5)).ceil()).over(tenTo(5))
	u.priced = &prorated
	return u
}

// price is the charge as a filter has it.
func (f Filter) price(charge Charge) Charge {
	priced := f.Charge
	priced.Metric, priced.Model, priced.Taxes = charge.Metric, charge.Model, charge.Taxes
	return priced
}

// groups are the events that no filter has, together or by regions.
func (b *books) groups(r *row, charge Charge, filtered []string) [][]received {
	if !charge.Grouped {
		return [][]received{b.among(r, func(region string) bool { return !slices.Contains(filtered, region) })}
	}
	var groups [][]received
	var regions []string
	for _, event := range b.events[r.external] {
		if !slices.Contains(regions, event.Region) {
			regions = append(regions, event.Region)
			groups = append(groups, b.among(r, func(region string) bool { return region == event.Region }))
		}
	}
	return groups
}

// among are the events of a subscription from some regions.
func (b *books) among(r *row, has func(region string) bool) []received {
	var events []received
	for _, event := range b.events[r.external] {
		if has(event.Region) {
			events = append(events, event)
		}
	}
	return events
}

// chargeFee is what a charge asks for usage.
func (b *books) chargeFee(r *row, charge Charge, used usage) *fee {
	amount := charge.price(used)
	f := &fee{
		subscription: r.external, kind: "charge", code: charge.Metric, units: used.units, events: used.count,
		plan: r.plan, taxes: b.taxes(charge.Taxes, r.plan.Taxes),
	}
	if used.units.sign() < 0 || amount.sign() < 0 {
		f.units, amount = num{}, num{}
	}
	scale := tenTo(decimals(b.customer.Currency))
	f.precise = amount.times(scale)
	f.amount = f.precise.round()
	return f
}

// billEvents makes an invoice for each event of a charge that is paid in advance.
func (b *books) billEvents(events []received) {
	for _, event := range events {
		r := b.at(event.subscription, event.Timestamp)
		if r == nil {
			continue
		}
		for n := range r.plan.Charges {
			if charge := &r.plan.Charges[n]; charge.InAdvance && charge.Metric == event.Code {
				b.billEvent(r, charge, event)
			}
		}
	}
}

// at is the row of a subscription that ran at an instant; nil where none did.
func (b *books) at(external string, when time.Time) *row {
	for _, r := range slices.Backward(b.rows) {
		if r.external == external && !r.startedAt.After(when) && (r.active() || !r.endedAt.Before(when)) {
			return r
		}
	}
	return nil
}

// billEvent makes the invoice of an event, which has no days of grace.
func (b *books) billEvent(r *row, charge *Charge, event received) {
	s := b.running(r, dayIn(event.Timestamp, b.zone), "in_advance_charge")
	s.event, s.charge = &event, charge
	i := &invoice{kind: "subscription", statements: []*statement{s}, madeAt: b.now, base: dayIn(b.now, b.zone), told: map[string]int{}}
	b.invoices = append(b.invoices, i)
	b.finalize(i)
}

// running is the statement of usage in the period of a day, before that is over. The window
// of the subscription is that of a run on this day.
func (b *books) running(r *row, d day, reason string) *statement {
	period := r.rhythm().around(d)
	window := r.rhythm().around(dayIn(b.now, b.zone))
	if !r.plan.InAdvance {
		window = r.rhythm().around(window.from - 1)
	}
	return &statement{
		row: r, reason: reason, whole: period, chargesFrom: later(period.from.begins(b.zone), r.startedAt), chargesTo: period.to.ends(b.zone),
		from: later(window.from.begins(b.zone), r.day(b.zone).begins(b.zone)), to: later(window.to.ends(b.zone), r.startedAt),
	}
}

// eventFee is what a single event costs.
func (b *books) eventFee(s *statement) *fee {
	one := usage{units: whole(1), count: 1}
	if b.ledger.Metrics[s.charge.Metric].Aggregation == "sum_agg" {
		one.units = parsed(s.event.Value)
	}
	return b.chargeFee(s.row, *s.charge, one)
}

// fixedFee is what a fixed charge asks for; nil where nothing is asked for now.
func (b *books) fixedFee(s *statement, fixed Fixed) *fee {
	days := int(dayIn(s.chargesTo, b.zone)-dayIn(s.chargesFrom, b.zone)) + 1
	period := s.whole
	switch {
	case fixed.InAdvance && s.ahead == (span{}), !fixed.InAdvance && !s.usage:
		return nil
	case fixed.InAdvance:
		days, period = s.ahead.days(), s.row.rhythm().around(s.ahead.from)
	}
	units := whole(fixed.Units)
	if fixed.Prorated {
		units = units.ratio(days, period.days()).places(6)
	}
	precise := units.times(parsed(fixed.Amount)).times(tenTo(decimals(b.customer.Currency)))
	return &fee{
		subscription: s.row.external, kind: "fixed_charge", code: fixed.AddOn, units: whole(fixed.Units),
		amount: precise.round(), precise: precise, plan: s.row.plan, taxes: b.taxes(nil, s.row.plan.Taxes),
	}
}
