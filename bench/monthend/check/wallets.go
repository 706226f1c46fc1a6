package check

import (
	"cmp"
	"slices"
	"time"
)

// wallet is what a customer has paid before it was owed.
type wallet struct {
	Wallet
	balance, consumed int64
	made              day
	movements         []*movement
}

// movement is a transaction of a wallet.
type movement struct {
	wallet *wallet
	// kind is "purchased", "granted" or "invoiced".
	kind, status string
	amount       int64
	madeAt       time.Time
}

// opened adds a wallet.
func (b *books) opened(a Dated) {
	w := &wallet{Wallet: *a.Wallet, made: dayIn(b.now, b.zone)}
	b.wallets = append(b.wallets, w)
	b.topUp(w, a)
}

// topUp lets credits come in: granted ones at once, paid ones when their invoice is paid.
func (b *books) topUp(w *wallet, a Dated) {
	if cents := b.cents(w, a.Paid); cents > 0 {
		m := &movement{wallet: w, kind: "purchased", status: "pending", amount: cents, madeAt: a.At}
		w.movements = append(w.movements, m)
		b.sell(m)
	}
	if cents := b.cents(w, a.Granted); cents > 0 {
		b.grant(w, cents)
	}
}

// grant lets credits come in that nobody pays.
func (b *books) grant(w *wallet, cents int64) {
	m := &movement{wallet: w, kind: "granted", amount: cents, madeAt: b.now}
	w.movements = append(w.movements, m)
	b.fill(m)
}

// refill lets those credits come in that are granted each month, on the day of the month
// on which the wallet was made.
func (b *books) refill() {
	today := dayIn(b.now, b.zone)
	_, _, date := today.date()
	_, _, tomorrow := (today + 1).date()
	for _, w := range b.wallets {
		_, _, made := w.made.date()
		if w.Monthly != "" && today > w.made && (date == made || tomorrow == 1 && made > date) {
			b.grant(w, b.cents(w, w.Monthly))
		}
	}
}

// cents are what credits are worth.
func (b *books) cents(w *wallet, credits string) int64 {
	return parsed(credits).times(parsed(w.Rate)).times(tenTo(decimals(b.customer.Currency))).round()
}

// sell makes the invoice of credits that are to be paid.
func (b *books) sell(m *movement) {
	i := &invoice{
		kind: "credit", status: "finalized", madeAt: b.now, told: map[string]int{"invoice.paid_credit_added": 1}, topUp: m,
		fees: []*fee{{kind: "credit", code: "credit", amount: m.amount, precise: whole(m.amount), units: b.credits(m)}},
	}
	b.add(i)
}

// single makes an invoice of add-ons, which nothing but money pays.
func (b *books) single(a Dated) {
	i := &invoice{kind: "one_off", status: "finalized", madeAt: b.now, told: map[string]int{"invoice.one_off_created": 1}}
	for _, code := range a.AddOns {
		amount := a.Units * b.ledger.AddOns[code].Amount
		i.fees = append(i.fees, &fee{kind: "add_on", code: code, units: whole(a.Units), amount: amount, precise: whole(amount), taxes: b.taxes()})
	}
	b.add(i)
}

// add adds an invoice that is final from the start and that only money pays.
func (b *books) add(i *invoice) {
	b.count(i)
	i.base = dayIn(b.now, b.zone)
	i.issuing, i.due = i.base, i.base+day(b.customer.Term)
	b.invoices = append(b.invoices, i)
	b.reckon(i)
	b.collect(i)
}

// credits are what a movement is in credits.
func (b *books) credits(m *movement) num {
	return whole(m.amount).over(tenTo(decimals(b.customer.Currency))).over(parsed(m.wallet.Rate))
}

// fill puts what came in into its wallet.
func (b *books) fill(m *movement) {
	m.status = "settled"
	m.wallet.balance += m.amount
}

// bucket is what an invoice asks for by one kind of fees.
type bucket struct {
	kind, metric string
	amount       num
}

// useWallets lets the customer's wallets pay, by their priority and age.
func (b *books) useWallets(i *invoice) {
	if i.total <= 0 {
		return
	}
	buckets := i.buckets()
	wallets := slices.Clone(b.wallets)
	slices.SortStableFunc(wallets, func(x, y *wallet) int { return cmp.Compare(x.Priority, y.Priority) })
	for _, w := range wallets {
		if w.balance <= 0 || i.total <= 0 {
			continue
		}
		left := least(whole(w.balance), whole(i.total))
		var taken num
		for n := range buckets {
			if len(w.FeeTypes) > 0 && !slices.Contains(w.FeeTypes, buckets[n].kind) {
				continue
			}
			part := least(buckets[n].amount, left.minus(taken))
			buckets[n].amount, taken = buckets[n].amount.minus(part), taken.plus(part)
		}
		if amount := taken.round(); amount > 0 {
			b.spend(w, i, amount)
		}
	}
}

// buckets are what is to be paid of an invoice by kinds of fees, the largest first. What
// rounding took away is the largest one's.
func (i *invoice) buckets() []bucket {
	var buckets []bucket
	var all num
	for _, f := range i.fees {
		key := bucket{kind: f.kind}
		if f.kind == "charge" {
			key.metric = f.code
		}
		at := slices.IndexFunc(buckets, func(b bucket) bool { return b.kind == key.kind && b.metric == key.metric })
		if at < 0 {
			at, buckets = len(buckets), append(buckets, key)
		}
		amount := f.net().plus(f.preciseTaxes).minus(f.used)
		buckets[at].amount, all = buckets[at].amount.plus(amount), all.plus(amount)
	}
	slices.SortStableFunc(buckets, func(a, b bucket) int { return b.amount.cmp(a.amount) })
	missing := whole(i.total).minus(all)
	if missing.sign() > 0 && missing.cmp(whole(int64(len(buckets)))) <= 0 {
		buckets[0].amount = buckets[0].amount.plus(missing)
	}
	return buckets
}

// spend lets a wallet pay a part of an invoice.
func (b *books) spend(w *wallet, i *invoice, amount int64) {
	m := &movement{wallet: w, kind: "invoiced", status: "settled", amount: amount, madeAt: b.now}
	w.movements = append(w.movements, m)
	w.balance -= amount
	w.consumed += amount
	i.spent = append(i.spent, m)
	i.prepaid += amount
	i.total -= amount
}
