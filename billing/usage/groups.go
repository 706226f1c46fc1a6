package usage

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Cell is where events are counted together: a bucket and a group of it, or a
// part of that group for display.
type Cell struct {
	// Bucket is the index in Request.Buckets.
	Bucket int
	// Group are the texts of the bucket's group keys, in their order.
	Group []Text
	// Part are the texts of the presentation keys, in their order; nil for the
	// cell that counts the group as a whole.
	Part []Text
	// Tally is what was counted.
	Tally Tally
	// Advance is what the group's events of the period were charged for when
	// they came. It is set on whole groups when the request is InAdvance.
	Advance Advance
}

// identity is the same for cells of the same place only.
func (c Cell) identity() string {
	identity := strconv.Itoa(c.Bucket) + textsIdentity(c.Group)
	if c.Part != nil {
		identity += "/" + textsIdentity(c.Part)
	}
	return identity
}

// textsIdentity is the same for the same texts only.
func textsIdentity(texts []Text) string {
	var b strings.Builder
	for _, text := range texts {
		if text == nil {
			b.WriteString(";-")
			continue
		}
		b.WriteByte(';')
		b.WriteString(strconv.Itoa(len(*text)))
		b.WriteByte(':')
		b.WriteString(*text)
	}
	return b.String()
}

// compareCells orders cells by bucket and group, whole groups before their
// parts.
func compareCells(a, b Cell) int {
	if order := cmp.Or(cmp.Compare(a.Bucket, b.Bucket), slices.CompareFunc(a.Group, b.Group, compareTexts)); order != 0 {
		return order
	}
	if (a.Part == nil) != (b.Part == nil) {
		if a.Part == nil {
			return -1
		}
		return 1
	}
	return slices.CompareFunc(a.Part, b.Part, compareTexts)
}

// Layout knows into which cells the events of a request go.
type Layout struct {
	request Request
	buckets []Bucket
	// index finds a key's text among those of an event.
	index map[string]int
	// presentation are the presentation keys that group.
	presentation []string
}

// NewLayout returns the layout of a request over Request.Buckets.
func NewLayout(request Request) *Layout { return newLayout(request, request.Buckets()) }

// NewAdvanceLayout returns the layout of a request over
// Request.AdvanceBuckets. It splits nothing for display.
func NewAdvanceLayout(request Request) *Layout {
	layout := newLayout(request, request.AdvanceBuckets())
	layout.presentation = nil
	return layout
}

func newLayout(request Request, buckets []Bucket) *Layout {
	layout := &Layout{
		request: request, buckets: buckets,
		index: map[string]int{}, presentation: request.PresentationGrouping(),
	}
	for i, key := range request.Keys() {
		layout.index[key.Name] = i
	}
	return layout
}

// Buckets are the indexes of the buckets that take an event with these texts of
// Request.Keys.
func (l *Layout) Buckets(texts []Text) []int {
	matches := make([]bool, len(l.request.Filters))
	for i, filter := range l.request.Filters {
		matches[i] = filter.Matches(func(key string) Text { return texts[l.index[key]] })
	}
	var taken []int
	for i, bucket := range l.buckets {
		if bucket.takes(matches) {
			taken = append(taken, i)
		}
	}
	return taken
}

// Cells are the cells, without tallies, that count an event with these texts of
// Request.Keys: for each bucket that takes it the one of its group, and the one
// of its part of the group when there are presentation keys.
func (l *Layout) Cells(texts []Text) []Cell {
	var cells []Cell
	for _, bucket := range l.Buckets(texts) {
		cell := Cell{Bucket: bucket, Group: l.group(l.buckets[bucket].GroupKeys, texts)}
		cells = append(cells, cell)
		if len(l.presentation) > 0 {
			cell.Part = l.group(l.presentation, texts)
			cells = append(cells, cell)
		}
	}
	return cells
}

// group returns the texts of keys; an empty text groups as none does.
func (l *Layout) group(keys []string, texts []Text) []Text {
	group := make([]Text, len(keys))
	for i, key := range keys {
		if text := texts[l.index[key]]; text != nil && *text != "" {
			group[i] = text
		}
	}
	return group
}

// labels names the texts of a group by their keys; nil without keys.
func labels(keys []string, texts []Text) map[string]Text {
	if len(keys) == 0 {
		return nil
	}
	named := make(map[string]Text, len(keys))
	for i, key := range keys {
		named[key] = nil
		if i < len(texts) {
			named[key] = texts[i]
		}
	}
	return named
}

// Tuple is what was counted of the events that have the same texts of
// Request.Keys.
type Tuple struct {
	Texts []Text
	Tally Tally
}

// Gather puts tuples into the cells that count them. Every aggregation but
// UniqueCount can be merged this way; an item that was added in one tuple and
// removed in another is not to be found in their tallies.
func Gather(request Request, tuples []Tuple) []Cell {
	layout, cells := NewLayout(request), map[string]*Cell{}
	for _, tuple := range tuples {
		for _, cell := range layout.Cells(tuple.Texts) {
			identity := cell.identity()
			if known := cells[identity]; known != nil {
				known.Tally = known.Tally.Merge(tuple.Tally)
				continue
			}
			cell.Tally = tuple.Tally
			cells[identity] = &cell
		}
	}
	return sorted(cells)
}

// sorted returns cells in their order.
func sorted(cells map[string]*Cell) []Cell {
	list := make([]Cell, 0, len(cells))
	for _, cell := range cells {
		list = append(list, *cell)
	}
	slices.SortFunc(list, compareCells)
	return list
}
