package server

import (
	"time"

	"tarn/clock"
	"tarn/fault"
	"tarn/server/edge"
)

// A dayBound turns what a date parameter names into the limit of a period.
type dayBound func(at time.Time, wholeDay bool) time.Time

// startOfDay is a period's beginning, which is in.
func startOfDay(at time.Time, _ bool) time.Time { return at }

// endOfDay is the first instant after a period that includes what was named:
// the whole day, the whole second where no fraction was given (as the API
// itself shows times), or the very instant.
func endOfDay(at time.Time, wholeDay bool) time.Time {
	switch {
	case wholeDay:
		return at.AddDate(0, 0, 1)
	case at.Nanosecond() == 0:
		return at.Add(time.Second)
	}
	return at.Add(clock.Precision)
}

// dayOrInstant reads a date or a date-time, in UTC unless it says otherwise;
// nil when there is none. What cannot be read is noted under the field.
func dayOrInstant(details fault.Details, field string, text *string, bound dayBound) *time.Time {
	if text == nil || *text == "" {
		return nil
	}
	at, wholeDay, ok := edge.ParseDay(*text)
	if !ok {
		details.Add(field, fault.CodeInvalid)
		return nil
	}
	limit := within(bound(at, wholeDay))
	return &limit
}

// within keeps an instant in the years that all databases can compare. No log
// is older or newer.
func within(at time.Time) time.Time {
	first := time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC)
	last := time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)
	switch {
	case at.Before(first):
		return first
	case at.After(last):
		return last
	}
	return at
}

// namedInstant is the instant that a text of the contract's format iso8601
// names: a day stands for its beginning.
func namedInstant(text string) time.Time {
	at, _, _ := edge.ParseDay(text) // the contract was checked
	return at
}
