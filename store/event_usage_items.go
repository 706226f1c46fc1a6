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
// The query looks at timestamps alone, which is quicker. Only when an item was
// added and removed at the same instant, and nothing came later, are all events
// numbered in their order.
func (tx *Tx) countItemsInDatabase(request usage.Request) ([]usage.Cell, error) {
	if err := tx.planForUsage(); err != nil {
		return nil, err
	}
	read := newUsageRead(tx, request)
	count := itemCount{usageRead: read, buckets: request.Buckets(), names: request.GroupingKeys()}
	if len(request.Filters) > 0 {
		if err := count.assign(); err != nil {
			return nil, fmt.Errorf("find the filters of events of %q: %w", request.Metric.Code, err)
		}
	}
	rows, err := count.read("e.timestamp")
	if err == nil && slices.ContainsFunc(rows, func(row itemRow) bool { return row.Undecided }) {
		rows, err = count.read("row_number() OVER (ORDER BY e.timestamp, e.id)")
	}
	if err != nil {
		return nil, fmt.Errorf("count the items of %q: %w", request.Metric.Code, err)
	}
	return count.cells(rows)
}

// itemRow is a cell with its active items. Its group has the texts of all
// grouping keys; those that are not the bucket's are NULL.
type itemRow struct {
	Bucket int
	Texts  string
	Part   *string
	Active int64
	// Undecided says that some item was added and removed last at places that
	// compare equal.
	Undecided bool
}

// itemCount is the query for the active items of cells.
type itemCount struct {
	*usageRead
	buckets []usage.Bucket
	// names are the keys of all groups and of the presentation.
	names []string
	// assignments are the buckets of the tuples of filter texts, as JSON.
	assignments string
}

// assignment says that a bucket takes events with a tuple of filter texts.
type assignment struct {
	Tuple  []usage.Text `json:"tuple"`
	Bucket int          `json:"bucket"`
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
	layout, assignments := usage.NewLayout(c.request), []assignment{}
	for _, tuple := range tuples {
		texts := make([]usage.Text, len(c.keys))
		for i, key := range filterKeys {
			texts[slices.IndexFunc(c.keys, func(k usage.Key) bool { return k.Name == key.Name })] = tuple[i]
		}
		for _, bucket := range layout.Buckets(texts) {
			assignments = append(assignments, assignment{Tuple: tuple, Bucket: bucket, Uses: c.uses(bucket)})
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
	tuples := [][]usage.Text{nil}
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

// read makes and runs the query with an expression for the places of events.
func (c *itemCount) read(place string) ([]itemRow, error) {
	query, arguments := c.query(place)
	var rows []itemRow
	err := c.tx.sql().Raw(query, arguments...).Scan(&rows).Error
	return rows, err
}

// query finds the last places at which each item was added and removed: first
// for the tuples, then for the cells, whose items it counts.
func (c *itemCount) query(place string) (string, []any) {
	columns := &textColumns{}
	keys := make([]usage.Key, len(c.names))
	for i, name := range c.names {
		keys[i].Name = name
	}
	tuple := columns.tuple(keys)
	filters, grouping, bucket, join := "", "item, tuple", "0", ""
	assigned, with := []any{}, "WITH "
	if len(c.request.Filters) > 0 {
		filters = ", " + columns.tuple(c.request.FilterKeys()) + " AS filters"
		grouping += ", filters"
		bucket, join = "a.bucket", " JOIN assigned a USING (filters)"
		assigned, with = []any{c.assignments}, "WITH "+assignedCTE+", "
	}
	events := `SELECT (e.properties->>?::text) COLLATE "C" AS item, ` + tuple + " AS tuple" + filters + ", " + place + " AS place," +
		" coalesce(e.properties->>'operation_type', 'add') = 'add' AS adds FROM events e" + columns.join() +
		" WHERE " + c.conditions
	query := with + "items AS (SELECT " + grouping + ", max(place) FILTER (WHERE adds) AS added," +
		" max(place) FILTER (WHERE NOT adds) AS removed FROM (" + events + ") e GROUP BY " + grouping + ")," +
		" cells AS (SELECT " + bucket + " AS bucket, " + c.group() + " AS texts, " + c.part() + " AS part, item," +
		" max(added) AS added, max(removed) AS removed FROM items" + join + " GROUP BY 1, 2, 3, 4)" + c.counts()
	return query, slices.Concat(assigned, []any{c.request.Metric.Field}, columns.arguments(), c.arguments)
}

// assignedCTE makes a table of the assignments.
const assignedCTE = `assigned AS (
	SELECT ARRAY(SELECT t.text FROM json_array_elements_text(r.row->'tuple') WITH ORDINALITY t(text, n) ORDER BY t.n) AS filters,
		(r.row->>'bucket')::int AS bucket,
		ARRAY(SELECT u.use::boolean FROM json_array_elements_text(r.row->'uses') WITH ORDINALITY u(use, n) ORDER BY u.n) AS uses
	FROM json_array_elements(?::json) r(row))`

// group is an expression for the texts that group a cell.
func (c *itemCount) group() string {
	return c.texts(func(i int) string {
		text := fmt.Sprintf("nullif(tuple[%d], '')", i+1)
		if len(c.request.Filters) > 0 {
			return fmt.Sprintf("CASE WHEN a.uses[%d] THEN %s END", i+1, text)
		}
		if !slices.Contains(c.buckets[0].GroupKeys, c.names[i]) {
			return "NULL"
		}
		return text
	})
}

// part is an expression for the texts that split a cell for display.
func (c *itemCount) part() string {
	presentation := c.request.PresentationGrouping()
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

// counts counts the items of whole groups, and those of their parts when they
// are split.
func (c *itemCount) counts() string {
	const active = "count(*) FILTER (WHERE added > removed OR removed IS NULL) AS active," +
		" bool_or(coalesce(added = removed, FALSE)) AS undecided"
	if len(c.request.PresentationGrouping()) == 0 {
		return " SELECT bucket, to_json(texts) AS texts, " + active + " FROM cells GROUP BY bucket, texts"
	}
	return " SELECT bucket, to_json(texts) AS texts, to_json(part)::text AS part, " + active +
		" FROM cells GROUP BY bucket, texts, part" +
		" UNION ALL SELECT bucket, to_json(texts), NULL, " + active +
		" FROM (SELECT bucket, texts, item, max(added) AS added, max(removed) AS removed" +
		" FROM cells GROUP BY bucket, texts, item) w GROUP BY bucket, texts"
}

// cells makes cells of rows.
func (c *itemCount) cells(rows []itemRow) ([]usage.Cell, error) {
	cells := make([]usage.Cell, len(rows))
	for i, row := range rows {
		cells[i] = usage.Cell{Bucket: row.Bucket, Tally: usage.Tally{Active: row.Active}}
		var err error
		if cells[i].Group, err = c.pick(row.Texts, c.buckets[row.Bucket].GroupKeys); err != nil {
			return nil, err
		}
		if row.Part == nil {
			continue
		}
		if cells[i].Part, err = c.pick(*row.Part, c.request.PresentationGrouping()); err != nil {
			return nil, err
		}
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
