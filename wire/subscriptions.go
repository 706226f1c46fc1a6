package wire

import (
	"time"

	"github.com/google/uuid"

	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// Subscription is a subscription as the lists show it.
func Subscription(row store.Subscription) gen.SubscriptionObject {
	rules := Each(row.ActivationRules, activationRule)
	from, to := currentBillingPeriod(row)
	return gen.SubscriptionObject{
		LagoID:                        row.ID,
		ExternalID:                    row.ExternalID,
		LagoCustomerID:                row.CustomerID,
		ExternalCustomerID:            row.Customer.ExternalID,
		BillingEntityCode:             &row.BillingEntity.Code,
		Name:                          optional(row.Name),
		PlanCode:                      row.Plan.Code,
		PlanAmountCents:               some(int(row.Plan.AmountCents)),
		PlanAmountCurrency:            some(gen.Currency(row.Plan.AmountCurrency)),
		Status:                        gen.SubscriptionObjectStatus(row.Status),
		BillingTime:                   gen.SubscriptionObjectBillingTime(row.BillingTime),
		SubscriptionAt:                instant(row.SubscriptionAt),
		StartedAt:                     optionalMilliseconds(row.StartedAt),
		ActivatedAt:                   optionalInstant(row.ActivatedAt),
		TrialEndedAt:                  optionalInstant(row.TrialEndedAt),
		EndingAt:                      optionalInstant(row.EndingAt),
		TerminatedAt:                  optionalInstant(row.TerminatedAt),
		CanceledAt:                    optionalInstant(row.CanceledAt),
		CancellationReason:            optionalWord[gen.SubscriptionObjectCancellationReason](row.CancellationReason),
		CreatedAt:                     instant(row.CreatedAt),
		PreviousPlanCode:              changedPlanCode(row.Previous),
		NextPlanCode:                  changedPlanCode(row.Next),
		DowngradePlanDate:             downgradeDate(row),
		CurrentBillingPeriodStartedAt: from,
		CurrentBillingPeriodEndingAt:  to,
		OnTerminationCreditNote:       optionalWord[gen.SubscriptionObjectOnTerminationCreditNote](row.OnTerminationCreditNote),
		OnTerminationInvoice:          gen.SubscriptionObjectOnTerminationInvoice(row.OnTerminationInvoice),
		ProgressiveBillingDisabled:    &row.ProgressiveBillingDisabled,
		ConsolidateInvoice:            &row.ConsolidateInvoice,
		PurchaseOrderNumber:           optional(row.PurchaseOrderNumber),
		PaymentMethod:                 nullable.NewNullableWithValue(paymentMethodReference(row.PaymentMethodID, row.PaymentMethodType)),
		ActivationRules:               &rules,
	}
}

// changedPlanCode is the code of the plan before or after a change of plans.
func changedPlanCode(change *store.PlanChange) nullable.Nullable[string] {
	if change == nil {
		return nullable.NewNullNullable[string]()
	}
	return nullable.NewNullableWithValue(change.Plan.Code)
}

// paymentMethodReference says how something is paid.
func paymentMethodReference(id *uuid.UUID, kind string) gen.PaymentMethodReference {
	return gen.PaymentMethodReference{
		PaymentMethodID:   optional(id),
		PaymentMethodType: nullable.NewNullableWithValue(gen.PaymentMethodReferencePaymentMethodType(kind)),
	}
}

func activationRule(row store.ActivationRule) gen.SubscriptionActivationRuleObject {
	return gen.SubscriptionActivationRuleObject{
		LagoID:       row.ID,
		Type:         gen.SubscriptionActivationRuleObjectType(row.Type),
		TimeoutHours: row.TimeoutHours,
		Status:       gen.SubscriptionActivationRuleObjectStatus(row.Status),
		ExpiresAt:    optionalInstant(row.ExpiresAt),
		CreatedAt:    instant(row.CreatedAt),
		UpdatedAt:    instant(row.UpdatedAt),
	}
}

// milliseconds is how the few instants are written that show fractions of a
// second.
const milliseconds = "2006-01-02T15:04:05.000Z"

// optionalMilliseconds is an instant with milliseconds, which may be missing.
func optionalMilliseconds(t *time.Time) nullable.Nullable[string] {
	if t == nil {
		return nullable.NewNullNullable[string]()
	}
	return nullable.NewNullableWithValue(t.UTC().Truncate(time.Millisecond).Format(milliseconds))
}
