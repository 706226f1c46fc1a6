package usage

import "github.com/shopspring/decimal"

func tallyLatest(value decimal.Decimal, position int64) Tally {
	return Tally{Events: 1, Last: Last{Position: position, Value: value}}
}

// latestUnits are the value of the last event by Place, and zero without one.
//
// Lago: a last value below zero makes zero units here already, while the other
// aggregations leave that to the fee.
func latestUnits(tally Tally) units {
	return plain(decimal.Max(tally.Last.Value, decimal.Zero), tally.Events)
}
