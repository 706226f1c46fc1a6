package iso_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/billing/iso"
)

func TestExponent(t *testing.T) {
	t.Parallel()
	for exponent, codes := range map[int32][]string{
		0: {"JPY", "KRW", "CLP", "ISK", "XOF", "VND"},
		2: {"EUR", "USD", "GBP", "HUF", "MGA", "UYU", "", "eur", "XXX"},
		3: {"KWD", "BHD", "JOD"},
		4: {"CLF"},
	} {
		for _, code := range codes {
			require.Equal(t, exponent, iso.Exponent(code), code)
		}
	}
}
