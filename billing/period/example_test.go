package period_test

import (
	"fmt"
	"time"

	"tarn/billing/period"
)

// A subscription that starts in the midst of a month is billed for the rest of
// it on the first of the next.
func Example() {
	paris, _ := time.LoadLocation("Europe/Paris")
	started := time.Date(2024, time.February, 15, 10, 0, 0, 0, time.UTC)
	sub := period.Subscription{
		Schedule: period.Schedule{
			Interval:    period.IntervalMonthly,
			BillingTime: period.BillingTimeCalendar,
			Anchor:      period.DateOf(started, paris),
		},
		Zone:      paris,
		StartedAt: started,
	}

	due := sub.NextBillingDay(period.DateOf(started, paris)).Start(paris)
	windows := sub.Windows(due)
	fee := sub.Fee(period.FeeInput{
		PlanAmountCents: 10_000,
		Window:          windows.Subscription,
		CreatedAt:       started,
	})

	fmt.Println("due    ", due.Format(time.RFC3339))
	fmt.Println("plan   ", windows.Subscription.From.Format(time.RFC3339), windows.Subscription.To.Format(time.RFC3339))
	fmt.Println("usage  ", windows.Charges.From.Format(time.RFC3339), windows.Charges.To.Format(time.RFC3339))
	fmt.Printf("fee     %d/%d of 10000 cents: %d\n", fee.Days, fee.Of, fee.Cents)
	// Output:
	// due     2024-02-29T23:00:00Z
	// plan    2024-02-14T23:00:00Z 2024-02-29T22:59:59Z
	// usage   2024-02-15T10:00:00Z 2024-02-29T22:59:59Z
	// fee     15/29 of 10000 cents: 5172
}

// Periods by anniversary come back to the anchor's day after a short month.
func ExampleSchedule() {
	schedule := period.Schedule{
		Interval:    period.IntervalMonthly,
		BillingTime: period.BillingTimeAnniversary,
		Anchor:      period.NewDate(2024, time.January, 31),
	}
	current := schedule.Containing(schedule.Anchor)
	for range 3 {
		fmt.Println(current.First, current.Last, current.Days())
		current = schedule.Next(current)
	}
	// Output:
	// 2024-01-31 2024-02-28 29
	// 2024-02-29 2024-03-30 31
	// 2024-03-31 2024-04-29 30
}

// What is left of a month in advance when it is terminated on the 21st.
func ExampleSubscription_Unused() {
	sub := period.Subscription{
		Schedule:     period.Schedule{Interval: period.IntervalMonthly, BillingTime: period.BillingTimeCalendar},
		PayInAdvance: true,
		StartedAt:    time.Date(2025, time.February, 8, 10, 0, 0, 0, time.UTC),
		Ending:       period.EndingTermination,
		TerminatedAt: time.Date(2025, time.February, 21, 12, 0, 0, 0, time.UTC),
	}
	unused := sub.Unused(period.UnusedInput{PlanAmountCents: 10_000, FeeCents: 7500})
	fmt.Println(unused.Days, unused.Of, unused.Cents)
	// Output: 7 28 2500
}
