package invoice_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"

	"tarn/billing/invoice"
	"tarn/billing/prepaid"
)

// wallets are those of section 10.4 of the facts, in the order in which they
// pay: P, PLC (usage only), PLS (subscriptions only), N, LC, LS.
func wallets() []invoice.Wallet {
	usage, plans := []invoice.Kind{invoice.KindCharge}, []invoice.Kind{invoice.KindSubscription}
	kinds := [][]invoice.Kind{nil, usage, plans, nil, usage, plans}
	rows := make([]invoice.Wallet, len(kinds))
	for i := range rows {
		rows[i] = invoice.Wallet{ID: id(byte(i)), BalanceCents: 1000, Kinds: kinds[i]}
	}
	return rows
}

func paid(result invoice.Result) map[byte]int64 {
	sums := map[byte]int64{}
	for _, draw := range result.Wallets {
		sums[draw.ID[15]] = draw.Cents
	}
	return sums
}

func TestCompute_WalletsPayWhatTheyMay(t *testing.T) {
	t.Parallel()
	assert.Equal(t, map[byte]int64{0: 100},
		paid(invoice.Compute(invoice.Input{Lines: []invoice.Line{charged(100, 1)}, Wallets: wallets()})))
	assert.Equal(t, map[byte]int64{0: 1000, 1: 500},
		paid(invoice.Compute(invoice.Input{Lines: []invoice.Line{charged(1500, 1)}, Wallets: wallets()})))

	lines := []invoice.Line{
		{Kind: invoice.KindSubscription, AmountCents: 3500, Taxes: []invoice.Tax{{ID: id(1), Rate: dec("2.857142857142857")}}},
		charged(1500, 1, invoice.Tax{ID: id(2), Rate: dec("3.333333333333333")}),
	}
	result := invoice.Compute(invoice.Input{Lines: lines, Wallets: wallets()})
	assert.Equal(t, map[byte]int64{0: 1000, 1: 1000, 2: 1000, 3: 1000, 4: 550, 5: 600}, paid(result))
	assert.Zero(t, result.TotalCents)
}

func TestCompute_WalletsOfAMetric(t *testing.T) {
	t.Parallel()
	ten := rate(1, "10")
	result := invoice.Compute(invoice.Input{
		Lines: []invoice.Line{{Kind: invoice.KindSubscription, AmountCents: 60, Taxes: []invoice.Tax{ten}}, charged(40, 7, ten)},
		Wallets: []invoice.Wallet{
			{ID: id(1), BalanceCents: 1000, Kinds: []invoice.Kind{invoice.KindSubscription}},
			{ID: id(2), BalanceCents: 1000, Metrics: []uuid.UUID{id(7)}},
			{ID: id(3), BalanceCents: 1000},
		},
	})
	assert.Equal(t, map[byte]int64{1: 66, 2: 44}, paid(result))

	lines := make([]invoice.Line, 10)
	for i := range lines {
		lines[i] = charged(60, byte(i), rate(byte(i), "14.093333333"))
	}
	result = invoice.Compute(invoice.Input{Lines: lines, Wallets: []invoice.Wallet{{ID: id(1), BalanceCents: 66, Metrics: []uuid.UUID{id(9)}}}})
	assert.Equal(t, map[byte]int64{1: 66}, paid(result))
}

func TestCompute_AWalletPaysTheWholeTotal(t *testing.T) {
	t.Parallel()
	lines := []invoice.Line{charged(50000, 1, rate(1, "6.8254")), charged(50000, 2, rate(2, "6.8254"))}
	result := invoice.Compute(invoice.Input{Lines: lines, Wallets: []invoice.Wallet{{ID: id(1), BalanceCents: 200000}}})
	assert.Equal(t, result.SubTotalIncludingTaxesCents, result.PrepaidCents)
	assert.Zero(t, result.TotalCents)
}

// TestCompute_WalletsKeepToTheOrderOfBuckets: what one wallet has paid does not move
// another part of the invoice to the front.
func TestCompute_WalletsKeepToTheOrderOfBuckets(t *testing.T) {
	t.Parallel()
	lines := []invoice.Line{{Kind: invoice.KindSubscription, AmountCents: 4000}, charged(6000, 7)}
	result := invoice.Compute(invoice.Input{Lines: lines, Wallets: []invoice.Wallet{
		{ID: id(1), BalanceCents: 5000, Metrics: []uuid.UUID{id(7)}},
		{ID: id(2), BalanceCents: 3000},
		{ID: id(3), BalanceCents: 10000, Kinds: []invoice.Kind{invoice.KindSubscription}},
	}})
	assert.Equal(t, map[byte]int64{1: 5000, 2: 3000, 3: 2000}, paid(result))
	assert.Zero(t, result.TotalCents)
}

// TestCompute_WalletsLeaveWhatNoLineCosts: a progressive invoice relieves a line of
// more than it takes off the whole, and no line is left that the rest is for.
func TestCompute_WalletsLeaveWhatNoLineCosts(t *testing.T) {
	t.Parallel()
	line, subscription := charged(500, 1), id(9)
	line.Subscription, line.Usage = subscription, invoice.UsageKey{Charge: id(1)}
	in := invoice.Input{
		Lines:       []invoice.Line{line},
		Progressive: []invoice.Progressive{{ID: id(2), Subscription: subscription, AvailableCents: 100, Fees: []invoice.ProgressiveFee{{Usage: line.Usage, AmountCents: 400}}}},
		Wallets:     []invoice.Wallet{{ID: id(3), BalanceCents: 1000}},
	}
	result := invoice.Compute(in)
	assert.Equal(t, map[byte]int64{3: 100}, paid(result))
	assert.EqualValues(t, 300, result.TotalCents)

	in.Progressive[0].Fees[0].AmountCents = 500
	assert.Empty(t, paid(invoice.Compute(in)))
}

func TestCompute_WalletsThatAreNamed(t *testing.T) {
	t.Parallel()
	line := charged(80, 1)
	line.TargetWallet = "b"
	two := []invoice.Wallet{{ID: id(1), Code: "a", BalanceCents: 50}, {ID: id(2), Code: "b", BalanceCents: 50}}
	assert.Equal(t, map[byte]int64{2: 50}, paid(invoice.Compute(invoice.Input{Lines: []invoice.Line{line}, Wallets: two})))
}

func TestCompute_UsesFundsInTheirOrder(t *testing.T) {
	t.Parallel()
	wallet := invoice.Wallet{ID: id(1), BalanceCents: 100, Funds: []prepaid.Fund{
		{ID: id(4)}, {ID: id(2), Cents: 30, Granted: true}, {ID: id(3), Cents: 70},
	}}
	result := invoice.Compute(invoice.Input{Lines: []invoice.Line{charged(50, 1)}, Wallets: []invoice.Wallet{wallet}})
	assert.Equal(t, []invoice.WalletDraw{{ID: id(1), Cents: 50, BalanceCents: 50, Funds: []prepaid.Use{
		{ID: id(2), Cents: 30, Granted: true}, {ID: id(3), Cents: 20},
	}}}, result.Wallets)
}
