package charge

import "github.com/shopspring/decimal"

// graduated prices the units of each range with the range's own amounts. A
// range may begin where the one before ends, or one unit later.
var graduated = rangedModel{
	key:     "graduated_ranges",
	amounts: []rangeAmount{{keyPerUnitAmount, codeAmount}, {keyFlatAmount, codeAmount}},
	missing: codeMissingGraduated,
	invalid: codeInvalidGraduated,
	price:   priceGraduated,
	project: projectGraduated,
}.specification(nil)

// GraduatedDetails are the amount_details of the graduated model.
type GraduatedDetails struct {
	// Ranges are those that the units reach, in their order.
	Ranges []GraduatedRange `json:"graduated_ranges"`
}

func (GraduatedDetails) isDetails() {}

// GraduatedRange is the part of an amount that one range makes.
type GraduatedRange struct {
	RangeBounds

	FlatUnitAmount      Decimal `json:"flat_unit_amount"`
	PerUnitAmount       Decimal `json:"per_unit_amount"`
	Units               Decimal `json:"units"`
	PerUnitTotalAmount  Decimal `json:"per_unit_total_amount"`
	TotalWithFlatAmount Decimal `json:"total_with_flat_amount"`
}

// priceGraduated adds up the parts of the ranges that the units reach. The
// flat amount of the first is due without any units; that of a later one as
// soon as the one before is passed, by however little.
func priceGraduated(ranges []priceRange, usage Usage, options Options) Price {
	if options.ordersMoves() {
		return spread(proratedGraduatedAmount(ranges, usage), usage, options, NoDetails{})
	}
	details, amount := GraduatedDetails{Ranges: []GraduatedRange{}}, decimal.Zero
	adjacent := areAdjacent(ranges)
	for _, r := range reached(ranges, usage.Units) {
		part := graduatedPart(r, graduatedUnits(r, usage.Units, adjacent))
		details.Ranges = append(details.Ranges, part)
		amount = amount.Add(part.TotalWithFlatAmount.Decimal)
	}
	return spread(amount, usage, options, details)
}

// graduatedPart prices the units that are in a range.
func graduatedPart(r priceRange, units decimal.Decimal) GraduatedRange {
	total := units.Mul(r.price)
	part := GraduatedRange{
		RangeBounds:         r.bounds(),
		FlatUnitAmount:      Decimal{r.flat},
		Units:               Decimal{units},
		PerUnitTotalAmount:  Decimal{total},
		TotalWithFlatAmount: Decimal{total.Add(r.flat)},
	}
	if !units.IsZero() {
		part.PerUnitAmount = Decimal{r.price}
	}
	return part
}

// graduatedUnits returns how many of all units are in a range. The first unit
// of a range is its beginning, or what follows it when ranges are adjacent.
//
// Adjacent ranges that begin with 1 do not count their first unit. What
// remains of less than one unit is nothing then, not less than nothing.
func graduatedUnits(r priceRange, units decimal.Decimal, adjacent bool) decimal.Decimal {
	inside := r.upTo(units).Sub(r.from)
	if !r.from.IsZero() && !adjacent {
		inside = inside.Add(integer(1))
	}
	if units.IsNegative() {
		return inside
	}
	return positive(inside)
}

// areAdjacent reports whether every range begins where the one before ends.
// One range alone is not adjacent to any.
func areAdjacent(ranges []priceRange) bool {
	for i := 1; i < len(ranges); i++ {
		if !ranges[i].from.Equal(ranges[i-1].to) {
			return false
		}
	}
	return len(ranges) > 1
}

// projectGraduated fills the ranges one after the other, each with the units
// between the end of the one before and its own. Only ranges that receive
// units have their flat amount.
func projectGraduated(ranges []priceRange, units decimal.Decimal) decimal.Decimal {
	amount, priced := decimal.Zero, decimal.Zero
	for _, r := range reached(ranges, units) {
		received := positive(r.upTo(units).Sub(priced))
		if received.IsPositive() {
			amount = amount.Add(received.Mul(r.price)).Add(r.flat)
		}
		priced = priced.Add(received)
	}
	return amount
}
