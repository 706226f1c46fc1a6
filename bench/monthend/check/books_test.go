package check

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// story writes the books of one customer.
func story(t *testing.T, ledger *Ledger, customer Customer, end string, actions ...Dated) *books {
	t.Helper()
	customer.ID, customer.Currency = "c1", "EUR"
	if customer.Zone == "" {
		customer.Zone = "UTC"
	}
	ledger.Settings.End, ledger.Actions, ledger.Customers = at(t, end), map[string][]Dated{"c1": actions}, []Customer{customer}
	b, err := write(ledger, customer, "MON-001")
	require.NoError(t, err)
	require.Empty(t, b.faults)
	return b
}

func subscribed(t *testing.T, when, plan string, byAnniversary bool) Dated {
	t.Helper()
	return Dated{at(t, when), Action{Do: Subscribe, Customer: "c1", Subscription: "c1-0", Plan: plan, ByAnniversary: byAnniversary}}
}

// summed are the days and the fees of invoices.
func summed(b *books) []string {
	var texts []string
	for _, i := range b.invoices {
		texts = append(texts, i.base.String()+" "+whole(i.sum).String())
	}
	return texts
}

func sold(plans ...*Plan) *Ledger {
	l := &Ledger{Plans: map[string]*Plan{}, Taxes: map[string]Tax{"vat": {Code: "vat", Rate: "20"}}, Metrics: map[string]Metric{"m": {Code: "m", Aggregation: "count_agg"}}}
	for _, plan := range plans {
		plan.Currency = "EUR"
		if plan.Interval == "" {
			plan.Interval = "monthly"
		}
		l.Plans[plan.Code] = plan
	}
	return l
}

func TestBooks_FirstPeriods(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		plan          Plan
		byAnniversary bool
		bills         []string
	}{
		"arrears":             {Plan{Amount: 10000}, false, []string{"2024-03-01 5172", "2024-04-01 10000"}},
		"arrears, by day":     {Plan{Amount: 10000}, true, []string{"2024-03-15 10000", "2024-04-15 10000"}},
		"advance":             {Plan{Amount: 10000, InAdvance: true}, false, []string{"2024-02-15 5172", "2024-03-01 10000", "2024-04-01 10000"}},
		"advance, by day":     {Plan{Amount: 10000, InAdvance: true}, true, []string{"2024-02-15 10000", "2024-03-15 10000", "2024-04-15 10000"}},
		"quarterly":           {Plan{Amount: 10000, Interval: "quarterly"}, false, []string{"2024-04-01 5055"}},
		"committed":           {Plan{Amount: 10000, Commitment: 50000}, false, []string{"2024-03-01 25862", "2024-04-01 50000"}},
		"a charge's minimum":  {Plan{Amount: 0, Charges: []Charge{{Metric: "m", Model: "standard", Amount: "1", Minimum: 2900}}}, false, []string{"2024-03-01 1500", "2024-04-01 2900"}},
		"a flat for no usage": {Plan{Amount: 0, Charges: []Charge{{Metric: "m", Model: "graduated", Ranges: []Range{{Flat: "3", PerUnit: "1"}}}}}, false, []string{"2024-03-01 300", "2024-04-01 300"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.plan.Code = "p"
			b := story(t, sold(&c.plan), Customer{}, "2024-04-20T00:00:00Z", subscribed(t, "2024-02-15T10:00:00Z", "p", c.byAnniversary))
			assert.Equal(t, c.bills, summed(b))
		})
	}
}

func TestBooks_PlanChanges(t *testing.T) {
	t.Parallel()
	change := func(when, plan string) Dated {
		return Dated{at(t, when), Action{Do: Change, Customer: "c1", Subscription: "c1-0", Plan: plan}}
	}
	late := func() *Ledger { return sold(&Plan{Code: "a", Amount: 3000}, &Plan{Code: "b", Amount: 6200}) }
	b := story(t, late(), Customer{}, "2024-04-02T00:00:00Z", subscribed(t, "2024-02-01T10:00:00Z", "a", false), change("2024-03-12T12:00:00Z", "b"))
	assert.Equal(t, []string{"2024-03-01 3000", "2024-03-12 1065", "2024-04-01 4000"}, summed(b))

	soon := sold(&Plan{Code: "a", Amount: 3100, InAdvance: true, Taxes: []string{"vat"}}, &Plan{Code: "b", Amount: 6200, InAdvance: true, Taxes: []string{"vat"}})
	b = story(t, soon, Customer{}, "2024-03-13T00:00:00Z", subscribed(t, "2024-02-01T10:00:00Z", "a", false), change("2024-03-12T12:00:00Z", "b"))
	require.Len(t, b.notes, 1)
	assert.Equal(t, int64(2400), b.notes[0].total)
	assert.True(t, b.notes[0].consumed)
	upgrade := b.invoices[len(b.invoices)-1]
	assert.Equal(t, []int64{4000, 800, 2400, 2400}, []int64{upgrade.sum, upgrade.taxAmount, upgrade.notes, upgrade.total})

	b = story(t, late(), Customer{}, "2024-05-02T00:00:00Z", subscribed(t, "2024-02-01T10:00:00Z", "b", false), change("2024-03-12T12:00:00Z", "a"))
	assert.Equal(t, []string{"2024-03-01 6200", "2024-04-01 6200", "2024-05-01 3000"}, summed(b))
}

func TestBooks_Terminations(t *testing.T) {
	t.Parallel()
	end := func(when, option string) Dated {
		return Dated{at(t, when), Action{Do: Terminate, Customer: "c1", Subscription: "c1-0", CreditNote: option}}
	}
	b := story(t, sold(&Plan{Code: "p", Amount: 10000}), Customer{}, "2024-03-02T00:00:00Z", subscribed(t, "2024-02-15T10:00:00Z", "p", false), end("2024-02-20T14:00:00Z", ""))
	assert.Equal(t, []string{"2024-02-20 2069"}, summed(b))

	soon := func() *Ledger { return sold(&Plan{Code: "p", Amount: 10000, InAdvance: true, Taxes: []string{"vat"}}) }
	start := subscribed(t, "2025-02-08T10:00:00Z", "p", false)
	b = story(t, soon(), Customer{}, "2025-03-02T00:00:00Z", start, end("2025-02-21T10:00:00Z", ""))
	assert.Equal(t, int64(3000), b.notes[0].credit)
	paid := Dated{at(t, "2025-02-09T10:00:00Z"), Action{Do: Pay, Customer: "c1", Invoice: 1, Amount: 7500}}
	b = story(t, soon(), Customer{}, "2025-03-02T00:00:00Z", start, paid, end("2025-02-21T10:00:00Z", "refund"))
	assert.Equal(t, []int64{1500, 1500}, []int64{b.notes[0].refund, b.notes[0].credit})
	b = story(t, soon(), Customer{}, "2025-03-02T00:00:00Z", start, end("2025-02-21T10:00:00Z", "skip"))
	assert.Empty(t, b.notes)
}

// A draft takes events until it is final, is dated by that day, and only then counts.
func TestBooks_DraftsBecomeFinal(t *testing.T) {
	t.Parallel()
	plan := &Plan{Code: "p", Amount: 1000, Charges: []Charge{{Metric: "m", Model: "standard", Amount: "1"}}}
	use := func(when, stamped string) Dated {
		return Dated{at(t, when), Action{Do: Use, Customer: "c1", Subscription: "c1-0", Events: []Event{{Transaction: when, Code: "m", Timestamp: at(t, stamped)}}}}
	}
	b := story(t, sold(plan), Customer{Grace: 3, Term: 2}, "2024-03-08T00:00:00Z", subscribed(t, "2024-02-01T10:00:00Z", "p", false),
		use("2024-03-02T10:00:00Z", "2024-02-28T10:00:00Z"), use("2024-03-05T10:00:00Z", "2024-02-28T10:00:00Z"))
	i := b.invoices[0]
	assert.Equal(t, "finalized 1 1100 2024-03-04 2024-03-06 true", strings.Join([]string{i.status, whole(int64(i.number)).String(), whole(i.sum).String(), i.issuing.String(), i.due.String(), map[bool]string{true: "true"}[i.overdue]}, " "))
	assert.Equal(t, map[string]int{"invoice.drafted": 1, "invoice.ready_to_finalize": 1, "invoice.created": 1, "invoice.payment_overdue": 1}, i.told)
}

func TestBooks_ZonesDecideDays(t *testing.T) {
	t.Parallel()
	b := story(t, sold(&Plan{Code: "p", Amount: 700, Interval: "weekly", InAdvance: true}), Customer{Zone: "America/Denver"}, "2023-06-18T00:00:00Z", subscribed(t, "2023-06-16T05:00:00Z", "p", false))
	assert.Equal(t, []string{"2023-06-15 400"}, summed(b))
	b = story(t, sold(&Plan{Code: "p", Amount: 700, Interval: "weekly", InAdvance: true}), Customer{Zone: "Asia/Karachi"}, "2023-06-18T00:00:00Z", subscribed(t, "2023-06-16T20:00:00Z", "p", false))
	assert.Equal(t, []string{"2023-06-17 200"}, summed(b))
}

func TestTicks_OfAZoneByHalfAnHour(t *testing.T) {
	t.Parallel()
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	require.NoError(t, err)
	var instants []string
	for _, tick := range ticks(kolkata, at(t, "2024-03-01T18:00:00Z"), at(t, "2024-03-01T19:30:00Z")) {
		instants = append(instants, tick.at.Format("15:04"))
	}
	assert.Equal(t, []string{"18:20", "18:25", "18:30", "18:35", "18:55", "19:05", "19:10", "19:20", "19:25"}, instants)
}

// A draft of a day that is over in UTC becomes final with the next tick.
func TestBooks_DraftsWestOfUTC(t *testing.T) {
	t.Parallel()
	b := story(t, sold(&Plan{Code: "p", Amount: 1000, InAdvance: true}), Customer{Zone: "America/New_York", Grace: 1}, "2025-01-27T10:00:00Z", subscribed(t, "2025-01-27T02:35:00Z", "p", false))
	assert.Equal(t, "finalized 2025-01-26", b.invoices[0].status+" "+b.invoices[0].issuing.String())
}
