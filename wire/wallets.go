package wire

import (
	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// Wallet is a wallet as its endpoints show it.
func Wallet(row store.Wallet) gen.WalletObject {
	rules := Each(row.Rules, recurringRule)
	metrics, feeTypes := Each(row.BillableMetrics, targetCode), Each(row.AllowedFeeTypes, walletFeeType)
	return gen.WalletObject{
		LagoID:                           row.ID,
		LagoCustomerID:                   row.CustomerID,
		ExternalCustomerID:               row.Customer.ExternalID,
		BillingEntityCode:                &row.BillingEntity.Code,
		Status:                           gen.WalletObjectStatus(row.Status),
		Currency:                         gen.Currency(row.Currency),
		Name:                             optional(row.Name),
		Code:                             nullable.NewNullableWithValue(row.Code),
		Priority:                         &row.Priority,
		PurchaseOrderNumber:              optional(row.PurchaseOrderNumber),
		RateAmount:                       Decimal(row.RateAmount),
		Balance:                          some(int(row.BalanceCents)),
		BalanceCents:                     int(row.BalanceCents),
		CreditsBalance:                   Decimal(row.CreditsBalance),
		ConsumedCredits:                  Decimal(row.ConsumedCredits),
		OngoingBalanceCents:              int(row.OngoingBalanceCents),
		CreditsOngoingBalance:            Decimal(row.CreditsOngoingBalance),
		OngoingUsageBalanceCents:         int(row.OngoingUsageBalanceCents),
		CreditsOngoingUsageBalance:       Decimal(row.CreditsOngoingUsageBalance),
		InvoiceRequiresSuccessfulPayment: row.InvoiceRequiresSuccessfulPayment,
		PaidTopUpMinAmountCents:          optionalCents(row.PaidTopUpMinAmountCents),
		PaidTopUpMaxAmountCents:          optionalCents(row.PaidTopUpMaxAmountCents),
		AppliesTo:                        &gen.WalletObject_AppliesTo{FeeTypes: &feeTypes, BillableMetricCodes: &metrics},
		RecurringTransactionRules:        &rules,
		AppliedInvoiceCustomSections:     appliedSections(row.Sections),
		PaymentMethod:                    nullable.NewNullableWithValue(paymentMethodReference(row.PaymentMethodID, row.PaymentMethodType)),
		Metadata:                         keptItemMetadata(row.Metadata),
		ExpirationAt:                     optionalInstant(row.ExpirationAt),
		LastBalanceSyncAt:                optionalInstant(row.LastBalanceSyncAt),
		LastConsumedCreditAt:             optionalInstant(row.LastConsumedCreditAt),
		TerminatedAt:                     optionalMilliseconds(row.TerminatedAt),
		CreatedAt:                        instant(row.CreatedAt),
	}
}

func walletFeeType(kind store.FeeType) gen.WalletObjectAppliesToFeeTypes {
	return gen.WalletObjectAppliesToFeeTypes(kind)
}

func recurringRule(row store.RecurringTransactionRule) gen.WalletRecurringTransactionRule {
	return gen.WalletRecurringTransactionRule{
		LagoID:                           row.ID,
		Status:                           gen.WalletRecurringTransactionRuleStatus(row.Status),
		Trigger:                          gen.WalletRecurringTransactionRuleTrigger(row.Trigger),
		Method:                           gen.WalletRecurringTransactionRuleMethod(row.Method),
		Interval:                         optionalWord[gen.WalletRecurringTransactionRuleInterval]((*string)(row.Interval)),
		PaidCredits:                      Decimal(row.PaidCredits),
		GrantedCredits:                   Decimal(row.GrantedCredits),
		ThresholdCredits:                 optionalDecimal(row.ThresholdCredits),
		TargetOngoingBalance:             optionalDecimal(row.TargetOngoingBalance),
		GrantsTargetTopUp:                nullable.NewNullableWithValue(row.GrantsTargetTopUp),
		IgnorePaidTopUpLimits:            row.IgnorePaidTopUpLimits,
		InvoiceRequiresSuccessfulPayment: row.InvoiceRequiresSuccessfulPayment,
		TransactionMetadata:              Each(row.TransactionMetadata, rulePair),
		TransactionName:                  optional(row.TransactionName),
		PurchaseOrderNumber:              optional(row.PurchaseOrderNumber),
		AppliedInvoiceCustomSections:     appliedSections(row.Sections),
		PaymentMethod:                    nullable.NewNullableWithValue(paymentMethodReference(row.PaymentMethodID, row.PaymentMethodType)),
		StartedAt:                        optionalInstant(row.StartedAt),
		ExpirationAt:                     optionalInstant(row.ExpirationAt),
		CreatedAt:                        instant(row.CreatedAt),
	}
}

func rulePair(pair store.TransactionPair) gen.WalletRecurringTransactionRule_TransactionMetadata {
	return gen.WalletRecurringTransactionRule_TransactionMetadata{Key: &pair.Key, Value: &pair.Value}
}
