package usagesql

import (
	"fmt"
	"slices"
	"strings"

	"tarn/billing/usage"
	"tarn/store/internal/named"
)

// items writes the query for the active items of cells. An item may be in
// several tuples of a cell, so the database has to know the cells: the tuples of
// the filters' texts go with the query, each with its buckets.
//
// The query looks at the first and last instants at which an item was added and
// removed, which is quicker than to put all events into order. Only when an item
// was added and removed at the same instant, and nothing came later, are all
// events numbered in their order (Counted.ByOrder).
type items struct {
	*source
	counted Counted
	buckets []usage.Bucket
	// names are the keys of all groups and of the presentation.
	names []string
}

func newItems(s *source, counted Counted) items {
	return items{source: s, counted: counted, buckets: counted.Request.Buckets(), names: counted.Request.GroupingKeys()}
}

func (i items) query() query {
	if i.counted.ByOrder {
		return i.byOrder()
	}
	return i.byInstants()
}

// cellColumns are those that name a cell, and the active items.
func cellColumns() columnList {
	var list columnList
	list.add("advance", "advance")
	list.add("bucket", "bucket")
	list.add("texts", "to_json(texts)")
	list.add("part", "to_json(part)")
	list.add("active", "count(*) FILTER (WHERE added > removed OR removed IS NULL)")
	return list
}

// byOrder is the query that compares the numbers of all events in their order.
func (i items) byOrder() query {
	list := cellColumns()
	text := i.with("row_number() OVER (ORDER BY e.timestamp, e.id)") + " SELECT " + list.String() +
		" FROM cells GROUP BY advance, bucket, texts, part"
	return query{text, list.names}
}

// byInstants is the query that compares instants.
func (i items) byInstants() query {
	list, period := cellColumns(), i.request.Period
	if i.request.Prorates() {
		list.add("undecided", "bool_or(NOT (added IS NULL OR removed IS NULL OR first_removed > added OR removed < first_added))")
		list.add("active_days", "coalesce(sum(CASE WHEN added IS NULL OR first_removed > added AND first_removed < p.start THEN 0"+
			" WHEN first_removed > added THEN "+dayOf("first_removed")+" + 1 - "+dayOf("first_added")+
			" ELSE cardinality(p.days) + 1 - "+dayOf("first_added")+" END), 0)")
	} else {
		list.add("undecided", "bool_or(coalesce(added = removed, FALSE))")
	}
	if i.request.InAdvance() {
		list.add("begun", "bool_or(greatest(added, removed) >= p.start)")
		list.add("falls", "bool_or(removed IS NOT NULL)")
		list.add("risen", "count(*) FILTER (WHERE first_added >= p.start)")
	}
	if i.request.InAdvance() && i.request.Prorates() && period.Duration > 0 {
		// One item for the days that are left, rounded up.
		duration := i.writer.mark("duration", period.Duration)
		list.add("risen_prorated", fmt.Sprintf("sum(((cardinality(p.days) + 1 - %s)::bigint * 100000 + %s::int - 1) / %s::int)"+
			" FILTER (WHERE first_added >= p.start)", dayOf("first_added"), duration, duration))
	}
	text := i.with("timestamp") + " SELECT " + list.String() + fmt.Sprintf(" FROM cells CROSS JOIN"+
		" (SELECT %s::timestamptz AS start, %s::timestamptz[] AS days) p GROUP BY advance, bucket, texts, part",
		i.inPeriod(), i.writer.mark("day_starts", timeArray(period.DayStarts)))
	return query{text, list.names}
}

// dayOf is an expression for the day of the period p that an instant counts from.
func dayOf(instant string) string { return "greatest(width_bucket(" + instant + ", p.days), 1)" }

// with is the part that all queries begin with: the table cells of the operations
// on each item, with the last places at which it was added and removed, and the
// first ones when they matter. They are found for the tuples first. place is an
// expression for the place of an event.
func (i items) with(place string) string {
	text := "WITH "
	if i.counted.Assignments != "" {
		text += fmt.Sprintf(assignedCTE, i.writer.mark("assignments", i.counted.Assignments)) + ", "
	}
	columns := &textColumns{}
	keys := make([]usage.Key, len(i.names))
	for n, name := range i.names {
		keys[n].Name = name
	}
	texts, grouping := ", "+columns.tuple(keys)+" AS tuple", "item, tuple"
	if len(i.request.Filters) > 0 {
		texts, grouping = texts+", "+columns.tuple(i.request.FilterKeys())+" AS filters", grouping+", filters"
	}
	places := ", max(place) FILTER (WHERE adds) AS added, max(place) FILTER (WHERE NOT adds) AS removed"
	if i.needsFirst() {
		places += ", min(place) FILTER (WHERE adds) AS first_added, min(place) FILTER (WHERE NOT adds) AS first_removed"
	}
	return text + "items AS (SELECT " + grouping + places +
		" FROM (SELECT (e.properties->>" + i.writer.mark("field", i.request.Metric.Field) + `::text) COLLATE "C" AS item` + texts + ", " + place +
		" AS place, coalesce(e.properties->>'operation_type', 'add') = 'add' AS adds" + i.from(columns) + ") e GROUP BY " + grouping + "), " +
		i.cells()
}

// needsFirst reports whether the first places matter, not only the last ones.
func (i items) needsFirst() bool { return i.request.Prorates() || i.request.InAdvance() }

// cells is the table cells over the items of tuples: whole groups and, when they
// are split for display, their parts too.
func (i items) cells() string {
	places := ", max(added) AS added, max(removed) AS removed"
	if i.needsFirst() {
		places += ", min(first_added) AS first_added, min(first_removed) AS first_removed"
	}
	name, split := "cells", len(i.request.PresentationGrouping()) > 0
	if split {
		name = "parts"
	}
	text := name + " AS (SELECT " + i.bucket() + ", " + i.group() + " AS texts, " + i.part() + " AS part, item" + places + " FROM items"
	if i.counted.Assignments != "" {
		// A blank item is not charged when it comes.
		text += " JOIN assigned a ON " + i.matches() + " AND NOT (a.advance AND btrim(coalesce(item, ''), " +
			i.writer.mark("blanks", usage.Blanks) + ") = '')"
	}
	text += " GROUP BY 1, 2, 3, 4, item)"
	if split {
		text += ", cells AS (SELECT * FROM parts UNION ALL SELECT advance, bucket, texts, NULL, item" + places +
			" FROM parts GROUP BY advance, bucket, texts, item)"
	}
	return text
}

// bucket are expressions for the bucket of a tuple, and whether it is one of
// Request.AdvanceBuckets.
func (i items) bucket() string {
	if i.counted.Assignments == "" {
		return "FALSE AS advance, 0 AS bucket"
	}
	return "a.advance, a.bucket"
}

// matches is the condition that an assignment is for a tuple.
func (i items) matches() string {
	if len(i.request.Filters) == 0 {
		return "TRUE"
	}
	return "a.filters = items.filters"
}

// assignedCTE makes a table of the assignments.
const assignedCTE = `assigned AS (
	SELECT ARRAY(SELECT t.text FROM json_array_elements_text(r.row->'tuple') WITH ORDINALITY t(text, n) ORDER BY t.n) AS filters,
		(r.row->>'advance')::boolean AS advance, (r.row->>'bucket')::int AS bucket,
		ARRAY(SELECT u.use::boolean FROM json_array_elements_text(r.row->'uses') WITH ORDINALITY u(use, n) ORDER BY u.n) AS uses
	FROM json_array_elements(%s::json) r(row))`

// group is an expression for the texts that group a cell.
func (i items) group() string {
	return i.texts(func(n int) string {
		text := fmt.Sprintf("nullif(tuple[%d], '')", n+1)
		if i.counted.Assignments != "" {
			return fmt.Sprintf("CASE WHEN a.uses[%d] THEN %s END", n+1, text)
		}
		if !slices.Contains(i.buckets[0].GroupKeys, i.names[n]) {
			return "NULL"
		}
		return text
	})
}

// part is an expression for the texts that split a cell for display, NULL when
// nothing does.
func (i items) part() string {
	presentation := i.request.PresentationGrouping()
	if len(presentation) == 0 {
		return "NULL::text[]"
	}
	return i.texts(func(n int) string {
		if !slices.Contains(presentation, i.names[n]) {
			return "NULL"
		}
		return fmt.Sprintf("nullif(tuple[%d], '')", n+1)
	})
}

func (i items) texts(text func(n int) string) string {
	if len(i.names) == 0 {
		return noTexts
	}
	elements := make([]string, len(i.names))
	for n := range i.names {
		elements[n] = text(n)
	}
	return "ARRAY[" + strings.Join(elements, ", ") + "]::text[]"
}

// Tuples reads which tuples of texts of keys the events of a request have, each
// as a JSON list.
func Tuples(request usage.Request, keys []usage.Key) named.Statement {
	s, columns := newPostgresSource(newWriter(), request), &textColumns{}
	tuple := columns.tuple(keys)
	return s.writer.statement("SELECT to_json(tuple) FROM (SELECT DISTINCT " + tuple + " AS tuple" + s.from(columns) + ") t")
}
