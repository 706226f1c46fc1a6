package invoice

import (
	"github.com/shopspring/decimal"

	"tarn/billing/money"
)

// steps make an invoice of its lines, in this order: what was billed already and
// coupons come before taxes; credit notes and wallets pay what taxes are part
// of.
var steps = []func(*computation){
	(*computation).addFees,
	(*computation).takeProgressive,
	(*computation).takeCoupons,
	(*computation).addTaxes,
	(*computation).takeCreditNotes,
	(*computation).takePrepaid,
}

// Compute makes an invoice. It has no errors: an input that names nothing to
// draw on is an invoice too, and so is one without lines. What no invoice can hold,
// its Sums tell.
func Compute(in Input) Result {
	c := computation{in: in, Result: Result{Lines: make([]LineResult, len(in.Lines))}}
	for _, step := range steps {
		step(&c)
		c.total()
	}
	return c.Result
}

// computation is an invoice on its way through the steps.
type computation struct {
	in Input
	Result
}

// addFees adds up the lines, some of which may give back.
func (c *computation) addFees() {
	sum := decimal.Zero
	for _, line := range c.in.Lines {
		sum = sum.Add(decimal.NewFromInt(line.AmountCents))
	}
	c.FeesCents = money.Cents(sum)
}

// total keeps the sums current from step to step.
func (c *computation) total() {
	c.SubTotalExcludingTaxesCents = c.FeesCents - c.ProgressiveCents - c.CouponsCents
	c.SubTotalIncludingTaxesCents = money.Add(c.SubTotalExcludingTaxesCents, c.TaxesCents)
	c.TotalCents = c.SubTotalIncludingTaxesCents - c.CreditNotesCents - c.PrepaidCents
}

// net is what a line costs after what coupons took off so far.
func (c *computation) net(line int) decimal.Decimal {
	return decimal.NewFromInt(c.in.Lines[line].AmountCents).Sub(c.Lines[line].CouponsCents)
}

// takeOff takes an amount off a line, but no more than the line costs.
func (c *computation) takeOff(line int, amount decimal.Decimal) {
	taken := c.Lines[line].CouponsCents.Add(amount)
	c.Lines[line].CouponsCents = decimal.Min(taken, decimal.NewFromInt(c.in.Lines[line].AmountCents))
}

// ShareScale is how many decimal places the share of a line has.
const ShareScale = 5

// share is the part of an amount that falls on a weight of a whole, which is not
// zero.
func share(amount, weight, whole decimal.Decimal) decimal.Decimal {
	return amount.Mul(weight).DivRound(whole, ShareScale)
}
