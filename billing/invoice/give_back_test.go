package invoice_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"tarn/billing/invoice"
)

// Section 9.4 of the facts: of fees of 80 and 40, 100 are given back as 80 and 20.
func TestLargestFirst(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fees     []int64
		cents    int64
		expected []int64
	}{
		{[]int64{80, 40}, 100, []int64{80, 20}},
		{[]int64{40, 80}, 100, []int64{20, 80}},
		{[]int64{50, 50, 50}, 60, []int64{50, 10, 0}},
		{[]int64{80, 40}, 1, []int64{1, 0}},
		{[]int64{80, 40}, 0, []int64{0, 0}},
		{[]int64{80, 40}, 500, []int64{80, 40}},
		{[]int64{-5, 40}, 50, []int64{0, 40}},
		{[]int64{}, 5, []int64{}},
	} {
		assert.Equal(t, c.expected, invoice.LargestFirst(c.fees, c.cents))
	}
}

// Section 2.1 of the facts: of fees of 10000 (20 %) and 5000 (10 %), which are worth
// 17500 together, 7000 are asked for.
func TestInProportion(t *testing.T) {
	t.Parallel()
	texts := func(parts []decimal.Decimal) []string {
		all := make([]string, len(parts))
		for i, part := range parts {
			all[i] = part.String()
		}
		return all
	}
	assert.Equal(t, []string{"4000", "2000"}, texts(invoice.InProportion([]int64{10000, 5000}, 7000, 17500)))
	assert.Equal(t, []string{"3333.33333", "0.33333"}, texts(invoice.InProportion([]int64{10000, 1}, 1, 3)))
	assert.Equal(t, []string{"7", "0"}, texts(invoice.InProportion([]int64{7, 0}, 9, 8)))
	assert.Equal(t, []string{"0"}, texts(invoice.InProportion([]int64{7}, 0, 0)))
}

func TestGiveBack_NeverMoreThanThereIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		fees := rapid.SliceOf(rapid.Int64Range(0, 100_000)).Draw(t, "fees")
		cents := rapid.Int64Range(0, 1_000_000).Draw(t, "cents")
		var whole, sum int64
		parts := decimal.Zero
		proportion := invoice.InProportion(fees, cents, 700_000)
		for i, taken := range invoice.LargestFirst(fees, cents) {
			assert.GreaterOrEqual(t, taken, int64(0))
			assert.LessOrEqual(t, taken, fees[i])
			assert.False(t, proportion[i].IsNegative())
			assert.False(t, proportion[i].GreaterThan(decimal.NewFromInt(fees[i])))
			whole, sum, parts = whole+fees[i], sum+taken, parts.Add(proportion[i])
		}
		assert.Equal(t, min(whole, cents), sum)
		assert.False(t, parts.GreaterThan(decimal.NewFromInt(whole)))
	})
}
