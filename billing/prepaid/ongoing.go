package prepaid

import (
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/money"
)

// Usage is what is used and not paid yet, as far as no wallet tells it apart, with its
// taxes. What was billed already is usage below zero.
type Usage[Kind comparable] struct {
	Kind Kind
	// Metric is the billable metric of a charge, and Target the code of the wallet that
	// was named for it; both may be empty.
	Metric   uuid.UUID
	Target   string
	Currency string
	Cents    decimal.Decimal
}

// Purse is a wallet as the usage that is not paid yet sees it.
type Purse[Kind comparable] struct {
	Scope[Kind]

	Currency     string
	BalanceCents int64
	// Bottomless wallets take whatever they are asked for: those that top up by
	// themselves at a threshold.
	Bottomless bool
}

// Ongoing says how much of the usage each wallet will have to pay, in whole cents, by
// the order of the wallets, which is that in which they pay. All usage of one sort is
// told together, and the largest is paid first. A wallet pays no more than it holds,
// unless it is bottomless or the last that may pay; what no wallet may pay is left out.
// More than an amount can be is one that money.Beyond reports.
//
// What was billed already comes off all usage of its currency: no more is paid than the
// sum of everything.
func Ongoing[Kind comparable](purses []Purse[Kind], usages []Usage[Kind]) []int64 {
	budgets := map[string]decimal.Decimal{}
	owed := pooled(usages)
	for _, usage := range owed {
		budgets[usage.Currency] = budgets[usage.Currency].Add(usage.Cents)
	}
	slices.SortStableFunc(owed, func(a, b Usage[Kind]) int { return b.Cents.Cmp(a.Cents) })
	paid := make([]decimal.Decimal, len(purses))
	for _, usage := range owed {
		left := decimal.Min(usage.Cents, budgets[usage.Currency])
		if !left.IsPositive() {
			continue
		}
		budgets[usage.Currency] = budgets[usage.Currency].Sub(spread(purses, paid, usage, left))
	}
	cents := make([]int64, len(purses))
	for i := range paid {
		cents[i] = money.Cents(paid[i])
	}
	return cents
}

// pooled adds up usage that no wallet tells apart.
func pooled[Kind comparable](usages []Usage[Kind]) []Usage[Kind] {
	index := map[Usage[Kind]]int{}
	var owed []Usage[Kind]
	for _, usage := range usages {
		key := usage
		key.Cents = decimal.Decimal{}
		at, known := index[key]
		if !known {
			at = len(owed)
			index[key] = at
			owed = append(owed, key)
		}
		owed[at].Cents = owed[at].Cents.Add(usage.Cents)
	}
	return owed
}

// spread lets wallets pay an amount of one usage, and returns how much they pay.
func spread[Kind comparable](purses []Purse[Kind], paid []decimal.Decimal, usage Usage[Kind], amount decimal.Decimal) decimal.Decimal {
	var payers []int
	for i, purse := range purses {
		if purse.Currency == usage.Currency && purse.Pays(usage.Kind, usage.Metric, usage.Target) {
			payers = append(payers, i)
		}
	}
	left := amount
	for n, i := range payers {
		part := left
		if !purses[i].Bottomless && n < len(payers)-1 {
			held := decimal.NewFromInt(purses[i].BalanceCents).Sub(paid[i])
			part = decimal.Max(decimal.Zero, decimal.Min(left, held))
		}
		paid[i], left = paid[i].Add(part), left.Sub(part)
	}
	return amount.Sub(left)
}
