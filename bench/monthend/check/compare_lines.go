package check

import (
	"fmt"
)

// periods are the billing periods of an invoice, as texts.
func (i *invoice) periods() []string {
	var texts []string
	for _, s := range i.statements {
		texts = append(texts, fmt.Sprint(s.row.external, " ", s.reason, " ", stamp(s.from), "..", stamp(s.to),
			" usage ", stamp(s.chargesFrom), "..", stamp(s.chargesTo)))
	}
	return texts
}

func (v InvoiceView) periods() []string {
	var texts []string
	for _, p := range v.Periods {
		texts = append(texts, fmt.Sprint(p.Subscription, " ", p.Reason, " ", p.From, "..", p.To, " usage ", p.ChargesFrom, "..", p.ChargesTo))
	}
	return texts
}

// lines are the fees of an invoice, as texts. The precise amount is compared to ten
// decimals.
func (i *invoice) lines(b *books) []string {
	var texts []string
	scale := tenTo(decimals(b.customer.Currency))
	for _, f := range i.fees {
		texts = append(texts, fmt.Sprint(f.subscription, " ", f.kind, " ", f.code, " ", f.units, " units ", f.events, " events ",
			f.amount, " = ", f.precise.over(scale).places(10), " + ", f.taxAmount))
	}
	return texts
}

func (v InvoiceView) lines() []string {
	var texts []string
	for _, f := range v.Lines {
		events := 0
		if f.Events != nil {
			events = *f.Events
		}
		texts = append(texts, fmt.Sprint(f.Subscription, " ", f.Item.Type, " ", f.Item.Code, " ", parsed(f.Units), " units ", events, " events ",
			f.Amount, " = ", parsed(f.Precise.String()).places(10), " + ", f.Taxes))
	}
	return texts
}

// taxLines are the taxes of an invoice, as texts.
func (i *invoice) taxLines() []string {
	var texts []string
	for _, line := range i.taxes {
		texts = append(texts, fmt.Sprint(line.tax.Code, " ", line.amount.round(), " of ", line.base.trunc()))
	}
	return texts
}

func (v InvoiceView) taxLines() []string {
	var texts []string
	for _, line := range v.TaxLines {
		texts = append(texts, fmt.Sprint(line.Code, " ", line.Amount, " of ", line.Base))
	}
	return texts
}

// creditLines are what was taken off an invoice, as texts.
func (i *invoice) creditLines(b *books) []string {
	var texts []string
	for _, line := range i.credits {
		switch {
		case line.note != nil:
			line.code = b.noteNumber(line.note)
		case line.invoice != nil:
			line.code = b.invoiceNumber(line.invoice)
		}
		texts = append(texts, fmt.Sprint(line.kind, " ", line.code, " ", line.amount))
	}
	return texts
}

func (v InvoiceView) creditLines() []string {
	var texts []string
	for _, line := range v.Credits {
		texts = append(texts, fmt.Sprint(line.Item.Type, " ", line.Item.Code, " ", line.Amount))
	}
	return texts
}

// notes compares credit notes.
func (r *report) notes(b *books, views []NoteView) {
	var expected, got []string
	for _, n := range b.notes {
		status := "available"
		switch {
		case n.voided:
			status = "voided"
		case n.consumed:
			status = "consumed"
		}
		items := int64(0)
		for _, item := range n.items {
			items += item.amount.round()
		}
		expected = append(expected, fmt.Sprintf("%s %s %s: total %d, credit %d, refund %d, balance %d, taxes %d, coupons %d, items %d",
			b.noteNumber(n), n.reason, status, n.total, n.credit, n.refund, n.balance, n.taxes, n.coupons, items))
	}
	for _, v := range views {
		items := int64(0)
		for _, item := range v.Items {
			items += item.Amount
		}
		got = append(got, fmt.Sprintf("%s %s %s: total %d, credit %d, refund %d, balance %d, taxes %d, coupons %d, items %d",
			v.Number, v.Reason, v.Status, v.Total, v.Credit, v.Refund, v.Balance, v.Taxes, v.Coupons, items))
		r.ids[v.ID] = true
		r.expected[subject{v.ID, "credit_note.created"}]++
	}
	r.lines(b.customer.ID+" credit notes", expected, got)
}

// wallets compares wallets and their transactions.
func (r *report) wallets(b *books, views []WalletView) {
	var expected, got []string
	for _, w := range b.wallets {
		expected = append(expected, fmt.Sprintf("%s: balance %d, consumed %s, left %d", w.Code, w.balance,
			b.credits(&movement{wallet: w, amount: w.consumed}), w.balance))
		for _, m := range w.movements {
			expected = append(expected, fmt.Sprintf("%s: %s %s %s", w.Code, m.kind, m.status, whole(m.amount).over(tenTo(decimals(b.customer.Currency)))))
		}
	}
	for _, v := range views {
		r.ids[v.ID] = true
		r.expected[subject{v.ID, "wallet.created"}]++
		var left int64
		for _, m := range v.Movements {
			r.ids[m.ID] = true
			r.expected[subject{v.ID, "wallet_transaction.created"}]++
			r.hooks[subject{m.ID, "wallet_transaction.created"}]++
			if m.Left != nil {
				left += *m.Left
			}
			got = append(got, fmt.Sprintf("%s: %s %s %s", v.Code, m.Kind, m.Status, parsed(m.Amount)))
		}
		got = append(got, fmt.Sprintf("%s: balance %d, consumed %s, left %d", v.Code, v.Balance, parsed(v.Consumed), left))
	}
	r.lines(b.customer.ID+" wallets", expected, got)
}

// coupons compares what customers have of coupons.
func (r *report) coupons(b *books, views []CouponView) {
	var expected, got []string
	for _, a := range b.coupons {
		status, left := "terminated", int64(0)
		if a.active {
			status = "active"
		}
		switch {
		case a.Frequency == "recurring":
			left = int64(a.left)
		case a.Frequency == "once" && a.Rate == "":
			left = a.Amount - a.given
		}
		expected = append(expected, fmt.Sprint(a.Code, " ", status, " ", left))
	}
	for _, v := range views {
		left := int64(0)
		if v.Left != nil {
			left = int64(*v.Left)
		}
		if v.Rest != nil {
			left = *v.Rest
		}
		got = append(got, fmt.Sprint(v.Code, " ", v.Status, " ", left))
	}
	r.lines(b.customer.ID+" coupons", expected, got)
}

// payments compares what was paid, and what the provider was asked for.
func (r *report) payments(b *books, s *shown) {
	asked := 0
	paid := map[string]int64{}
	for _, v := range s.payments {
		if v.Type == "provider" {
			asked++
		}
		if v.Status == "succeeded" {
			for _, id := range v.Invoices {
				paid[id] += v.Amount
			}
		}
	}
	r.same(b.customer.ID+" payments by the provider", b.payments, asked)
	for _, v := range s.invoices {
		r.same(b.customer.ID+" payments of "+v.Number, v.Paid, paid[v.ID])
	}
}

// alerts compares which thresholds were told of.
func (r *report) alerts(b *books, views []ToldView) {
	var expected, got []string
	for _, w := range b.watched {
		for _, value := range w.crossed {
			expected = append(expected, w.subscription+" "+parsed(value).String())
		}
	}
	for _, v := range views {
		for _, threshold := range v.Crossed {
			got = append(got, v.Subscription+" "+parsed(threshold.Value).String())
		}
	}
	r.lines(b.customer.ID+" alerts", expected, got)
}
