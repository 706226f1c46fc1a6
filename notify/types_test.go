package notify

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/openapi/openapitest"
)

// TestDocumented_AreTheTypesOfTheDocument holds the list against the document that was
// published, and what can be triggered against the list.
func TestDocumented_AreTheTypesOfTheDocument(t *testing.T) {
	t.Parallel()
	published, err := openapitest.Published()
	require.NoError(t, err)
	require.ElementsMatch(t, published.Webhooks(), slices.Collect(maps.Keys(documented)))
	require.Len(t, documented, 60)
	require.Len(t, undocumented, 16)
	require.Len(t, Types(), 76)
	for eventType := range outside {
		require.Contains(t, Types(), eventType)
	}
}
