package invoice

import (
	"time"

	"github.com/shopspring/decimal"

	"tarn/billing/period"
)

// unitsPlaces is how many decimal places the prorated units of one change have.
const unitsPlaces = 6

// UnitsChange says from when on there are how many units of a fixed charge.
type UnitsChange struct {
	Units decimal.Decimal
	From  time.Time
}

// FixedUnits are the units of a fixed charge in a window.
type FixedUnits struct {
	// Full are the latest of the window, which a fee shows.
	Full decimal.Decimal
	// Prorated are all units of the window, each by the part of the period it
	// was in force.
	Prorated decimal.Decimal
}

// UnitsIn returns the units of a fixed charge in a window. Changes come in the
// order in which they were made; one takes back those that were made before it
// and would count after it. The day of a change has the new units.
func UnitsIn(changes []UnitsChange, window period.Window, zone *time.Location) FixedUnits {
	counting := standing(changes, window.To)
	var units FixedUnits
	days := window.Period.Days()
	for i, change := range counting {
		units.Full = change.Units
		from, to := later(change.From, window.From), window.To
		if i+1 < len(counting) {
			to = period.DateOf(counting[i+1].From, zone).Start(zone).Add(-time.Microsecond)
		}
		if to.Before(window.From) {
			continue
		}
		from = period.DateOf(from, zone).Start(zone)
		share := change.Units.Mul(decimal.NewFromInt(int64(period.Days(from, to, zone))))
		if days > 0 {
			units.Prorated = units.Prorated.Add(share.DivRound(decimal.NewFromInt(int64(days)), unitsPlaces))
		}
	}
	return units
}

// standing are the changes that count before an instant, in the order of their
// beginnings: each was made after those before it.
func standing(changes []UnitsChange, until time.Time) []UnitsChange {
	var counting []UnitsChange
	for _, change := range changes {
		for len(counting) > 0 && !counting[len(counting)-1].From.Before(change.From) {
			counting = counting[:len(counting)-1]
		}
		counting = append(counting, change)
	}
	for len(counting) > 0 && counting[len(counting)-1].From.After(until) {
		counting = counting[:len(counting)-1]
	}
	return counting
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// UnitsFrom prorates units that are in force from an instant to the end of a
// window.
func UnitsFrom(units decimal.Decimal, from time.Time, window period.Window, zone *time.Location) decimal.Decimal {
	return UnitsIn([]UnitsChange{{Units: units, From: from}}, window, zone).Prorated
}
