package usage

import "github.com/shopspring/decimal"

func tallyMax(value decimal.Decimal) Tally { return Tally{Events: 1, Max: value} }

// maxUnits are the greatest value, which is below zero when all are, and zero
// without events.
func maxUnits(tally Tally) units { return plain(tally.Max, tally.Events) }
