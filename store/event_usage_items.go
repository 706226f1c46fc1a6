package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tarn/billing/usage"
)

// countItemsInDatabase counts the active items of each cell. An item may be in
// several tuples of a cell, so the database has to know the cells: the tuples
// of the filters' texts go with the query, each with its buckets.
//
// The query looks at the first and last instants at which an item was added and
// removed, which is quicker than to put all events into order. Only when an item
// was added and removed at the same instant, and nothing came later, are all
// events numbered in their order. When days of use count, it is not enough for an
// item that was added again after a removal: then all events are folded, since the
// database takes longer to sort each item's operations.
func (tx *Tx) countItemsInDatabase(request usage.Request) ([]usage.Cell, error) {
	if err := tx.planForUsage(); err != nil {
		return nil, err
	}
	read := newUsageRead(tx, request)
	count := itemCount{usageRead: read, buckets: request.Buckets(), names: request.GroupingKeys()}
	if len(request.Filters) > 0 || request.InAdvance() {
		if err := count.assign(); err != nil {
			return nil, fmt.Errorf("find the filters of events of %q: %w", request.Metric.Code, err)
		}
	}
	rows, err := count.read(count.byInstants())
	if err != nil {
		return nil, fmt.Errorf("count the items of %q: %w", request.Metric.Code, err)
	}
	rises, err := count.rises(rows)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(rows, func(row itemRow) bool { return row.Undecided && !row.Advance }) {
		if request.Prorates() {
			return tx.foldCells(request)
		}
		if rows, err = count.read(count.byOrder()); err != nil {
			return nil, fmt.Errorf("count the items of %q in their order: %w", request.Metric.Code, err)
		}
	}
	cells, err := count.cells(rows)
	if err != nil {
		return nil, err
	}
	return cells, tx.settleAdvance(request, cells, rises)
}

// itemRow is a cell with its active items. Its group has the texts of all
// grouping keys; those that are not the bucket's are NULL.
type itemRow struct {
	// Advance says that the cell is one of usage.NewAdvanceLayout. It has a rise
	// and nothing else.
	Advance    bool
	Bucket     int
	Texts      string
	Part       *string
	Active     int64
	ActiveDays int64
	// Undecided says that what became of some item cannot be told.
	Undecided bool
	Rise      riseRow `gorm:"embedded"`
}

// itemCount is the query for the active items of cells.
type itemCount struct {
	*usageRead
	buckets []usage.Bucket
	// names are the keys of all groups and of the presentation.
	names []string
	// assignments are the buckets of the tuples of filter texts, as JSON. They
	// are empty when the one bucket takes all events.
	assignments string
}

// assignment says that a bucket takes events with a tuple of filter texts.
type assignment struct {
	Tuple []usage.Text `json:"tuple"`
	// Advance says that the bucket is one of Request.AdvanceBuckets.
	Advance bool `json:"advance"`
	Bucket  int  `json:"bucket"`
	// Uses says which of the names group the bucket.
	Uses []bool `json:"uses"`
}

// assign finds the buckets that take each tuple of filter texts.
func (c *itemCount) assign() error {
	filterKeys := c.request.FilterKeys()
	tuples, err := c.filterTuples(filterKeys)
	if err != nil {
		return err
	}
	layout, advance := usage.NewLayout(c.request), usage.NewAdvanceLayout(c.request)
	assignments := []assignment{}
	for _, tuple := range tuples {
		texts := make([]usage.Text, len(c.keys))
		for i, key := range filterKeys {
			texts[slices.IndexFunc(c.keys, func(k usage.Key) bool { return k.Name == key.Name })] = tuple[i]
		}
		for _, bucket := range layout.Buckets(texts) {
			assignments = append(assignments, assignment{Tuple: tuple, Bucket: bucket, Uses: c.uses(bucket)})
		}
		if !c.request.InAdvance() {
			continue
		}
		for _, bucket := range advance.Buckets(texts) {
			assignments = append(assignments, assignment{Tuple: tuple, Advance: true, Bucket: bucket, Uses: c.uses(bucket)})
		}
	}
	encoded, err := json.Marshal(assignments)
	c.assignments = string(encoded)
	return err
}

// mostPossibleTuples is up to how many possible tuples of filter texts it is
// not worth while to look which there are.
const mostPossibleTuples = 1000

// filterTuples are the tuples of filter texts that events may have: all that
// are possible when these are few, else those that there are.
func (c *itemCount) filterTuples(keys []usage.Key) ([][]usage.Text, error) {
	possible := 1
	for _, key := range keys {
		if possible *= len(key.Texts) + 1; possible > mostPossibleTuples {
			return c.presentTuples(keys)
		}
	}
	tuples := [][]usage.Text{{}}
	for _, key := range keys {
		var longer [][]usage.Text
		for _, tuple := range tuples {
			longer = append(longer, append(slices.Clone(tuple), nil))
			for i, text := range key.Texts {
				if storable(text) {
					longer = append(longer, append(slices.Clone(tuple), &key.Texts[i]))
				}
			}
		}
		tuples = longer
	}
	return tuples, nil
}

// presentTuples reads which tuples of filter texts there are.
func (c *itemCount) presentTuples(keys []usage.Key) ([][]usage.Text, error) {
	columns := &textColumns{}
	query := "SELECT to_json(tuple) FROM (SELECT DISTINCT " + columns.tuple(keys) + " AS tuple FROM events e" +
		columns.join() + " WHERE " + c.conditions + ") t"
	var encoded []string
	if err := c.tx.sql().Raw(query, slices.Concat(columns.arguments(), c.arguments)...).Scan(&encoded).Error; err != nil {
		return nil, err
	}
	tuples := make([][]usage.Text, len(encoded))
	for i := range encoded {
		if err := json.Unmarshal([]byte(encoded[i]), &tuples[i]); err != nil {
			return nil, err
		}
	}
	return tuples, nil
}

// uses says which of the names group a bucket.
func (c *itemCount) uses(bucket int) []bool {
	uses := make([]bool, len(c.names))
	for i, name := range c.names {
		uses[i] = slices.Contains(c.buckets[bucket].GroupKeys, name)
	}
	return uses
}

// itemQuery is a query in the making, with its arguments.
type itemQuery struct {
	text      strings.Builder
	arguments []any
}

func (q *itemQuery) add(text string, arguments ...any) {
	q.text.WriteString(text)
	q.arguments = append(q.arguments, arguments...)
}

// read runs a query.
func (c *itemCount) read(query *itemQuery) ([]itemRow, error) {
	var rows []itemRow
	err := c.tx.sql().Raw(query.text.String(), query.arguments...).Scan(&rows).Error
	return rows, err
}

// byInstants is the query that compares instants.
func (c *itemCount) byInstants() *itemQuery {
	query := &itemQuery{}
	c.addCells(query, "timestamp")
	query.add(" SELECT advance, bucket, to_json(texts) AS texts, to_json(part)::text AS part," +
		" count(*) FILTER (WHERE added > removed OR removed IS NULL) AS active")
	if c.request.Prorates() {
		query.add(", bool_or(NOT (added IS NULL OR removed IS NULL OR first_removed > added OR removed < first_added)) AS undecided," +
			" coalesce(sum(CASE WHEN added IS NULL OR first_removed > added AND first_removed < p.start THEN 0" +
			" WHEN first_removed > added THEN " + dayOf("first_removed") + " + 1 - " + dayOf("first_added") +
			" ELSE cardinality(p.days) + 1 - " + dayOf("first_added") + " END), 0) AS active_days")
	} else {
		query.add(", bool_or(coalesce(added = removed, FALSE)) AS undecided")
	}
	if c.request.InAdvance() {
		query.add(", bool_or(greatest(added, removed) >= p.start) AS begun, bool_or(removed IS NOT NULL) AS falls," +
			" count(*) FILTER (WHERE first_added >= p.start) AS risen")
	}
	if c.request.InAdvance() && c.request.Prorates() && c.request.Period.Duration > 0 {
		// One item for the days that are left, rounded up.
		query.add(", sum(((cardinality(p.days) + 1 - "+dayOf("first_added")+")::bigint * 100000 + ?::int - 1) / ?::int)"+
			" FILTER (WHERE first_added >= p.start) AS risen_prorated", c.request.Period.Duration, c.request.Period.Duration)
	}
	query.add(" FROM cells CROSS JOIN (SELECT ?::timestamptz AS start, ?::timestamptz[] AS days) p GROUP BY advance, bucket, texts, part",
		c.request.Start().UTC(), timeArray(c.request.Period.DayStarts))
	return query
}

// dayOf is an expression for the day of the period p that an instant counts from.
func dayOf(instant string) string { return "greatest(width_bucket(" + instant + ", p.days), 1)" }

// byOrder is the query that compares the numbers of all events in their order.
func (c *itemCount) byOrder() *itemQuery {
	query := &itemQuery{}
	c.addCells(query, "row_number() OVER (ORDER BY e.timestamp, e.id)")
	query.add(" SELECT advance, bucket, to_json(texts) AS texts, to_json(part)::text AS part," +
		" count(*) FILTER (WHERE added > removed OR removed IS NULL) AS active" +
		" FROM cells GROUP BY advance, bucket, texts, part")
	return query
}

// addCells adds the part that all queries begin with: the table cells of the
// operations on each item, with the last places at which it was added and removed,
// and the first ones when they matter. They are found for the tuples first. place
// is an expression for the place of an event.
func (c *itemCount) addCells(query *itemQuery, place string) {
	query.add("WITH ")
	if c.assignments != "" {
		query.add(assignedCTE+", ", c.assignments)
	}
	columns := &textColumns{}
	keys := make([]usage.Key, len(c.names))
	for i, name := range c.names {
		keys[i].Name = name
	}
	texts, grouping := ", "+columns.tuple(keys)+" AS tuple", "item, tuple"
	if len(c.request.Filters) > 0 {
		texts, grouping = texts+", "+columns.tuple(c.request.FilterKeys())+" AS filters", grouping+", filters"
	}
	query.add("items AS (SELECT " + grouping + ", max(place) FILTER (WHERE adds) AS added, max(place) FILTER (WHERE NOT adds) AS removed")
	if c.needsFirst() {
		query.add(", min(place) FILTER (WHERE adds) AS first_added, min(place) FILTER (WHERE NOT adds) AS first_removed")
	}
	query.add(` FROM (SELECT (e.properties->>?::text) COLLATE "C" AS item`+texts+", "+place+" AS place,"+
		" coalesce(e.properties->>'operation_type', 'add') = 'add' AS adds", c.request.Metric.Field)
	query.add(" FROM events e"+columns.join(), columns.arguments()...)
	query.add(" WHERE "+c.conditions+") e GROUP BY "+grouping+"), ", c.arguments...)
	c.addParts(query)
}

// needsFirst reports whether the first places matter, not only the last ones.
func (c *itemCount) needsFirst() bool { return c.request.Prorates() || c.request.InAdvance() }

// addParts adds the table cells over the items of tuples: whole groups and, when
// they are split for display, their parts too.
func (c *itemCount) addParts(query *itemQuery) {
	places := ", max(added) AS added, max(removed) AS removed"
	if c.needsFirst() {
		places += ", min(first_added) AS first_added, min(first_removed) AS first_removed"
	}
	name, split := "cells", len(c.request.PresentationGrouping()) > 0
	if split {
		name = "parts"
	}
	query.add(name + " AS (SELECT " + c.bucket() + ", " + c.group() + " AS texts, " + c.part() + " AS part, item" + places + " FROM items")
	if c.assignments != "" {
		// A blank item is not charged when it comes.
		query.add(" JOIN assigned a ON "+c.matches()+" AND NOT (a.advance AND btrim(coalesce(item, ''), ?) = '')", usage.Blanks)
	}
	query.add(" GROUP BY 1, 2, 3, 4, item)")
	if split {
		query.add(", cells AS (SELECT * FROM parts UNION ALL SELECT advance, bucket, texts, NULL, item" + places +
			" FROM parts GROUP BY advance, bucket, texts, item)")
	}
}

// bucket are expressions for the bucket of a tuple, and whether it is one of
// Request.AdvanceBuckets.
func (c *itemCount) bucket() string {
	if c.assignments == "" {
		return "FALSE AS advance, 0 AS bucket"
	}
	return "a.advance, a.bucket"
}

// matches is the condition that an assignment is for a tuple.
func (c *itemCount) matches() string {
	if len(c.request.Filters) == 0 {
		return "TRUE"
	}
	return "a.filters = items.filters"
}

// assignedCTE makes a table of the assignments.
const assignedCTE = `assigned AS (
	SELECT ARRAY(SELECT t.text FROM json_array_elements_text(r.row->'tuple') WITH ORDINALITY t(text, n) ORDER BY t.n) AS filters,
		(r.row->>'advance')::boolean AS advance, (r.row->>'bucket')::int AS bucket,
		ARRAY(SELECT u.use::boolean FROM json_array_elements_text(r.row->'uses') WITH ORDINALITY u(use, n) ORDER BY u.n) AS uses
	FROM json_array_elements(?::json) r(row))`

// group is an expression for the texts that group a cell.
func (c *itemCount) group() string {
	return c.texts(func(i int) string {
		text := fmt.Sprintf("nullif(tuple[%d], '')", i+1)
		if c.assignments != "" {
			return fmt.Sprintf("CASE WHEN a.uses[%d] THEN %s END", i+1, text)
		}
		if !slices.Contains(c.buckets[0].GroupKeys, c.names[i]) {
			return "NULL"
		}
		return text
	})
}

// part is an expression for the texts that split a cell for display, NULL when
// nothing does.
func (c *itemCount) part() string {
	presentation := c.request.PresentationGrouping()
	if len(presentation) == 0 {
		return "NULL::text[]"
	}
	return c.texts(func(i int) string {
		if !slices.Contains(presentation, c.names[i]) {
			return "NULL"
		}
		return fmt.Sprintf("nullif(tuple[%d], '')", i+1)
	})
}

func (c *itemCount) texts(text func(i int) string) string {
	if len(c.names) == 0 {
		return "'{}'::text[]"
	}
	elements := make([]string, len(c.names))
	for i := range c.names {
		elements[i] = text(i)
	}
	return "ARRAY[" + strings.Join(elements, ", ") + "]::text[]"
}

// rises takes the rises out of rows.
func (c *itemCount) rises(rows []itemRow) (*usage.Rises, error) {
	rises := usage.NewRises(c.request)
	for _, row := range rows {
		if !row.Advance || row.Part != nil {
			continue
		}
		group, err := c.pick(row.Texts, c.buckets[row.Bucket].GroupKeys)
		if err != nil {
			return nil, err
		}
		rises.AddCell(usage.Cell{Bucket: row.Bucket, Group: group}, row.Rise.rise())
	}
	return rises, nil
}

// cells makes cells of rows.
func (c *itemCount) cells(rows []itemRow) ([]usage.Cell, error) {
	cells := make([]usage.Cell, 0, len(rows))
	for _, row := range rows {
		if row.Advance {
			continue
		}
		cell := usage.Cell{Bucket: row.Bucket, Tally: usage.Tally{Active: row.Active, ActiveDays: row.ActiveDays}}
		var err error
		if cell.Group, err = c.pick(row.Texts, c.buckets[row.Bucket].GroupKeys); err != nil {
			return nil, err
		}
		if row.Part != nil {
			if cell.Part, err = c.pick(*row.Part, c.request.PresentationGrouping()); err != nil {
				return nil, err
			}
		}
		cells = append(cells, cell)
	}
	return cells, nil
}

// pick reads the texts of all names and returns those of some.
func (c *itemCount) pick(encoded string, names []string) ([]usage.Text, error) {
	var texts []usage.Text
	if err := json.Unmarshal([]byte(encoded), &texts); err != nil {
		return nil, fmt.Errorf("read the texts of a group: %w", err)
	}
	picked := make([]usage.Text, len(names))
	for i, name := range names {
		picked[i] = texts[slices.Index(c.names, name)]
	}
	return picked, nil
}
