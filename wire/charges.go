package wire

import (
	"github.com/google/uuid"

	"tarn/billing/charge"
	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// Charge is a charge as every endpoint shows it.
//
// Lago: the pricing unit is there even for a charge that has none. Pricing
// units cannot be made through the API, so no charge has one.
func Charge(row store.Charge) gen.ChargeObject {
	taxes := Each(row.Taxes, AppliedTax)
	return gen.ChargeObject{
		LagoID:               row.ID,
		LagoBillableMetricID: row.BillableMetricID,
		LagoParentID:         optional[uuid.UUID](row.ParentID),
		Code:                 nullable.NewNullableWithValue(row.Code),
		InvoiceDisplayName:   optional(row.InvoiceDisplayName),
		BillableMetricCode:   row.BillableMetric.Code,
		CreatedAt:            instant(row.CreatedAt),
		ChargeModel:          gen.ChargeModelEnum(row.ChargeModel),
		Invoiceable:          row.Invoiceable,
		RegroupPaidFees:      optionalWord[gen.ChargeObjectRegroupPaidFees](row.RegroupPaidFees),
		PayInAdvance:         row.PayInAdvance,
		Prorated:             row.Prorated,
		MinAmountCents:       int(row.MinAmountCents),
		AcceptsTargetWallet:  nullable.NewNullableWithValue(row.AcceptsTargetWallet),
		Properties:           properties(row.Properties),
		AppliedPricingUnit:   nullable.NewNullNullable[gen.ChargeObject_AppliedPricingUnit](),
		Filters:              Each(row.Filters, embeddedChargeFilter),
		Taxes:                &taxes,
	}
}

// ChargeFilter is a filter of a charge as its own endpoints show it.
//
// Lago: a filter that was just deleted has no values.
func ChargeFilter(row store.ChargeFilter) gen.ChargeFilterFullObject {
	return gen.ChargeFilterFullObject{
		LagoID:             row.ID,
		ChargeCode:         row.ChargeCode,
		InvoiceDisplayName: optional(row.InvoiceDisplayName),
		Properties:         properties(row.Properties),
		Values:             filterValues(row),
	}
}

// embeddedChargeFilter is a filter as part of its charge.
func embeddedChargeFilter(row store.ChargeFilter) gen.ChargeFilterObject {
	return gen.ChargeFilterObject{
		LagoID:             &row.ID,
		ChargeCode:         nullable.NewNullableWithValue(row.ChargeCode),
		InvoiceDisplayName: optional(row.InvoiceDisplayName),
		Properties:         properties(row.Properties),
		Values:             filterValues(row),
	}
}

func filterValues(row store.ChargeFilter) map[string][]string {
	if row.DeletedAt != nil || row.Values == nil {
		return map[string][]string{}
	}
	return row.Values
}

// properties are those of a charge, of a fixed charge or of a filter.
func properties(row charge.Properties) nullable.Nullable[map[string]any] {
	shown := row.Shown()
	if shown == nil {
		shown = charge.Properties{}
	}
	return nullable.NewNullableWithValue[map[string]any](shown)
}
