package usage

import (
	"strings"

	"github.com/shopspring/decimal"
)

// Advance is what the events of one period, bucket and group have been charged
// for when they came, of a charge paid in advance. Its zero value is the state
// before the first event. Only new peaks are charged, and nothing is given back
// before the period ends.
type Advance struct {
	// Begun says that there was an event.
	Begun bool
	// Current are the units that the events of the period add up to.
	Current decimal.Decimal
	// Max is the peak that has been charged.
	Max decimal.Decimal
	// Prorated are the units that were charged, each reduced to the days that
	// were left when its event came. It is for prorated charges.
	Prorated decimal.Decimal
}

// Blanks are all white space. An event whose item is made of nothing else is
// not charged when it comes.
const Blanks = "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a" +
	"\u2028\u2029\u202f\u205f\u3000"

// Step is what one event adds.
type Step struct {
	// Charged are the units that the event is charged for.
	Charged decimal.Decimal
	// Shown are the units that its fee shows. An event that makes no new peak
	// shows what it adds although it costs nothing.
	Shown decimal.Decimal
}

// CountStep is what every event of a count adds: one unit.
func CountStep() Step {
	one := decimal.NewFromInt(1)
	return Step{Charged: one, Shown: one}
}

// AddValue applies an event of a sum.
func (a *Advance) AddValue(value decimal.Decimal) Step { return a.move(value, value) }

// AddItem applies an event of a unique count that adds an item, which may be
// active already.
func (a *Advance) AddItem(active bool) Step {
	added := decimal.NewFromInt(1)
	if active {
		added = decimal.Zero
	}
	return a.move(added, added)
}

// RemoveItem applies an event of a unique count that removes an item, which may
// not be active.
//
// Lago: when the first event of a period removes an item, the state begins with
// zero units all the same.
func (a *Advance) RemoveItem(active bool) Step {
	if !active || !a.Begun {
		return a.move(decimal.Zero, decimal.Zero)
	}
	return a.move(decimal.NewFromInt(-1), decimal.Zero)
}

// move changes the current units and charges a new peak. shown is what a fee
// without a charge shows.
//
// Lago: where the first value of a sum is below zero, that is the peak to
// begin with, and what comes next is charged from there.
func (a *Advance) move(by, shown decimal.Decimal) Step {
	if !a.Begun {
		charged := decimal.Max(by, decimal.Zero)
		a.Begun, a.Current, a.Max = true, by, by
		return Step{Charged: charged, Shown: charged}
	}
	a.Current = a.Current.Add(by)
	if !a.Current.GreaterThan(a.Max) {
		return Step{Shown: decimal.Max(shown, decimal.Zero)}
	}
	charged := a.Current.Sub(a.Max)
	a.Max = decimal.Max(a.Current, charged)
	return Step{Charged: charged, Shown: charged}
}

// ProratedStep are the units of a step reduced to the days that are left in the
// period when its event comes, rounded up to five decimal places.
func (p Period) ProratedStep(step Step, event Event) decimal.Decimal {
	days := p.daysLeft(p.DayIndex(event.Timestamp))
	return p.share(step.Charged.Mul(decimal.NewFromInt(days)))
}

// advanceUnits are the units that current usage prices for a charge paid in
// advance: what the period carried in, and the peak that its events have been
// charged for.
func (r Request) advanceUnits(found units, state Advance) decimal.Decimal {
	if !r.Prorates() {
		return found.full.Sub(state.Current).Add(state.Max)
	}
	whole := r.Period.carriedDays() >= int64(r.Period.Duration)
	if !state.Begun {
		if whole {
			return found.full
		}
		return found.units
	}
	// Both below zero would be given back, and nothing is before the period ends.
	carried := decimal.Max(found.full, decimal.Zero).Sub(decimal.Max(state.Current, decimal.Zero))
	if !whole {
		carried = r.Period.share(carried.Mul(decimal.NewFromInt(r.Period.carriedDays())))
	}
	return carried.Add(state.Prorated)
}

// AdvanceFold follows what the events of charges paid in advance add, event by
// event.
type AdvanceFold struct {
	request Request
	layout  *Layout
	// found are the states that events with the same texts belong to.
	found map[string]*advancing
	cells map[string]*advancing
}

// advancing is the state of a group and which of its items are active.
type advancing struct {
	Advance
	active map[string]bool
}

// NewAdvanceFold returns a fold that has seen no event. The request must be
// InAdvance.
func NewAdvanceFold(request Request) *AdvanceFold {
	return &AdvanceFold{
		request: request, layout: NewAdvanceLayout(request),
		found: map[string]*advancing{}, cells: map[string]*advancing{},
	}
}

// Add takes the next event, whose places must ascend, and returns what it adds.
// Events that the request does not take add nothing, and neither do those
// before the period and those without the item of a unique count.
func (f *AdvanceFold) Add(event Event) Step {
	if !f.request.Takes(event) {
		return Step{}
	}
	unique := f.request.Metric.Aggregation == AggregationUniqueCount
	if unique && (event.Item == nil || strings.Trim(*event.Item, Blanks) == "") {
		return Step{}
	}
	group := f.group(event.Texts)
	active := false
	if unique {
		active = group.active[*event.Item]
		group.active[*event.Item] = !event.Removal
	}
	if event.Timestamp.Before(f.request.Start()) {
		return Step{}
	}
	step := group.step(event, unique, active)
	if f.request.Prorates() && step.Charged.IsPositive() {
		group.Prorated = group.Prorated.Add(f.request.Period.ProratedStep(step, event))
	}
	return step
}

func (a *advancing) step(event Event, unique, active bool) Step {
	switch {
	case !unique:
		return a.AddValue(event.number())
	case event.Removal:
		return a.RemoveItem(active)
	default:
		return a.AddItem(active)
	}
}

// group finds or begins the state of the group that an event belongs to. It is
// in one bucket only.
func (f *AdvanceFold) group(texts []Text) *advancing {
	tuple := textsIdentity(texts)
	if f.found[tuple] == nil {
		identity := f.layout.Cells(texts)[0].identity()
		if f.cells[identity] == nil {
			f.cells[identity] = &advancing{active: map[string]bool{}}
		}
		f.found[tuple] = f.cells[identity]
	}
	return f.found[tuple]
}

// Attach sets the states on the cells of their groups.
func (f *AdvanceFold) Attach(cells []Cell) {
	for i := range cells {
		if state := f.cells[cells[i].identity()]; state != nil {
			cells[i].Advance = state.Advance
		}
	}
}
