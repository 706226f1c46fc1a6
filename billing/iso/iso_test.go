package iso_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/billing/iso"
	"tarn/openapi"
)

func TestIsCountry_AgreesWithTheContract(t *testing.T) {
	t.Parallel()
	contract, err := openapi.Lago()
	require.NoError(t, err)
	documented := contract.Components.Schemas["Country"].Value.Enum
	require.NotEmpty(t, documented)

	var known []any
	for first := 'A'; first <= 'Z'; first++ {
		for second := 'A'; second <= 'Z'; second++ {
			if code := string([]rune{first, second}); iso.IsCountry(code) {
				known = append(known, code)
			}
		}
	}

	require.ElementsMatch(t, documented, known)
}

func TestIsCountry_Refuses(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"", "F", "fr", "Fr", "FRA", "D ", " A", "D A", "E A", "QQ", "ÄÖ"} {
		require.False(t, iso.IsCountry(code), "%q", code)
	}
}

func TestIsDocumentLanguage(t *testing.T) {
	t.Parallel()
	known := []string{"en", "fr", "nb", "de", "it", "es", "sv", "pt-BR", "zh-TW"}
	for _, tag := range slices.Concat(known, []string{"", "EN", "pt", "pt-br", "zh", "ja"}) {
		require.Equal(t, slices.Contains(known, tag), iso.IsDocumentLanguage(tag), "%q", tag)
	}
}
