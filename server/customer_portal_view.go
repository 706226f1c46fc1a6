package server

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/money"
	"tarn/billing/period"
	"tarn/engine"
	"tarn/locale"
	"tarn/metering"
	"tarn/payments"
	"tarn/store"
	"tarn/web"
	"tarn/wire"
)

// portalView puts what the portal shows into the customer's language, with days as they
// are in its zone.
type portalView struct {
	engine.PortalContent
	locale.Language

	token string
	lists portalLists
	zone  *time.Location
}

func newPortalView(token string, lists portalLists, content engine.PortalContent) portalView {
	return portalView{
		PortalContent: content, Language: languageOf(&content.Customer), token: token, lists: lists, zone: content.Customer.Location(),
	}
}

// languageOf is the language in which a customer is written to.
func languageOf(customer *store.Customer) locale.Language {
	return locale.Of(cmp.Or(strings.TrimSpace(textOr(customer.DocumentLocale)), customer.BillingEntity.DocumentLocale))
}

// page is what the page shows. The seller is the customer's billing entity.
func (v portalView) page() web.PortalPage {
	seller := &v.Customer.BillingEntity
	v.Subscriptions.Rows = slices.DeleteFunc(v.Subscriptions.Rows, changesAnother)
	slices.SortStableFunc(v.Subscriptions.Rows, func(a, b store.Subscription) int { return cmp.Compare(a.Status, b.Status) }) // active before pending
	page := web.PortalPage{
		Language: v.Language, Seller: seller.Name, Customer: v.Customer.DisplayName(),
		Email: strings.TrimSpace(textOr(seller.Email)), Phone: strings.TrimSpace(textOr(seller.Phone)),
		ExpiresAt:      v.Instant(v.ExpiresAt.In(v.zone)),
		Due:            wire.Each(v.Due, v.due),
		Bill:           v.bill(),
		Subscriptions:  listOf(v, subscriptionsList, v.Subscriptions, v.subscription),
		Open:           listOf(v, openList, v.Open, v.invoice),
		Invoices:       listOf(v, invoicesList, v.Invoices, v.invoice),
		CreditNotes:    listOf(v, creditNotesList, v.CreditNotes, v.creditNote),
		Wallets:        wire.Each(v.Wallets, v.wallet),
		Pays:           v.Customer.PaymentProviderID != nil,
		PaymentMethods: wire.Each(v.PaymentMethods, v.paymentMethod),
	}
	if payments.HasCheckoutPage(&v.Customer) {
		page.AddPaymentMethod = v.token + "/payment-methods"
	}
	return page
}

// listOf is a page of a list of the portal.
func listOf[Row, Shown any](v portalView, list string, rows store.List[Row], show func(Row) Shown) web.PortalList[Shown] {
	shown := web.PortalList[Shown]{Rows: wire.Each(rows.Rows, show)}
	if rows.Page.Number > 1 {
		shown.Previous = v.address(list, rows.Page.Number-1)
	}
	if rows.Page.Number < rows.Pages() {
		shown.Next = v.address(list, rows.Page.Number+1)
	}
	return shown
}

// address is that of the portal's page with another page of a list; the other lists stay
// where they are.
func (v portalView) address(list string, number int) string {
	query := url.Values{}
	for name, at := range map[string]int{
		subscriptionsList: v.lists.subscriptions, openList: v.lists.open, invoicesList: v.lists.invoices, creditNotesList: v.lists.creditNotes,
	} {
		if name == list {
			at = number
		}
		if at > 1 {
			query.Set(name, strconv.Itoa(at))
		}
	}
	return v.token + "?" + query.Encode() + "#" + list
}

// day writes an instant as a day of the customer's zone; empty for none.
func (v portalView) day(at *time.Time) string {
	if at == nil {
		return ""
	}
	return v.Date(period.DateOf(*at, v.zone))
}

func (v portalView) due(sum engine.PortalDue) web.PortalDue {
	shown := web.PortalDue{Amount: v.Sum(sum.Cents, sum.Currency), Count: v.Quantity(decimal.NewFromInt(int64(sum.Invoices)))}
	if sum.OverdueCents.IsPositive() {
		shown.Overdue = v.Sum(sum.OverdueCents, sum.Currency)
	}
	return shown
}

// bill is what is billed next; nil where nothing is.
func (v portalView) bill() *web.PortalBill {
	if v.NextBill == nil {
		return nil
	}
	row := &v.NextBill.Invoice
	sums := map[web.PortalBillKind]int64{
		web.BillAlreadyBilled: -row.ProgressiveBillingCreditAmountCents, web.BillCoupons: -row.CouponsAmountCents, web.BillTaxes: row.TaxesAmountCents,
		web.BillCreditNotes: -row.CreditNotesAmountCents, web.BillPrepaid: -row.PrepaidCreditAmountCents,
	}
	kinds := map[store.FeeType]web.PortalBillKind{
		store.FeeSubscription: web.BillSubscriptions, store.FeeCharge: web.BillUsage, store.FeeFixedCharge: web.BillFixed, store.FeeCommitment: web.BillCommitment,
	}
	for _, fee := range row.Fees {
		kind := kinds[fee.FeeType]
		sums[kind] = money.Add(sums[kind], fee.AmountCents)
	}
	bill := &web.PortalBill{On: v.Date(v.NextBill.On), Total: v.Amount(row.TotalAmountCents, row.Currency)}
	for _, kind := range slices.Sorted(maps.Keys(sums)) {
		if sums[kind] != 0 {
			bill.Lines = append(bill.Lines, web.PortalBillLine{Kind: kind, Amount: v.Amount(sums[kind], row.Currency)})
		}
	}
	return bill
}

// portalPeriods are the intervals of plans.
var portalPeriods = map[store.PlanInterval]web.PortalPeriod{
	store.PlanIntervalWeekly: web.PortalWeekly, store.PlanIntervalMonthly: web.PortalMonthly, store.PlanIntervalQuarterly: web.PortalQuarterly,
	store.PlanIntervalSemiannual: web.PortalSemiannual, store.PlanIntervalYearly: web.PortalYearly,
}

// changesAnother reports whether a subscription waits to take the place of another one,
// which tells of it.
func changesAnother(row store.Subscription) bool {
	return row.Status == store.SubscriptionPending && row.PreviousSubscriptionID != nil
}

// subscription is a line of the subscriptions.
func (v portalView) subscription(row store.Subscription) web.PortalSubscription {
	shown := web.PortalSubscription{
		Name: row.DisplayName(), Pending: row.Status == store.SubscriptionPending, StartedOn: v.day(&row.SubscriptionAt), EndsOn: v.day(row.EndingAt),
		Price: v.Amount(row.Plan.AmountCents, row.Plan.AmountCurrency), Period: portalPeriods[row.Plan.Interval],
	}
	if row.StartedAt != nil {
		shown.StartedOn = v.day(row.StartedAt)
	}
	if plan := row.Plan.DisplayName(); plan != shown.Name {
		shown.Plan = plan
	}
	if next := row.Next; next != nil && next.Status == store.SubscriptionPending {
		shown.NextPlan, shown.NextPlanOn = next.Plan.DisplayName(), v.Date(row.Periods().DowngradePlanDate(row.ReadAt))
	}
	if used, metered := v.Usage[row.ID]; metered {
		window := row.Periods().Current(row.ReadAt).Charges
		shown.Metered, shown.Days = true, v.Days(period.DateOf(window.From, v.zone), period.DateOf(window.To, v.zone))
		shown.Usage = v.usage(used, row.Plan.AmountCurrency)
		var cents int64
		for _, each := range used {
			cents = money.Add(cents, metering.FeesAmountCents(each.Fees))
		}
		shown.UsageTotal = v.Amount(cents, row.Plan.AmountCurrency)
	}
	return shown
}

// usage is what was used, by the names of what it is; whatever was not used is left out.
func (v portalView) usage(used []metering.ChargeUsage, currency string) []web.PortalUsage {
	var lines []web.PortalUsage
	for i := range used {
		lines = append(lines, v.chargeUsage(&used[i], currency)...)
	}
	slices.SortStableFunc(lines, func(a, b web.PortalUsage) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return lines
}

// chargeUsage is a line for each filter of a charge by which anything was used. Groups
// are added up: there may be as many as events.
func (v portalView) chargeUsage(used *metering.ChargeUsage, currency string) []web.PortalUsage {
	type sum struct {
		filter *store.ChargeFilter
		units  decimal.Decimal
		cents  int64
	}
	var sums []sum
	for _, fee := range used.Fees {
		if n := len(sums); n == 0 || !sameFilter(sums[n-1].filter, fee.Filter) {
			sums = append(sums, sum{filter: fee.Filter})
		}
		last := &sums[len(sums)-1]
		last.units, last.cents = last.units.Add(fee.Units), money.Add(last.cents, fee.AmountCents)
	}
	var lines []web.PortalUsage
	for _, each := range sums {
		if each.units.IsZero() && each.cents == 0 {
			continue
		}
		lines = append(lines, web.PortalUsage{
			Name: used.Charge.DisplayName(), Detail: filterName(each.filter), Units: v.Quantity(each.units), Amount: v.Amount(each.cents, currency),
		})
	}
	return lines
}

func sameFilter(a, b *store.ChargeFilter) bool {
	return a == b || a != nil && b != nil && a.ID == b.ID
}

// filterName is how people call a filter: by its name or else by what it lets through.
func filterName(filter *store.ChargeFilter) string {
	if filter == nil {
		return ""
	}
	if name := strings.TrimSpace(textOr(filter.InvoiceDisplayName)); name != "" {
		return name
	}
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(filter.Values)) {
		parts = append(parts, key+": "+strings.Join(filter.Values[key], ", "))
	}
	return strings.Join(parts, "; ")
}

// below is the address of something below the portal's page.
func (v portalView) below(what string, id uuid.UUID) string {
	return v.token + "/" + what + "/" + id.String()
}
