package check

import (
	"slices"
	"strings"
	"time"
)

// invoice is what a customer is expected to be shown.
type invoice struct {
	// number counts the customer's invoices; 0 until it is final, which is at finalAt.
	number  int
	finalAt time.Time
	// shown is the number that it is shown with, where its billing entity counts.
	shown                string
	kind, status         string
	statements           []*statement
	fees                 []*fee
	taxes                []taxLine
	credits              []credit
	madeAt               time.Time
	base, issuing, due   day
	sum, coupons         int64
	taxAmount            int64
	notes, prepaid       int64
	total, paid, offsets int64
	payment              string
	overdue              bool
	// told counts what was recorded of it, by the type of the activity.
	told map[string]int
	// drawn are what coupons gave, and what wallets paid.
	drawn []drawn
	spent []*movement
	// progressive is what progressive invoices have asked for before, sources which;
	// given is what later invoices took of this one.
	progressive, given int64
	sources            []source
	// promised are the credit notes of a draft.
	promised []*note
	// topUp is what a credit invoice sells.
	topUp *movement
}

// taxLine is what a tax makes of all fees that carry it.
type taxLine struct {
	tax    Tax
	base   num
	amount num
}

// credit is a line that takes something off an invoice.
type credit struct {
	kind, code string
	amount     int64
	// note is the credit note that gave it, invoice the progressive one, if one did.
	note    *note
	invoice *invoice
}

// drawn is what a coupon gave.
type drawn struct {
	coupon *applied
	amount int64
}

func (i *invoice) beforeTaxes() int64 { return i.sum - i.progressive - i.coupons }
func (i *invoice) withTaxes() int64   { return i.beforeTaxes() + i.taxAmount }

// owed is what is still to be paid.
func (i *invoice) owed() int64 {
	if i.status == "voided" {
		return 0
	}
	return i.total - i.paid - i.offsets
}

// bill makes an invoice of statements, which is a draft while there are days of grace.
func (b *books) bill(statements []*statement, at time.Time) {
	i := &invoice{kind: "subscription", statements: statements, madeAt: at, base: dayIn(at, b.zone), told: map[string]int{}}
	b.invoices = append(b.invoices, i)
	if b.customer.Grace > 0 {
		i.status = "draft"
		i.issuing = i.base + day(b.customer.Grace)
		i.due = i.issuing + day(b.customer.Term)
		b.reckon(i)
		i.told["invoice.drafted"], i.told["invoice.ready_to_finalize"] = 1, 1
	} else {
		b.finalize(i)
	}
	for _, s := range statements {
		if s.fee != nil {
			s.row.billed++
			s.row.lastOn = i
		}
	}
	b.remember(i)
}

// remember lets rows know the fees of their newest period.
func (b *books) remember(i *invoice) {
	for _, s := range i.statements {
		for _, f := range i.fees {
			if s.fee != nil && s.row.lastOn == i && f.kind == "subscription" && f.subscription == s.row.external && f.plan == s.row.plan {
				s.row.last = f
			}
		}
	}
}

// periodic reports whether an invoice is of subscriptions.
func (i *invoice) periodic() bool { return i.kind == "subscription" || i.kind == "progressive_billing" }

// reckon makes the fees of an invoice, and its taxes.
func (b *books) reckon(i *invoice) {
	if i.periodic() {
		i.fees = nil
		for _, s := range i.statements {
			i.fees = append(i.fees, b.fees(s)...)
		}
	}
	i.sum = 0
	for _, f := range i.fees {
		i.sum += f.amount
	}
	if i.periodic() {
		b.takeOff(i)
	}
	i.tax()
	i.total = i.withTaxes()
	i.payment = "pending"
	if i.total == 0 {
		i.payment = "succeeded"
	}
}

// finalize makes an invoice final: it has a number, and takes what pays it.
func (b *books) finalize(i *invoice) {
	b.reckon(i)
	if i.sum == 0 && b.customer.SkipsZero && i.kind == "subscription" {
		i.status = "closed"
		return
	}
	b.count(i)
	i.status = "finalized"
	i.issuing = dayIn(b.now, b.zone)
	i.due = i.issuing + day(b.customer.Term)
	b.useCoupons(i)
	i.tax()
	i.total = i.withTaxes()
	b.useNotes(i)
	b.useWallets(i)
	i.told["invoice.created"]++
	i.payment = "pending"
	b.collect(i)
	b.remember(i)
	b.keep(i)
}

// count gives an invoice its number.
func (b *books) count(i *invoice) {
	b.finals++
	i.number, i.finalAt = b.finals, b.now
}

// mostAttempts is how often a provider that gives no answer is asked.
const mostAttempts = 5

// collect lets the customer's provider pay what is due, if there is one. What has failed
// stays so until the provider says something else.
func (b *books) collect(i *invoice) {
	if i.total == 0 {
		i.payment = "succeeded"
		return
	}
	if len(b.outcomes) == 0 {
		return
	}
	b.payments++
	outcome := "error"
	for attempt := 0; attempt < mostAttempts && outcome == "error"; attempt++ {
		outcome = b.outcomes[0]
		if len(b.outcomes) > 1 {
			b.outcomes = b.outcomes[1:]
		}
	}
	if outcome != "pending" {
		b.collected(i, outcome == "succeed")
	}
}

// collected takes what has become of a payment through the provider.
func (b *books) collected(i *invoice, succeeds bool) {
	if !succeeds {
		i.payment = "failed"
		i.told["invoice.payment_failure"]++
		if i.topUp != nil && i.topUp.status == "pending" {
			i.topUp.status = "failed"
		}
		return
	}
	i.told["payment.succeeded"]++
	b.settle(i, i.owed())
}

// settle takes a payment. An invoice of which nothing is due any more is paid.
func (b *books) settle(i *invoice, amount int64) {
	i.paid += amount
	if i.owed() > 0 || i.payment == "succeeded" {
		return
	}
	i.payment, i.overdue = "succeeded", false
	i.told["invoice.payment_status_updated"]++
	if i.topUp != nil && i.topUp.status != "settled" {
		b.fill(i.topUp)
	}
}

// tax reckons the taxes of fees and of the invoice. Only the sum is rounded.
func (i *invoice) tax() {
	i.taxes = nil
	var all num
	for _, f := range i.fees {
		f.preciseTaxes = num{}
		for _, tax := range f.taxes {
			amount := f.net().percent(parsed(tax.Rate))
			f.preciseTaxes = f.preciseTaxes.plus(amount)
			line := i.taxLine(tax)
			line.base, line.amount = line.base.plus(f.net()), line.amount.plus(amount)
		}
		f.taxAmount = f.preciseTaxes.round()
		all = all.plus(f.preciseTaxes)
	}
	i.taxAmount = all.round()
	slices.SortFunc(i.taxes, func(a, b taxLine) int { return compareText(a.tax.Code, b.tax.Code) })
}

// taxLine is the invoice's line of a tax.
func (i *invoice) taxLine(tax Tax) *taxLine {
	for n := range i.taxes {
		if i.taxes[n].tax.Code == tax.Code {
			return &i.taxes[n]
		}
	}
	i.taxes = append(i.taxes, taxLine{tax: tax})
	return &i.taxes[len(i.taxes)-1]
}

func compareText(a, b string) int { return strings.Compare(a, b) }

// applied is a coupon that a customer has.
type applied struct {
	Coupon
	active bool
	// given is what a coupon for once has given, left how often one for some times may
	// still give.
	given int64
	left  int
}

// covers reports whether a coupon may take off a fee.
func (a *applied) covers(f *fee) bool {
	switch a.class() {
	case byMetric:
		return f.kind == "charge" && slices.Contains(a.Metrics, f.code)
	case byPlan:
		return slices.Contains(a.Plans, f.plan.Code)
	}
	return true
}

// The classes of coupons, in the order in which they are used.
const (
	byMetric = iota
	byPlan
	unlimited
)

// class is that of a coupon.
func (a *applied) class() int {
	switch {
	case len(a.Metrics) > 0:
		return byMetric
	case len(a.Plans) > 0:
		return byPlan
	}
	return unlimited
}

// useCoupons takes off what the customer's coupons give: first those for metrics, then those
// for plans, then the others, the oldest first.
func (b *books) useCoupons(i *invoice) {
	i.coupons = 0
	if !i.periodic() || i.sum == 0 {
		return
	}
	for class := byMetric; class <= unlimited; class++ {
		for _, a := range b.coupons {
			if a.active && a.class() == class && i.beforeTaxes() > 0 && (a.Rate != "" || a.Currency == b.customer.Currency) {
				b.useCoupon(i, a)
			}
		}
	}
}

// useCoupon takes off what one coupon gives, and spreads it over the fees. Where that is
// less than half a cent, the coupon counts as used all the same; where its fees come to
// nothing, it does not.
func (b *books) useCoupon(i *invoice, a *applied) {
	base, covered := whole(i.beforeTaxes()), false
	if a.class() != unlimited {
		base = num{}
	}
	for _, f := range i.fees {
		if a.covers(f) {
			covered = true
			if a.class() != unlimited {
				base = base.plus(f.net())
			}
		}
	}
	if !covered || base.sign() <= 0 {
		return
	}
	amount := least(whole(a.Amount-a.given), base)
	if a.Rate != "" {
		amount = least(base, whole(base.percent(parsed(a.Rate)).round()))
	}
	for _, f := range i.fees {
		if a.covers(f) {
			f.coupons = least(f.coupons.plus(amount.times(f.net()).over(base).places(5)), whole(f.amount))
		}
	}
	given := amount.trunc()
	i.coupons += given
	i.credits = append(i.credits, credit{kind: "coupon", code: a.Code, amount: given})
	i.drawn = append(i.drawn, drawn{a, given})
	a.use(given)
}

// use notes that a coupon gave something.
func (a *applied) use(given int64) {
	switch a.Frequency {
	case "once":
		if a.Rate == "" {
			a.given += given
		}
		a.active = a.Rate == "" && a.given < a.Amount
	case "recurring":
		a.left--
		a.active = a.left > 0
	}
}

// giveBack is use, taken back.
func (a *applied) giveBack(given int64) {
	switch a.Frequency {
	case "once":
		if a.Rate == "" {
			a.given -= given
		}
	case "recurring":
		a.left++
	}
	a.active = true
}
