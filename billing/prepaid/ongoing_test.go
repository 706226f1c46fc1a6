package prepaid_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/prepaid"
)

// The metrics of charges, and the kinds of what is used.
var charge1, charge2 = uuid.UUID{1}, uuid.UUID{2}

const (
	ofCharge       = "charge"
	ofSubscription = "subscription"
)

type (
	purse = prepaid.Purse[string]
	usage = prepaid.Usage[string]
)

// holding is a wallet in euros.
func holding(code string, cents int64) purse {
	return purse{Scope: prepaid.Scope[string]{Code: code}, Currency: "EUR", BalanceCents: cents}
}

func bottomless(p purse) purse {
	p.Bottomless = true
	return p
}

func limited(p purse, kinds []string, metrics ...uuid.UUID) purse {
	p.Kinds, p.Metrics = kinds, metrics
	return p
}

// used is what was used of a charge, or was billed of it when it is below zero.
func used(metric uuid.UUID, cents int64) usage {
	return usage{Kind: ofCharge, Metric: metric, Currency: "EUR", Cents: decimal.NewFromInt(cents)}
}

func targeted(u usage, code string) usage {
	u.Target = code
	return u
}

// The table of section 10.5 of the facts, and the example of section 2.12.
func TestOngoing(t *testing.T) {
	t.Parallel()
	a, b := holding("a", 150), holding("b", 50)
	fee := usage{Kind: ofSubscription, Currency: "EUR", Cents: decimal.NewFromInt(80)}
	for name, c := range map[string]struct {
		purses []purse
		usages []usage
		want   []int64
	}{
		"in their order":              {[]purse{b, a}, []usage{used(charge1, 80)}, []int64{50, 30}},
		"at a threshold":              {[]purse{bottomless(b), a}, []usage{used(charge1, 80)}, []int64{80, 0}},
		"more than they hold":         {[]purse{b, a}, []usage{used(charge1, 250)}, []int64{50, 200}},
		"some of it billed":           {[]purse{b, a}, []usage{used(charge1, 80), used(charge1, -30)}, []int64{50, 0}},
		"on a draft too":              {[]purse{b, a}, []usage{used(charge1, 40), used(charge1, 40)}, []int64{50, 30}},
		"more of one billed":          {[]purse{b, a}, []usage{used(charge1, 80), used(charge2, 100), used(charge2, -150)}, []int64{30, 0}},
		"for a wallet":                {[]purse{b, a}, []usage{targeted(used(charge1, 80), "b")}, []int64{80, 0}},
		"for no wallet that is there": {[]purse{b, a}, []usage{targeted(used(charge1, 80), "none")}, []int64{0, 0}},
		"for metrics only":            {[]purse{limited(b, nil, charge1), a}, []usage{fee}, []int64{0, 80}},
		"of a metric":                 {[]purse{limited(b, nil, charge1), a}, []usage{used(charge1, 80)}, []int64{50, 30}},
		"of a kind":                   {[]purse{limited(b, []string{ofSubscription}), a}, []usage{fee, used(charge1, 10)}, []int64{50, 40}},
		"a threshold in the middle":   {[]purse{holding("1", 50), bottomless(holding("2", 50)), holding("3", 50)}, []usage{used(charge1, 200)}, []int64{50, 150, 0}},
		"an empty one at first":       {[]purse{holding("1", 0), holding("2", 50), holding("3", 50)}, []usage{used(charge1, 80)}, []int64{0, 50, 30}},
		"two wallets":                 {[]purse{holding("1", 5000), holding("2", 3000)}, []usage{used(charge1, 10000)}, []int64{5000, 5000}},
		"two, a threshold":            {[]purse{bottomless(holding("1", 5000)), holding("2", 3000)}, []usage{used(charge1, 10000)}, []int64{10000, 0}},
		"the larger usage first":      {[]purse{holding("1", 50), limited(holding("2", 10), nil, charge2)}, []usage{used(charge1, 20), used(charge2, 60)}, []int64{70, 10}},
		"of another currency":         {[]purse{b, a}, []usage{{Kind: ofCharge, Currency: "USD", Cents: decimal.NewFromInt(80)}}, []int64{0, 0}},
		"fractions are rounded once":  {[]purse{a}, []usage{{Kind: ofCharge, Currency: "EUR", Cents: decimal.New(333, -2)}, {Kind: ofSubscription, Currency: "EUR", Cents: decimal.New(333, -2)}}, []int64{7}},
		"everything billed":           {[]purse{b, a}, []usage{used(charge1, -30)}, []int64{0, 0}},
		"no usage":                    {[]purse{b, a}, nil, []int64{0, 0}},
		"no wallet":                   {nil, []usage{used(charge1, 80)}, []int64{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, prepaid.Ongoing(c.purses, c.usages))
		})
	}
}

// TestOngoing_PaysWhatItMust: wallets for everything pay all usage less what was billed
// of it, and none but a bottomless one and the last pays more than it holds.
func TestOngoing_PaysWhatItMust(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		purses := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) purse {
			p := holding("w", rapid.Int64Range(0, 100).Draw(t, "balance"))
			p.Bottomless = rapid.Bool().Draw(t, "bottomless")
			return p
		}), 1, 4).Draw(t, "purses")
		usages := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) usage {
			return used(rapid.SampledFrom([]uuid.UUID{charge1, charge2, {3}}).Draw(t, "metric"), rapid.Int64Range(-60, 100).Draw(t, "cents"))
		}), 0, 6).Draw(t, "usages")
		var sum, paid int64
		for _, u := range usages {
			sum += u.Cents.IntPart()
		}
		for i, cents := range prepaid.Ongoing(purses, usages) {
			require.GreaterOrEqual(t, cents, int64(0))
			if !purses[i].Bottomless && i < len(purses)-1 {
				require.LessOrEqual(t, cents, purses[i].BalanceCents)
			}
			paid += cents
		}
		require.Equal(t, max(0, sum), paid)
	})
}
