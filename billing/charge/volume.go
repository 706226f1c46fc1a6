package charge

import "github.com/shopspring/decimal"

// volume prices all units with the amounts of the range that their number is
// in. A range begins one unit after the end of the one before, or two.
var volume = rangedModel{
	key:     "volume_ranges",
	amounts: []rangeAmount{{keyPerUnitAmount, codeAmount}, {keyFlatAmount, codeAmount}},
	gap:     1,
	missing: codeMissingVolume,
	invalid: codeInvalidVolume,
	price:   priceVolume,
	project: projectVolume,
}.specification(nil)

// VolumeDetails are the amount_details of the volume model.
type VolumeDetails struct {
	FlatUnitAmount Decimal `json:"flat_unit_amount"`
	// PerUnitAmount is the price of a unit; of a prorated charge, that of the
	// whole unit in the part of the period, with precisePlaces.
	PerUnitAmount      Decimal `json:"per_unit_amount"`
	PerUnitTotalAmount Decimal `json:"per_unit_total_amount"`
}

func (VolumeDetails) isDetails() {}

// priceVolume finds the range by the units in use and prices the prorated ones.
//
// Lago: units that are in no range, and negative ones, are an internal error.
// Here they cost nothing.
func priceVolume(ranges []priceRange, usage Usage, options Options) Price {
	counted := options.countedUnits(usage)
	r, found := volumeRange(ranges, counted)
	if !found {
		return Price{Details: VolumeDetails{}}
	}
	total := usage.Units.Mul(r.price)
	return spread(total.Add(r.flat), usage, options, VolumeDetails{
		FlatUnitAmount:     Decimal{r.flat},
		PerUnitAmount:      Decimal{quotient(total, counted).Round(precisePlaces)},
		PerUnitTotalAmount: Decimal{total},
	})
}

// volumeRange returns the range that a number of units is in. A range begins
// right after the whole unit before it: 100.5 units are in that from 101 on.
func volumeRange(ranges []priceRange, units decimal.Decimal) (priceRange, bool) {
	if units.IsNegative() {
		return priceRange{}, false
	}
	for _, r := range ranges {
		if r.from.LessThanOrEqual(units.Ceil()) && r.covers(units) {
			return r, true
		}
	}
	return priceRange{}, false
}

// projectVolume prices all units with the amounts of their range.
func projectVolume(ranges []priceRange, units decimal.Decimal) decimal.Decimal {
	r, found := volumeRange(ranges, units)
	if !found {
		return decimal.Zero
	}
	return units.Mul(r.price).Add(r.flat)
}
