package invoice

import (
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/prepaid"
)

// takePrepaid lets wallets pay what is left, in their order: each what it may pay of
// the buckets, the one that was largest at first before the others.
func (c *computation) takePrepaid() {
	if c.TotalCents <= 0 || len(c.in.Wallets) == 0 {
		return
	}
	owed := c.buckets()
	left := c.TotalCents
	for _, wallet := range c.in.Wallets {
		paid := owed.pay(wallet, min(wallet.BalanceCents, left))
		if paid <= 0 {
			continue
		}
		left -= paid
		c.PrepaidCents += paid
		used, _ := prepaid.Consume(wallet.Funds, paid) // nothing where the funds are not known
		c.Wallets = append(c.Wallets, WalletDraw{ID: wallet.ID, Cents: paid, BalanceCents: wallet.BalanceCents - paid, Funds: used})
	}
}

// bucket is what is owed for lines that no wallet tells apart.
type bucket struct {
	key  bucketKey
	owed decimal.Decimal
}

type bucketKey struct {
	kind   Kind
	metric uuid.UUID
	target string
}

type buckets []bucket

// buckets are what lines cost with their precise taxes, less what credit notes paid,
// the largest first. Where rounding lets the invoice cost more, which is less than a
// cent for each of them, the largest one bears it.
func (c *computation) buckets() buckets {
	var owed buckets
	index := map[bucketKey]int{}
	sum := decimal.Zero
	for i, line := range c.in.Lines {
		cost := c.net(i).Add(c.Lines[i].TaxesPreciseCents).Sub(c.Lines[i].CreditNotesCents)
		if !cost.IsPositive() {
			continue
		}
		key := bucketKey{kind: line.Kind, metric: line.Metric, target: line.TargetWallet}
		at, known := index[key]
		if !known {
			at = len(owed)
			index[key] = at
			owed = append(owed, bucket{key: key})
		}
		owed[at].owed = owed[at].owed.Add(cost)
		sum = sum.Add(cost)
	}
	slices.SortStableFunc(owed, func(a, b bucket) int { return b.owed.Cmp(a.owed) })
	missing := decimal.NewFromInt(c.TotalCents).Sub(sum)
	if missing.IsPositive() && missing.LessThanOrEqual(decimal.NewFromInt(int64(len(owed)))) {
		owed[0].owed = owed[0].owed.Add(missing)
	}
	return owed
}

// pay takes what a wallet may pay out of the buckets, at most so many cents, and
// returns how many it was. A part of a cent that is left of what the wallet may
// pay is paid as a whole one, or not at all.
func (b buckets) pay(wallet Wallet, most int64) int64 {
	left := decimal.NewFromInt(most)
	for i := range b {
		if wallet.pays(b[i].key) {
			part := decimal.Min(b[i].owed, left)
			b[i].owed, left = b[i].owed.Sub(part), left.Sub(part)
		}
	}
	return decimal.NewFromInt(most).Sub(left).Round(0).IntPart()
}

// pays reports whether a wallet may pay for lines of a bucket.
func (w Wallet) pays(key bucketKey) bool {
	metric := key.metric
	if key.kind != KindCharge {
		metric = uuid.Nil
	}
	return prepaid.Scope[Kind]{Code: w.Code, Kinds: w.Kinds, Metrics: w.Metrics}.Pays(key.kind, metric, key.target)
}
