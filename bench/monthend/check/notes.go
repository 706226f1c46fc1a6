package check

import (
	"slices"
	"time"
)

// note is a credit note.
type note struct {
	invoice *invoice
	madeAt  time.Time
	// number counts the notes of the invoice.
	number                int
	reason                string
	items                 []noteItem
	coupons               int64
	taxes                 int64
	total, credit, refund int64
	balance               int64
	consumed, voided      bool
}

// noteItem is what a note takes of a fee.
type noteItem struct {
	fee    *fee
	amount num
}

// useNotes lets credit notes pay, the oldest first.
func (b *books) useNotes(i *invoice) {
	oldest := slices.Clone(b.notes)
	slices.SortStableFunc(oldest, func(x, y *note) int { return x.madeAt.Compare(y.madeAt) })
	for _, n := range oldest {
		amount := min(n.balance, i.total)
		if amount <= 0 || n.invoice == i {
			continue
		}
		i.spread(amount)
		n.balance -= amount
		n.consumed = n.balance == 0
		i.notes += amount
		i.total -= amount
		i.credits = append(i.credits, credit{kind: "credit_note", amount: amount, note: n})
	}
}

// spread says which part of each fee a credit note has paid. It goes by the rounded taxes
// of fees.
func (i *invoice) spread(amount int64) {
	left := whole(i.total)
	for _, f := range i.fees {
		rest := f.net().plus(whole(f.taxAmount)).minus(f.used)
		f.used = f.used.plus(least(whole(amount).times(rest).over(left).places(5), rest))
	}
}

// unused credits the days of a period that is cut short, for which was paid in advance.
// The day of an upgrade is one of them.
func (b *books) unused(r *row, option string, upgraded bool) {
	if !r.plan.InAdvance || option == "skip" || r.last == nil || r.lastOn.status == "voided" {
		return
	}
	today, period := dayIn(b.now, b.zone), r.rhythm().around(dayIn(b.now, b.zone))
	days := int(period.to - today)
	if upgraded {
		days++
	}
	base := least(r.daily(days, period), whole(r.last.amount)).minus(r.last.noted).cut(5)
	if base.sign() <= 0 {
		return
	}
	n := &note{invoice: r.lastOn, madeAt: b.now, reason: "order_cancellation", items: []noteItem{{r.last, base}}}
	if n.invoice.status == "draft" {
		n.invoice.promised = append(n.invoice.promised, n)
		return
	}
	n.credit = r.last.worth(base).round()
	if option == "refund" {
		n.refund = min(b.refundable(r, today, period), n.credit)
		n.credit -= n.refund
	}
	if n.credit+n.refund > 0 {
		b.issue(n)
	}
}

// keep issues the notes that were made while an invoice was a draft. They stand on the
// fees that it has now.
func (b *books) keep(i *invoice) {
	for _, n := range i.promised {
		old := n.items[0]
		at := slices.IndexFunc(i.fees, func(f *fee) bool {
			return f.kind == "subscription" && f.subscription == old.fee.subscription && f.plan == old.fee.plan
		})
		n.items[0].fee = i.fees[at]
		if n.credit = i.fees[at].worth(old.amount).round(); n.credit > 0 {
			b.issue(n)
		}
	}
}

// worth is what a part of a fee is worth, beside coupons and with taxes.
func (f *fee) worth(amount num) num {
	net := amount.minus(f.coupons.times(amount).over(whole(f.amount)))
	worth := net
	for _, tax := range f.taxes {
		worth = worth.plus(net.percent(parsed(tax.Rate)))
	}
	return worth
}

// refundable is what was paid for a period and not used.
func (b *books) refundable(r *row, today day, period span) int64 {
	i, f := r.lastOn, r.last
	share := whole(i.paid).times(f.net().plus(f.preciseTaxes)).over(whole(i.withTaxes()))
	used := int(today-max(period.from, r.day(b.zone))) + 1
	value := f.worth(r.daily(used, period).cut(5))
	return most(share.minus(whole(value.round())), num{}).round()
}

// issue reckons a note and keeps it.
func (b *books) issue(n *note) {
	var items, coupons, taxes num
	for at, item := range n.items {
		part := item.fee.coupons.times(item.amount).over(whole(item.fee.amount))
		items, coupons = items.plus(item.amount), coupons.plus(part)
		for _, tax := range item.fee.taxes {
			taxes = taxes.plus(item.amount.minus(part).percent(parsed(tax.Rate)))
		}
		item.fee.noted = item.fee.noted.plus(whole(item.amount.round()))
		n.items[at] = item
	}
	if n.invoice.exhausted() {
		for _, earlier := range b.notes {
			if earlier.invoice == n.invoice {
				taxes = taxes.minus(whole(earlier.taxes).minus(earlier.preciseTaxes()))
			}
		}
	}
	n.taxes, n.coupons = taxes.round(), coupons.round()
	n.total = n.credit + n.refund
	if rest := n.total - n.taxes - items.minus(coupons).round(); rest != 0 {
		n.total -= sign(rest)
		if n.credit > 0 {
			n.credit = n.total - n.refund
		} else {
			n.refund = n.total
		}
	}
	n.balance = n.credit
	for _, earlier := range b.notes {
		if earlier.invoice == n.invoice {
			n.number++
		}
	}
	n.number++
	b.notes = append(b.notes, n)
}

// crediting makes the notes of an invoice that is voided: one of what was asked, and one of
// the rest, which is voided at once.
func (b *books) crediting(i *invoice, asked int64) {
	var everything num
	for _, f := range i.fees {
		everything = everything.plus(f.worth(whole(f.amount)))
	}
	first := &note{invoice: i, madeAt: b.now, reason: "other", credit: asked}
	for _, f := range i.fees {
		if f.amount > 0 {
			first.items = append(first.items, noteItem{f, whole(f.amount).times(whole(asked)).over(whole(everything.round())).places(5)})
		}
	}
	if asked > 0 {
		b.issue(first)
	}
	rest, left := &note{invoice: i, madeAt: b.now, reason: "other", voided: true}, num{}
	for _, f := range i.fees {
		if amount := whole(f.amount).minus(f.noted); amount.sign() > 0 {
			rest.items = append(rest.items, noteItem{f, amount})
			left = left.plus(f.worth(amount))
		}
	}
	if rest.credit = left.round(); rest.credit > 0 {
		b.issue(rest)
		rest.balance = 0
	}
}

// exhausted reports whether nothing is left of an invoice that a note could take.
func (i *invoice) exhausted() bool {
	for _, f := range i.fees {
		if f.noted.cmp(whole(f.amount)) < 0 {
			return false
		}
	}
	return true
}

// preciseTaxes is what a note's taxes were before they were rounded.
func (n *note) preciseTaxes() num {
	var taxes num
	for _, item := range n.items {
		net := item.amount.minus(item.fee.coupons.times(item.amount).over(whole(item.fee.amount)))
		for _, tax := range item.fee.taxes {
			taxes = taxes.plus(net.percent(parsed(tax.Rate)))
		}
	}
	return taxes
}

func sign(n int64) int64 {
	switch {
	case n > 0:
		return 1
	case n < 0:
		return -1
	}
	return 0
}
