package wire

import (
	"encoding/json"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// Fee is a fee as its own endpoints show it.
func Fee(row store.Fee) gen.FeeObject {
	object := InvoicedFee(row)
	object.AppliedTaxes = some(Each(row.AppliedTaxes, feeTax))
	return object
}

// InvoicedFee is a fee as a line of an invoice, and once it is deleted. A fee
// that is only computed has no identifier.
//
// Lago: the customer is that of the subscription, so a fee without one has none.
func InvoicedFee(row store.Fee) gen.FeeObject {
	currency := row.AmountCurrency
	precise, preciseTaxes := major(row.PreciseAmountCents, currency), major(row.TaxesPreciseAmountCents, currency)
	net := row.PreciseAmountCents.Sub(row.PreciseCouponsAmountCents)
	object := gen.FeeObject{
		Item:                                     invoicedItem(row),
		AmountCents:                              int(row.AmountCents),
		AmountCurrency:                           gen.Currency(currency),
		AmountDetails:                            amountDetails(row),
		Description:                              optional(row.Description),
		EventsCount:                              optionalCents(row.EventsCount),
		ExternalCustomerID:                       optional(row.ExternalCustomerID),
		ExternalSubscriptionID:                   optional(row.ExternalSubscriptionID),
		Invoiceable:                              row.Invoiceable,
		LagoChargeID:                             optional(row.ChargeID),
		LagoChargeFilterID:                       optional(row.ChargeFilterID),
		LagoFixedChargeID:                        optional(row.FixedChargeID),
		LagoSubscriptionID:                       optional(row.SubscriptionID),
		PayInAdvance:                             row.PayInAdvance,
		PaymentStatus:                            gen.FeeObjectPaymentStatus(row.PaymentStatus),
		PreciseAmount:                            some(Decimal(precise)),
		PreciseCouponsAmountCents:                some(Decimal(row.PreciseCouponsAmountCents)),
		PreciseTotalAmount:                       some(Decimal(precise.Add(preciseTaxes))),
		PreciseUnitAmount:                        Decimal(row.PreciseUnitAmount),
		PresentationBreakdowns:                   some(storedBreakdowns(row)),
		PricingUnitDetails:                       nullable.NewNullNullable[gen.PricingUnitDetailsObject](),
		SelfBilled:                               &row.SelfBilled,
		SubTotalExcludingTaxesAmountCents:        int(decimal.NewFromInt(row.AmountCents).Sub(row.PreciseCouponsAmountCents).Round(0).IntPart()),
		SubTotalExcludingTaxesPreciseAmountCents: Decimal(net),
		TaxesAmountCents:                         int(row.TaxesAmountCents),
		TaxesPreciseAmount:                       some(Decimal(preciseTaxes)),
		TaxesRate:                                row.TaxesRate.InexactFloat64(),
		TotalAggregatedUnits:                     aggregatedUnits(row),
		TotalAmountCents:                         int(row.AmountCents + row.TaxesAmountCents),
		TotalAmountCurrency:                      gen.Currency(currency),
		Units:                                    Decimal(row.Units),
	}
	placeFee(&object, row)
	rememberFee(&object, row)
	return object
}

// placeFee fills in the members that only some fees have: their time, their event
// and the customer of their subscription.
func placeFee(object *gen.FeeObject, row store.Fee) {
	object.LagoCustomerID = nullable.NewNullNullable[uuid.UUID]()
	if row.SubscriptionID != nil {
		object.LagoCustomerID = nullable.NewNullableWithValue(row.CustomerID)
	}
	if row.From != nil && row.To != nil {
		object.FromDate = nullable.NewNullableWithValue(row.From.UTC().Format(numericOffset))
		object.ToDate = nullable.NewNullableWithValue(row.To.UTC().Format(numericOffset))
	}
	if row.FeeType == store.FeeCharge && row.PayInAdvance {
		object.EventTransactionID = optional(row.EventTransactionID)
	}
}

// rememberFee fills in what a fee has once it is kept; all of it is null before.
func rememberFee(object *gen.FeeObject, row store.Fee) {
	forgetFee(object)
	object.LagoFixedChargeID = optional(row.FixedChargeID)
	if row.ID == uuid.Nil {
		return
	}
	object.LagoID = kept(row.ID)
	object.LagoInvoiceID = optional(row.InvoiceID)
	object.LagoTrueUpFeeID = optional(row.TrueUpFeeID)
	object.LagoTrueUpParentFeeID = optional(row.TrueUpParentFeeID)
	object.CreatedAt = nullable.NewNullableWithValue(instant(row.CreatedAt))
	object.SucceededAt = optionalInstant(row.SucceededAt)
	object.FailedAt = optionalInstant(row.FailedAt)
	object.RefundedAt = optionalInstant(row.RefundedAt)
}

// itemTypes say what the item of a fee is.
var itemTypes = map[store.FeeType]gen.FeeObjectItemItemType{
	store.FeeCharge:       gen.FeeObjectItemItemTypeBillableMetric,
	store.FeeAddOn:        gen.FeeObjectItemItemTypeAddOn,
	store.FeeFixedCharge:  gen.FeeObjectItemItemTypeAddOn,
	store.FeeCredit:       gen.FeeObjectItemItemTypeWalletTransaction,
	store.FeeSubscription: gen.FeeObjectItemItemTypeSubscription,
	store.FeeCommitment:   gen.FeeObjectItemItemTypeSubscription,
}

// invoicedItem is what a fee is for.
func invoicedItem(row store.Fee) gen.FeeObject_Item {
	title, groups, filters := row.ItemName, row.GroupedBy, nullable.NewNullNullable[map[string][]string]()
	if row.InvoiceDisplayName != nil && *row.InvoiceDisplayName != "" {
		title = *row.InvoiceDisplayName
	}
	if groups == nil {
		groups = map[string]*string{}
	}
	if row.Filters != nil {
		filters.Set(row.Filters)
	}
	return gen.FeeObject_Item{
		Type:                     gen.FeeObjectItemType(row.FeeType),
		Code:                     row.ItemCode,
		Name:                     row.ItemName,
		Description:              optional(row.ItemDescription),
		InvoiceDisplayName:       &title,
		Filters:                  filters,
		FilterInvoiceDisplayName: optional(row.FilterDisplayName),
		LagoItemID:               row.ItemID,
		ItemType:                 itemTypes[row.FeeType],
		GroupedBy:                &groups,
	}
}

// amountDetails explain an amount as its charge model wrote it.
func amountDetails(row store.Fee) *gen.FeeAmountDetails {
	details := gen.FeeAmountDetails(row.AmountDetails)
	if len(details) == 0 {
		details = gen.FeeAmountDetails(noDetails)
	}
	return &details
}

// storedBreakdowns split the units of a fee for display.
func storedBreakdowns(row store.Fee) gen.PresentationBreakdownsObject {
	list := gen.PresentationBreakdownsObject{}
	if len(row.PresentationBreakdowns) > 0 {
		_ = json.Unmarshal(row.PresentationBreakdowns, &list) // written by the store: cannot fail
	}
	return list
}

// aggregatedUnits are the units before a charge model counts them.
//
// Lago: it sends null where nothing was counted, which the contract does not
// allow.
func aggregatedUnits(row store.Fee) string {
	if row.TotalAggregatedUnits == nil {
		return Decimal(row.Units)
	}
	return Decimal(*row.TotalAggregatedUnits)
}

func feeTax(row store.FeeTax) gen.FeeAppliedTaxObject {
	return gen.FeeAppliedTaxObject{
		LagoID:         kept(row.ID),
		LagoFeeID:      kept(row.FeeID),
		LagoTaxID:      kept(row.TaxID),
		TaxName:        row.TaxName,
		TaxCode:        row.TaxCode,
		TaxRate:        row.TaxRate.InexactFloat64(),
		TaxDescription: optional(row.TaxDescription),
		AmountCents:    int(row.AmountCents),
		AmountCurrency: gen.Currency(row.AmountCurrency),
		CreatedAt:      nullable.NewNullableWithValue(instant(row.CreatedAt)),
	}
}
