package period

import (
	"cmp"
	"fmt"
	"time"
)

// secondsPerDay are the seconds of a day on which no clock is changed.
const secondsPerDay = 24 * 60 * 60

// firstDay is 0001-01-01 in seconds of Unix time.
const firstDay = -719162 * secondsPerDay

// Date is a day of the Gregorian calendar, without a time zone. Dates compare
// with ==. The zero Date is 0001-01-01, a Monday.
type Date struct {
	// ordinal counts the days since 0001-01-01.
	ordinal int
}

// NewDate returns a date. A day or month beyond its range runs over into the
// next ones, as with time.Date: 30 February 2024 is 1 March.
func NewDate(year int, month time.Month, day int) Date {
	return Date{ordinal: int((time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() - firstDay) / secondsPerDay)}
}

// ParseDate reads a date of the form 2024-02-29.
func ParseDate(text string) (Date, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, fmt.Errorf("no date of the form YYYY-MM-DD: %q", text)
	}
	return NewDate(day.Date()), nil
}

// Civil returns the year, month and day of the month.
func (d Date) Civil() (year int, month time.Month, day int) {
	return d.midnight().Date()
}

// midnight is the date's first instant in UTC.
func (d Date) midnight() time.Time {
	return time.Unix(firstDay+int64(d.ordinal)*secondsPerDay, 0).UTC()
}

// AddDays returns the date so many days later, or earlier for a negative
// number.
func (d Date) AddDays(days int) Date { return Date{ordinal: d.ordinal + days} }

// DaysSince returns how many days a date is later than another: 1 for the day
// after it, negative for an earlier one.
func (d Date) DaysSince(earlier Date) int { return d.ordinal - earlier.ordinal }

// Before reports whether a date is earlier than another.
func (d Date) Before(other Date) bool { return d.ordinal < other.ordinal }

// After reports whether a date is later than another.
func (d Date) After(other Date) bool { return d.ordinal > other.ordinal }

// Compare returns -1 for an earlier date than the other, 0 for the same and 1
// for a later one.
func (d Date) Compare(other Date) int { return cmp.Compare(d.ordinal, other.ordinal) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.midnight().Weekday() }

// String writes the date as 2024-02-29.
func (d Date) String() string { return d.midnight().Format(time.DateOnly) }

// MarshalText writes the date as String does. It never fails.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(text []byte) error {
	date, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = date
	return nil
}

// later returns the later of two dates.
func later(a, b Date) Date {
	if a.Before(b) {
		return b
	}
	return a
}
