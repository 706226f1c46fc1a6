package usage

import "github.com/shopspring/decimal"

// tallyCount counts one event, whatever its properties.
func tallyCount() Tally { return Tally{Events: 1} }

// countUnits are the number of events.
func countUnits(tally Tally) units {
	return plain(decimal.NewFromInt(tally.Events), tally.Events)
}
