package revenue

import (
	"time"

	"tarn/billing/period"
)

// Month is a month of the calendar. Months are compared and counted like numbers:
// the one after m is m + 1.
type Month int

// monthsOfYear are the months of a year.
const monthsOfYear = 12

// MonthOf returns the month that has a day.
func MonthOf(day period.Date) Month {
	year, month, _ := day.Civil()
	return Month(year*monthsOfYear + int(month) - 1)
}

// MonthAt returns the month of an instant in UTC.
func MonthAt(instant time.Time) Month { return MonthOf(period.DateOf(instant, time.UTC)) }

// First returns the first day of the month.
func (m Month) First() period.Date {
	return period.NewDate(int(m)/monthsOfYear, time.Month(int(m)%monthsOfYear+1), 1)
}

// Days returns how many days the month has.
func (m Month) Days() int { return (m + 1).First().DaysSince(m.First()) }

// String writes the month as 2024-02.
func (m Month) String() string { return m.First().String()[:len("2024-02")] }
