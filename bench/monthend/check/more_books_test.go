package check

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A trial costs nothing: what is paid in advance is billed for the days behind it.
func TestBooks_Trials(t *testing.T) {
	t.Parallel()
	for inAdvance, bills := range map[bool][]string{false: {"2024-03-01 1724", "2024-04-01 10000"}, true: {"2024-02-25 1724", "2024-03-01 10000", "2024-04-01 10000"}} {
		b := story(t, sold(&Plan{Code: "p", Amount: 10000, Trial: 10, InAdvance: inAdvance}), Customer{}, "2024-04-02T00:00:00Z", subscribed(t, "2024-02-15T10:00:00Z", "p", false))
		assert.Equal(t, bills, summed(b))
	}
}

func TestBooks_FixedCharges(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fixed     Fixed
		inAdvance bool
		bills     []string
	}{
		"prorated":   {Fixed{Units: 10, Amount: "1", Prorated: true}, false, []string{"2023-08-01 419", "2023-09-01 1000"}},
		"whole":      {Fixed{Units: 10, Amount: "1"}, false, []string{"2023-08-01 1000", "2023-09-01 1000"}},
		"in advance": {Fixed{Units: 5, Amount: "3", InAdvance: true, Prorated: true}, true, []string{"2023-07-19 629", "2023-08-01 1500", "2023-09-01 1500"}},
		"in arrears of a subscription in advance": {Fixed{Units: 5, Amount: "3"}, true, []string{"2023-07-19 0", "2023-08-01 1500", "2023-09-01 1500"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := &Plan{Code: "p", InAdvance: c.inAdvance, Fixed: []Fixed{c.fixed}}
			b := story(t, sold(plan), Customer{}, "2023-09-02T00:00:00Z", subscribed(t, "2023-07-19T10:00:00Z", "p", false))
			assert.Equal(t, c.bills, summed(b))
		})
	}
}

// An end on a billing day takes the whole period before it, and not the day.
func TestBooks_EndsThatAreKnown(t *testing.T) {
	t.Parallel()
	for end, bills := range map[string][]string{
		"2023-10-05T12:00:00Z": {"2023-10-05 1000"}, "2023-10-07T12:00:00Z": {"2023-10-05 1000", "2023-10-07 97"},
	} {
		start := subscribed(t, "2023-09-05T10:00:00Z", "p", true)
		start.EndsAt = at(t, end)
		b := story(t, sold(&Plan{Code: "p", Amount: 1000}), Customer{}, "2023-11-08T00:00:00Z", start)
		assert.Equal(t, bills, summed(b), end)
	}
}

func TestBooks_StartsThatWait(t *testing.T) {
	t.Parallel()
	start := subscribed(t, "2024-03-10T12:00:00Z", "p", true)
	start.StartsAt = at(t, "2024-03-20T18:00:00Z")
	b := story(t, sold(&Plan{Code: "p", Amount: 1000, InAdvance: true}), Customer{Zone: "America/Denver"}, "2024-04-21T00:00:00Z", start)
	assert.Equal(t, []string{"2024-03-20 1000", "2024-04-20 1000"}, summed(b))
	assert.Equal(t, "2024-03-20T06:00:00Z", stamp(b.rows[0].startedAt))
}

// Regions have prices of their own by filters, or are priced by themselves; an event that
// is paid in advance has an invoice, and is not billed again.
func TestBooks_ChargesOfEvents(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		charge Charge
		bills  []string
	}{
		"filters":    {Charge{Amount: "10", Filters: []Filter{{Regions: []string{"eu", "us"}, Charge: Charge{Amount: "5"}}}}, []string{"2024-04-01 2000"}},
		"groups":     {Charge{Amount: "0.005", Grouped: true}, []string{"2024-04-01 3"}},
		"together":   {Charge{Amount: "0.005"}, []string{"2024-04-01 2"}},
		"in advance": {Charge{Amount: "1.5", InAdvance: true}, []string{"2024-03-05 150", "2024-03-05 150", "2024-03-05 150", "2024-04-01 0"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.charge.Metric, c.charge.Model = "m", "standard"
			use := Dated{at(t, "2024-03-05T10:00:00Z"), Action{Do: Use, Customer: "c1", Subscription: "c1-0"}}
			for _, region := range []string{"eu", "us", "moon"} {
				use.Events = append(use.Events, Event{Transaction: region, Code: "m", Timestamp: at(t, "2024-03-05T09:00:00Z"), Region: region})
			}
			b := story(t, sold(&Plan{Code: "p", Charges: []Charge{c.charge}}), Customer{}, "2024-04-02T00:00:00Z", subscribed(t, "2024-03-01T10:00:00Z", "p", false), use)
			assert.Equal(t, c.bills, summed(b))
		})
	}
}

// Credits come each month on the wallet's day; those that are paid come when a later
// attempt to collect them succeeds. Add-ons are billed without coupons and wallets.
func TestBooks_WalletsAndSingleInvoices(t *testing.T) {
	t.Parallel()
	ledger := sold()
	ledger.AddOns = map[string]AddOn{"setup": {Code: "setup", Amount: 1000}}
	b := story(t, ledger, Customer{Zone: "Europe/Paris", Outcomes: []string{"error", "decline", "succeed"}}, "2025-03-30T23:00:00Z",
		Dated{at(t, "2025-01-31T08:00:00Z"), Action{Do: Open, Customer: "c1", Wallet: &Wallet{Code: "w", Rate: "1", Monthly: "10"}, Paid: "20"}},
		Dated{at(t, "2025-02-01T08:00:00Z"), Action{Do: Bill, Customer: "c1", AddOns: []string{"setup"}, Units: 2}},
		Dated{at(t, "2025-03-01T08:00:00Z"), Action{Do: Retry, Customer: "c1", Invoice: 1}})
	assert.Equal(t, int64(4000), b.wallets[0].balance)
	assert.Equal(t, []string{"2025-01-31 2000", "2025-02-01 2000"}, summed(b))
	assert.Equal(t, []int64{2000, 0}, []int64{b.invoices[1].paid, b.invoices[1].prepaid})
}

// What is given back of a draft waits until it is final, beside the coupons that it has
// then, and pays only after that.
func TestBooks_NotesOfDrafts(t *testing.T) {
	t.Parallel()
	ledger := sold(&Plan{Code: "p", Amount: 3100, InAdvance: true})
	ledger.Coupons = map[string]Coupon{"ten": {Code: "ten", Rate: "10", Frequency: "forever"}}
	b := story(t, ledger, Customer{Grace: 3}, "2024-02-10T00:00:00Z",
		subscribed(t, "2024-01-01T10:00:00Z", "p", false),
		Dated{at(t, "2024-02-01T10:00:00Z"), Action{Do: Apply, Customer: "c1", Coupon: "ten"}},
		Dated{at(t, "2024-02-02T10:00:00Z"), Action{Do: Terminate, Customer: "c1", Subscription: "c1-0"}})
	assert.Equal(t, []int64{2598, 2790}, []int64{b.notes[0].credit, b.invoices[1].total})
	assert.Equal(t, "2024-02-04", b.invoices[1].issuing.String())
}

// An invoice that is voided with credit notes gives what was asked, and voids the rest.
func TestBooks_VoidsWithNotes(t *testing.T) {
	t.Parallel()
	twenty, ten := []Tax{{Code: "a", Rate: "20"}}, []Tax{{Code: "b", Rate: "10"}}
	i := &invoice{fees: []*fee{{amount: 10000, taxes: twenty}, {amount: 5000, taxes: ten}}, told: map[string]int{}}
	b := &books{}
	b.void(i, true, 7000)
	assert.Equal(t, []int64{7000, 1000, 7000}, []int64{b.notes[0].total, b.notes[0].taxes, b.notes[0].balance})
	assert.Equal(t, []int64{10500, 1500, 0}, []int64{b.notes[1].total, b.notes[1].taxes, b.notes[1].balance})
	assert.Equal(t, "voided", i.status)
}

// Usage that reaches a threshold is billed at once, and taken off later invoices of its
// period.
func TestBooks_ProgressiveInvoices(t *testing.T) {
	t.Parallel()
	plan := &Plan{Code: "p", Amount: 3100, Thresholds: []int64{20000, 30000}, Charges: []Charge{{Metric: "s", Model: "standard", Amount: "1"}}}
	ledger := sold(plan)
	ledger.Metrics["s"] = Metric{Code: "s", Aggregation: "sum_agg"}
	use := func(when, value string) Dated {
		event := Event{Transaction: when, Code: "s", Timestamp: at(t, when), Value: value}
		return Dated{at(t, when), Action{Do: Use, Customer: "c1", Subscription: "c1-0", Events: []Event{event}}}
	}
	b := story(t, ledger, Customer{}, "2024-03-02T00:00:00Z", subscribed(t, "2024-02-01T10:00:00Z", "p", false),
		use("2024-02-02T10:00:00Z", "199"), use("2024-02-10T10:00:00Z", "1"), use("2024-02-11T10:00:00Z", "150"), use("2024-02-20T10:00:00Z", "50"))
	assert.Equal(t, []string{"2024-02-10 20000", "2024-02-11 35000", "2024-03-01 43100"}, summed(b))
	assert.Equal(t, []int64{20000, 15000, 8100}, []int64{b.invoices[0].total, b.invoices[1].total, b.invoices[2].total})
	assert.Equal(t, 2, b.rows[0].reached)
}
