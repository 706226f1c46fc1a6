// Package usage owns the aggregations: how the events of a subscription become
// units, for each filter of a charge and each group within.
//
// What is wanted are Requests. Whoever keeps the events answers each with Cells,
// and Compute makes Results of them:
//
//	cells, err := tx.UsageCells(requests...)
//	results := usage.Compute(requests[0], cells[0])
//
// A cell is where events are counted together: one bucket (a filter of the
// charge, or the default one) and one group of it. Each cell has a Tally with
// the few numbers that its aggregation needs. There are two ways to get there:
//
//   - A database that computes exactly groups the events by the texts of the
//     properties that matter, Request.Keys, and makes one Tally for each such
//     tuple. Gather puts the tuples into their cells and merges the tallies.
//   - Otherwise a Fold takes the events one by one, in the order of their
//     places. It defines what each aggregation means; the first way is a
//     shortcut to the same numbers, and tests compare the two.
//
// The map of the package:
//
//	request.go      what is wanted: the metric, the period, filters, keys
//	event.go        an event as aggregations see it, its place in time, and what
//	                its properties say
//	text.go         the text of a JSON property
//	buckets.go      which filters an event belongs to
//	groups.go       tuples, cells and groups
//	presentation.go breakdowns of a group for display
//	tally.go        the numbers of a cell; how they are made and merged
//	fold.go         events to cells
//	compute.go      cells to results
//	selection.go    results back to their events, for what reads single ones
//	count.go, sum.go, max.go, latest.go, unique_count.go, weighted_sum.go
//	                one aggregation each
//	proration.go    days of use within a period
//	moves.go        the changes of units that a prorated graduated charge prices
//	advance.go      what each event of a charge paid in advance adds
//	rise.go         the same for all events together, where their order does not
//	                matter
//	rounding.go     rounding of units
//
// The package is pure: it knows no database, no HTTP, no contract and no clock.
// All numbers are exact decimals; where a division leaves a rest, its precision
// is named.
package usage
