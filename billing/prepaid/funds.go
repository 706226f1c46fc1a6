package prepaid

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Fund is a part of a wallet's balance that came in at once.
type Fund struct {
	ID uuid.UUID
	// Cents is what is left of it.
	Cents   int64
	Granted bool
	// Priority is used first where it is smaller.
	Priority  int
	CreatedAt time.Time
}

// Use is what was used of a fund.
type Use struct {
	ID      uuid.UUID
	Cents   int64
	Granted bool
}

// SortFunds puts funds into the order in which they are used: by priority, granted
// before purchased ones, the oldest first.
func SortFunds(funds []Fund) {
	slices.SortFunc(funds, func(a, b Fund) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), purchased(a)-purchased(b), a.CreatedAt.Compare(b.CreatedAt), bytes.Compare(a.ID[:], b.ID[:]))
	})
}

func purchased(fund Fund) int {
	if fund.Granted {
		return 0
	}
	return 1
}

// Consume takes an amount out of funds, in their order. It reports false where they
// do not hold as much; then nothing is used.
func Consume(funds []Fund, cents int64) ([]Use, bool) {
	var used []Use
	for _, fund := range funds {
		part := min(fund.Cents, cents)
		if part <= 0 {
			continue
		}
		cents -= part
		used = append(used, Use{ID: fund.ID, Cents: part, Granted: fund.Granted})
	}
	if cents > 0 {
		return nil, false
	}
	return used, true
}
