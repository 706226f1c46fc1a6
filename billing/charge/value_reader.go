package charge

import "github.com/shopspring/decimal"

// ValueReader collects of the values of single events those that a Need asks
// for.
type ValueReader struct {
	need        Need
	aggregation string
	values      []decimal.Decimal
	total       decimal.Decimal
}

// NewValueReader returns a reader for a charge whose metric has an aggregation
// type.
func NewValueReader(need Need, aggregation string) *ValueReader {
	return &ValueReader{need: need, aggregation: aggregation}
}

// Wanted reports whether another value is needed.
func (r *ValueReader) Wanted() bool {
	switch r.need.Reading {
	case ReadFirstValues:
		return int64(len(r.values)) < r.need.Events
	case ReadValuesUntil:
		return len(r.values) == 0 || !r.total.GreaterThan(r.need.Total)
	case ReadAllValues:
		return true
	case ReadTotals, ReadMoves:
	}
	return false
}

// Add takes the value of the next event, in their order in time.
func (r *ValueReader) Add(value decimal.Decimal) {
	r.values = append(r.values, value)
	switch {
	case r.aggregation != aggregationMax:
		r.total = r.total.Add(value)
	case len(r.values) == 1:
		r.total = value
	default:
		r.total = decimal.Max(r.total, value)
	}
}

// Values are those that were taken.
func (r *ValueReader) Values() []decimal.Decimal { return r.values }
