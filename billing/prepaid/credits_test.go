package prepaid_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/money"
	"tarn/billing/prepaid"
)

func dec(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func euros(rate string) prepaid.Terms { return prepaid.Terms{Rate: dec(rate), Currency: "EUR"} }

func TestReadCredits(t *testing.T) {
	t.Parallel()
	for text, read := range map[string]string{
		"0": "0", "10.333": "10.333", "17.9699999999": "17.96999", "3.3333333": "3.33333", "5.": "5", "007": "7", "0000000000000000000000000000001": "1",
		"9999999999999999999999999.999999": "9999999999999999999999999.99999",
	} {
		credits, ok := prepaid.ReadCredits(text)
		assert.True(t, ok, text)
		assert.Equal(t, read, credits.String(), text)
	}
	for _, text := range []string{"", "-1", "+1", "1,5", "1e5", " 1", ".5", "1.2.3", "ten", "10000000000000000000000000", "٣"} {
		_, ok := prepaid.ReadCredits(text)
		assert.False(t, ok, text)
	}
}

// TestTerms_RoundAsTheFactsSay: credits that are sold snap to whole cents, those that
// are voided stay as they are.
func TestTerms_RoundAsTheFactsSay(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		given, rate, currency string
		cents                 int64
		credits               string
	}{
		{"10.333", "2.5", "EUR", 2583, "10.332"},
		{"17.9699999999", "1", "EUR", 1797, "17.97"},
		{"3.3333333", "0.3", "EUR", 100, "3.33333"},
		{"0.004", "1", "EUR", 0, "0"},
		{"1034", "0.001", "EUR", 103, "1030"},
		{"0.4", "0.01", "EUR", 0, "0"},
		{"2.5", "1", "JPY", 3, "3"},
		{"1.2345", "1", "KWD", 1235, "1.235"},
	} {
		given, ok := prepaid.ReadCredits(row.given)
		require.True(t, ok)
		sold, fits := prepaid.Terms{Rate: dec(row.rate), Currency: row.currency}.Sold(given)
		assert.True(t, fits)
		assert.Equal(t, row.cents, sold.Cents, row.given)
		assert.Equal(t, row.credits, sold.Credits.String(), row.given)
	}
	voided, fits := euros("1").Worth(dec("14.28444"))
	assert.True(t, fits)
	assert.EqualValues(t, 1428, voided.Cents)
	assert.Equal(t, "14.28444", voided.Credits.String())
	assert.EqualValues(t, 1428, euros("1").WholeCents(dec("14.28999")))
	assert.True(t, money.Beyond(euros("1").WholeCents(dec("1e24"))))
	assert.Equal(t, "1.14", euros("1").Of(114).Credits.String())
	assert.Equal(t, "1.14", euros("2").Money(114).String())
}

func TestTerms_RefuseWhatNoAmountCanBe(t *testing.T) {
	t.Parallel()
	most := decimal.NewFromInt(money.MaxCents).Shift(-2)
	_, fits := euros("1").Sold(most)
	assert.True(t, fits)
	_, fits = euros("1").Sold(most.Add(dec("0.01")))
	assert.False(t, fits)
	_, fits = euros("2").Worth(most)
	assert.False(t, fits)
}

// TestTerms_SoldIsWholeCents: what credits snap to is what the cents pay for, and
// selling them again changes nothing where a cent is worth five places of credits.
func TestTerms_SoldIsWholeCents(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		terms := euros(rapid.SampledFrom([]string{"0.001", "0.25", "1", "2.5", "10", "1000"}).Draw(t, "rate"))
		sold, fits := terms.Sold(decimal.New(rapid.Int64Range(0, 1e15).Draw(t, "credits"), -prepaid.Places))
		if !fits || !sold.Credits.Equal(terms.Of(sold.Cents).Credits) {
			t.Fatalf("%v is not what its cents pay for", sold)
		}
		if again, _ := terms.Sold(sold.Credits); again.Cents != sold.Cents {
			t.Fatalf("%v is sold again as %v", sold, again)
		}
	})
}

func TestLimits(t *testing.T) {
	t.Parallel()
	low, high := int64(100), int64(200)
	limits := prepaid.Limits{Min: &low, Max: &high}
	for cents, side := range map[int64]prepaid.Side{99: prepaid.Below, 100: prepaid.Within, 200: prepaid.Within, 201: prepaid.Above} {
		assert.Equal(t, side, limits.Side(cents), cents)
	}
	assert.Equal(t, prepaid.Within, prepaid.Limits{}.Side(1))
	assert.True(t, prepaid.Holds(money.MaxCents, 0))
	assert.False(t, prepaid.Holds(money.MaxCents, 1))
}
