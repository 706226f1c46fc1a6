package money_test

import (
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"

	"tarn/billing/money"
)

func TestBeyond(t *testing.T) {
	t.Parallel()
	assert.False(t, money.Beyond())
	assert.False(t, money.Beyond(0, money.MaxCents, -money.MaxCents))
	assert.True(t, money.Beyond(0, money.MaxCents+1))
	assert.True(t, money.Beyond(-money.MaxCents-1, 0))
}

func TestAdd(t *testing.T) {
	t.Parallel()
	assert.Equal(t, int64(3), money.Add(1, 2))
	assert.Equal(t, money.MaxCents, money.Add(money.MaxCents, 0))
	for _, terms := range [][2]int64{
		{money.MaxCents, 1}, {math.MaxInt64, math.MaxInt64}, {math.MinInt64, math.MinInt64}, {-money.MaxCents, -1},
	} {
		sum := money.Add(terms[0], terms[1])
		assert.True(t, money.Beyond(sum), terms)
		assert.Equal(t, terms[0] > 0, sum > 0, terms)
		assert.True(t, money.Beyond(money.Add(sum, terms[1])), terms)
	}
}

func TestCents(t *testing.T) {
	t.Parallel()
	for amount, cents := range map[string]int64{
		"0.5": 1, "-0.5": -1, "1.49": 1, "100000000000000000.4": money.MaxCents, "-100000000000000000": -money.MaxCents,
	} {
		assert.Equal(t, cents, money.Cents(decimal.RequireFromString(amount)), amount)
	}
	for _, amount := range []string{"100000000000000000.5", "1e300", "-1e300", "9223372036854775808"} {
		assert.True(t, money.Beyond(money.Cents(decimal.RequireFromString(amount))), amount)
	}
}
