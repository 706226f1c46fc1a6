package usage

import "github.com/shopspring/decimal"

// Breakdown is a part of a group for display. It is aggregated as the group is,
// from the events of the part alone, so that the parts of a maximum or of a
// unique count need not add up to the group.
type Breakdown struct {
	// By are the texts of the presentation keys.
	By map[string]Text
	// Units are the part's units, prorated when the request is.
	Units decimal.Decimal
	// FullUnits are the part's plain units.
	FullUnits decimal.Decimal
}

// breakdown makes the breakdown of one part of a group.
func (r Request) breakdown(cell Cell) Breakdown {
	found := r.unitsOf(cell.Tally)
	return Breakdown{
		By:        labels(r.PresentationGrouping(), cell.Part),
		Units:     r.Metric.Rounding.Apply(found.units),
		FullUnits: r.Metric.Rounding.Apply(found.full),
	}
}
