package charge

import "github.com/shopspring/decimal"

// ordersMoves reports whether a graduated charge is priced by its moves, each
// in the ranges that the level of units passes through at that time. The units
// of a fixed charge come prorated already, and have no moves.
func (o Options) ordersMoves() bool {
	return o.Prorated && o.Aggregation != ""
}

// proratedGraduatedAmount follows the level of units from zero through the
// moves. Each part of a move costs what the range it lies in says, reduced by
// what counts of the move in the period; where the level falls, that is given
// back. The flat amounts are due up to the range of the highest level.
//
// Lago: where units leave a third range or a later one, or leave ranges several
// times in a row, the original counts otherwise at times.
func proratedGraduatedAmount(ranges []priceRange, usage Usage) decimal.Decimal {
	if len(ranges) == 0 {
		return decimal.Zero
	}
	if usage.Units.IsZero() || len(usage.Moves) == 0 {
		return ranges[0].flat
	}
	level, highest, variable := decimal.Zero, decimal.Zero, decimal.Zero
	for _, move := range usage.Moves {
		full, prorated := bounded(move.Full), bounded(move.Prorated)
		next := bounded(level.Add(full))
		if countsNothing(full, prorated, next) {
			continue
		}
		price := rangesAmount(ranges, next).Sub(rangesAmount(ranges, level))
		variable = variable.Add(price.Mul(prorated).DivRound(full, divisionPlaces))
		level, highest = next, decimal.Max(highest, next)
	}
	if level.IsNegative() {
		return decimal.Zero
	}
	amount := positive(variable)
	for _, r := range reached(ranges, highest) {
		amount = amount.Add(r.flat)
	}
	return amount
}

// countsNothing reports whether a move is passed over: one that changes
// nothing, and one that counts nothing in the period and either adds units or
// would take the level below zero.
func countsNothing(full, prorated, next decimal.Decimal) bool {
	return full.IsZero() || prorated.IsZero() && (full.IsPositive() || next.IsNegative())
}

// rangesAmount is what a level of units costs in its ranges without their flat
// amounts. A range begins where the one before ends; the first goes below zero.
func rangesAmount(ranges []priceRange, level decimal.Decimal) decimal.Decimal {
	amount, start := decimal.Zero, decimal.Zero
	for _, r := range reached(ranges, level) {
		end := r.upTo(level)
		amount = amount.Add(end.Sub(start).Mul(r.price))
		start = end
	}
	return amount
}
