package period_test

import (
	"time"
	_ "time/tzdata" // the tests need no time zones of the machine

	"tarn/billing/period"
)

// utc is the zone of most examples.
const utc = "UTC"

// date reads a date.
func date(text string) period.Date {
	day, err := period.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return day
}

// instant reads an instant, with or without seconds and their fraction.
func instant(text string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC()
		}
	}
	panic("no instant: " + text)
}

// zone returns a time zone by its name.
func zone(name string) *time.Location {
	location, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return location
}

// span reads a span that is written 2024-02-01..2024-02-29.
func span(text string) period.Span {
	const length = len(time.DateOnly)
	return period.Span{First: date(text[:length]), Last: date(text[length+2:])}
}

// days writes the days of a window's instants in a zone as span reads them.
func days(window period.Window, location *time.Location) string {
	return period.DateOf(window.From, location).String() + ".." + period.DateOf(window.To, location).String()
}

// shown writes a window as answers show it: in UTC, without fractions.
func shown(window period.Window) string {
	return window.From.Format(time.RFC3339) + ".." + window.To.Format(time.RFC3339)
}

// shownOrNull does the same for a window that may be missing.
func shownOrNull(window *period.Window) string {
	if window == nil {
		return "null"
	}
	return shown(*window)
}

// monthly returns a monthly subscription in UTC that starts at an instant and
// has its anchor there.
func monthly(billingTime period.BillingTime, startedAt string) period.Subscription {
	return subscription(period.IntervalMonthly, billingTime, startedAt)
}

// subscription returns a subscription in UTC, in arrears, that starts at an
// instant and has its anchor there.
func subscription(interval period.Interval, billingTime period.BillingTime, startedAt string) period.Subscription {
	start := instant(startedAt)
	return period.Subscription{
		Schedule:  period.Schedule{Interval: interval, BillingTime: billingTime, Anchor: period.DateOf(start, time.UTC)},
		Zone:      time.UTC,
		StartedAt: start,
	}
}

// ended returns a subscription that has ended.
func ended(sub period.Subscription, ending period.Ending, terminatedAt string) period.Subscription {
	sub.Ending, sub.TerminatedAt = ending, instant(terminatedAt)
	return sub
}

// inAdvance returns a subscription that is paid in advance.
func inAdvance(sub period.Subscription) period.Subscription {
	sub.PayInAdvance = true
	return sub
}
