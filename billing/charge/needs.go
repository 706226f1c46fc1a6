package charge

import "github.com/shopspring/decimal"

// Reading is what has to be read of the events of a charge besides the totals.
type Reading int

// The readings. All are of events in their order in time, of one period, one
// filter and one group.
const (
	// ReadTotals needs no single events.
	ReadTotals Reading = iota
	// ReadFirstValues needs the values of the first events.
	ReadFirstValues
	// ReadValuesUntil needs values until their running total is passed.
	ReadValuesUntil
	// ReadAllValues needs the value of every event. For a unique count only
	// the number of values counts: one for every event.
	ReadAllValues
	// ReadMoves needs the moves of a prorated charge.
	ReadMoves
)

// Need is what pricing has to know of single events. To give more than is
// needed does no harm.
type Need struct {
	Reading Reading
	// Events is how many events ReadFirstValues needs, over zero.
	Events int64
	// Total is what the running total of ReadValuesUntil has to be over with
	// the last value that is needed. Of a maximum, the running total is the
	// greatest value so far.
	Total decimal.Decimal
}

// Needs returns what PriceOf and Advance have to know of single events. The
// properties are those that are priced: of the charge or of the filter.
func Needs(model Model, properties Properties, options Options) Need {
	switch model {
	case ModelGraduated:
		if options.ordersMoves() {
			return Need{Reading: ReadMoves}
		}
	case ModelPercentage:
		return readPercentage(properties, options).needs(options)
	default: // the other models price totals
	}
	return Need{Reading: ReadTotals}
}

// needs returns what the percentage model has to know.
func (t percentageTerms) needs(options Options) Need {
	switch {
	case options.Aggregation == aggregationCount, options.Aggregation == aggregationWeightedSum:
		return Need{Reading: ReadTotals}
	case t.limited():
		return Need{Reading: ReadAllValues}
	case options.Aggregation == aggregationUniqueCount:
		return Need{Reading: ReadTotals}
	case t.freeEvents > 0:
		return Need{Reading: ReadFirstValues, Events: t.freeEvents}
	case t.freeTotal.IsPositive():
		return Need{Reading: ReadValuesUntil, Total: t.freeTotal}
	default:
		return Need{Reading: ReadTotals}
	}
}
