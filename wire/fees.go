package wire

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/iso"
	"tarn/gen"
	"tarn/metering"
	"tarn/nullable"
	"tarn/store"
)

// numericOffset is the form of a fee's dates.
const numericOffset = "2006-01-02T15:04:05-07:00"

// noDetails is how an amount is explained that has no explanation.
const noDetails = "{}"

// EstimatedFee is the fee that an event would bring which is paid in advance.
//
// Lago: it does not explain its amount.
func EstimatedFee(row metering.AdvanceFee) gen.FeeObject {
	currency := row.Subscription.Plan.AmountCurrency
	details, taxes := gen.FeeAmountDetails(noDetails), feeTaxes(row, currency)
	precise := major(row.PreciseAmountCents, currency)
	preciseTaxes := major(row.TaxAmounts.Precise, currency)
	object := gen.FeeObject{
		Item:                                     feeItem(row.PricedFee),
		AmountCents:                              int(row.AmountCents),
		AmountCurrency:                           gen.Currency(currency),
		AmountDetails:                            &details,
		AppliedTaxes:                             &taxes,
		Description:                              nullable.NewNullNullable[string](),
		EventTransactionID:                       nullable.NewNullableWithValue(row.TransactionID),
		EventsCount:                              nullable.NewNullableWithValue(int(row.EventsCount)),
		ExternalCustomerID:                       nullable.NewNullableWithValue(row.Subscription.Customer.ExternalID),
		ExternalSubscriptionID:                   nullable.NewNullableWithValue(row.Subscription.ExternalID),
		FromDate:                                 nullable.NewNullableWithValue(row.From.UTC().Format(numericOffset)),
		ToDate:                                   nullable.NewNullableWithValue(row.To.UTC().Format(numericOffset)),
		Invoiceable:                              row.Charge.Invoiceable,
		LagoChargeID:                             nullable.NewNullableWithValue(row.Charge.ID),
		LagoChargeFilterID:                       filterID(row.Filter),
		LagoCustomerID:                           nullable.NewNullableWithValue(row.Subscription.CustomerID),
		LagoSubscriptionID:                       nullable.NewNullableWithValue(row.Subscription.ID),
		PayInAdvance:                             true,
		PaymentStatus:                            gen.FeeObjectPaymentStatusPending,
		PreciseAmount:                            some(Decimal(precise)),
		PreciseCouponsAmountCents:                some(Decimal(decimal.Zero)),
		PreciseTotalAmount:                       some(Decimal(precise.Add(preciseTaxes))),
		PreciseUnitAmount:                        Decimal(row.PreciseUnitAmount),
		PresentationBreakdowns:                   some(breakdowns([]metering.PricedFee{row.PricedFee})),
		PricingUnitDetails:                       nullable.NewNullNullable[gen.PricingUnitDetailsObject](),
		SelfBilled:                               some(false),
		SubTotalExcludingTaxesAmountCents:        int(row.AmountCents),
		SubTotalExcludingTaxesPreciseAmountCents: Decimal(row.PreciseAmountCents),
		TaxesAmountCents:                         int(row.TaxAmounts.Cents),
		TaxesPreciseAmount:                       some(Decimal(preciseTaxes)),
		TaxesRate:                                row.TaxAmounts.Rate.InexactFloat64(),
		TotalAggregatedUnits:                     Decimal(row.TotalAggregatedUnits),
		TotalAmountCents:                         int(row.AmountCents + row.TaxAmounts.Cents),
		TotalAmountCurrency:                      gen.Currency(currency),
		Units:                                    Decimal(row.Units),
	}
	forgetFee(&object)
	return object
}

// forgetFee sets what a fee has once it is kept to null.
func forgetFee(object *gen.FeeObject) {
	id, at := nullable.NewNullNullable[uuid.UUID](), nullable.NewNullNullable[time.Time]()
	object.LagoID, object.LagoInvoiceID, object.LagoFixedChargeID = id, id, id
	object.LagoTrueUpFeeID, object.LagoTrueUpParentFeeID, object.LagoOriginalFeeID = id, id, id
	object.CreatedAt, object.SucceededAt, object.FailedAt, object.RefundedAt = at, at, at, at
}

// feeItem is what a fee of a charge is for.
func feeItem(row metering.PricedFee) gen.FeeObject_Item {
	metric, groups := row.Charge.BillableMetric, row.GroupedBy
	if groups == nil {
		groups = map[string]*string{}
	}
	return gen.FeeObject_Item{
		Type:                     gen.FeeObjectItemTypeCharge,
		Code:                     metric.Code,
		Name:                     metric.Name,
		Description:              optional(metric.Description),
		InvoiceDisplayName:       some(chargeName(row.Charge)),
		Filters:                  filteredValues(row.Filter),
		FilterInvoiceDisplayName: filterTitle(row.Filter),
		LagoItemID:               metric.ID,
		ItemType:                 gen.FeeObjectItemItemTypeBillableMetric,
		GroupedBy:                &groups,
	}
}

// feeTaxes are the taxes on a fee that is not kept.
func feeTaxes(row metering.AdvanceFee, currency string) []gen.FeeAppliedTaxObject {
	list := make([]gen.FeeAppliedTaxObject, len(row.Taxes))
	for i, tax := range row.Taxes {
		list[i] = gen.FeeAppliedTaxObject{
			LagoID:         nullable.NewNullNullable[uuid.UUID](),
			LagoFeeID:      nullable.NewNullNullable[uuid.UUID](),
			LagoTaxID:      nullable.NewNullableWithValue(tax.ID),
			TaxCode:        tax.Code,
			TaxName:        tax.Name,
			TaxDescription: optional(tax.Description),
			TaxRate:        tax.Rate.InexactFloat64(),
			AmountCents:    int(row.TaxAmounts.Parts[i].Cents),
			AmountCurrency: gen.Currency(currency),
			CreatedAt:      nullable.NewNullNullable[time.Time](),
		}
	}
	return list
}

// InstantFee is the fee of an event that was estimated by itself.
//
// Lago: precise amounts are in the smallest unit of the currency here, and in
// the currency itself everywhere else.
func InstantFee(row metering.InstantFee) gen.FeeEstimateObject {
	metric, currency := row.Charge.BillableMetric, gen.Currency(row.Subscription.Plan.AmountCurrency)
	nothing := nullable.NewNullNullable[any]()
	cents, precise := Decimal(decimal.NewFromInt(row.AmountCents)), Decimal(row.PreciseAmountCents)
	none := json.Number(Decimal(decimal.Zero))
	return gen.FeeEstimateObject{
		LagoID: nothing, LagoInvoiceID: nothing, LagoTrueUpFeeID: nothing, LagoTrueUpParentFeeID: nothing,
		CreatedAt: nothing, SucceededAt: nothing, FailedAt: nothing, RefundedAt: nothing,
		AmountDetails: nothing, Description: nothing,
		Item: gen.FeeEstimateObject_Item{
			Type:                     gen.FeeEstimateObjectItemTypeCharge,
			Code:                     metric.Code,
			Name:                     metric.Name,
			Description:              optional(metric.Description),
			InvoiceDisplayName:       some(chargeName(row.Charge)),
			Filters:                  filteredValues(row.Filter),
			FilterInvoiceDisplayName: filterTitle(row.Filter),
			LagoItemID:               metric.ID,
			ItemType:                 gen.FeeEstimateObjectItemItemTypeBillableMetric,
			GroupedBy:                &map[string]string{},
		},
		AmountCents:               cents,
		AmountCurrency:            currency,
		EventTransactionID:        &row.TransactionID,
		EventsCount:               some(1),
		ExternalCustomerID:        &row.Subscription.Customer.ExternalID,
		ExternalSubscriptionID:    &row.Subscription.ExternalID,
		Invoiceable:               row.Charge.Invoiceable,
		LagoChargeID:              &row.Charge.ID,
		LagoChargeFilterID:        filterID(row.Filter),
		LagoCustomerID:            &row.Subscription.CustomerID,
		LagoSubscriptionID:        &row.Subscription.ID,
		PayInAdvance:              true,
		PaymentStatus:             gen.FeeEstimateObjectPaymentStatusPending,
		PreciseAmount:             &precise,
		PreciseCouponsAmountCents: some(Decimal(decimal.Zero)),
		PreciseTotalAmount:        &precise,
		PreciseUnitAmount:         Decimal(row.UnitAmountCents),
		TaxesPreciseAmount:        &none,
		TotalAmountCents:          cents,
		TotalAmountCurrency:       currency,
		Units:                     Decimal(row.Units),
	}
}

// chargeName is the name of a charge on invoices: its own, or else that of its
// metric.
func chargeName(row *store.Charge) string {
	if row.InvoiceDisplayName != nil && *row.InvoiceDisplayName != "" {
		return *row.InvoiceDisplayName
	}
	return row.BillableMetric.Name
}

// filterTitle is the name of a filter on invoices: its own, or else its values;
// null for no filter.
func filterTitle(row *store.ChargeFilter) nullable.Nullable[string] {
	switch {
	case row == nil:
		return nullable.NewNullNullable[string]()
	case row.InvoiceDisplayName != nil && *row.InvoiceDisplayName != "":
		return optional(row.InvoiceDisplayName)
	}
	var values []string
	for _, key := range slices.Sorted(maps.Keys(row.Values)) {
		values = append(values, row.Values[key]...)
	}
	return nullable.NewNullableWithValue(strings.Join(values, ", "))
}

// filterID is the identifier of a filter; null for no filter.
func filterID(row *store.ChargeFilter) nullable.Nullable[uuid.UUID] {
	if row == nil {
		return nullable.NewNullNullable[uuid.UUID]()
	}
	return nullable.NewNullableWithValue(row.ID)
}

// major turns minor units of a currency into units of it.
func major(cents decimal.Decimal, currency string) decimal.Decimal {
	return cents.Shift(-iso.Exponent(currency))
}
