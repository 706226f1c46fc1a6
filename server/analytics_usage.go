package server

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"tarn/billing/period"
	"tarn/billing/revenue"
	"tarn/gen"
	"tarn/metering"
	"tarn/store"
	"tarn/wire"
)

// daysWithoutLicence are the last days of which organizations without the premium
// licence see the usage.
const daysWithoutLicence = 30

// FindAllUsages shows by day, week or month what was used of each metric, and what it
// costs.
func (s *Server) FindAllUsages(ctx context.Context, request gen.FindAllUsagesRequestObject) (gen.FindAllUsagesResponseObject, error) {
	tx := txFrom(ctx)
	filter, granularity, err := usageFilter(tx, request.Params)
	if err != nil {
		return nil, err
	}
	sums, err := metering.UsageSums(tx, filter)
	if err != nil {
		return nil, err
	}
	rows, err := usageByPeriod(sums, granularity)
	if err != nil {
		return nil, err
	}
	return gen.FindAllUsages200JSONResponse{Usages: wire.Each(rows, func(row wire.PeriodUsage) gen.UsageObject {
		return wire.AnalyticsUsage(tx.Organization().ID, row)
	})}, nil
}

// usageFilter reads which usage is wanted, and by which periods. Days are all until the
// present one (of UTC) unless a bound is given.
//
// Lago: without the premium licence these are the last thirty days, one by one, and
// only the metric can be chosen.
func usageFilter(tx *store.Tx, params gen.FindAllUsagesParams) (store.UsageFilter, gen.FindAllUsagesParamsTimeGranularity, error) {
	filter := store.UsageFilter{BillableMetricCode: textOr(params.BillableMetricCode)}
	if !tx.Organization().Premium() {
		today := period.DateOf(tx.Now(), time.UTC)
		filter.From, filter.To = today.AddDays(1-daysWithoutLicence).String(), today.String()
		return filter, gen.FindAllUsagesParamsTimeGranularityDaily, nil
	}
	filter.From, filter.To = dayIn(params.FromDate), dayIn(params.ToDate)
	filter.Currency = strings.ToUpper(textOr(params.Currency))
	filter.CustomerType = wordIn(params.CustomerType)
	filter.ExternalCustomerID = textOr(params.ExternalCustomerID)
	filter.CustomerCountry = wordIn(params.CustomerCountry)
	filter.ExternalSubscriptionID = textOr(params.ExternalSubscriptionID)
	filter.Recurring = params.IsBillableMetricRecurring
	filter.PlanCode = textOr(params.PlanCode)
	granularity := gen.FindAllUsagesParamsTimeGranularityDaily
	if params.TimeGranularity != nil {
		granularity = *params.TimeGranularity
	}
	var err error
	filter.BillingEntityID, err = entityIn(tx, params.BillingEntityCode)
	return filter, granularity, err
}

// dayIn is a day in writing; empty for none.
func dayIn(day *openapi_types.Date) string {
	if day == nil {
		return ""
	}
	return day.Format(time.DateOnly)
}

// wordIn is a word of an enumeration; empty for none.
func wordIn[Word ~string](word *Word) string {
	if word == nil {
		return ""
	}
	return string(*word)
}

// usageByPeriod adds up the usage of days that are in one period, oldest first. What
// comes to nothing is left out.
func usageByPeriod(sums []store.UsageSum, granularity gen.FindAllUsagesParamsTimeGranularity) ([]wire.PeriodUsage, error) {
	type place struct {
		first          period.Date
		code, currency string
		deleted        bool
	}
	found := map[place]*wire.PeriodUsage{}
	for _, sum := range sums {
		day, err := period.ParseDate(sum.Day)
		if err != nil {
			return nil, err
		}
		first, last := periodOf(day, granularity)
		at := place{first, sum.Code, sum.Currency, sum.Deleted}
		if found[at] == nil {
			found[at] = &wire.PeriodUsage{First: first, Last: last, Code: sum.Code, Currency: sum.Currency, Deleted: sum.Deleted}
		}
		found[at].Units, found[at].Cents = found[at].Units.Add(sum.Units), found[at].Cents.Add(sum.AmountCents)
	}
	rows := make([]wire.PeriodUsage, 0, len(found))
	for _, row := range found {
		if !row.Units.IsZero() || !row.Cents.IsZero() {
			rows = append(rows, *row)
		}
	}
	slices.SortFunc(rows, func(a, b wire.PeriodUsage) int {
		deleted := 0
		if a.Deleted != b.Deleted {
			deleted = 1
			if b.Deleted {
				deleted = -1
			}
		}
		return cmp.Or(a.First.Compare(b.First), strings.Compare(a.Code, b.Code), strings.Compare(a.Currency, b.Currency), deleted)
	})
	return rows, nil
}

// periodOf is the period that has a day: the day itself, its week from Monday on, or
// its month.
func periodOf(day period.Date, granularity gen.FindAllUsagesParamsTimeGranularity) (first, last period.Date) {
	switch granularity {
	case gen.FindAllUsagesParamsTimeGranularityWeekly:
		first = day.AddDays(-((int(day.Weekday()) + 6) % 7))
		return first, first.AddDays(6)
	case gen.FindAllUsagesParamsTimeGranularityMonthly:
		month := revenue.MonthOf(day)
		return month.First(), month.First().AddDays(month.Days() - 1)
	default:
		return day, day
	}
}
