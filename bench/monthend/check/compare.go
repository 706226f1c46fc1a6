package check

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// report collects what differs.
type report struct {
	ledger *Ledger
	view   *View
	faults []string
	// ids are the identifiers of what exists, by which logs and webhooks name it.
	ids map[string]bool
	// expected counts activities, by resource and type.
	expected map[subject]int
	// closed counts the drafts that were of nothing when they should have become final, so
	// that nobody sees them any more.
	closed int
	// hooks counts webhooks that no activity goes with, likewise.
	hooks map[subject]int
	// counted are the numbers that billing entities have given.
	numbers map[string][]int
	// kept counts events, by their transactions.
	kept map[string]int
}

// subject is a type of activity of one resource.
type subject struct{ id, kind string }

// Compare lists what differs between what was done and what is shown; empty where
// nothing does.
func Compare(ledger *Ledger, view *View) ([]string, error) {
	r := &report{ledger: ledger, view: view, ids: map[string]bool{}, expected: map[subject]int{}, hooks: map[subject]int{}, kept: map[string]int{}, numbers: map[string][]int{}}
	customers := map[string]CustomerView{}
	for _, c := range view.Customers {
		customers[c.External] = c
		r.ids[c.ID] = true
		r.expected[subject{c.ID, "customer.created"}]++
	}
	var sequence []int
	for _, c := range view.Customers {
		sequence = append(sequence, c.Sequential)
	}
	r.counted("customers", sequence)
	r.same("all customers", len(ledger.Customers), len(view.Customers))
	shown := shownTo(view)
	for _, event := range view.Events {
		r.kept[event.Transaction]++
	}
	for _, customer := range ledger.Customers {
		prefix := fmt.Sprintf("%s-%03d", ledger.Settings.Prefix, customers[customer.ID].Sequential)
		b, err := write(ledger, customer, prefix)
		if err != nil {
			return nil, err
		}
		r.customer(b, shown[customer.ID])
	}
	for entity, sequence := range r.numbers {
		r.counted("the invoices of "+entity, sequence)
	}
	for transaction, times := range r.kept {
		r.say("event %s is kept %d times too often", transaction, times)
	}
	r.closedDrafts()
	r.trail()
	r.webhooks()
	slices.Sort(r.faults)
	return r.faults, nil
}

// shown is what is shown of one customer.
type shown struct {
	invoices []InvoiceView
	notes    []NoteView
	wallets  []WalletView
	coupons  []CouponView
	payments []PaymentView
	alerts   []ToldView

	subscriptions []SubscriptionView
}

// shownTo sorts what is shown by customers.
func shownTo(view *View) map[string]*shown {
	all := map[string]*shown{}
	of := func(customer string) *shown {
		if all[customer] == nil {
			all[customer] = &shown{}
		}
		return all[customer]
	}
	owners := map[string]string{}
	for _, i := range view.Invoices {
		owners[i.Number] = i.Customer.External
		of(i.Customer.External).invoices = append(of(i.Customer.External).invoices, i)
	}
	for _, n := range view.Notes {
		number, _, _ := strings.Cut(n.Number, "-CN")
		of(owners[number]).notes = append(of(owners[number]).notes, n)
	}
	for _, w := range view.Wallets {
		of(w.Owner).wallets = append(of(w.Owner).wallets, w)
	}
	for _, c := range view.Coupons {
		of(c.Owner).coupons = append(of(c.Owner).coupons, c)
	}
	for _, p := range view.Payments {
		of(p.Owner).payments = append(of(p.Owner).payments, p)
	}
	for _, v := range view.Subscriptions {
		of(v.Owner).subscriptions = append(of(v.Owner).subscriptions, v)
	}
	for _, w := range view.Inbox {
		if w.Told != nil {
			customer, _, _ := strings.Cut(w.Told.Subscription, "-")
			of(customer).alerts = append(of(customer).alerts, *w.Told)
		}
	}
	return all
}

// say notes a difference.
func (r *report) say(format string, values ...any) {
	r.faults = append(r.faults, fmt.Sprintf(format, values...))
}

// same notes a difference unless two values are equal.
func (r *report) same(what string, expected, got any) {
	if expected != got {
		r.say("%s: expected %v, got %v", what, expected, got)
	}
}

// counted notes gaps and doubles in numbers that count from 1.
func (r *report) counted(what string, numbers []int) {
	seen := map[int]bool{}
	for _, n := range numbers {
		if n < 1 || n > len(numbers) || seen[n] {
			r.say("the numbers of %s have a gap or a double at %d", what, n)
		}
		seen[n] = true
	}
}

// customer compares everything of one customer.
func (r *report) customer(b *books, s *shown) {
	r.faults = append(r.faults, b.faults...)
	if s == nil {
		s = &shown{}
	}
	r.invoices(b, s.invoices)
	r.notes(b, s.notes)
	r.wallets(b, s.wallets)
	r.coupons(b, s.coupons)
	r.payments(b, s)
	r.alerts(b, s.alerts)
	r.subscriptions(b, s.subscriptions)
	r.used(b)
}

// invoiceNumber is the number of an invoice.
func (b *books) invoiceNumber(i *invoice) string {
	switch {
	case i.number == 0:
		return b.prefix + "-draft"
	case b.customer.Entity != "":
		return i.shown
	}
	return fmt.Sprintf("%s-%03d", b.prefix, i.number)
}

// noteSuffix is what a credit note's number adds to its invoice's.
func noteSuffix(n int) string { return fmt.Sprintf("-CN%03d", n) }

// invoices compares those that can be seen, each with the expected one of its number.
func (r *report) invoices(b *books, views []InvoiceView) {
	expected := slices.DeleteFunc(slices.Clone(b.invoices), func(i *invoice) bool {
		if i.status == "closed" {
			r.closed += i.told["invoice.drafted"]
		}
		return i.status == "closed"
	})
	number := func(v InvoiceView) int {
		if v.Sequential == nil {
			return 0
		}
		return *v.Sequential
	}
	slices.SortStableFunc(expected, func(x, y *invoice) int {
		return cmp.Or(cmp.Compare(x.number, y.number), x.madeAt.Compare(y.madeAt))
	})
	slices.SortStableFunc(views, func(x, y InvoiceView) int {
		return cmp.Or(cmp.Compare(number(x), number(y)), x.Created.Compare(y.Created))
	})
	if len(expected) != len(views) {
		r.say("%s: expected %d invoices, got %d: %s", b.customer.ID, len(expected), len(views), summary(b, expected, views))
		return
	}
	for n, i := range expected {
		r.number(b, i, views[n])
	}
	for n, i := range expected {
		r.invoice(b, i, views[n])
		for kind, times := range i.told {
			r.expected[subject{views[n].ID, kind}] += times
		}
		r.ids[views[n].ID] = true
		r.eventFees(i, views[n])
	}
}

// closedDrafts takes the identifiers of drafts that nobody sees any more from the webhooks
// that told of them.
func (r *report) closedDrafts() {
	closed := 0
	for _, w := range r.view.Inbox {
		if w.Type == "invoice.drafted" && !r.ids[w.Object.ID] {
			closed++
			r.ids[w.Object.ID] = true
			r.expected[subject{w.Object.ID, "invoice.drafted"}]++
			r.expected[subject{w.Object.ID, "invoice.ready_to_finalize"}]++
		}
	}
	r.same("drafts that were closed", r.closed, closed)
}

// eventFees expects webhooks of fees that came before their period was over.
func (r *report) eventFees(i *invoice, v InvoiceView) {
	if len(i.statements) != 1 || i.statements[0].event == nil {
		return
	}
	for _, line := range v.Lines {
		r.hooks[subject{line.ID, "fee.created"}]++
	}
}

// number takes the number that a billing entity has given an invoice, which begins with
// its prefix and the month in which it became final.
func (r *report) number(b *books, i *invoice, v InvoiceView) {
	entity := b.ledger.Entities[b.customer.Entity]
	if b.customer.Entity == "" || i.number == 0 {
		return
	}
	i.shown = v.Number
	rest, found := strings.CutPrefix(v.Number, entity.Prefix+"-"+i.finalAt.Format("200601")+"-")
	number, err := strconv.Atoi(rest)
	if !found || err != nil {
		r.say("%s: the number %s is not of %s and %s", b.customer.ID, v.Number, entity.Prefix, stamp(i.finalAt))
	}
	r.numbers[entity.Code] = append(r.numbers[entity.Code], number)
}

// summary names the invoices of both sides.
func summary(b *books, expected []*invoice, views []InvoiceView) string {
	var text strings.Builder
	for _, i := range expected {
		fmt.Fprintf(&text, "\n    expected %s %s of %s, made at %s, fees %d", i.kind, i.status, b.invoiceNumber(i), stamp(i.madeAt), i.sum)
	}
	for _, v := range views {
		fmt.Fprintf(&text, "\n    got %s %s of %s, made at %s, fees %d", v.Type, v.Status, v.Number, stamp(v.Created), v.Fees)
	}
	return text.String()
}

// invoice compares one invoice.
func (r *report) invoice(b *books, i *invoice, v InvoiceView) {
	name := b.customer.ID + " " + v.Number + " of " + i.base.String()
	if i.number > 0 {
		r.same(name+" number", b.invoiceNumber(i), v.Number)
	}
	for _, pair := range []struct {
		what          string
		expected, got any
	}{
		{"type", i.kind, v.Type},
		{"status", i.status, v.Status},
		{"currency", b.customer.Currency, v.Currency},
		{"issuing date", i.issuing.String(), v.Issuing},
		{"due date", i.due.String(), v.Due},
		{"payment status", i.payment, v.Payment},
		{"overdue", i.overdue, v.Overdue},
		{"fees", i.sum, v.Fees},
		{"coupons", i.coupons, v.Coupons},
		{"progressive", i.progressive, v.Progressive},
		{"before taxes", i.beforeTaxes(), v.Before},
		{"taxes", i.taxAmount, v.Taxes},
		{"with taxes", i.withTaxes(), v.With},
		{"credit notes", i.notes, v.Notes},
		{"prepaid", i.prepaid, v.Prepaid},
		{"total", i.total, v.Total},
		{"paid", i.paid, v.Paid},
		{"due", i.owed(), v.Owed},
	} {
		r.same(name+" "+pair.what, pair.expected, pair.got)
	}
	r.lines(name+" periods", i.periods(), v.periods())
	r.lines(name+" fees", i.lines(b), v.lines())
	r.lines(name+" taxes", i.taxLines(), v.taxLines())
	r.lines(name+" credits", i.creditLines(b), v.creditLines())
}

// lines compares lists whose order does not matter.
func (r *report) lines(what string, expected, got []string) {
	slices.Sort(expected)
	slices.Sort(got)
	if !slices.Equal(expected, got) {
		r.say("%s:\n    expected %s\n    got      %s", what, strings.Join(expected, " | "), strings.Join(got, " | "))
	}
}

// used notes events that are not kept, or not once.
func (r *report) used(b *books) {
	for _, events := range b.events {
		for _, event := range events {
			if r.kept[event.Transaction] != 1 {
				r.say("%s: event %s is kept %d times", b.customer.ID, event.Transaction, r.kept[event.Transaction])
			}
			delete(r.kept, event.Transaction)
		}
	}
}
