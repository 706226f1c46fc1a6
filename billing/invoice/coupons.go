package invoice

import (
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// takeCoupons lets coupons take off what they may, one after the other, until
// nothing is left to take off.
func (c *computation) takeCoupons() {
	if c.FeesCents == 0 {
		return
	}
	for _, coupon := range inOrder(c.in.Coupons) {
		left := c.FeesCents - c.ProgressiveCents - c.CouponsCents
		if left <= 0 {
			return
		}
		c.takeCoupon(coupon, decimal.NewFromInt(left))
	}
}

// inOrder puts coupons that are limited to metrics first, then those that are
// limited to plans, and keeps the order within each class.
func inOrder(coupons []Coupon) []Coupon {
	sorted := slices.Clone(coupons)
	class := func(coupon Coupon) int {
		switch {
		case len(coupon.Metrics) > 0:
			return 0
		case len(coupon.Plans) > 0 || coupon.OfAllFees:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(sorted, func(a, b Coupon) int { return class(a) - class(b) })
	return sorted
}

// takeCoupon lets one coupon take off what it may of the lines that it is for.
//
// Lago: the lines carry the exact amount, the invoice shows whole cents of it.
func (c *computation) takeCoupon(coupon Coupon, left decimal.Decimal) {
	base, weights, whole := left, decimal.Zero, left
	var lines []int
	for i, line := range c.in.Lines {
		if coupon.matches(line) {
			lines = append(lines, i)
			weights = weights.Add(c.net(i))
		}
	}
	switch {
	case coupon.limited():
		base, whole = weights, weights
	case coupon.OfAllFees:
		base, whole = decimal.NewFromInt(c.FeesCents), weights
	}
	if len(lines) == 0 || !base.IsPositive() || !whole.IsPositive() {
		return
	}
	amount := decimal.Min(coupon.of(base), left) // a progressive invoice may have billed what no line is relieved of
	nets := make([]decimal.Decimal, len(lines))
	for i, line := range lines {
		nets[i] = c.net(line)
	}
	for i, line := range lines {
		c.takeOff(line, share(amount, nets[i], whole))
	}
	draw := coupon.draw(amount.IntPart())
	c.CouponsCents += draw.Cents
	c.Coupons = append(c.Coupons, draw)
}

func (k Coupon) limited() bool { return len(k.Metrics) > 0 || len(k.Plans) > 0 }

// matches reports whether a coupon is for a line.
func (k Coupon) matches(line Line) bool {
	switch {
	case len(k.Metrics) > 0:
		return line.Kind == KindCharge && slices.Contains(k.Metrics, line.Metric)
	case len(k.Plans) > 0:
		return slices.ContainsFunc(line.Plans, func(plan uuid.UUID) bool { return slices.Contains(k.Plans, plan) })
	}
	return true
}

// of is what a coupon takes off an amount, at most all of it. A percentage is
// rounded to whole cents, a fixed amount takes fractions too.
func (k Coupon) of(base decimal.Decimal) decimal.Decimal {
	if k.Percentage != nil {
		return decimal.Min(base, base.Mul(*k.Percentage).Shift(-2).Round(0))
	}
	return decimal.Min(base, decimal.NewFromInt(k.AmountCents))
}

// draw is the state of a coupon that has taken off so many cents.
func (k Coupon) draw(cents int64) CouponDraw {
	drawn := CouponDraw{ID: k.ID, Cents: cents, InvoicesLeft: k.InvoicesLeft}
	switch k.Frequency {
	case FrequencyOnce:
		drawn.UsedUp = k.Percentage != nil || cents >= k.AmountCents
	case FrequencyRecurring:
		drawn.InvoicesLeft--
		drawn.UsedUp = drawn.InvoicesLeft <= 0
	case FrequencyForever:
	}
	return drawn
}
