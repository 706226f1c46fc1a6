package encode_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/encode"
	"tarn/openapi/openapitest"
)

// TestDocument_MakesEveryAnswerValid that our own contract allows.
func TestDocument_MakesEveryAnswerValid(t *testing.T) {
	t.Parallel()
	published, err := openapitest.Published()
	require.NoError(t, err)
	answers := encode.Answers()
	rapid.Check(t, func(t *rapid.T) {
		answer := rapid.SampledFrom(answers).Draw(t, "answer")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		ours := encode.Marshal(encode.Sample(r, answer))
		held := encode.Hold(answer, ours)
		if err := published.Check(answer.Operation, answer.Status, held); err != nil {
			t.Fatalf("%v\nours: %s\ndocument: %s", err, ours, held)
		}
	})
}
