package invoice

import (
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// takePrepaid lets wallets pay what is left, in their order: each for what it
// may pay, the largest part first.
func (c *computation) takePrepaid() {
	if c.TotalCents <= 0 || len(c.in.Wallets) == 0 {
		return
	}
	owed := c.buckets()
	left := c.TotalCents
	for _, wallet := range c.in.Wallets {
		if left <= 0 {
			return
		}
		paid := owed.pay(wallet, min(wallet.BalanceCents, left))
		if paid <= 0 {
			continue
		}
		left -= paid
		c.PrepaidCents += paid
		c.Wallets = append(c.Wallets, WalletDraw{
			ID: wallet.ID, Cents: paid, BalanceCents: wallet.BalanceCents - paid, Funds: wallet.use(paid),
		})
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

// buckets are what lines cost with their precise taxes, less what credit notes
// paid. What rounding lets the invoice cost more or less goes to the largest.
func (c *computation) buckets() buckets {
	var owed buckets
	index := map[bucketKey]int{}
	sum := decimal.Zero
	for i, line := range c.in.Lines {
		key := bucketKey{kind: line.Kind, metric: line.Metric, target: line.TargetWallet}
		at, known := index[key]
		if !known {
			at = len(owed)
			index[key] = at
			owed = append(owed, bucket{key: key})
		}
		cost := c.net(i).Add(c.Lines[i].TaxesPreciseCents).Sub(c.Lines[i].CreditNotesCents)
		owed[at].owed = owed[at].owed.Add(cost)
		sum = sum.Add(cost)
	}
	if largest := owed.largest(func(bucketKey) bool { return true }); largest != nil {
		largest.owed = largest.owed.Add(decimal.NewFromInt(c.TotalCents).Sub(sum))
	}
	return owed
}

// largest is the bucket with the most to pay of those that a wallet may pay.
func (b buckets) largest(payable func(bucketKey) bool) *bucket {
	var found *bucket
	for i := range b {
		if payable(b[i].key) && (found == nil || b[i].owed.GreaterThan(found.owed)) {
			found = &b[i]
		}
	}
	return found
}

// pay takes what a wallet may pay out of the buckets, at most so many cents, and
// returns how many it was. A part of a cent that is left of what the wallet may
// pay is paid as a whole one, or not at all.
func (b buckets) pay(wallet Wallet, most int64) int64 {
	left, paid := decimal.NewFromInt(most), decimal.Zero
	for left.IsPositive() {
		next := b.largest(wallet.pays)
		if next == nil || !next.owed.IsPositive() {
			break
		}
		part := decimal.Min(next.owed, left)
		next.owed, left, paid = next.owed.Sub(part), left.Sub(part), paid.Add(part)
	}
	return min(most, paid.Round(0).IntPart())
}

// pays reports whether a wallet may pay for lines of a bucket.
func (w Wallet) pays(key bucketKey) bool {
	if key.target != "" {
		return key.target == w.Code
	}
	if len(w.Kinds) == 0 && len(w.Metrics) == 0 {
		return true
	}
	return slices.Contains(w.Kinds, key.kind) || key.kind == KindCharge && slices.Contains(w.Metrics, key.metric)
}

// use takes cents out of the funds of a wallet, in their order.
func (w Wallet) use(cents int64) []FundDraw {
	var drawn []FundDraw
	for _, fund := range w.Funds {
		part := min(fund.Cents, cents)
		if part <= 0 {
			continue
		}
		cents -= part
		drawn = append(drawn, FundDraw{ID: fund.ID, Cents: part, Granted: fund.Granted})
	}
	return drawn
}
