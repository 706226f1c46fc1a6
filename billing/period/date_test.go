package period_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/billing/period"
)

func TestDate_IsADayOfTheCalendar(t *testing.T) {
	t.Parallel()
	leap := period.NewDate(2024, time.February, 29)
	assert.Equal(t, "2024-02-29", leap.String())
	assert.Equal(t, time.Thursday, leap.Weekday())
	assert.Equal(t, date("2024-03-01"), leap.AddDays(1))
	assert.Equal(t, date("2023-03-01"), leap.AddDays(-365))
	assert.Equal(t, 366, date("2025-01-01").DaysSince(date("2024-01-01")))
	assert.Equal(t, -1, leap.DaysSince(date("2024-03-01")))
	assert.Equal(t, date("2024-03-01"), period.NewDate(2024, time.February, 30))
	assert.Equal(t, date("2023-12-31"), period.NewDate(2024, time.January, 0))

	year, month, day := leap.Civil()
	assert.Equal(t, []int{2024, 2, 29}, []int{year, int(month), day})
}

func TestDate_ZeroIsTheFirstMondayOfTheCalendar(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "0001-01-01", period.Date{}.String())
	assert.Equal(t, time.Monday, period.Date{}.Weekday())
	assert.Equal(t, period.DateOf(time.Time{}, time.UTC), period.Date{})
	assert.Equal(t, "0000-12-31", period.Date{}.AddDays(-1).String())
}

func TestDate_Compares(t *testing.T) {
	t.Parallel()
	early, late := date("2024-02-29"), date("2024-03-01")
	assert.True(t, early.Before(late))
	assert.False(t, late.Before(early))
	assert.False(t, early.Before(early))
	assert.True(t, late.After(early))
	assert.False(t, early.After(early))
	assert.Equal(t, period.NewDate(2024, time.March, 1), late)

	sorted := []period.Date{late, early, late}
	slices.SortFunc(sorted, period.Date.Compare)
	assert.Equal(t, []period.Date{early, late, late}, sorted)
}

func TestDate_TravelsAsText(t *testing.T) {
	t.Parallel()
	written, err := json.Marshal(map[string]period.Date{"day": date("2024-02-29")})
	require.NoError(t, err)
	assert.JSONEq(t, `{"day":"2024-02-29"}`, string(written))

	var read map[string]period.Date
	require.NoError(t, json.Unmarshal(written, &read))
	assert.Equal(t, date("2024-02-29"), read["day"])
	require.Error(t, json.Unmarshal([]byte(`{"day":"2023-02-29"}`), &read))
}

func TestParseDate_RefusesAnythingElse(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "2024-2-9", "2023-02-29", "2024-13-01", "2024-02-15T10:00:00Z", " 2024-02-15", "15.02.2024"} {
		_, err := period.ParseDate(text)
		require.ErrorContains(t, err, text)
	}
}
