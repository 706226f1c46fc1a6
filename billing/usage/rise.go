package usage

import "github.com/shopspring/decimal"

// Rise is what the events of a period, of a charge paid in advance, are charged
// for as long as none of them takes anything away: the peak is then all that
// they add up to, and their order does not matter.
type Rise struct {
	// Begun says that there was an event.
	Begun bool
	// Falls says that some event may take something away. Prorated is void then.
	Falls bool
	// Units are what the events add up to.
	Units decimal.Decimal
	// Prorated are the units, each event's reduced to the days that were left
	// when it came. It is for prorated charges.
	Prorated decimal.Decimal
}

// merge returns the rise of the events of both.
func (r Rise) merge(other Rise) Rise {
	return Rise{
		Begun: r.Begun || other.Begun, Falls: r.Falls || other.Falls,
		Units: r.Units.Add(other.Units), Prorated: r.Prorated.Add(other.Prorated),
	}
}

// advance is the state after all events of a rise that does not fall.
func (r Rise) advance() Advance {
	return Advance{Begun: r.Begun, Current: r.Units, Max: r.Units, Prorated: r.Prorated}
}

// Rises are the rises of the groups of a charge paid in advance, which a
// database finds without the order of the events. Where a group falls, an
// AdvanceFold has to follow its events.
type Rises struct {
	layout *Layout
	cells  map[string]Rise
}

// NewRises returns rises of no event. The request must be InAdvance.
func NewRises(request Request) *Rises {
	return &Rises{layout: NewAdvanceLayout(request), cells: map[string]Rise{}}
}

// AddTuple takes the rise of the events that have the same texts of
// Request.Keys. Of a unique count, a tuple has no rise; see AddCell.
func (r *Rises) AddTuple(texts []Text, rise Rise) { r.AddCell(r.layout.Cells(texts)[0], rise) }

// AddCell takes a rise of events of a cell of NewAdvanceLayout.
func (r *Rises) AddCell(cell Cell, rise Rise) {
	identity := cell.identity()
	r.cells[identity] = r.cells[identity].merge(rise)
}

// Fall reports whether there are groups that fall.
func (r *Rises) Fall() bool {
	for _, rise := range r.cells {
		if rise.Falls {
			return true
		}
	}
	return false
}

// Attach sets the states on the cells of the groups that do not fall, and
// leaves those of others as they are.
func (r *Rises) Attach(cells []Cell) {
	for i := range cells {
		if rise := r.cells[cells[i].identity()]; rise.Begun && !rise.Falls {
			cells[i].Advance = rise.advance()
		}
	}
}

// AttachPeak sets the state on the cells of a sum that is one group, whose peak
// is known. It is not for prorated charges.
func (r *Rises) AttachPeak(cells []Cell, peak Peak) {
	for i := range cells {
		units := r.cells[cells[i].identity()].Units
		cells[i].Advance = Advance{Begun: true, Current: units, Max: peak.Charged()}
	}
}

// Peak is what decides the state of a sum paid in advance, of one group, when
// its levels are known: what the values of the period add up to, event by event.
type Peak struct {
	// First is the first level: the first value itself.
	First decimal.Decimal
	// Next is the first level above First. It matters only when First is below
	// zero, and is nil when there is none.
	Next *decimal.Decimal
	// Highest is the highest level.
	Highest decimal.Decimal
}

// Charged is the peak that the events have been charged for, Advance.Max.
//
// Lago: a first value below zero is the peak to begin with, and the next level
// above it is charged as a whole from there, so that the new peak is the
// distance between the two and no level; from there on peaks are levels again.
func (p Peak) Charged() decimal.Decimal {
	if p.First.IsNegative() && p.Next != nil {
		return decimal.Max(p.Next.Sub(p.First), p.Highest)
	}
	return p.Highest
}
