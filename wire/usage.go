package wire

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"
	"github.com/shopspring/decimal"

	"tarn/billing/money"
	"tarn/gen"
	"tarn/metering"
	"tarn/nullable"
	"tarn/store"
)

// Usage is the usage of a period with its price.
func Usage(row metering.Usage) gen.CustomerUsageObject {
	amount, currency := row.AmountCents(), gen.Currency(row.Currency)
	return gen.CustomerUsageObject{
		FromDatetime:     instant(row.From),
		ToDatetime:       instant(row.To),
		IssuingDate:      openapi_types.Date{Time: row.IssuingDate.Start(time.UTC)},
		Currency:         &currency,
		AmountCents:      int(amount),
		TaxesAmountCents: int(row.TaxesAmountCents),
		TotalAmountCents: int(amount + row.TaxesAmountCents),
		LagoInvoiceID:    kept(row.InvoiceID),
		ChargesUsage: Each(row.Charges, func(each metering.ChargeUsage) gen.CustomerChargeUsageObject {
			return chargeUsage(each, currency)
		}),
	}
}

// chargeUsage is the usage of one charge, with all its filters and groups.
func chargeUsage(row metering.ChargeUsage, currency gen.Currency) gen.CustomerChargeUsageObject {
	metric, totals := row.Charge.BillableMetric, totalsOf(row.Fees)
	return gen.CustomerChargeUsageObject{
		Units:                totals.units,
		TotalAggregatedUnits: totals.aggregated,
		EventsCount:          totals.events,
		AmountCents:          totals.cents,
		AmountCurrency:       currency,
		PricingUnitDetails:   noPricingUnit(),
		Charge: gen.CustomerChargeUsageObject_Charge{
			LagoID:             row.Charge.ID,
			Code:               nullable.NewNullableWithValue(row.Charge.Code),
			ChargeModel:        gen.CustomerChargeUsageObjectChargeChargeModel(row.Charge.ChargeModel),
			InvoiceDisplayName: optional(row.Charge.InvoiceDisplayName),
		},
		BillableMetric: gen.CustomerChargeUsageObject_BillableMetric{
			LagoID: metric.ID, Name: metric.Name, Code: metric.Code,
			AggregationType: gen.CustomerChargeUsageObjectBillableMetricAggregationType(metric.AggregationType),
		},
		Filters:                some(filtersUsage(row.Charge, row.Fees)),
		GroupedUsage:           some(groupedUsage(row)),
		PresentationBreakdowns: some(breakdowns(ungrouped(row.Fees))),
	}
}

// filtersUsage is the usage of each filter of a charge, and of what no filter
// takes; nothing for a charge without filters.
func filtersUsage(row store.Charge, fees []metering.PricedFee) gen.CustomerChargeFiltersUsageObject {
	parts := byFilter(row, fees)
	list := make(gen.CustomerChargeFiltersUsageObject, len(parts))
	for i, part := range parts {
		totals := totalsOf(part)
		list[i] = gen.CustomerChargeFiltersUsageObject_Item{
			Units:                  totals.units,
			TotalAggregatedUnits:   totals.aggregated,
			EventsCount:            totals.events,
			AmountCents:            totals.cents,
			PricingUnitDetails:     noPricingUnit(),
			InvoiceDisplayName:     filterName(part[0].Filter),
			Values:                 filteredValues(part[0].Filter),
			PresentationBreakdowns: some(breakdowns(part)),
		}
	}
	return list
}

// groupedUsage is the usage of each pricing group of a charge.
func groupedUsage(row metering.ChargeUsage) gen.CustomerChargeGroupedUsageObject {
	parts := byGroup(row.Fees)
	list := make(gen.CustomerChargeGroupedUsageObject, len(parts))
	for i, part := range parts {
		totals := totalsOf(part)
		list[i] = gen.CustomerChargeGroupedUsageObject_Item{
			Units:                  totals.units,
			TotalAggregatedUnits:   totals.aggregated,
			EventsCount:            totals.events,
			AmountCents:            totals.cents,
			PricingUnitDetails:     noPricingUnit(),
			GroupedBy:              groupedBy(part[0]),
			Filters:                some(filtersUsage(row.Charge, part)),
			PresentationBreakdowns: some(breakdowns(grouped(unfiltered(part)))),
		}
	}
	return list
}

// usageTotals are the sums of some fees, as usage shows them.
type usageTotals struct {
	units, aggregated string
	events            int
	cents             int
	projectedUnits    string
	projectedCents    int
}

func totalsOf(fees []metering.PricedFee) usageTotals {
	var units, aggregated, projected decimal.Decimal
	var events, projectedCents int64
	for _, fee := range fees {
		units, aggregated = units.Add(fee.Units), aggregated.Add(fee.TotalAggregatedUnits)
		events += fee.EventsCount
		if fee.Projected != nil {
			projected = projected.Add(fee.Projected.Units)
			projectedCents = money.Add(projectedCents, fee.Projected.AmountCents)
		}
	}
	return usageTotals{
		units: Decimal(units), aggregated: Decimal(aggregated), events: int(events),
		cents:          int(metering.FeesAmountCents(fees)),
		projectedUnits: Decimal(projected), projectedCents: int(projectedCents),
	}
}

// byFilter puts the fees of each filter together, in their order; no fees for a
// charge without filters.
func byFilter(row store.Charge, fees []metering.PricedFee) [][]metering.PricedFee {
	if len(row.Filters) == 0 {
		return nil
	}
	return together(fees, func(fee metering.PricedFee) string {
		if fee.Filter == nil {
			return ""
		}
		return fee.Filter.ID.String()
	})
}

// byGroup puts the fees of each group together, in their order; nothing where no
// fee is of a group.
//
// Lago: once one fee is of a group, those of none are a group of their own.
func byGroup(fees []metering.PricedFee) [][]metering.PricedFee {
	if len(grouped(fees)) == 0 {
		return nil
	}
	return together(fees, func(fee metering.PricedFee) string {
		var key strings.Builder
		for _, name := range slices.Sorted(maps.Keys(fee.GroupedBy)) {
			fmt.Fprintf(&key, "%q:", name)
			if text := fee.GroupedBy[name]; text != nil {
				fmt.Fprintf(&key, "%q", *text)
			}
		}
		return key.String()
	})
}

// together puts fees with the same key together. Keys come in the order in which
// they come up.
func together(fees []metering.PricedFee, key func(metering.PricedFee) string) [][]metering.PricedFee {
	var parts [][]metering.PricedFee
	index := map[string]int{}
	for _, fee := range fees {
		at, known := index[key(fee)]
		if !known {
			at = len(parts)
			index[key(fee)] = at
			parts = append(parts, nil)
		}
		parts[at] = append(parts[at], fee)
	}
	return parts
}

// groupedBy are the texts by which a fee is apart; none for one of no group.
func groupedBy(fee metering.PricedFee) map[string]*string {
	if fee.GroupedBy == nil {
		return map[string]*string{}
	}
	return fee.GroupedBy
}

// grouped are the fees that are of a group.
func grouped(fees []metering.PricedFee) []metering.PricedFee {
	return slices.DeleteFunc(slices.Clone(fees), func(fee metering.PricedFee) bool { return fee.GroupedBy == nil })
}

// ungrouped are the fees that are neither of a group nor of a filter.
func ungrouped(fees []metering.PricedFee) []metering.PricedFee {
	return slices.DeleteFunc(unfiltered(fees), func(fee metering.PricedFee) bool { return fee.GroupedBy != nil })
}

// unfiltered are the fees that are of no filter.
func unfiltered(fees []metering.PricedFee) []metering.PricedFee {
	return slices.DeleteFunc(slices.Clone(fees), func(fee metering.PricedFee) bool { return fee.Filter != nil })
}

// breakdowns split the units of fees for display.
func breakdowns(fees []metering.PricedFee) gen.PresentationBreakdownsObject {
	return brokenDown(fees, func(part metering.UnitsBreakdown) decimal.Decimal { return part.Units })
}

// brokenDown shows a number of each breakdown of fees.
func brokenDown(fees []metering.PricedFee, units func(metering.UnitsBreakdown) decimal.Decimal) gen.PresentationBreakdownsObject {
	list := gen.PresentationBreakdownsObject{}
	for _, fee := range fees {
		for _, part := range fee.Breakdowns {
			list = append(list, gen.PresentationBreakdownsObject_Item{
				PresentationBy: &part.By, Units: some(Decimal(units(part))),
			})
		}
	}
	return list
}

// noPricingUnit is what is shown of a charge whose prices are in the currency.
// Pricing units cannot be made through the API, so no charge has one.
func noPricingUnit() nullable.Nullable[gen.UsagePricingUnitDetailsObject] {
	return nullable.NewNullNullable[gen.UsagePricingUnitDetailsObject]()
}

// filteredValues are the values that a filter takes; null for no filter.
func filteredValues(row *store.ChargeFilter) nullable.Nullable[map[string][]string] {
	if row == nil {
		return nullable.NewNullNullable[map[string][]string]()
	}
	return nullable.NewNullableWithValue(filterValues(*row))
}

// filterName is the name of a filter; null for none, and for no filter.
func filterName(row *store.ChargeFilter) nullable.Nullable[string] {
	if row == nil {
		return nullable.NewNullNullable[string]()
	}
	return optional(row.InvoiceDisplayName)
}
