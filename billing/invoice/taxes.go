package invoice

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/money"
	"tarn/billing/tax"
)

// addTaxes adds the taxes of each line, and those of the whole invoice, which
// are rounded once and so need not be the sum of what lines show.
func (c *computation) addTaxes() {
	sums := taxSums{index: map[uuid.UUID]int{}}
	for i, line := range c.in.Lines {
		base, rates := c.net(i), ratesOf(line.Taxes)
		c.Lines[i].setTaxes(tax.Of(base, rates))
		for _, applied := range line.Taxes {
			sums.add(applied, base)
		}
	}
	precise := decimal.Zero
	for _, sum := range sums.taxes {
		amount := sum.amount()
		precise = precise.Add(amount)
		c.Taxes = append(c.Taxes, TaxLine{Tax: sum.tax, Cents: money.Cents(amount), FeesCents: money.Held(sum.base).IntPart()})
	}
	c.TaxesCents = money.Cents(precise)
	c.TaxesRate = sums.rate(c.SubTotalExcludingTaxesCents, len(c.in.Lines))
}

func ratesOf(taxes []Tax) []decimal.Decimal {
	rates := make([]decimal.Decimal, len(taxes))
	for i, applied := range taxes {
		rates[i] = applied.Rate
	}
	return rates
}

func (l *LineResult) setTaxes(taxes tax.Taxes) {
	l.TaxesCents, l.TaxesPreciseCents, l.TaxesRate = taxes.Cents, taxes.Precise, taxes.Rate
	l.Taxes = make([]TaxAmount, len(taxes.Parts))
	for i, part := range taxes.Parts {
		l.Taxes[i] = TaxAmount{Cents: part.Cents, PreciseCents: part.Precise}
	}
}

// taxSums are the taxes of an invoice, in the order in which lines bring them.
type taxSums struct {
	taxes []taxSum
	index map[uuid.UUID]int
}

// taxSum is what one tax is taken of.
type taxSum struct {
	tax   Tax
	base  decimal.Decimal
	lines int
}

func (s *taxSums) add(applied Tax, base decimal.Decimal) {
	at, known := s.index[applied.ID]
	if !known {
		at = len(s.taxes)
		s.index[applied.ID] = at
		s.taxes = append(s.taxes, taxSum{tax: applied})
	}
	s.taxes[at].base = s.taxes[at].base.Add(base)
	s.taxes[at].lines++
}

// amount is what the tax makes, before rounding.
func (s taxSum) amount() decimal.Decimal { return s.base.Mul(s.tax.Rate).Shift(-2) }

// rate is the rate of all taxes together: each by the part of the subtotal that
// bears it, or by the number of such lines where the subtotal is nothing.
func (s *taxSums) rate(subTotal int64, lines int) decimal.Decimal {
	sum, whole := decimal.Zero, decimal.NewFromInt(subTotal)
	if subTotal == 0 {
		whole = decimal.NewFromInt(int64(lines))
	}
	if whole.IsZero() {
		return decimal.Zero
	}
	for _, each := range s.taxes {
		weight := each.base
		if subTotal == 0 {
			weight = decimal.NewFromInt(int64(each.lines))
		}
		sum = sum.Add(each.tax.Rate.Mul(weight))
	}
	return sum.DivRound(whole, ShareScale)
}
