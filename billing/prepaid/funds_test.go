package prepaid_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"tarn/billing/prepaid"
)

func id(number byte) uuid.UUID { return uuid.UUID{15: number} }

func at(day int) time.Time { return time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC) }

// TestConsume_InTheOrderOfTheFacts: priority first, granted before purchased, the
// oldest first.
func TestConsume_InTheOrderOfTheFacts(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		funds []prepaid.Fund
		cents int64
		used  []prepaid.Use
	}{
		"by priority": {
			funds: []prepaid.Fund{
				{ID: id(1), Cents: 20, Granted: true, Priority: 2, CreatedAt: at(1)},
				{ID: id(2), Cents: 50, Priority: 1, CreatedAt: at(2)},
				{ID: id(3), Cents: 30, Granted: true, Priority: 2, CreatedAt: at(3)},
			},
			cents: 80,
			used:  []prepaid.Use{{ID: id(2), Cents: 50}, {ID: id(1), Cents: 20, Granted: true}, {ID: id(3), Cents: 10, Granted: true}},
		},
		"granted before purchased": {
			funds: []prepaid.Fund{{ID: id(1), Cents: 7000, Priority: 10, CreatedAt: at(1)}, {ID: id(2), Cents: 3000, Granted: true, Priority: 10, CreatedAt: at(2)}},
			cents: 5000,
			used:  []prepaid.Use{{ID: id(2), Cents: 3000, Granted: true}, {ID: id(1), Cents: 2000}},
		},
		"of one instant by identifier": {
			funds: []prepaid.Fund{{ID: id(2), Cents: 5}, {ID: id(3)}, {ID: id(1), Cents: 5}},
			cents: 6,
			used:  []prepaid.Use{{ID: id(1), Cents: 5}, {ID: id(2), Cents: 1}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			prepaid.SortFunds(row.funds)
			used, enough := prepaid.Consume(row.funds, row.cents)
			assert.True(t, enough)
			assert.Equal(t, row.used, used)
		})
	}
	used, enough := prepaid.Consume([]prepaid.Fund{{ID: id(1), Cents: 3000}}, 5000)
	assert.False(t, enough)
	assert.Empty(t, used)
}

// TestConsume_UsesExactlyTheAmount: parts add up, none is more than its fund holds,
// and a fund is touched only when those before it are empty.
func TestConsume_UsesExactlyTheAmount(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		held, whole := rapid.SliceOfN(rapid.Int64Range(0, 50), 0, 8).Draw(t, "held"), int64(0)
		funds := make([]prepaid.Fund, len(held))
		for i, cents := range held {
			funds[i], whole = prepaid.Fund{ID: id(byte(i)), Cents: cents}, whole+cents
		}
		cents := rapid.Int64Range(0, 450).Draw(t, "cents")
		used, enough := prepaid.Consume(funds, cents)
		if enough != (cents <= whole) {
			t.Fatalf("%d of %d: %v", cents, whole, enough)
		}
		for i, part := range used {
			fund := funds[part.ID[15]]
			if part.Cents <= 0 || part.Cents > fund.Cents || i < len(used)-1 && part.Cents != fund.Cents {
				t.Fatalf("took %d of %d", part.Cents, fund.Cents)
			}
			cents -= part.Cents
		}
		if enough && cents != 0 {
			t.Fatalf("%d are left", cents)
		}
	})
}
