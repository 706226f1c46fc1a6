package threshold_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/money"
	"tarn/billing/threshold"
)

// fixed are thresholds that do not recur.
func fixed(amounts ...int64) []threshold.Threshold {
	list := make([]threshold.Threshold, len(amounts))
	for i, amount := range amounts {
		list[i].AmountCents = amount
	}
	return list
}

// every adds a recurring threshold to others.
func every(amount int64, others ...threshold.Threshold) []threshold.Threshold {
	return append([]threshold.Threshold{{AmountCents: amount, Recurring: true}}, others...)
}

// rows are progress as "amount: ratio", in the order told; a star marks what is
// reached.
func rows(progress []threshold.Progress) []string {
	list := make([]string, len(progress))
	for i, each := range progress {
		list[i] = fmt.Sprintf("%d: %s", each.AmountCents, each.CompletionRatio)
		if each.Reached {
			list[i] += "*"
		}
	}
	return list
}

const most = money.MaxCents

func TestProgressOf(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		thresholds []threshold.Threshold
		total      int64
		want       []string
	}{
		"none":                               {nil, 100, []string{}},
		"nothing used":                       {fixed(100, 200), 0, []string{"100: 0", "200: 0"}},
		"on the way to the second":           {fixed(200, 100), 120, []string{"100: 1*", "200: 0.2"}},
		"on the way to the first":            {fixed(100, 200), 25, []string{"100: 0.25", "200: 0"}},
		"exactly there":                      {fixed(100, 200), 200, []string{"100: 1*", "200: 1*"}},
		"a third":                            {fixed(300), 100, []string{"300: 0.3333333333333333"}},
		"recurring still far":                {every(500, fixed(1000, 3000)...), 1700, []string{"1000: 1*", "3000: 0.35", "3500: 0"}},
		"recurring reached twice":            {every(500, fixed(1000, 3000)...), 4200, []string{"1000: 1*", "3000: 1*", "3500: 1*", "4000: 1*", "4500: 0.4"}},
		"recurring reached thrice":           {every(200, fixed(100)...), 723, []string{"100: 1*", "300: 1*", "500: 1*", "700: 1*", "900: 0.115"}},
		"recurring alone, nothing used":      {every(200), 0, []string{"200: 0"}},
		"recurring alone":                    {every(200), 450, []string{"200: 1*", "400: 1*", "600: 0.25"}},
		"recurring out of step (Lago)":       {every(200, fixed(50)...), 260, []string{"50: 1*", "250: 1*", "350: 0.55"}},
		"recurring larger than all together": {every(1000, fixed(100)...), 150, []string{"100: 1*", "900: 0.25"}},
		"the largest ahead":                  {every(most, fixed(most)...), 1, []string{"100000000000000000: 0", "200000000000000000: 0"}},
		"the largest reached":                {every(most, fixed(most)...), most, []string{"100000000000000000: 1*", "200000000000000000: 0"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, rows(threshold.ProgressOf(c.thresholds, c.total)))
		})
	}
}

// TestProgressOf_TellsOnlySoMuch of a threshold that was reached very often.
func TestProgressOf_TellsOnlySoMuch(t *testing.T) {
	t.Parallel()
	progress := threshold.ProgressOf(every(1), most)
	require.Len(t, progress, 1001)
	require.Equal(t, most-999, progress[0].AmountCents)
	require.Equal(t, most, progress[999].AmountCents)
	require.False(t, progress[1000].Reached)
}

func TestProgressOf_NeverGoesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.OneOf(rapid.Int64Range(1, 50), rapid.Int64Range(1, most))
		thresholds := fixed(rapid.SliceOfNDistinct(amount, 0, 5, rapid.ID[int64]).Draw(t, "fixed")...)
		if rapid.Bool().Draw(t, "recurs") {
			thresholds = every(amount.Draw(t, "recurring"), thresholds...)
		}
		total := rapid.OneOf(rapid.Int64Range(0, 500), rapid.Int64Range(0, most)).Draw(t, "total")
		progress := threshold.ProgressOf(thresholds, total)
		require.GreaterOrEqual(t, len(progress), len(thresholds))
		ended := false
		for _, each := range progress {
			require.Equal(t, each.Reached, each.CompletionRatio.String() == "1")
			require.False(t, each.CompletionRatio.IsNegative())
			if each.Reached {
				require.False(t, ended, "reached after one that is not")
				require.LessOrEqual(t, each.AmountCents, total)
			} else {
				require.Positive(t, each.AmountCents)
			}
			ended = !each.Reached
		}
	})
}
