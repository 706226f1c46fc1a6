package usage

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"
)

// movePlaces is how many decimal places the prorated part of a sum's move has
// at most. It is far beyond what an amount shows.
const movePlaces = 32

// Move is one change of the units of a group, as the graduated charge model
// prices a prorated charge.
type Move struct {
	// Full is by how many units the level changes, below zero when it falls.
	Full decimal.Decimal
	// Prorated is how much of that counts in the period.
	Prorated decimal.Decimal
}

// Moves collects the moves of one group.
type Moves struct {
	request Request
	carried decimal.Decimal
	items   map[string]*item
	placed  []placedMove
}

type placedMove struct {
	Move
	place Place
}

// NewMoves returns moves of no event. The request must be for prorated units.
func NewMoves(request Request) *Moves {
	return &Moves{request: request, items: map[string]*item{}}
}

// Add takes the next event of the group; their places must ascend.
func (m *Moves) Add(event Event) {
	switch {
	case !m.request.Takes(event):
	case m.request.Metric.Aggregation == AggregationUniqueCount:
		name := textsIdentity([]Text{event.Item})
		if m.items[name] == nil {
			m.items[name] = &item{}
		}
		m.use(m.items[name].operate(m.request.Period, event))
	case event.Timestamp.Before(m.request.Start()):
		m.carried = m.carried.Add(event.number())
	default:
		days := m.request.Period.daysLeft(m.request.Period.DayIndex(event.Timestamp))
		m.placed = append(m.placed, placedMove{m.request.Period.move(event.number(), days), event.Place()})
	}
}

// move is a change of a sum that counts for so many days.
func (p Period) move(full decimal.Decimal, days int64) Move {
	move := Move{Full: full}
	if p.Duration > 0 {
		move.Prorated = full.Mul(decimal.NewFromInt(days)).DivRound(decimal.NewFromInt(int64(p.Duration)), movePlaces)
	}
	return move
}

// use adds the moves of an item's use: one when it begins, and one that counts
// nothing when it ends.
func (m *Moves) use(use *use) {
	if use == nil {
		return
	}
	one := decimal.NewFromInt(1)
	begin := Move{Full: one, Prorated: m.request.Period.share(decimal.NewFromInt(use.days))}
	m.placed = append(m.placed, placedMove{begin, use.from})
	if use.to != nil {
		m.placed = append(m.placed, placedMove{Move{Full: one.Neg()}, *use.to})
	}
}

// List returns the moves of all events so far in their order. What a sum
// carried into the period comes first, as one move, unless it is zero. Items
// that were no longer in use when the period began have none. The moves have
// ended then.
func (m *Moves) List() []Move {
	for _, i := range m.items {
		m.use(i.end(m.request.Period))
	}
	slices.SortFunc(m.placed, func(a, b placedMove) int {
		return cmp.Or(a.place.Compare(b.place), b.Full.Cmp(a.Full))
	})
	var moves []Move
	if !m.carried.IsZero() {
		moves = append(moves, m.request.Period.move(m.carried, m.request.Period.carriedDays()))
	}
	for _, placed := range m.placed {
		moves = append(moves, placed.Move)
	}
	return moves
}
