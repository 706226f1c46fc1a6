package store

import (
	"encoding/json"
	"fmt"
	"slices"

	"tarn/billing/usage"
	"tarn/store/internal/usagesql"
)

// itemCount is a unique count that the database makes. An item may be in several
// tuples of a cell, so the database has to know the cells: the tuples of the
// filters' texts go with the statement, each with its buckets.
type itemCount struct {
	tx      *Tx
	request usage.Request
	keys    []usage.Key
	buckets []usage.Bucket
	// names are the keys of all groups and of the presentation.
	names []string
}

func newItemCount(tx *Tx, request usage.Request) *itemCount {
	return &itemCount{
		tx: tx, request: request, keys: request.Keys(), buckets: request.Buckets(), names: request.GroupingKeys(),
	}
}

// undecided reports whether the instants do not tell what became of some item.
// When days of use count, it is not enough either for an item that was added
// again after a removal: then all events are folded, since the database takes
// longer to sort each item's operations.
func undecided(rows []usagesql.Row) bool {
	return slices.ContainsFunc(rows, func(row usagesql.Row) bool { return row.Undecided && !row.Advance })
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

// assign finds the buckets that take each tuple of filter texts, as JSON. It is
// empty when one bucket takes all events.
func (c *itemCount) assign() (string, error) {
	if len(c.request.Filters) == 0 && !c.request.InAdvance() {
		return "", nil
	}
	filterKeys := c.request.FilterKeys()
	tuples, err := c.filterTuples(filterKeys)
	if err != nil {
		return "", err
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
	return string(encoded), err
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
				if usagesql.Storable(text) {
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
	statement := usagesql.Tuples(c.request, keys)
	var encoded []string
	if err := c.tx.sql(statement.Text, statement.Arguments).Scan(&encoded).Error; err != nil {
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

// rises takes the rises out of rows.
func (c *itemCount) rises(rows []usagesql.Row, rises *usage.Rises) error {
	for _, row := range rows {
		if !row.Advance || row.Part != nil {
			continue
		}
		group, err := c.pick(row.Texts, c.buckets[row.Bucket].GroupKeys)
		if err != nil {
			return err
		}
		rises.AddCell(usage.Cell{Bucket: row.Bucket, Group: group}, riseOf(row))
	}
	return nil
}

// cells makes cells of rows. The texts of a row's group are those of all names;
// those that are not the bucket's are NULL.
func (c *itemCount) cells(rows []usagesql.Row) ([]usage.Cell, error) {
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
