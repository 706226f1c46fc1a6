package threshold_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"tarn/billing/threshold"
)

// The tables of section 11 of the facts.
func TestCrossed(t *testing.T) {
	t.Parallel()
	all := every(5, fixed(10, 20, 31, 40)...)
	for _, c := range []struct {
		invoiced, current, progressive int64
		passed                         []int64
	}{
		{0, 7, 0, nil},
		{0, 31, 0, []int64{10, 20, 31}},
		{0, 44, 0, []int64{10, 20, 31, 40}},
		{0, 45, 0, []int64{10, 20, 31, 40, 5}},
		{9, 37, 0, []int64{10, 20, 31, 40, 5}},
		{11, 10, 0, []int64{20}},
		{21, 20, 0, []int64{31, 40}},
		{21, 24, 0, []int64{31, 40, 5}},
		{40, 2, 0, nil},
		{40, 5, 0, []int64{5}},
		{41, 4, 0, []int64{5}},
		{49, 1, 0, []int64{5}},
		{0, 31, 10, []int64{20, 31}},
		{9, 31, 10, []int64{20, 31, 40}},
		{20, 20, 10, []int64{31, 40}},
		{40, 14, 10, nil},
		{40, 15, 10, []int64{5}},
		{49, 1, 10, nil},
		{49, 11, 10, []int64{5}},
	} {
		t.Run(fmt.Sprint(c.invoiced, " ", c.current, " ", c.progressive), func(t *testing.T) {
			t.Parallel()
			var passed []int64
			for _, i := range threshold.Crossed(all, threshold.Usage{InvoicedCents: c.invoiced, CurrentCents: c.current, ProgressiveCents: c.progressive}) {
				passed = append(passed, all[i].AmountCents)
			}
			assert.Equal(t, c.passed, passed)
		})
	}
	some := fixed(10, 20, 31, 40)
	assert.Equal(t, []int{1}, threshold.Crossed(some, threshold.Usage{InvoicedCents: 11, CurrentCents: 9}))
	assert.Equal(t, []int{1, 2}, threshold.Crossed(some, threshold.Usage{InvoicedCents: 11 + 8, CurrentCents: 20}))
	assert.Empty(t, threshold.Crossed(some, threshold.Usage{InvoicedCents: 11 + 40, CurrentCents: 2}))
	assert.Empty(t, threshold.Crossed(every(0), threshold.Usage{CurrentCents: 9}))
}
