package tax_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/money"
	"tarn/billing/tax"
)

func dec(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func decs(texts ...string) []decimal.Decimal {
	list := make([]decimal.Decimal, len(texts))
	for i, text := range texts {
		list[i] = dec(text)
	}
	return list
}

// The example of section 17 of the facts: three fees with a coupon between them.
func TestOf_RoundsTheWholeAndEachPart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		base    string
		rates   []string
		cents   int64
		precise string
		rate    string
		parts   []int64
	}{
		"one tax":          {"6599.7", []string{"20"}, 1320, "1319.94", "20", []int64{1320}},
		"two taxes":        {"2250", []string{"20", "5"}, 563, "562.5", "25", []int64{450, 113}},
		"no tax":           {"150.3", nil, 0, "0", "0", []int64{}},
		"501 at 20 %":      {"501", []string{"20"}, 100, "100.2", "20", []int64{100}},
		"half away":        {"50", []string{"1"}, 1, "0.5", "1", []int64{1}},
		"a rate of zero":   {"501", []string{"0"}, 0, "0", "0", []int64{0}},
		"more than a fee":  {"100000000000000000", []string{"1000"}, money.MaxCents + 1, "100000000000000001", "1000", []int64{money.MaxCents + 1}},
		"parts do not add": {"50", []string{"1", "1"}, 1, "1", "2", []int64{1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			taxes := tax.Of(dec(c.base), decs(c.rates...))
			assert.Equal(t, c.cents, taxes.Cents)
			assert.True(t, dec(c.precise).Equal(taxes.Precise), taxes.Precise)
			assert.True(t, dec(c.rate).Equal(taxes.Rate), taxes.Rate)
			require.Len(t, taxes.Parts, len(c.parts))
			for i, cents := range c.parts {
				assert.Equal(t, cents, taxes.Parts[i].Cents)
			}
		})
	}
}

func TestSum_IsRoundedOnce(t *testing.T) {
	t.Parallel()
	var sum tax.Sum
	sum.Add(dec("6599.7"), decs("20"))
	sum.Add(dec("2250"), decs("20", "5"))
	sum.Add(dec("150.3"), nil)
	assert.Equal(t, int64(1882), sum.AmountCents(), "1882.44, though the fees show 1320 and 563")
	assert.Equal(t, "1882", sum.Rounded().String())
	sum.Add(dec("1e18"), decs("100"))
	assert.True(t, money.Beyond(sum.AmountCents()))
	assert.Equal(t, "1000000000000001882", sum.Rounded().String())
}

func TestSum_IsLessThanACentFromEachFeeRounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		fees := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000), 1, 20).Draw(t, "fees")
		rate := decimal.New(rapid.Int64Range(0, 10_000).Draw(t, "rate"), -2)
		var sum tax.Sum
		shown := int64(0)
		for _, cents := range fees {
			base := decimal.NewFromInt(cents)
			sum.Add(base, []decimal.Decimal{rate})
			shown += tax.Of(base, []decimal.Decimal{rate}).Cents
		}
		apart := sum.AmountCents() - shown
		if max(apart, -apart) > int64(len(fees)) {
			t.Fatalf("%d and %d are further apart than rounding explains", sum.AmountCents(), shown)
		}
	})
}
