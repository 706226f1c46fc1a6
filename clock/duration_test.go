package clock_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/clock"
)

func TestDuration_After(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ start, duration, want string }{
		{"2026-01-15T10:00:00Z", "P1M", "2026-02-15T10:00:00Z"},
		{"2026-01-31T10:00:00Z", "P1M", "2026-02-28T10:00:00Z"},
		{"2028-01-31T10:00:00Z", "P1M", "2028-02-29T10:00:00Z"},
		{"2028-02-29T00:00:00Z", "P1Y", "2029-02-28T00:00:00Z"},
		{"2026-10-31T23:59:59.999999Z", "P13M", "2027-11-30T23:59:59.999999Z"},
		{"2026-01-30T00:00:00Z", "P1M1D", "2026-03-01T00:00:00Z"}, // the month first, then the day
		{"2026-01-31T00:00:00Z", "P1Y2M10DT2H", "2027-04-10T02:00:00Z"},
		{"2026-12-31T00:00:00Z", "P2W", "2027-01-14T00:00:00Z"},
		{"2026-03-29T00:30:00Z", "PT36H", "2026-03-30T12:30:00Z"},
		{"2026-01-01T00:00:00Z", "PT90M", "2026-01-01T01:30:00Z"},
		{"2026-01-01T00:00:00Z", "PT1.5S", "2026-01-01T00:00:01.5Z"},
		{"2026-01-01T00:00:00Z", "PT0,0000019S", "2026-01-01T00:00:00.000001Z"},
		{"2026-03-31T00:00:00Z", "-P1M", "2026-02-28T00:00:00Z"},
		{"2026-01-01T00:00:00Z", "-PT0.5S", "2025-12-31T23:59:59.5Z"},
		{"2026-01-01T00:00:00Z", "P0D", "2026-01-01T00:00:00Z"},
		{"2026-01-01T00:00:00Z", "P000000000000001D", "2026-01-02T00:00:00Z"},
		{"2026-01-31T01:00:00+02:00", "P1M", "2026-02-28T23:00:00Z"}, // the months of UTC
	} {
		start, err := time.Parse(time.RFC3339Nano, c.start)
		require.NoError(t, err)
		duration, err := clock.ParseDuration(c.duration)
		require.NoError(t, err, c.duration)
		assert.Equal(t, c.want, duration.After(start).Format(time.RFC3339Nano), "%s after %s", c.duration, c.start)
	}
}

func TestParseDuration_RefusesWhatIsNone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "P", "-P", "PT", "P1YT", "1M", "P1", "P1H", "PT1D", "P1.5M", "PT1.5H", "PT.5S", "PT1.S", "P-1M", "p1m", " P1M", "P1M\n",
		"P1D1M", "P1M1M", "+P1M", "P١M", "1 month",
	} {
		_, err := clock.ParseDuration(text)
		assert.ErrorContains(t, err, "no duration of ISO 8601", "%q", text)
	}
}

// However large its numbers are, a duration leads forward, or backward when it
// is negative, and never past the ends of time to the other side.
func TestDuration_LeadsToItsOwnSide(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 5, 31, 12, 0, 0, 0, time.UTC)
	rapid.Check(t, func(rt *rapid.T) {
		digits := rapid.StringMatching(`[0-9]{0,25}[1-9]`)
		form := rapid.SampledFrom([]string{"P%Y", "P%M", "P%W", "P%D", "PT%H", "PT%M", "PT%S", "P%Y%M%W%DT%H%M%S"}).Draw(rt, "form")
		text := ""
		for _, r := range form {
			if r == '%' {
				text += digits.Draw(rt, "number")
				continue
			}
			text += string(r)
		}
		forward, err := clock.ParseDuration(text)
		require.NoError(rt, err)
		require.True(rt, forward.After(start).After(start), text)
		backward, err := clock.ParseDuration("-" + text)
		require.NoError(rt, err)
		require.True(rt, backward.After(start).Before(start), text)
	})
}
