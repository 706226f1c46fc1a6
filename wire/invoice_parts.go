package wire

import (
	"encoding/json"

	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// billingPeriod is what an invoice bills of a subscription.
func billingPeriod(row store.BillingPeriod) gen.BillingPeriodObject {
	return gen.BillingPeriodObject{
		LagoSubscriptionID:       row.SubscriptionID,
		ExternalSubscriptionID:   row.Subscription.ExternalID,
		LagoPlanID:               row.Subscription.PlanID,
		SubscriptionFromDatetime: instant(row.SubscriptionFrom),
		SubscriptionToDatetime:   instant(row.SubscriptionTo),
		ChargesFromDatetime:      optionalInstant(row.ChargesFrom),
		ChargesToDatetime:        optionalInstant(row.ChargesTo),
		FixedChargesFromDatetime: optionalInstant(row.FixedChargesFrom),
		FixedChargesToDatetime:   optionalInstant(row.FixedChargesTo),
		InvoicingReason:          gen.BillingPeriodObjectInvoicingReason(row.Reason),
	}
}

// Credit is what takes something off an invoice, with the payment status of that
// invoice.
func Credit(row store.Credit, status store.PaymentStatus) gen.CreditObject {
	return gen.CreditObject{
		LagoID:         kept(row.ID),
		AmountCents:    int(row.AmountCents),
		AmountCurrency: gen.Currency(row.AmountCurrency),
		BeforeTaxes:    row.BeforeTaxes,
		Item: gen.CreditObject_Item{
			LagoItemID:  row.ItemID,
			Type:        gen.CreditObjectItemType(row.Kind),
			Code:        row.Code,
			Name:        row.Name,
			Description: optional(row.Description),
		},
		Invoice: gen.CreditObject_Invoice{
			LagoID:        kept(row.InvoiceID),
			PaymentStatus: gen.CreditObjectInvoicePaymentStatus(status),
		},
	}
}

// invoiceTax is one line of an invoice's taxes.
func invoiceTax(row store.InvoiceTax) gen.InvoiceAppliedTaxObject {
	object := gen.InvoiceAppliedTaxObject{
		LagoID:          kept(row.ID),
		LagoTaxID:       kept(row.TaxID),
		TaxName:         row.TaxName,
		TaxCode:         row.TaxCode,
		TaxRate:         row.TaxRate.InexactFloat64(),
		TaxDescription:  optional(row.TaxDescription),
		AmountCents:     int(row.AmountCents),
		AmountCurrency:  gen.Currency(row.AmountCurrency),
		FeesAmountCents: some(int(row.FeesAmountCents)),
		CreatedAt:       optionalInstant(nil),
	}
	if !object.LagoID.IsNull() {
		object.LagoInvoiceID, object.CreatedAt = &row.InvoiceID, nullable.NewNullableWithValue(instant(row.CreatedAt))
	}
	return object
}

func invoiceMetadata(row store.InvoiceMetadata) gen.InvoiceMetadataObject {
	return gen.InvoiceMetadataObject{
		LagoID: &row.ID, Key: &row.Key, Value: &row.Value, CreatedAt: some(instant(row.CreatedAt)),
	}
}

// errorDetail is why an invoice could not be made. What is not a text in it is
// shown as JSON, because the contract knows texts only.
func errorDetail(row store.InvoiceErrorDetail) gen.ErrorDetailObject {
	details := make(map[string]string, len(row.Details))
	for name, value := range row.Details {
		text, isText := value.(string)
		if !isText {
			encoded, _ := json.Marshal(value) // of decoded JSON: cannot fail
			text = string(encoded)
		}
		details[name] = text
	}
	return gen.ErrorDetailObject{LagoID: kept(row.ID), ErrorCode: row.ErrorCode, Details: details}
}

// appliedThresholds are the usage thresholds of a progressive invoice; nil for
// every other one.
func appliedThresholds(row store.Invoice) *[]gen.AppliedUsageThresholdObject {
	if row.InvoiceType != store.InvoiceProgressiveBilling {
		return nil
	}
	return some(Each(row.AppliedThresholds, func(each store.InvoiceUsageThreshold) gen.AppliedUsageThresholdObject {
		return gen.AppliedUsageThresholdObject{
			LifetimeUsageAmountCents: int(each.LifetimeUsageAmountCents),
			CreatedAt:                instant(each.CreatedAt),
			UsageThreshold: gen.UsageThresholdObject{
				LagoID:               each.UsageThresholdID,
				ThresholdDisplayName: optional(each.ThresholdDisplayName),
				AmountCents:          int(each.AmountCents),
				Recurring:            each.Recurring,
				CreatedAt:            instant(each.ThresholdCreatedAt),
				UpdatedAt:            instant(each.ThresholdUpdatedAt),
			},
		}
	}))
}
