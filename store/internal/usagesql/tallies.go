package usagesql

import (
	"fmt"

	"tarn/billing/usage"
	"tarn/store/internal/named"
)

// RisePlaces is how many decimal places the prorated units of an event have.
// The database counts them as integers of the last place.
const RisePlaces = 5

// tallies is the query for one tally of each tuple of texts.
func (s *source) tallies() query {
	list := s.aggregates()
	inner := "SELECT e.timestamp, e.value"
	if s.request.IsPrecise() {
		inner += ", e.precise_total_amount_cents"
	}
	if len(s.keys) == 0 {
		return query{"SELECT " + list.String() + " FROM (" + inner + s.from(&textColumns{}) + ") s", list.names}
	}
	columns := &textColumns{}
	inner += ", e.id, " + columns.tuple(s.keys) + " AS tuple"
	inner += s.from(columns)
	if s.request.Metric.Aggregation == usage.AggregationLatest {
		return latestOfTuples(list, inner)
	}
	list.add("texts", "to_json(tuple)")
	return query{"SELECT " + list.String() + " FROM (" + inner + ") s GROUP BY tuple", list.names}
}

// latestOfTuples is the query for the last value of each tuple of a source. It
// finds the last instants of the tuples first, and then, by the index, the events
// of these instants; the last of them is found by its identifier. So only the
// last events are put into order, not all.
func latestOfTuples(aggregates columnList, source string) query {
	var list columnList
	list.add("found", "latest.found")
	list.add("events", "latest.events")
	list.add("texts", "to_json(tuple)")
	list.add("last", "last.value")
	list.add("position", "row_number() OVER (ORDER BY last.timestamp, last.id)")
	text := "WITH latest AS (SELECT " + aggregates.String() + ", max(timestamp) AS at, tuple FROM (" + source + ") s GROUP BY tuple)," +
		" last AS (SELECT DISTINCT ON (s.tuple) s.tuple, s.timestamp, s.id, s.value" +
		" FROM (" + source + " AND e.timestamp IN (SELECT at FROM latest)) s" +
		" JOIN latest l ON l.tuple = s.tuple AND l.at = s.timestamp ORDER BY s.tuple, s.id DESC)" +
		" SELECT " + list.String() + " FROM latest JOIN last USING (tuple)"
	return query{text, list.names}
}

// aggregates are the columns of a tally.
func (s *source) aggregates() columnList {
	var list columnList
	list.add("found", "count(*)")
	if s.request.Metric.Aggregation == usage.AggregationWeightedSum {
		list.add("events", "count(*) FILTER (WHERE timestamp >= "+s.inPeriod()+")")
	} else {
		list.add("events", "count(*)")
	}
	switch s.request.Metric.Aggregation {
	case usage.AggregationSum:
		s.addSums(&list)
	case usage.AggregationMax:
		list.add("max", "max(value)")
	case usage.AggregationLatest:
		s.addLatest(&list)
	case usage.AggregationWeightedSum:
		s.addWeights(&list)
	default:
	}
	if s.request.IsPrecise() {
		list.add("precise", "sum(precise_total_amount_cents)")
	}
	return list
}

func (s *source) addSums(list *columnList) {
	list.add("sum", "sum(value)")
	if s.request.Prorates() {
		list.add("carried", "sum(value) FILTER (WHERE timestamp < "+s.inPeriod()+")")
		list.add("value_days", "sum(value * "+s.daysLeft()+") FILTER (WHERE timestamp >= "+s.inPeriod()+")")
	}
	if s.request.InAdvance() {
		s.addRise(list)
	}
}

func (s *source) addWeights(list *columnList) {
	end, from := s.writer.mark("end", s.request.Period.End().UTC()), s.writer.mark("from", s.request.Period.From.UTC())
	list.add("sum", "sum(value)")
	list.add("carried", "sum(value) FILTER (WHERE timestamp < "+s.inPeriod()+")")
	list.add("value_seconds", fmt.Sprintf("sum(value * extract(epoch FROM (%s::timestamptz - greatest(timestamp, %s::timestamptz))))"+
		" FILTER (WHERE timestamp >= %s)", end, from, s.inPeriod()))
}

// addLatest adds the value of the last event, which is the end of the index. With
// keys, it is the work of latestOfTuples.
func (s *source) addLatest(list *columnList) {
	if len(s.keys) > 0 {
		return
	}
	list.add("position", "1")
	list.add("last", "(SELECT e.value FROM events e WHERE "+s.condition()+" ORDER BY e.timestamp DESC, e.id DESC LIMIT 1)")
}

// addRise adds the rise of a sum. The prorated units of each event are rounded
// up, so they cannot be taken from a sum; div and mod are exact, which a division
// is not.
func (s *source) addRise(list *columnList) {
	start := s.inPeriod()
	list.add("begun", "coalesce(bool_or(timestamp >= "+start+"), FALSE)")
	list.add("falls", "coalesce(min(value) FILTER (WHERE timestamp >= "+start+") < 0, FALSE)")
	list.add("risen", "sum(value) FILTER (WHERE timestamp >= "+start+")")
	if s.request.Prorates() && s.request.Period.Duration > 0 {
		shifted := "value * (100000 * " + s.daysLeft() + ")"
		duration := s.writer.mark("duration", s.request.Period.Duration)
		list.add("risen_prorated", fmt.Sprintf("sum(div(%s, %s) + (mod(%s, %s) > 0)::int) FILTER (WHERE timestamp >= %s)",
			shifted, duration, shifted, duration, start))
	}
}

// daysLeft is an expression for the days of the period from an event on.
func (s *source) daysLeft() string {
	days := s.request.Period.DayStarts
	return fmt.Sprintf("(%s::int + 1 - greatest(width_bucket(timestamp, %s::timestamptz[]), 1))",
		s.writer.mark("days", len(days)), s.writer.mark("day_starts", timeArray(days)))
}

// Peak finds how high a sum without keys rises in the period, in which there
// must be events: first, highest and next.
func Peak(request usage.Request) named.Statement {
	s := newPostgresSource(newWriter(), request)
	s.where("e.timestamp >= " + s.inPeriod())
	where := " FROM events e WHERE " + s.condition()
	return s.writer.statement(`WITH first AS (SELECT e.value` + where + ` ORDER BY e.timestamp, e.id LIMIT 1),
		levels AS (SELECT row_number() OVER w AS position, sum(e.value) OVER w AS level` + where + `
			WINDOW w AS (ORDER BY e.timestamp, e.id ROWS UNBOUNDED PRECEDING))
		SELECT min(f.value) AS first, max(l.level) AS highest,
			(min(ARRAY[l.position, l.level]) FILTER (WHERE f.value < 0 AND l.level > f.value))[2] AS next
		FROM levels l CROSS JOIN first f`)
}
