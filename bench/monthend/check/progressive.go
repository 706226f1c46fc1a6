package check

import "slices"

// progress bills what a subscription has used when that reaches thresholds, on an invoice
// that later ones of the same period take off.
func (b *books) progress(external string) {
	r := b.row(external)
	if r == nil || len(r.plan.Thresholds) == 0 {
		return
	}
	s := b.running(r, dayIn(b.now, b.zone), "progressive_billing")
	already := b.usageBilled(r)
	current := b.current(r)
	if latest := b.latest(s, nil); latest != nil {
		already = already.plus(whole(latest.sum))
		current = current.minus(whole(latest.sum))
	}
	passed := 0
	for _, threshold := range r.plan.Thresholds {
		if already.cmp(whole(threshold)) < 0 && whole(threshold).cmp(already.plus(current)) <= 0 {
			passed++
		}
	}
	if passed == 0 {
		return
	}
	r.reached += passed
	s.usage = true
	i := &invoice{kind: "progressive_billing", statements: []*statement{s}, madeAt: b.now, base: dayIn(b.now, b.zone), told: map[string]int{}}
	b.invoices = append(b.invoices, i)
	b.finalize(i)
}

// usageBilled is what invoices of periods have asked for a row's usage.
func (b *books) usageBilled(r *row) num {
	var all num
	for _, i := range b.invoices {
		if i.kind != "subscription" || i.status != "finalized" && i.status != "draft" {
			continue
		}
		for _, f := range i.fees {
			if f.kind == "charge" && f.subscription == r.external {
				all = all.plus(whole(f.amount))
			}
		}
	}
	return all
}

// latest is the newest progressive invoice of the period of a statement's usage, other than
// an invoice itself; nil where there is none.
func (b *books) latest(s *statement, besides *invoice) *invoice {
	for _, i := range slices.Backward(b.invoices) {
		if i == besides || i.kind != "progressive_billing" || i.status != "finalized" || i.statements[0].row != s.row {
			continue
		}
		if window := i.statements[0]; !window.chargesFrom.After(s.chargesFrom) && !window.chargesTo.Before(s.chargesFrom) {
			return i
		}
	}
	return nil
}

// takeOff takes off an invoice what progressive invoices have asked for the same usage.
func (b *books) takeOff(i *invoice) {
	for _, source := range i.sources {
		source.from.given -= source.amount
	}
	i.progressive, i.sources, i.credits = 0, nil, nil
	for _, s := range i.statements {
		if latest := b.latest(s, i); latest != nil && s.usage {
			b.takeOffBy(i, s, latest)
		}
	}
}

// source is what an invoice takes of a progressive one.
type source struct {
	from   *invoice
	amount int64
}

// takeOffBy takes off what one progressive invoice has left, at most what is asked for the
// same usage. Each fee is relieved by all that was asked for the same before.
func (b *books) takeOffBy(i *invoice, s *statement, latest *invoice) {
	left := latest.sum - latest.coupons - latest.given
	var asked int64
	for _, f := range i.fees {
		if f.kind == "charge" && f.subscription == s.row.external {
			asked += f.amount
		}
	}
	amount := min(left, asked)
	if amount <= 0 {
		return
	}
	for _, f := range i.fees {
		for _, before := range latest.fees {
			if f.kind == "charge" && before.subscription == f.subscription && before.code == f.code {
				f.coupons = least(whole(before.amount), whole(f.amount))
			}
		}
	}
	latest.given += amount
	i.progressive += amount
	i.sources = append(i.sources, source{latest, amount})
	i.credits = append(i.credits, credit{kind: "invoice", code: b.invoiceNumber(latest), amount: amount, invoice: latest})
}
