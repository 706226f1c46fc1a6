package usage

// Fold turns events into cells, one by one.
type Fold struct {
	request  Request
	layout   *Layout
	position int64
	// found are the cells that count the events with the same texts.
	found map[string][]*folded
	cells map[string]*folded
}

// folded is a cell in the making.
type folded struct {
	Cell
	// items are those of a unique count.
	items map[string]*item
}

// NewFold returns a fold that has seen no event.
func NewFold(request Request) *Fold {
	return &Fold{
		request: request, layout: NewLayout(request),
		found: map[string][]*folded{}, cells: map[string]*folded{},
	}
}

// Add takes the next event; their places must ascend. Events that the request
// does not take are passed over.
func (f *Fold) Add(event Event) {
	if !f.request.Takes(event) {
		return
	}
	f.position++
	tally := f.request.tallyOf(event, f.position)
	for _, cell := range f.cellsOf(event.Texts) {
		cell.Tally = cell.Tally.Merge(tally)
		if cell.items != nil {
			cell.operate(f.request.Period, event)
		}
	}
}

// cellsOf finds or makes the cells that count events with these texts.
func (f *Fold) cellsOf(texts []Text) []*folded {
	tuple := textsIdentity(texts)
	cells, known := f.found[tuple]
	if known {
		return cells
	}
	for _, cell := range f.layout.Cells(texts) {
		identity := cell.identity()
		if f.cells[identity] == nil {
			made := &folded{Cell: cell}
			if f.request.Metric.Aggregation == AggregationUniqueCount {
				made.items = map[string]*item{}
			}
			f.cells[identity] = made
		}
		cells = append(cells, f.cells[identity])
	}
	f.found[tuple] = cells
	return cells
}

// operate applies an event to its item.
func (c *folded) operate(period Period, event Event) {
	name := textsIdentity([]Text{event.Item})
	i := c.items[name]
	if i == nil {
		i = &item{}
		c.items[name] = i
	}
	if ended := i.operate(period, event); ended != nil {
		c.Tally.ActiveDays += ended.days
	}
}

// Cells are the cells of all events so far, in order. The fold has ended then.
func (f *Fold) Cells() []Cell {
	cells := make(map[string]*Cell, len(f.cells))
	for identity, cell := range f.cells {
		for _, i := range cell.items {
			if i.isActive() {
				cell.Tally.Active++
			}
			if last := i.end(f.request.Period); last != nil {
				cell.Tally.ActiveDays += last.days
			}
		}
		cells[identity] = &cell.Cell
	}
	return sorted(cells)
}
