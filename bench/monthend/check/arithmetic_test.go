package check

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	instant, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return instant
}

func dayAt(t *testing.T, text string) day {
	t.Helper()
	instant, err := time.Parse(time.DateOnly, text)
	require.NoError(t, err)
	return dayIn(instant, time.UTC)
}

func TestNum_RoundsHalvesAwayFromZero(t *testing.T) {
	t.Parallel()
	for text, rounded := range map[string]int64{"0.5": 1, "-0.5": -1, "1.4999": 1, "-2.5": -3, "3": 3} {
		assert.Equal(t, rounded, parsed(text).round(), text)
	}
	assert.Equal(t, int64(-1), parsed("-1.9").trunc())
	assert.Equal(t, int64(2), parsed("1.0001").ceil())
	assert.Equal(t, "12.35", parsed("12.345").places(2).value().FloatString(2))
	assert.Equal(t, "4333.33333", whole(130000).over(whole(30)).cut(5).value().FloatString(5))
	assert.Panics(t, func() { parsed("much") })
}

// The first periods of a subscription of 15 February 2024, and those of anchors that
// short months lack.
func TestRhythm_Periods(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		interval, anchor, on string
		byAnniversary        bool
		from, to             string
	}{
		{"weekly", "2024-02-15", "2024-02-15", false, "2024-02-12", "2024-02-18"},
		{"weekly", "2024-02-15", "2024-02-15", true, "2024-02-15", "2024-02-21"},
		{"monthly", "2024-02-15", "2024-02-15", false, "2024-02-01", "2024-02-29"},
		{"monthly", "2024-02-15", "2024-03-16", true, "2024-03-15", "2024-04-14"},
		{"quarterly", "2024-02-15", "2024-02-15", false, "2024-01-01", "2024-03-31"},
		{"quarterly", "2024-02-15", "2024-02-15", true, "2024-02-15", "2024-05-14"},
		{"semiannual", "2024-02-15", "2024-02-15", false, "2024-01-01", "2024-06-30"},
		{"yearly", "2024-02-15", "2024-02-15", false, "2024-01-01", "2024-12-31"},
		{"monthly", "2024-01-31", "2024-02-28", true, "2024-01-31", "2024-02-28"},
		{"monthly", "2024-01-31", "2024-02-29", true, "2024-02-29", "2024-03-30"},
		{"monthly", "2023-01-29", "2023-02-28", true, "2023-02-28", "2023-03-28"},
		{"quarterly", "2023-08-31", "2024-02-29", true, "2024-02-29", "2024-05-30"},
		{"yearly", "2024-02-29", "2027-03-01", true, "2027-02-28", "2028-02-28"},
	} {
		r := rhythm{interval: c.interval, byAnniversary: c.byAnniversary, anchor: dayAt(t, c.anchor)}
		assert.Equal(t, c.from+".."+c.to, r.around(dayAt(t, c.on)).from.String()+".."+r.around(dayAt(t, c.on)).to.String(), "%+v", c)
	}
}

func TestDay_BeginsAtLocalMidnight(t *testing.T) {
	t.Parallel()
	newYork, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	assert.Equal(t, "2024-03-01T05:00:00Z", stamp(dayAt(t, "2024-03-01").begins(newYork)))
	assert.Equal(t, "2024-04-01T03:59:59Z", stamp(dayAt(t, "2024-03-31").ends(newYork)))
	assert.Equal(t, dayAt(t, "2023-06-15"), dayIn(at(t, "2023-06-16T03:00:00Z"), newYork))
}

// Two clocks of a zone may show less than whole days between them.
func TestDaysBetween_RoundsUp(t *testing.T) {
	t.Parallel()
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	for to, days := range map[string]int{"2024-03-30T12:00:00Z": 1, "2024-03-31T09:59:59Z": 1, "2024-03-31T10:00:01Z": 2, "2024-04-01T21:59:59Z": 3} {
		assert.Equal(t, days, daysBetween(at(t, "2024-03-30T11:00:00Z"), at(t, to), paris), to)
	}
}

// used is the usage of some values.
func used(values ...string) usage {
	var u usage
	for _, value := range values {
		u.add(parsed(value))
	}
	return u
}

func TestCharge_Price(t *testing.T) {
	t.Parallel()
	steps := []Range{{From: 0, To: 10, PerUnit: "2", Flat: "0"}, {From: 11, To: 20, PerUnit: "1", Flat: "5"}, {From: 21, PerUnit: "0.5", Flat: "0"}}
	flats := []Range{{From: 0, To: 10, PerUnit: "1", Flat: "100"}, {From: 11, PerUnit: "0.5", Flat: "50"}}
	volumes := []Range{{From: 0, To: 100, PerUnit: "2", Flat: "10"}, {From: 101, To: 200, PerUnit: "1", Flat: "0"}, {From: 201, PerUnit: "0.5", Flat: "50"}}
	packages := Charge{Model: "package", Amount: "5", Size: 1000, Free: 100}
	for _, c := range []struct {
		charge Charge
		usage  usage
		price  string
	}{
		{Charge{Model: "standard", Amount: "0.335"}, used("3"), "1.005"},
		{Charge{Model: "graduated", Ranges: steps}, used(), "0"},
		{Charge{Model: "graduated", Ranges: steps}, used("10.5"), "25.5"},
		{Charge{Model: "graduated", Ranges: steps}, used("11"), "26"},
		{Charge{Model: "graduated", Ranges: steps}, used("25.25"), "37.625"},
		{Charge{Model: "graduated", Ranges: flats}, used(), "100"},
		{Charge{Model: "graduated", Ranges: flats}, used("11"), "160.5"},
		{Charge{Model: "volume", Ranges: volumes}, used(), "10"},
		{Charge{Model: "volume", Ranges: volumes}, used("100.5"), "100.5"},
		{Charge{Model: "volume", Ranges: volumes}, used("200.01"), "150.005"},
		{packages, used("100"), "0"},
		{packages, used("100.01"), "5"},
		{packages, used("1101"), "10"},
		{Charge{Model: "percentage", Rate: "1.2"}, used("100", "50"), "1.8"},
		{Charge{Model: "percentage", Rate: "1", Fixed: "5", Free: 3}, used("10", "10", "10"), "0"},
		{Charge{Model: "percentage", Rate: "1", Fixed: "5", Free: 3}, used("10", "10", "10", "10"), "5.1"},
	} {
		assert.Zero(t, parsed(c.price).cmp(c.charge.price(c.usage)), "%+v of %s: %s", c.charge, c.usage.units, c.charge.price(c.usage))
	}
}

func TestUsage_OfAWindow(t *testing.T) {
	t.Parallel()
	from, to := at(t, "2024-03-01T00:00:00Z"), at(t, "2024-03-31T23:59:59Z")
	events := []received{
		{Event: Event{Code: "m", Timestamp: to, Value: "5"}},
		{Event: Event{Code: "m", Timestamp: from, Value: "20"}},
		{Event: Event{Code: "m", Timestamp: from, Value: "5"}},
		{Event: Event{Code: "m", Timestamp: to.Add(time.Second), Value: "100"}},
		{Event: Event{Code: "m", Timestamp: from.Add(-time.Second), Value: "100"}},
		{Event: Event{Code: "other", Timestamp: from, Value: "100"}},
	}
	for aggregation, expected := range map[string]struct {
		units string
		count int
	}{"count_agg": {"3", 3}, "sum_agg": {"30", 3}, "max_agg": {"20", 3}, "unique_count_agg": {"2", 2}} {
		u := usageOf(Metric{Code: "m", Aggregation: aggregation}, events, from, to)
		assert.Equal(t, expected.units, u.units.String(), aggregation)
		assert.Equal(t, expected.count, u.count, aggregation)
	}
}

// fees of 7333 (20 %), 2500 (20 % and 5 %) and 167 (no tax), less a coupon of 1000: taxes
// are rounded once.
func TestInvoice_TaxesBesideCoupons(t *testing.T) {
	t.Parallel()
	twenty, five := Tax{Code: "a", Rate: "20"}, Tax{Code: "b", Rate: "5"}
	i := &invoice{kind: "subscription", sum: 10000, fees: []*fee{
		{amount: 7333, taxes: []Tax{twenty}, plan: &Plan{}}, {amount: 2500, taxes: []Tax{twenty, five}, plan: &Plan{}}, {amount: 167, plan: &Plan{}},
	}}
	b := &books{customer: Customer{Currency: "EUR"}, coupons: []*applied{{Coupon: Coupon{Code: "c", Amount: 1000, Currency: "EUR", Frequency: "once"}, active: true}}}
	b.useCoupons(i)
	i.tax()
	assert.Equal(t, int64(1882), i.taxAmount)
	assert.Equal(t, []string{"a 1770 of 8849", "b 113 of 2250"}, i.taxLines())
	assert.Equal(t, []string{"coupon c 1000"}, i.creditLines(b))
	assert.False(t, b.coupons[0].active)
}

// A wallet for usage comes first by its priority, the other one pays the rest.
func TestInvoice_WalletsByPriorityAndLimits(t *testing.T) {
	t.Parallel()
	main := &wallet{Wallet: Wallet{Code: "main", Rate: "1", Priority: 50}, balance: 3000}
	usage := &wallet{Wallet: Wallet{Code: "usage", Rate: "1", Priority: 10, FeeTypes: []string{"charge"}}, balance: 5000}
	i := &invoice{total: 5150, fees: []*fee{
		{kind: "subscription", code: "p", amount: 3500, preciseTaxes: whole(100)}, {kind: "charge", code: "m", amount: 1500, preciseTaxes: whole(50)},
	}}
	b := &books{customer: Customer{Currency: "EUR"}, wallets: []*wallet{main, usage}}
	b.useWallets(i)
	assert.Equal(t, []int64{0, 3450, 600}, []int64{main.balance, usage.balance, i.total})
}

// 28 days of 30 unused, 25 % tax: what a note is worth is a cent less than its rounded
// parts, and follows them.
func TestNote_FollowsItsRoundedTaxes(t *testing.T) {
	t.Parallel()
	for item, expected := range map[string][2]int64{"4333.33333": {5416, 1083}, "2166.66666": {2709, 542}} {
		f := &fee{amount: 10000, taxes: []Tax{{Code: "t", Rate: "25"}}}
		n := &note{invoice: &invoice{fees: []*fee{f}}, items: []noteItem{{f, parsed(item)}}, credit: f.worth(parsed(item)).round()}
		(&books{}).issue(n)
		assert.Equal(t, expected, [2]int64{n.total, n.taxes}, item)
	}
}

// What a recurring metric has added up counts for all days, what comes for those left,
// rounded up once; the day of an upgrade belongs to another plan.
func TestBooks_CarriedUsage(t *testing.T) {
	t.Parallel()
	add := func(when, value string) received {
		return received{Event: Event{Code: "m", Timestamp: at(t, when), Value: value}}
	}
	for name, c := range map[string]struct {
		month, end string
		upgraded   bool
		events     []received
		units      string
		priced     string
	}{
		"from its day on": {"2024-02-01", "2024-02-29T23:59:59Z", false, []received{add("2024-02-06T18:00:00Z", "10")}, "10", "8.27587"},
		"carried":         {"2024-03-01", "2024-03-31T23:59:59Z", false, []received{add("2024-02-20T00:00:00Z", "100"), add("2024-03-17T23:59:59Z", "20")}, "120", "109.67742"},
		"falling":         {"2024-04-01", "2024-04-30T23:59:59Z", false, []received{add("2024-04-10T00:00:00Z", "10"), add("2024-04-20T00:00:00Z", "-4")}, "6", "5.53334"},
		"upgraded":        {"2024-04-01", "2024-04-16T12:00:00Z", true, []received{add("2024-03-10T00:00:00Z", "10")}, "10", "5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &books{zone: time.UTC, events: map[string][]received{"s": c.events}}
			first := dayAt(t, c.month)
			s := &statement{
				row: &row{external: "s"}, whole: rhythm{interval: "monthly"}.around(first), chargesFrom: first.begins(time.UTC), chargesTo: at(t, c.end), upgraded: c.upgraded,
			}
			u := b.carried(s, Charge{Metric: "m"})
			assert.Equal(t, c.units, u.units.String())
			assert.Zero(t, parsed(c.priced).cmp(*u.priced), "%s", u.priced)
		})
	}
}

// Invoices of a billing entity that counts by itself have its prefix and month, and no gap.
func TestReport_NumbersOfEntities(t *testing.T) {
	t.Parallel()
	b := &books{ledger: &Ledger{Entities: map[string]Entity{"e": {Code: "e", Prefix: "E"}}}, customer: Customer{ID: "c1", Entity: "e"}}
	for number, faults := range map[string]int{"E-202403-001": 0, "E-202404-001": 1, "F-202403-001": 1, "E-202403-x": 1} {
		r := &report{numbers: map[string][]int{}}
		i := &invoice{number: 1, finalAt: at(t, "2024-03-31T23:00:00Z")}
		r.number(b, i, InvoiceView{Number: number})
		assert.Len(t, r.faults, faults, number)
		assert.Equal(t, number, b.invoiceNumber(i))
	}
	for _, sequence := range [][]int{{1, 3}, {1, 1}, {0, 1}} {
		r := &report{}
		r.counted("invoices", sequence)
		assert.NotEmpty(t, r.faults, sequence)
	}
}

// What a coupon takes of a fee that another one has taken parts of is cut to whole cents on
// the invoice, and not on the fee.
func TestInvoice_CouponsByTheirClasses(t *testing.T) {
	t.Parallel()
	i := &invoice{kind: "subscription", sum: 3000, fees: []*fee{{kind: "charge", code: "a", amount: 1000, plan: &Plan{}}, {kind: "charge", code: "b", amount: 2000, plan: &Plan{}}}}
	coupon := func(code string, amount int64, metrics ...string) *applied {
		return &applied{Coupon: Coupon{Code: code, Amount: amount, Currency: "EUR", Frequency: "once", Metrics: metrics}, active: true}
	}
	b := &books{customer: Customer{Currency: "EUR"}, coupons: []*applied{coupon("rest", 100), coupon("both", 100, "a", "b"), coupon("one", 5000, "a")}}
	b.useCoupons(i)
	assert.Equal(t, []string{"coupon both 100", "coupon one 966", "coupon rest 100"}, i.creditLines(b))
	assert.Equal(t, []int64{1166, 4034}, []int64{i.coupons, b.coupons[2].Amount - b.coupons[2].given})
	assert.Zero(t, i.fees[0].net().sign())
}
