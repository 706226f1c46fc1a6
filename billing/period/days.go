package period

import "time"

// Days returns how many days lie between two instants in a zone: the difference
// of what the wall clock shows, rounded up to whole days. A "to" that is
// exactly the first instant of a day counts that day too. So
//
//	Days(first.Start(zone), last.End(zone), zone) == last.DaysSince(first) + 1
//
// whatever clocks do in between, and a later start on the first day or an earlier
// end on the last counts that day in full. With both, it is the difference that
// is rounded up: from noon to noon of the next day is 1. It is 0 when "to" is
// earlier than "from".
//
// The one exception to the equation is a "first" or "last" that the zone left
// out altogether, which has no length.
func Days(from, to time.Time, zone *time.Location) int {
	if to.Before(from) {
		return 0
	}
	begin, _ := dayClock(from, zone)
	end, first := dayClock(to, zone)
	if first {
		end++
	}
	seconds := end - begin
	if to.Nanosecond() > from.Nanosecond() {
		seconds++ // a fraction of a second more rounds up
	}
	if seconds <= 0 {
		return 0 // the clock was put back in between
	}
	return int((seconds + secondsPerDay - 1) / secondsPerDay)
}

// dayClock returns what the wall clock of a zone shows, in whole seconds that
// are counted as if the clock were never changed, and whether that is the
// beginning of a day. Days begin at midnight: where the clock shows another time
// at a day's first instant, or an earlier one afterwards, midnight is returned.
func dayClock(instant time.Time, zone *time.Location) (seconds int64, first bool) {
	_, offset := in(instant, zone).Zone()
	seconds = instant.Unix() + int64(offset)
	day := DateOf(instant, zone)
	midnight := day.midnight().Unix()
	if seconds < midnight || instant.Equal(day.Start(zone)) {
		return midnight, true
	}
	return seconds, false
}
