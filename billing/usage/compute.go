package usage

import (
	"slices"

	"github.com/shopspring/decimal"
)

// Result is the usage of one group of a bucket. A bucket without groups has
// one, a bucket without events too.
type Result struct {
	// Filter is the filter's index in Request.Filters, or -1 for the default
	// bucket.
	Filter int
	// Group are the texts by which the group differs from others, by key; nil
	// when the bucket has no group keys.
	Group map[string]Text
	// Units are what the charge model prices: prorated when the request is,
	// and the peak of the period when it is for a charge paid in advance. They
	// may be below zero.
	Units decimal.Decimal
	// FullUnits are the plain units, as usage shows them.
	FullUnits decimal.Decimal
	// TotalAggregatedUnits are the level at the end of the period for a
	// weighted sum, and FullUnits for the rest.
	TotalAggregatedUnits decimal.Decimal
	// EventsCount is how many events the units are made of.
	EventsCount int64
	// PreciseTotalAmountCents is the sum of what the events say they cost, in
	// minor units. It is zero unless the request is Precise.
	PreciseTotalAmountCents decimal.Decimal
	// Breakdowns split the group by the presentation keys; nil without these.
	Breakdowns []Breakdown
}

// units are what an aggregation makes of a tally, before rounding.
type units struct {
	units, full, total decimal.Decimal
	events             int64
}

// plain are units that are neither prorated nor weighted.
func plain(number decimal.Decimal, events int64) units {
	return units{units: number, full: number, total: number, events: events}
}

// unitsOf applies the aggregation of the metric to a tally.
func (r Request) unitsOf(tally Tally) units {
	switch r.Metric.Aggregation {
	case AggregationCount:
		return countUnits(tally)
	case AggregationSum:
		return r.sumUnits(tally)
	case AggregationMax:
		return maxUnits(tally)
	case AggregationLatest:
		return latestUnits(tally)
	case AggregationUniqueCount:
		return r.uniqueCountUnits(tally)
	case AggregationWeightedSum:
		return r.weightedSumUnits(tally)
	}
	return units{}
}

// Compute makes results of the cells of a request: for each bucket, in the
// order of Request.Buckets, one for each of its groups, ordered by their texts.
// A bucket without events has one result of no units, whose group has no texts.
func Compute(request Request, cells []Cell) []Result {
	cells = slices.SortedFunc(slices.Values(cells), compareCells)
	var results []Result
	for index, bucket := range request.Buckets() {
		first := len(results)
		for ; len(cells) > 0 && cells[0].Bucket == index; cells = cells[1:] {
			if cells[0].Part == nil {
				results = append(results, request.result(bucket, cells[0]))
				continue
			}
			// The cell of the whole group came right before those of its parts.
			if whole := len(results) - 1; whole >= first {
				results[whole].Breakdowns = append(results[whole].Breakdowns, request.breakdown(cells[0]))
			}
		}
		if len(results) == first {
			results = append(results, request.result(bucket, Cell{}))
		}
	}
	return results
}

// result makes the result of one group.
func (r Request) result(bucket Bucket, cell Cell) Result {
	found := r.unitsOf(cell.Tally)
	if r.InAdvance() {
		found.units = r.advanceUnits(found, cell.Advance)
	}
	rounding := r.Metric.Rounding
	result := Result{
		Filter:                  bucket.Filter,
		Group:                   labels(bucket.GroupKeys, cell.Group),
		Units:                   rounding.Apply(found.units),
		FullUnits:               rounding.Apply(found.full),
		EventsCount:             found.events,
		PreciseTotalAmountCents: cell.Tally.PreciseTotalAmountCents,
	}
	result.TotalAggregatedUnits = result.FullUnits
	if r.Metric.Aggregation == AggregationWeightedSum {
		result.TotalAggregatedUnits = found.total
	}
	return result
}
