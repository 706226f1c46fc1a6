package clock

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Duration is a duration of ISO 8601, such as one month or an hour and a half.
// Its parts are kept apart, because months and days differ in length.
type Duration struct {
	negative                   bool
	years, months, weeks, days int
	hours, minutes, seconds    int
	fraction                   time.Duration
}

// mostDigits bounds each number of a duration, so that no sum overflows. The
// largest number that it leaves is three decades even in seconds.
const mostDigits = 9

// durationForm is the form of ISO 8601's durations. Only seconds have decimals:
// half a month is no number of days.
var durationForm = regexp.MustCompile(`^(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?` +
	`(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d+))?S)?)?$`)

// ParseDuration reads a duration such as P1M, P1Y2M10DT2H or PT0.5S. It refuses
// what names no part at all.
func ParseDuration(text string) (Duration, error) {
	parts := durationForm.FindStringSubmatch(text)
	if parts == nil || strings.HasSuffix(text, "P") || strings.HasSuffix(text, "T") {
		return Duration{}, fmt.Errorf("%q is no duration of ISO 8601", text)
	}
	number := func(part int) int { return leading(parts[part], mostDigits) }
	return Duration{
		negative: parts[1] != "",
		years:    number(2), months: number(3), weeks: number(4), days: number(5),
		hours: number(6), minutes: number(7), seconds: number(8),
		fraction: time.Duration(leading((parts[9] + "000000")[:6], mostDigits)) * Precision,
	}, nil
}

// leading is the number that digits spell; one of more digits than most counts
// as the largest that has so many.
func leading(digits string, most int) int {
	digits = strings.TrimLeft(digits, "0")
	if len(digits) > most {
		digits = strings.Repeat("9", most)
	}
	number, _ := strconv.Atoi(digits) // digits only, or nothing, which is zero
	return number
}

// After is the instant that lies the duration after another one, in UTC. Years
// and months come first, and lead to the last day of a month that is too short
// for the day at which they began: a month after January 31 is the end of
// February. Then come weeks and days, then the hours, minutes and seconds.
func (d Duration) After(start time.Time) time.Time {
	sign := 1
	if d.negative {
		sign = -1
	}
	at := addMonths(start.UTC(), sign*(12*d.years+d.months)).AddDate(0, 0, sign*(7*d.weeks+d.days))
	seconds := int64(sign) * (int64(d.hours)*3600 + int64(d.minutes)*60 + int64(d.seconds))
	return time.Unix(at.Unix()+seconds, int64(at.Nanosecond())+int64(sign)*int64(d.fraction)).UTC()
}

// addMonths is the same day so many months later, or the last day of that
// month where it has no such day.
func addMonths(at time.Time, months int) time.Time {
	first := at.AddDate(0, months, 1-at.Day())
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(at.Day(), last)-1)
}
