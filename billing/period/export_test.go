package period

// Intervals returns all intervals, from the shortest.
func Intervals() []Interval {
	return []Interval{IntervalWeekly, IntervalMonthly, IntervalQuarterly, IntervalSemiannual, IntervalYearly}
}
