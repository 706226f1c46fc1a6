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

// So they are where the first one has every second test alone.
func TestQuarterOf_TwoMakeAWhole(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for i := range 128 {
		test := "Test" + strings.Repeat("x", i)
		first, second := quarterOf("1", test), quarterOf("2", test)
		assert.ElementsMatch(t, Dialects(), append(second[:len(second):len(second)], first...), test)
		assert.Equal(t, Dialects(), quarterOf("", test))
		for _, dialect := range first {
			seen[dialect]++
		}
	}
	for _, dialect := range Dialects() {
		assert.Greater(t, seen[dialect], 16, dialect)
		assert.Less(t, seen[dialect], 48, dialect)
	}
}
