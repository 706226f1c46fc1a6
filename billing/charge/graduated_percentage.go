package charge

import "github.com/shopspring/decimal"

// graduatedPercentage charges, of the units of each range, the range's share
// and flat amount. A range may begin where the one before ends, or one unit
// later.
var graduatedPercentage = rangedModel{
	key:     "graduated_percentage_ranges",
	amounts: []rangeAmount{{keyFlatAmount, codeAmount}, {keyRate, codeRate}},
	missing: codeMissingGraduatedPercentage,
	invalid: codeInvalidGraduatedPercentage,
	price:   priceGraduatedPercentage,
}.specification(refuseLatest)

// GraduatedPercentageDetails are the amount_details of the graduated
// percentage model.
type GraduatedPercentageDetails struct {
	// Ranges are those that the units reach, in their order.
	Ranges []GraduatedPercentageRange `json:"graduated_percentage_ranges"`
}

func (GraduatedPercentageDetails) isDetails() {}

// GraduatedPercentageRange is the part of an amount that one range makes.
type GraduatedPercentageRange struct {
	RangeBounds

	FlatUnitAmount Decimal `json:"flat_unit_amount"`
	// Rate is in percent.
	Rate                Decimal `json:"rate"`
	Units               Decimal `json:"units"`
	PerUnitTotalAmount  Decimal `json:"per_unit_total_amount"`
	TotalWithFlatAmount Decimal `json:"total_with_flat_amount"`
}

// priceGraduatedPercentage adds up the parts of the ranges that the units
// reach. The flat amount of the first is due without any units.
//
// Lago: ranges that begin where the one before ends count a unit twice, unlike
// those of the graduated model.
func priceGraduatedPercentage(ranges []priceRange, usage Usage, options Options) Price {
	details, amount := GraduatedPercentageDetails{Ranges: []GraduatedPercentageRange{}}, decimal.Zero
	for _, r := range reached(ranges, usage.Units) {
		units := graduatedPercentageUnits(r, usage.Units)
		total := percent(r.price, units)
		part := GraduatedPercentageRange{
			RangeBounds:         r.bounds(),
			FlatUnitAmount:      Decimal{r.flat},
			Rate:                Decimal{r.price},
			Units:               Decimal{units},
			PerUnitTotalAmount:  Decimal{total},
			TotalWithFlatAmount: Decimal{total.Add(r.flat)},
		}
		details.Ranges = append(details.Ranges, part)
		amount = amount.Add(part.TotalWithFlatAmount.Decimal)
	}
	return spread(amount, usage, options, details)
}

// graduatedPercentageUnits returns how many of all units are in a range.
func graduatedPercentageUnits(r priceRange, units decimal.Decimal) decimal.Decimal {
	one := integer(1)
	switch {
	case !r.open && units.GreaterThanOrEqual(r.to):
		return r.to.Sub(decimal.Max(r.from, one)).Add(one)
	case r.from.IsZero():
		return units
	default:
		return units.Sub(r.from).Add(one)
	}
}

// less returns the details of what was added to others: of every range the
// units and amounts that are new, and its flat amount if that is.
func (d GraduatedPercentageDetails) less(before GraduatedPercentageDetails) GraduatedPercentageDetails {
	added := GraduatedPercentageDetails{Ranges: make([]GraduatedPercentageRange, len(d.Ranges))}
	copy(added.Ranges, d.Ranges)
	for i := range min(len(added.Ranges), len(before.Ranges)) {
		r, b := &added.Ranges[i], before.Ranges[i]
		r.FlatUnitAmount = r.FlatUnitAmount.sub(b.FlatUnitAmount)
		r.Units = r.Units.sub(b.Units)
		r.PerUnitTotalAmount = r.PerUnitTotalAmount.sub(b.PerUnitTotalAmount)
		r.TotalWithFlatAmount = r.TotalWithFlatAmount.sub(b.TotalWithFlatAmount)
	}
	return added
}
