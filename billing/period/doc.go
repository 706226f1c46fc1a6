// Package period owns all arithmetic with dates: where days begin, which
// natural periods a subscription has, what a billing run covers, and how many
// days of a period are paid for.
//
//	date.go          Date, a day of the calendar
//	zone.go          where a day begins and ends in a time zone
//	days.go          Days, the count of days between two instants
//	interval.go      Interval, BillingTime and the comparison of plans
//	schedule.go      Schedule and Span: the natural periods
//	subscription.go  Subscription: what the rules know of one; its billing days
//	windows.go       Windows: what one billing run covers
//	current.go       Current: the period that is running, for usage and reads
//	usage.go         the days of a window
//	prorate.go       Prorate and Amount: a share of an amount
//	trial.go         the end of a trial
//	fee.go           the subscription fee
//	unused.go        what is left of, and used from, a period paid in advance
//
// An engine fills a Subscription from its rows and asks it:
//
//	if sub.BillingDay(period.DateOf(now, zone)) {
//		windows := sub.Windows(now)
//		if sub.FeeDue(period.ReasonPeriodic, now, trialEndsAt) {
//			fee := sub.Fee(period.FeeInput{Window: windows.Subscription, …})
//		}
//	}
//
// Instants that come out are UTC. A day ends with its last microsecond, which
// is the precision that instants are stored with; so a period's end and the
// next one's start lie one microsecond apart, and nothing falls between them.
//
// The package is pure: it knows no database, no HTTP, no contract and no clock.
// "Now" is always an argument.
package period
