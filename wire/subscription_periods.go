package wire

import (
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"tarn/billing/period"
	"tarn/nullable"
	"tarn/store"
)

// currentBillingPeriod is the period of usage in which a subscription is; none
// for one that has not started.
func currentBillingPeriod(row store.Subscription) (from, to nullable.Nullable[time.Time]) {
	window, started := row.Periods().CurrentBillingPeriod(row.ReadAt)
	if !started {
		return optionalInstant(nil), optionalInstant(nil)
	}
	return optionalInstant(&window.From), optionalInstant(&window.To)
}

// downgradeDate is when a subscription's plan changes to a cheaper one, or has
// changed to it.
//
// Lago: the day of a change that is still ahead is that of UTC, which lies a day
// after the one in the customer's zone where that is west of it.
func downgradeDate(row store.Subscription) nullable.Nullable[openapi_types.Date] {
	next := row.Next
	switch {
	case next == nil:
		return nullable.NewNullNullable[openapi_types.Date]()
	case next.StartedAt == nil || next.Status == store.SubscriptionIncomplete:
		return day(row.Periods().DowngradePlanDate(row.ReadAt))
	case next.Plan.Cheaper(row.Plan):
		return day(period.DateOf(*next.StartedAt, time.UTC))
	}
	return nullable.NewNullNullable[openapi_types.Date]()
}

// day is a member that shows a day.
func day(date period.Date) nullable.Nullable[openapi_types.Date] {
	return nullable.NewNullableWithValue(openapi_types.Date{Time: date.Start(time.UTC)})
}
