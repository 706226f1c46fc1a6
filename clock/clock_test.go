package clock_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/clock"
)

func TestRepresentable_HasYearsOfFourDigitsInUTC(t *testing.T) {
	t.Parallel()
	first, last := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
	west, east := time.FixedZone("west", -3600), time.FixedZone("east", 3600)
	for _, at := range []time.Time{first, last, last.In(east), first.In(west)} {
		require.True(t, clock.Representable(at), at)
		require.Equal(t, at, clock.Bounded(at))
	}
	for _, at := range []time.Time{last.Add(clock.Precision), time.Date(9999, 12, 31, 23, 0, 0, 0, west)} {
		require.False(t, clock.Representable(at), at)
		require.Equal(t, last, clock.Bounded(at))
	}
	for _, at := range []time.Time{first.Add(-1), time.Date(1, 1, 1, 0, 30, 0, 0, east)} {
		require.False(t, clock.Representable(at), at)
		require.Equal(t, first, clock.Bounded(at))
	}
}
