package storetest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Two halves are the whole, for every test, and each holds something of both dialects.
func TestHalfOf_TwoMakeAWhole(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for i := range 64 {
		test := "Test" + strings.Repeat("x", i)
		first, second := halfOf("1", test), halfOf("2", test)
		assert.ElementsMatch(t, Dialects(), append(first[:1:1], second...), test)
		assert.Equal(t, Dialects(), halfOf("", test))
		seen[first[0]]++
	}
	for _, dialect := range Dialects() {
		assert.Greater(t, seen[dialect], 16, dialect)
	}
}
