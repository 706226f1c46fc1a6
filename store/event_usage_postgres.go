package store

import (
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"

	"tarn/billing/usage"
	"tarn/store/internal/usagesql"
)

// planForUsage makes PostgreSQL plan the rest of the transaction for reading
// many events: compiling a query takes longer than it saves, hash tables of
// groups stay in memory, and pages of the index, which mostly lie in memory,
// cost little more than those of the table. Without the last, the events of all
// subscriptions are read when one has a good part of them.
func (tx *Tx) planForUsage() error {
	if tx.plannedForUsage {
		return nil
	}
	const settings = "SELECT set_config('jit', 'off', true), set_config('work_mem', '64MB', true)," +
		" set_config('random_page_cost', '1.1', true)"
	if err := tx.command(settings, nil); err != nil {
		return fmt.Errorf("prepare to read usage: %w", err)
	}
	tx.plannedForUsage = true
	return nil
}

// databaseCount is a request that the database counts, on its way to cells.
type databaseCount struct {
	usagesql.Counted
	// items is nil unless the request is a unique count.
	items *itemCount
	rows  []usagesql.Row
	rises *usage.Rises
	cells []usage.Cell
	// folded says that the cells were made event by event, and are complete.
	folded bool
}

// countInDatabase reads one row for each tuple of texts, or for each cell of a
// unique count, in one pass over the events of each request.
func (tx *Tx) countInDatabase(requests []usage.Request) ([][]usage.Cell, error) {
	if err := tx.planForUsage(); err != nil {
		return nil, err
	}
	counts := make([]*databaseCount, len(requests))
	for i, request := range requests {
		counts[i] = &databaseCount{Counted: usagesql.Counted{Request: request}, rises: usage.NewRises(request)}
		if request.Metric.Aggregation != usage.AggregationUniqueCount {
			continue
		}
		counts[i].items = newItemCount(tx, request)
		var err error
		if counts[i].Assignments, err = counts[i].items.assign(); err != nil {
			return nil, fmt.Errorf("find the filters of events of %q: %w", request.Metric.Code, err)
		}
	}
	if err := tx.readCounts(counts); err != nil {
		return nil, err
	}
	cells := make([][]usage.Cell, len(counts))
	for i, count := range counts {
		if err := tx.settleAdvance(count); err != nil {
			return nil, err
		}
		cells[i] = count.cells
	}
	return cells, nil
}

// readCounts finds the cells and rises of counts, by one statement and, where
// items were added and removed at one instant, by a second one.
func (tx *Tx) readCounts(counts []*databaseCount) error {
	if err := tx.readRows(counts); err != nil {
		return err
	}
	var again []*databaseCount
	for _, count := range counts {
		var err error
		switch {
		case count.items == nil:
			err = count.gather()
		case !undecided(count.rows):
			err = count.take()
		case count.Request.Prorates():
			count.folded = true
			count.cells, err = tx.foldCells(count.Request)
		default:
			if err = count.take(); err == nil {
				count.ByOrder, again = true, append(again, count)
			}
		}
		if err != nil {
			return fmt.Errorf("count the events of %q: %w", count.Request.Metric.Code, err)
		}
	}
	if len(again) == 0 {
		return nil
	}
	if err := tx.readRows(again); err != nil {
		return err
	}
	for _, count := range again {
		var err error
		if count.cells, err = count.items.cells(count.rows); err != nil {
			return err
		}
	}
	return nil
}

// readRows runs the statement of counts.
func (tx *Tx) readRows(counts []*databaseCount) error {
	requests := make([]usagesql.Counted, len(counts))
	for i, count := range counts {
		requests[i], count.rows = count.Counted, nil
	}
	statement := usagesql.Count(requests)
	var rows []usagesql.Row
	if err := tx.sql(statement.Text, statement.Arguments).Scan(&rows).Error; err != nil {
		return fmt.Errorf("aggregate events: %w", err)
	}
	for _, row := range rows {
		counts[row.Request].rows = append(counts[row.Request].rows, row)
	}
	return nil
}

// gather makes cells of tallies.
func (c *databaseCount) gather() error {
	tuples := make([]usage.Tuple, 0, len(c.rows))
	for _, row := range c.rows {
		if row.Found == 0 {
			continue // what a query without groups says of no events
		}
		tuple, err := tupleOf(row)
		if err != nil {
			return fmt.Errorf("read the texts of events: %w", err)
		}
		tuples = append(tuples, tuple)
		c.rises.AddTuple(tuple.Texts, riseOf(row))
	}
	c.cells = usage.Gather(c.Request, tuples)
	return nil
}

// take makes cells and rises of the rows of a unique count.
func (c *databaseCount) take() error {
	if err := c.items.rises(c.rows, c.rises); err != nil {
		return err
	}
	var err error
	c.cells, err = c.items.cells(c.rows)
	return err
}

func tupleOf(row usagesql.Row) (usage.Tuple, error) {
	tuple := usage.Tuple{Tally: usage.Tally{
		Events:                  row.Events,
		Sum:                     row.Sum.Decimal,
		Carried:                 row.Carried.Decimal,
		Max:                     row.Max.Decimal,
		Last:                    usage.Last{Position: row.Position, Value: row.Last.Decimal},
		ValueDays:               row.ValueDays.Decimal,
		ValueSeconds:            row.ValueSeconds.Decimal,
		PreciseTotalAmountCents: row.Precise.Decimal,
	}}
	if row.Texts == "" {
		return tuple, nil
	}
	err := json.Unmarshal([]byte(row.Texts), &tuple.Texts)
	return tuple, err
}

func riseOf(row usagesql.Row) usage.Rise {
	return usage.Rise{
		Begun: row.Begun, Falls: row.Falls,
		Units: row.Risen.Decimal, Prorated: row.RisenProrated.Decimal.Shift(-usagesql.RisePlaces),
	}
}

// settleAdvance sets on cells what their events of the period were charged for
// when they came. Where nothing falls, the rises say it. Where something does,
// the order of the events decides: the database follows the levels of a sum
// that is one group, which it reads in the order of its index. It would have to
// sort the events of several groups, or of items, which takes longer than to
// stream them.
func (tx *Tx) settleAdvance(count *databaseCount) error {
	request, rises := count.Request, count.rises
	if !request.InAdvance() || count.folded {
		return nil
	}
	if rises.Fall() {
		sum := request.Metric.Aggregation == usage.AggregationSum
		if sum && len(request.Keys()) == 0 && !request.Prorates() {
			peak, err := tx.peak(request)
			rises.AttachPeak(count.cells, peak)
			return err
		}
		advance := usage.NewAdvanceFold(request)
		err := tx.EachUsageEvent(request, nil, func(event usage.Event) bool {
			advance.Add(event)
			return true
		})
		if err != nil {
			return err
		}
		advance.Attach(count.cells)
	}
	rises.Attach(count.cells)
	return nil
}

// peak finds the peak of a sum without keys. There must be events in the period.
func (tx *Tx) peak(request usage.Request) (usage.Peak, error) {
	var row struct {
		First, Highest decimal.Decimal
		Next           decimal.NullDecimal
	}
	statement := usagesql.Peak(request)
	if err := tx.sql(statement.Text, statement.Arguments).Scan(&row).Error; err != nil {
		return usage.Peak{}, fmt.Errorf("follow the levels of %q: %w", request.Metric.Code, err)
	}
	peak := usage.Peak{First: row.First, Highest: row.Highest}
	if row.Next.Valid {
		peak.Next = &row.Next.Decimal
	}
	return peak, nil
}
