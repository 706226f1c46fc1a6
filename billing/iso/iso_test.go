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

func TestIsCurrency_AgreesWithTheContract(t *testing.T) {
	t.Parallel()
	contract, err := openapi.Lago()
	require.NoError(t, err)
	documented := contract.Components.Schemas["Currency"].Value.Enum
	require.NotEmpty(t, documented)

	var known []any
	for i := range 26 * 26 * 26 {
		if code := string([]rune{'A' + rune(i/676), 'A' + rune(i/26%26), 'A' + rune(i%26)}); iso.IsCurrency(code) {
			known = append(known, code)
		}
	}

	require.ElementsMatch(t, documented, known)
}

func TestIsCurrency_Refuses(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"", "E", "eur", "Eur", "EURO", "EU ", "XAU", "QQQ", "ÄÖÜ"} {
		require.False(t, iso.IsCurrency(code), "%q", code)
	}
}

func TestIsUnionMember(t *testing.T) {
	t.Parallel()
	members := 0
	for first := 'A'; first <= 'Z'; first++ {
		for second := 'A'; second <= 'Z'; second++ {
			if code := string([]rune{first, second}); iso.IsUnionMember(code) {
				members++
				require.True(t, iso.IsCountry(code), code)
			}
		}
	}
	require.Equal(t, 27, members)
	require.True(t, iso.IsUnionMember("FR"))
	for _, code := range []string{"", "fr", "GB", "CH", "NO", "EU"} {
		require.False(t, iso.IsUnionMember(code), "%q", code)
	}
}
