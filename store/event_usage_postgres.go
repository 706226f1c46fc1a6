package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"tarn/billing/usage"
)

// tallyRow is a tally as the database makes it. Columns that an aggregation
// does not need are not read.
type tallyRow struct {
	// Texts are the tuple as a JSON list.
	Texts string
	// Found is how many events were read, those that do not count included.
	Found        int64
	Events       int64
	Sum          decimal.NullDecimal
	Carried      decimal.NullDecimal
	Max          decimal.NullDecimal
	Position     int64
	Last         decimal.NullDecimal
	ValueDays    decimal.NullDecimal
	ValueSeconds decimal.NullDecimal
	Precise      decimal.NullDecimal
	Rise         riseRow `gorm:"embedded"`
}

func (r tallyRow) tuple() (usage.Tuple, error) {
	tuple := usage.Tuple{Tally: usage.Tally{
		Events:                  r.Events,
		Sum:                     r.Sum.Decimal,
		Carried:                 r.Carried.Decimal,
		Max:                     r.Max.Decimal,
		Last:                    usage.Last{Position: r.Position, Value: r.Last.Decimal},
		ValueDays:               r.ValueDays.Decimal,
		ValueSeconds:            r.ValueSeconds.Decimal,
		PreciseTotalAmountCents: r.Precise.Decimal,
	}}
	if r.Texts == "" {
		return tuple, nil
	}
	return tuple, json.Unmarshal([]byte(r.Texts), &tuple.Texts)
}

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
	if err := tx.sql().Exec(settings).Error; err != nil {
		return fmt.Errorf("prepare to read usage: %w", err)
	}
	tx.plannedForUsage = true
	return nil
}

// tallyInDatabase reads one tally for each tuple of texts, in one pass over
// the events.
func (tx *Tx) tallyInDatabase(request usage.Request) ([]usage.Cell, error) {
	if err := tx.planForUsage(); err != nil {
		return nil, err
	}
	query, arguments := newUsageRead(tx, request).tallies()
	var rows []tallyRow
	if err := tx.sql().Raw(query, arguments...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("aggregate the events of %q: %w", request.Metric.Code, err)
	}
	tuples := make([]usage.Tuple, 0, len(rows))
	rises := usage.NewRises(request)
	for _, row := range rows {
		if row.Found == 0 {
			continue // what a query without groups says of no events
		}
		tuple, err := row.tuple()
		if err != nil {
			return nil, fmt.Errorf("read the texts of events: %w", err)
		}
		tuples = append(tuples, tuple)
		rises.AddTuple(tuple.Texts, row.Rise.rise())
	}
	cells := usage.Gather(request, tuples)
	return cells, tx.settleAdvance(request, cells, rises)
}

// tallies is the query for tallies.
func (u *usageRead) tallies() (string, []any) {
	columns := &textColumns{}
	aggregates, arguments := u.aggregates()
	source := "SELECT e.timestamp, e.value"
	if u.request.IsPrecise() {
		source += ", e.precise_total_amount_cents"
	}
	if len(u.keys) == 0 {
		return "SELECT " + aggregates + " FROM (" + source + " FROM events e WHERE " + u.conditions + ") s",
			slices.Concat(arguments, u.arguments)
	}
	source += ", e.id, " + columns.tuple(u.keys) + " AS tuple FROM events e" + columns.join() + " WHERE " + u.conditions
	sourced := slices.Concat(columns.arguments(), u.arguments)
	if u.request.Metric.Aggregation == usage.AggregationLatest {
		return latestOfTuples(aggregates, source), slices.Concat(arguments, sourced, sourced)
	}
	return "SELECT " + aggregates + ", to_json(tuple) AS texts FROM (" + source + ") s GROUP BY tuple",
		slices.Concat(arguments, sourced)
}

// latestOfTuples is the query for the last value of each tuple of a source. It
// finds the last instants of the tuples first, and then, by the index, the events
// of these instants; the last of them is found by its identifier. So only the
// last events are put into order, not all.
func latestOfTuples(aggregates, source string) string {
	return "WITH latest AS (SELECT " + aggregates + ", max(timestamp) AS at, tuple FROM (" + source + ") s GROUP BY tuple)," +
		" last AS (SELECT DISTINCT ON (s.tuple) s.tuple, s.timestamp, s.id, s.value" +
		" FROM (" + source + " AND e.timestamp IN (SELECT at FROM latest)) s" +
		" JOIN latest l ON l.tuple = s.tuple AND l.at = s.timestamp ORDER BY s.tuple, s.id DESC)" +
		" SELECT latest.found, latest.events, to_json(tuple) AS texts, last.value AS last," +
		" row_number() OVER (ORDER BY last.timestamp, last.id) AS position FROM latest JOIN last USING (tuple)"
}

// aggregates are the columns of a tally over the source s, with their
// arguments.
func (u *usageRead) aggregates() (string, []any) {
	list, arguments := []string{"count(*) AS found"}, []any{}
	add := func(column string, values ...any) {
		list, arguments = append(list, column), append(arguments, values...)
	}
	start, period := u.request.Start().UTC(), u.request.Period
	if u.request.Metric.Aggregation == usage.AggregationWeightedSum {
		add("count(*) FILTER (WHERE timestamp >= ?) AS events", start)
	} else {
		add("count(*) AS events")
	}
	switch u.request.Metric.Aggregation {
	case usage.AggregationSum:
		add("sum(value) AS sum")
		if u.request.Prorates() {
			add("sum(value) FILTER (WHERE timestamp < ?) AS carried", start)
			add("sum(value * (? + 1 - greatest(width_bucket(timestamp, ?::timestamptz[]), 1)))"+
				" FILTER (WHERE timestamp >= ?) AS value_days",
				len(period.DayStarts), timeArray(period.DayStarts), start)
		}
		if u.request.InAdvance() {
			u.addRise(add)
		}
	case usage.AggregationMax:
		add("max(value) AS max")
	case usage.AggregationLatest:
		u.addLatest(add)
	case usage.AggregationWeightedSum:
		add("sum(value) AS sum")
		add("sum(value) FILTER (WHERE timestamp < ?) AS carried", start)
		add("sum(value * extract(epoch FROM ?::timestamptz - greatest(timestamp, ?::timestamptz)))"+
			" FILTER (WHERE timestamp >= ?) AS value_seconds",
			period.End().UTC(), period.From.UTC(), start)
	default:
	}
	if u.request.IsPrecise() {
		add("sum(precise_total_amount_cents) AS precise")
	}
	return strings.Join(list, ", "), arguments
}

// addLatest adds the value of the last event, which is the end of the index. With
// keys, it is the work of latestOfTuples.
func (u *usageRead) addLatest(add func(column string, values ...any)) {
	if len(u.keys) > 0 {
		return
	}
	add("1 AS position")
	add("(SELECT e.value FROM events e WHERE "+u.conditions+" ORDER BY e.timestamp DESC, e.id DESC LIMIT 1) AS last",
		u.arguments...)
}
