package charge

import (
	"encoding/json"

	"github.com/shopspring/decimal"
)

// priceRange is one range of units and what they cost there.
type priceRange struct {
	from, to decimal.Decimal
	// open says that the range has no end; to is zero then.
	open bool
	// flat is the amount for reaching the range.
	flat decimal.Decimal
	// price is the amount per unit, or the rate in percent.
	price decimal.Decimal
}

// read returns the ranges of properties in their order. What breaks a rule
// counts as zero, and as no end.
func (m rangedModel) read(p Properties) []priceRange {
	listed, _ := p[m.key].([]any)
	ranges := make([]priceRange, len(listed))
	for i, element := range listed {
		members, _ := element.(map[string]any)
		r := &ranges[i]
		r.from, _ = readNumber(members[keyFromValue])
		end, ends := readNumber(members[keyToValue])
		r.to, r.open = end, !ends
		for _, amount := range m.amounts {
			if amount.key == keyFlatAmount {
				r.flat = amountOf(members[amount.key])
			} else {
				r.price = amountOf(members[amount.key])
			}
		}
	}
	return ranges
}

// covers reports whether a number of units ends in the range or before it.
func (r priceRange) covers(units decimal.Decimal) bool {
	return r.open || r.to.GreaterThanOrEqual(units)
}

// upTo returns the units, or the end of the range when that comes first.
func (r priceRange) upTo(units decimal.Decimal) decimal.Decimal {
	if r.covers(units) {
		return units
	}
	return r.to
}

// bounds returns where the range begins and ends as the contract writes it.
func (r priceRange) bounds() RangeBounds {
	bounds := RangeBounds{FromValue: json.Number(r.from.String())}
	if !r.open {
		end := json.Number(r.to.String())
		bounds.ToValue = &end
	}
	return bounds
}

// reached returns the ranges up to the one that a number of units ends in.
func reached(ranges []priceRange, units decimal.Decimal) []priceRange {
	for i, r := range ranges {
		if r.covers(units) {
			return ranges[:i+1]
		}
	}
	return ranges
}

// RangeBounds are where a range of units begins and ends, both included.
type RangeBounds struct {
	FromValue json.Number `json:"from_value"`
	// ToValue is nil for a range without end.
	ToValue *json.Number `json:"to_value"`
}
