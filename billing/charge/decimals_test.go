package charge_test

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
)

// digits returns a text of zeros.
func digits(n int) string { return strings.Repeat("0", n) }

func TestFormatDecimal(t *testing.T) {
	t.Parallel()
	for written, expected := range map[string]string{
		"0": "0.0", "0.000": "0.0", "12": "12.0", "-12": "-12.0", "0.50": "0.5", "100": "100.0", "1e3": "1000.0", "1e-3": "0.001",
		"2177.4193548387096774": "2177.4193548387096774", "12.340": "12.34", "-0.10": "-0.1",
	} {
		require.Equal(t, expected, charge.FormatDecimal(number(t, written)), written)
		require.Equal(t, `"`+expected+`"`, encode(t, charge.Decimal{Decimal: number(t, written)}), written)
	}
	require.Equal(t, "0.0", charge.FormatDecimal(decimal.Decimal{}))
}
