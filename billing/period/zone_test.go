package period_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/billing/period"
)

// March 2024 in section 8.4: the same dates everywhere, other instants.
func TestDate_StartAndEndInAZone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, from, to string }{
		{"UTC", "2024-03-01T00:00:00Z", "2024-03-31T23:59:59Z"},
		{"America/New_York", "2024-03-01T05:00:00Z", "2024-04-01T03:59:59Z"},
		{"Asia/Tokyo", "2024-02-29T15:00:00Z", "2024-03-31T14:59:59Z"},
		{"Europe/Paris", "2024-02-29T23:00:00Z", "2024-03-31T21:59:59Z"},
	} {
		t.Run(c.zone, func(t *testing.T) {
			t.Parallel()
			march := period.Schedule{Interval: period.IntervalMonthly, BillingTime: period.BillingTimeCalendar}.
				Containing(date("2024-03-10"))
			start, end := march.First.Start(zone(c.zone)), march.Last.End(zone(c.zone))
			assert.Equal(t, c.from, start.Format(time.RFC3339Nano))
			assert.Equal(t, c.to, end.Format(time.RFC3339))
			assert.Equal(t, 999_999_000, end.Nanosecond())
			assert.Equal(t, time.UTC, start.Location())
			assert.Equal(t, time.UTC, end.Location())
			assert.Equal(t, 31, period.Days(start, end, zone(c.zone)))
		})
	}
}

func TestDate_StartWhereMidnightIsOdd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, zone, day, start, next string }{
		{"no midnight: the clock jumps from 24:00 to 1:00", "America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"},
		{"the clock is put back from 24:00 to 23:00", "America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00:00Z", "2018-02-18T03:00:00Z"},
		{"midnight twice: back from 1:00 to 0:00", "America/Havana", "2024-11-03", "2024-11-03T04:00:00Z", "2024-11-04T05:00:00Z"},
		{"no midnight: from 0:00 to 1:00", "America/Havana", "2024-03-10", "2024-03-10T05:00:00Z", "2024-03-11T04:00:00Z"},
		{"back over midnight, from 0:01 to 23:01", "America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z"},
		{"half an hour back", "Australia/Lord_Howe", "2024-04-07", "2024-04-06T13:00:00Z", "2024-04-07T13:30:00Z"},
		{"the last day before one was left out", "Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"},
		{"the day that was left out", "Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"},
		{"the first day after", "Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"},
		{"the last day of a leap year", "Africa/Cairo", "2040-12-31", "2040-12-30T22:00:00Z", "2040-12-31T22:00:00Z"},
		{"the first day after one", "America/Havana", "2041-01-01", "2041-01-01T05:00:00Z", "2041-01-02T05:00:00Z"},
		{"a day twice", "Pacific/Kwajalein", "1969-09-30", "1969-09-29T13:00:00Z", "1969-10-01T12:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			day, location := date(c.day), zone(c.zone)
			assert.Equal(t, c.start, day.Start(location).Format(time.RFC3339Nano))
			assert.Equal(t, instant(c.next).Add(-time.Microsecond), day.End(location))
			if c.start != c.next {
				assert.Equal(t, day, period.DateOf(instant(c.start), location))
				assert.Equal(t, day, period.DateOf(day.End(location), location))
			}
		})
	}
}

// A clock that has shown a new day and is put back does not bring the old day back.
func TestDateOf_NeverGoesBack(t *testing.T) {
	t.Parallel()
	location := zone("America/St_Johns")
	again := instant("2010-11-07T03:00:00Z")
	require.Equal(t, "2010-11-06 23:30", again.In(location).Format("2006-01-02 15:04"))
	assert.Equal(t, date("2010-11-07"), period.DateOf(again, location))
	assert.Equal(t, date("2010-11-07"), period.DateOf(instant("2010-11-07T02:30:30Z"), location))
	assert.Equal(t, date("2010-11-06"), period.DateOf(instant("2010-11-07T02:29:59Z"), location))
}

func TestDateOf_NoZoneIsUTC(t *testing.T) {
	t.Parallel()
	at := instant("2024-03-01T05:00:00+14:00")
	assert.Equal(t, date("2024-02-29"), period.DateOf(at, nil))
	assert.Equal(t, instant("2024-02-29T00:00:00Z"), date("2024-02-29").Start(nil))
	assert.Equal(t, 1, period.Days(at, at.Add(time.Hour), nil))
}

func TestDays_CountsBegunDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, from, to string
		want                 int
	}{
		{"whole days", utc, "2024-02-15T00:00:00Z", "2024-02-29T23:59:59.999999Z", 15},
		{"a start in the day counts in full", utc, "2024-03-05T12:12:00Z", "2024-03-31T23:59:59.999999Z", 27},
		{"an end in the day counts in full", utc, "2024-03-01T00:00:00Z", "2024-03-12T11:00:00Z", 12},
		{"an end at midnight counts its day", utc, "2024-03-01T00:00:00Z", "2024-03-12T00:00:00Z", 12},
		{"two begun days of less than one together", utc, "2024-03-05T12:12:00Z", "2024-03-06T11:00:00Z", 1},
		{"two begun days of more than one together", utc, "2024-03-05T11:00:00Z", "2024-03-06T12:12:00Z", 2},
		{"a microsecond more than a day", utc, "2024-03-01T12:00:00Z", "2024-03-02T12:00:00.000001Z", 2},
		{"exactly a day", utc, "2024-03-01T12:00:00Z", "2024-03-02T12:00:00Z", 1},
		{"a microsecond less than a day", utc, "2024-03-01T12:00:00.000001Z", "2024-03-02T12:00:00Z", 1},
		{"the same instant in the day", utc, "2024-03-01T12:00:00Z", "2024-03-01T12:00:00Z", 0},
		{"the same instant at midnight", utc, "2024-03-01T00:00:00Z", "2024-03-01T00:00:00Z", 1},
		{"the wrong way round", utc, "2024-03-02T00:00:00Z", "2024-03-01T00:00:00Z", 0},
		{"a day of 23 hours", "America/New_York", "2024-03-10T05:00:00Z", "2024-03-11T03:59:59.999999Z", 1},
		{"a day of 25 hours", "America/New_York", "2024-11-03T04:00:00Z", "2024-11-04T04:59:59.999999Z", 1},
		{"midnight is that of the zone", "America/New_York", "2024-03-01T05:00:00Z", "2024-03-02T05:00:00Z", 2},
		{"midnight in UTC is not", "America/New_York", "2024-03-01T05:00:00Z", "2024-03-02T00:00:00Z", 1},
		{"a day that begins at 1:00", "America/Sao_Paulo", "2018-11-01T03:00:00Z", "2018-11-04T03:00:00Z", 4},
		{"from a day that begins at 1:00", "America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z", 2},
		{"a day that has begun, though the clock was put back over midnight", "America/St_Johns", "2010-11-07T02:30:00Z", "2010-11-07T03:00:00Z", 1},
		{"over a day that was left out", "Pacific/Apia", "2011-12-01T10:00:00Z", "2011-12-31T09:59:59.999999Z", 31},
		{"the clock is put back in between", "America/New_York", "2024-11-03T05:50:00Z", "2024-11-03T06:10:00Z", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, period.Days(instant(c.from), instant(c.to), zone(c.zone)))
		})
	}
}
