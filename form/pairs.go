package form

import (
	"slices"

	"github.com/google/uuid"

	"tarn/fault"
)

// maxPairKey is how many characters the key of a pair has at most.
const maxPairKey = 20

// Pair is one pair of metadata as a client sends it.
type Pair struct {
	// ID names the pair that shall change; absent, null and unknown ones make a
	// new pair.
	ID         Optional[uuid.UUID]
	Key, Value string
}

// Pairs says how the pairs of an owner's metadata are kept as rows.
type Pairs[Row any] struct {
	// MaxValue is how many characters a value has at most.
	MaxValue int
	// New makes a row with an identifier of its own.
	New func() Row
	// Pair shows what of a row is the pair.
	Pair func(*Row) (id uuid.UUID, key, value *string)
	// Insert and Update store a row.
	Insert, Update func(*Row) error
}

// Replace makes inputs the pairs that there are, one after the other, and returns
// the rows that are kept and the identifiers of those that are not; the caller
// removes these. set, if not nil, sets what else the input of an index says. The
// first pair that breaks a rule is reported with a Validation fault.
//
// Lago: pairs are written one after the other, and those that the input leaves
// out go last. A pair that is sent again without its id therefore finds its key
// taken.
func (p Pairs[Row]) Replace(present []Row, inputs []Pair, set func(input int, row *Row)) (kept []Row, dropped []uuid.UUID, err error) {
	rows := slices.Clone(present)
	named := map[uuid.UUID]bool{}
	for i, input := range inputs {
		place := p.place(rows[:len(present)], input.ID)
		store := p.Update
		if place < 0 {
			place, store = len(rows), p.Insert
			rows = append(rows, p.New())
		}
		row := &rows[place]
		id, key, value := p.Pair(row)
		*key, *value, named[id] = input.Key, input.Value, true
		if set != nil {
			set(i, row)
		}
		if err := p.check(rows, row); err != nil {
			return nil, nil, err
		}
		if err := store(row); err != nil {
			return nil, nil, Taken(err, "key")
		}
	}
	for i := range rows {
		if id, _, _ := p.Pair(&rows[i]); named[id] {
			kept = append(kept, rows[i])
		} else {
			dropped = append(dropped, id)
		}
	}
	return kept, dropped, nil
}

// place finds the row that an id names; -1 for none.
func (p Pairs[Row]) place(rows []Row, input Optional[uuid.UUID]) int {
	wanted, err := input.Get()
	if err != nil {
		return -1
	}
	for i := range rows {
		if id, _, _ := p.Pair(&rows[i]); id == wanted {
			return i
		}
	}
	return -1
}

// check checks one pair, which is among the rows.
func (p Pairs[Row]) check(rows []Row, row *Row) error {
	details := fault.Details{}
	id, key, value := p.Pair(row)
	CheckFilled(details, "key", *key, maxPairKey)
	CheckFilled(details, "value", *value, p.MaxValue)
	for i := range rows {
		if other, text, _ := p.Pair(&rows[i]); other != id && *text == *key {
			details.Add("key", fault.CodeAlreadyExist)
			break
		}
	}
	return details.Err()
}
