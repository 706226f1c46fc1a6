package wire

import (
	"github.com/shopspring/decimal"

	"tarn/gen"
	"tarn/metering"
	"tarn/store"
)

// ProjectedUsage is the usage of a period with what it is expected to be at its
// end.
func ProjectedUsage(row metering.Usage) gen.CustomerProjectedUsageObject {
	current := Usage(row)
	return gen.CustomerProjectedUsageObject{
		FromDatetime:         current.FromDatetime,
		ToDatetime:           current.ToDatetime,
		IssuingDate:          current.IssuingDate,
		Currency:             current.Currency,
		AmountCents:          current.AmountCents,
		ProjectedAmountCents: int(row.ProjectedAmountCents()),
		TaxesAmountCents:     current.TaxesAmountCents,
		TotalAmountCents:     current.TotalAmountCents,
		LagoInvoiceID:        current.LagoInvoiceID,
		ChargesUsage: Each(row.Charges, func(each metering.ChargeUsage) gen.CustomerProjectedChargeUsageObject {
			return projectedChargeUsage(each, gen.Currency(row.Currency))
		}),
	}
}

// projectedChargeUsage is the usage of one charge.
//
// Lago: it does not tell the charge's code, and the total of a charge with
// filters leaves out what no filter takes.
func projectedChargeUsage(row metering.ChargeUsage, currency gen.Currency) gen.CustomerProjectedChargeUsageObject {
	metric, totals := row.Charge.BillableMetric, totalsOf(row.Fees)
	expected := totals
	if len(row.Charge.Filters) > 0 {
		expected = totalsOf(filtered(row.Fees))
	}
	return gen.CustomerProjectedChargeUsageObject{
		Units:                totals.units,
		ProjectedUnits:       expected.projectedUnits,
		EventsCount:          totals.events,
		AmountCents:          totals.cents,
		ProjectedAmountCents: expected.projectedCents,
		AmountCurrency:       currency,
		PricingUnitDetails:   noPricingUnit(),
		Charge: gen.CustomerProjectedChargeUsageObject_Charge{
			LagoID:             row.Charge.ID,
			ChargeModel:        gen.CustomerProjectedChargeUsageObjectChargeChargeModel(row.Charge.ChargeModel),
			InvoiceDisplayName: optional(row.Charge.InvoiceDisplayName),
		},
		BillableMetric: gen.CustomerProjectedChargeUsageObject_BillableMetric{
			LagoID: metric.ID, Name: metric.Name, Code: metric.Code,
			AggregationType: gen.CustomerProjectedChargeUsageObjectBillableMetricAggregationType(metric.AggregationType),
		},
		Filters:                         some(projectedFilters(row.Charge, row.Fees)),
		GroupedUsage:                    some(projectedGroups(row)),
		Groups:                          &[]any{},
		PresentationBreakdowns:          some(breakdowns(ungrouped(row.Fees))),
		ProjectedPresentationBreakdowns: some(projectedBreakdowns(ungrouped(row.Fees))),
	}
}

func projectedFilters(row store.Charge, fees []metering.PricedFee) gen.CustomerProjectedChargeFiltersUsageObject {
	parts := byFilter(row, fees)
	list := make(gen.CustomerProjectedChargeFiltersUsageObject, len(parts))
	for i, part := range parts {
		totals := totalsOf(part)
		list[i] = gen.CustomerProjectedChargeFiltersUsageObject_Item{
			Units:                           totals.units,
			ProjectedUnits:                  totals.projectedUnits,
			EventsCount:                     totals.events,
			AmountCents:                     totals.cents,
			ProjectedAmountCents:            totals.projectedCents,
			PricingUnitDetails:              noPricingUnit(),
			InvoiceDisplayName:              filterName(part[0].Filter),
			Values:                          filteredValues(part[0].Filter),
			PresentationBreakdowns:          some(breakdowns(part)),
			ProjectedPresentationBreakdowns: some(projectedBreakdowns(part)),
		}
	}
	return list
}

func projectedGroups(row metering.ChargeUsage) gen.CustomerProjectedChargeGroupedUsageObject {
	parts := byGroup(row.Fees)
	list := make(gen.CustomerProjectedChargeGroupedUsageObject, len(parts))
	for i, part := range parts {
		totals := totalsOf(part)
		list[i] = gen.CustomerProjectedChargeGroupedUsageObject_Item{
			Units:                           totals.units,
			ProjectedUnits:                  totals.projectedUnits,
			EventsCount:                     totals.events,
			AmountCents:                     totals.cents,
			ProjectedAmountCents:            totals.projectedCents,
			PricingUnitDetails:              noPricingUnit(),
			GroupedBy:                       groupedBy(part[0]),
			Filters:                         some(projectedFilters(row.Charge, part)),
			PresentationBreakdowns:          some(breakdowns(grouped(unfiltered(part)))),
			ProjectedPresentationBreakdowns: some(projectedBreakdowns(grouped(unfiltered(part)))),
		}
	}
	return list
}

// filtered are the fees that are of a filter.
func filtered(fees []metering.PricedFee) []metering.PricedFee {
	var kept []metering.PricedFee
	for _, fee := range fees {
		if fee.Filter != nil {
			kept = append(kept, fee)
		}
	}
	return kept
}

// projectedBreakdowns split the units that fees are expected to have.
func projectedBreakdowns(fees []metering.PricedFee) gen.PresentationBreakdownsObject {
	return brokenDown(fees, func(part metering.UnitsBreakdown) decimal.Decimal { return part.ProjectedUnits })
}
