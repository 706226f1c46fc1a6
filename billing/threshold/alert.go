package threshold

import (
	"slices"

	"github.com/shopspring/decimal"
)

// Mark is a value at which an alert tells: an amount in the smallest unit of a
// currency, units, or credits.
type Mark struct {
	Value decimal.Decimal
	// Recurring marks are crossed again after every further value, from the last
	// one on that is not recurring. Of several the first counts.
	Recurring bool
}

// Crossing is a value that was crossed.
type Crossing struct {
	// Mark is the index of the mark that tells it.
	Mark int
	// Value is the mark's, or, where that recurs, the value that it came to.
	Value decimal.Decimal
}

// Direction says which way a value goes when it crosses marks.
type Direction int

// The directions of alerts: usage rises, balances fall.
const (
	Rising Direction = iota
	Falling
)

// Crossings returns what a value has crossed on its way from what it was when it
// was looked at last to what it is now: marks in their order, then the values of
// the one that recurs, the smallest first. It crosses nothing on its way back.
//
// Lago: a recurring value is told again where the way begins exactly on it.
func Crossings(marks []Mark, direction Direction, previous, current decimal.Decimal) []Crossing {
	if direction == Rising {
		return rises(marks, previous, current)
	}
	mirrored := slices.Clone(marks)
	for i := range mirrored {
		if !mirrored[i].Recurring { // a step has no direction
			mirrored[i].Value = mirrored[i].Value.Neg()
		}
	}
	crossed := rises(mirrored, previous.Neg(), current.Neg())
	recurring := len(crossed)
	for i := range crossed {
		crossed[i].Value = crossed[i].Value.Neg()
		if marks[crossed[i].Mark].Recurring {
			recurring = min(recurring, i)
		}
	}
	slices.Reverse(crossed[recurring:])
	return crossed
}

// rises are the crossings of a value that can only cross marks upwards.
func rises(marks []Mark, previous, current decimal.Decimal) []Crossing {
	if current.LessThanOrEqual(previous) {
		return nil
	}
	var crossed []Crossing
	var fixed []decimal.Decimal
	for i, mark := range marks {
		if mark.Recurring {
			continue
		}
		fixed = append(fixed, mark.Value)
		if mark.Value.GreaterThan(previous) && mark.Value.LessThanOrEqual(current) {
			crossed = append(crossed, Crossing{Mark: i, Value: mark.Value})
		}
	}
	base := decimal.Zero
	if len(fixed) > 0 {
		if base = fixed[0]; current.LessThan(decimal.Min(base, fixed[1:]...)) {
			return nil
		}
		base = decimal.Max(base, fixed[1:]...)
	}
	recurring := slices.IndexFunc(marks, func(mark Mark) bool { return mark.Recurring })
	if recurring < 0 || !marks[recurring].Value.IsPositive() {
		return crossed
	}
	for _, value := range steps(base, marks[recurring].Value, previous, current) {
		crossed = append(crossed, Crossing{Mark: recurring, Value: value})
	}
	return crossed
}

// steps are the values that lie whole steps beyond a base, from the first one that
// is not below the previous value to the last one that is not above the current. Of
// very many they are the last.
func steps(base, step, previous, current decimal.Decimal) []decimal.Decimal {
	last := floorOf(current.Sub(base), step)
	first := decimal.Max(floorOf(previous.Sub(base).Neg(), step).Neg(), decimal.NewFromInt(1)) // rounded up
	first = decimal.Max(first, last.Sub(decimal.NewFromInt(maxRecurrences-1)))
	var values []decimal.Decimal
	for k := first; k.LessThanOrEqual(last); k = k.Add(decimal.NewFromInt(1)) {
		values = append(values, base.Add(step.Mul(k)))
	}
	return values
}

// floorOf is how many whole steps a way has, rounded down.
func floorOf(way, step decimal.Decimal) decimal.Decimal {
	whole, rest := way.QuoRem(step, 0)
	if rest.IsNegative() {
		return whole.Sub(decimal.NewFromInt(1))
	}
	return whole
}
