package wire

import (
	"tarn/gen"
	"tarn/store"
)

// ShownSubscription is a subscription as its own endpoints show it: with its
// plan, the thresholds that apply to it, and the custom sections that it has picked.
//
// Lago: the plan comes without its fixed charges.
func ShownSubscription(row store.Subscription) gen.SubscriptionObjectExtended {
	object := Subscription(row)
	plan := ListedPlan(row.Plan)
	thresholds := Each(row.ApplicableThresholds(), applicableUsageThreshold)
	return gen.SubscriptionObjectExtended{
		LagoID:                        object.LagoID,
		ExternalID:                    object.ExternalID,
		LagoCustomerID:                object.LagoCustomerID,
		ExternalCustomerID:            object.ExternalCustomerID,
		BillingEntityCode:             object.BillingEntityCode,
		Name:                          object.Name,
		PlanCode:                      object.PlanCode,
		PlanAmountCents:               object.PlanAmountCents,
		PlanAmountCurrency:            object.PlanAmountCurrency,
		Status:                        gen.SubscriptionObjectExtendedStatus(row.Status),
		BillingTime:                   gen.SubscriptionObjectExtendedBillingTime(row.BillingTime),
		SubscriptionAt:                object.SubscriptionAt,
		StartedAt:                     object.StartedAt,
		ActivatedAt:                   object.ActivatedAt,
		TrialEndedAt:                  object.TrialEndedAt,
		EndingAt:                      object.EndingAt,
		TerminatedAt:                  object.TerminatedAt,
		CanceledAt:                    object.CanceledAt,
		CancellationReason:            optionalWord[gen.SubscriptionObjectExtendedCancellationReason](row.CancellationReason),
		CreatedAt:                     object.CreatedAt,
		PreviousPlanCode:              object.PreviousPlanCode,
		NextPlanCode:                  object.NextPlanCode,
		DowngradePlanDate:             object.DowngradePlanDate,
		CurrentBillingPeriodStartedAt: object.CurrentBillingPeriodStartedAt,
		CurrentBillingPeriodEndingAt:  object.CurrentBillingPeriodEndingAt,
		OnTerminationCreditNote:       optionalWord[gen.SubscriptionObjectExtendedOnTerminationCreditNote](row.OnTerminationCreditNote),
		OnTerminationInvoice:          gen.SubscriptionObjectExtendedOnTerminationInvoice(row.OnTerminationInvoice),
		ProgressiveBillingDisabled:    object.ProgressiveBillingDisabled,
		ConsolidateInvoice:            object.ConsolidateInvoice,
		PurchaseOrderNumber:           object.PurchaseOrderNumber,
		PaymentMethod:                 object.PaymentMethod,
		ActivationRules:               object.ActivationRules,
		Plan:                          &plan,
		ApplicableUsageThresholds:     &thresholds,
		AppliedInvoiceCustomSections:  appliedSections(row.Sections),
	}
}

// EntitledSubscription is ShownSubscription with the features that the
// subscription has.
func EntitledSubscription(row store.Subscription) gen.SubscriptionObjectExtended {
	object := ShownSubscription(row)
	object.Entitlements = some(Each(row.Entitlements(), SubscriptionEntitlement))
	return object
}
