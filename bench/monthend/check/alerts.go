package check

// alert watches what a subscription has used since its period began.
type alert struct {
	subscription string
	thresholds   []string
	previous     num
	// crossed are the values that were told, in order.
	crossed []string
}

// watch looks at the alerts of a subscription.
func (b *books) watch(external string) {
	r := b.row(external)
	if r == nil {
		return
	}
	for _, w := range b.watched {
		if w.subscription != external {
			continue
		}
		current := b.current(r)
		for _, text := range w.thresholds {
			if threshold := parsed(text); w.previous.cmp(threshold) < 0 && threshold.cmp(current) <= 0 {
				w.crossed = append(w.crossed, text)
			}
		}
		w.previous = current
	}
}

// current is what a row has used in its period, in cents without taxes.
func (b *books) current(r *row) num {
	period := r.rhythm().around(dayIn(b.now, b.zone))
	from := later(period.from.begins(b.zone), r.startedAt)
	var amount num
	for _, charge := range r.plan.Charges {
		for _, f := range b.priced(&statement{row: r, whole: period, chargesFrom: from, chargesTo: period.to.ends(b.zone)}, charge) {
			amount = amount.plus(whole(f.amount))
		}
	}
	return amount
}

// noteNumber is the number of a credit note.
func (b *books) noteNumber(n *note) string { return b.invoiceNumber(n.invoice) + noteSuffix(n.number) }
