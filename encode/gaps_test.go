package encode_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/encode"
)

// TestContracts_SayWhatIsNearest wherever the documents differ about a member
// that must be there, and no rule can tell.
func TestContracts_SayWhatIsNearest(t *testing.T) {
	t.Parallel()
	gaps, err := encode.Gaps()
	require.NoError(t, err)
	require.Greater(t, len(encode.Answers()), 600)
	// A bump reads these lines (openapi/spectool/gaps.go).
	for _, gap := range gaps {
		t.Errorf("nobody says what is nearest: %s", gap)
	}
}
