package server

import (
	"github.com/shopspring/decimal"

	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/nullable"
)

// subscriptionInput maps what creation and update of a subscription have in
// common.
func subscriptionInput(body gen.SubscriptionUpdateInput_Subscription) engine.SubscriptionInput {
	return engine.SubscriptionInput{
		Name:                       body.Name,
		SubscriptionAt:             mapped(body.SubscriptionAt, namedInstant),
		EndingAt:                   mapped(body.EndingAt, namedInstant),
		BillingEntityID:            body.BillingEntityID,
		BillingEntityCode:          body.BillingEntityCode,
		ConsolidateInvoice:         given(body.ConsolidateInvoice),
		ProgressiveBillingDisabled: given(body.ProgressiveBillingDisabled),
		PurchaseOrderNumber:        body.PurchaseOrderNumber,
		PaymentMethod:              mapped(body.PaymentMethod, paymentMethodInput),
		ActivationRules:            mappedList(body.ActivationRules, activationRuleInput),
		CustomSections:             customSections(body.InvoiceCustomSection),
		UsageThresholds:            mappedList(body.UsageThresholds, usageThresholdInput),
		PlanOverrides:              mapped(body.PlanOverrides, planOverridesInput),
	}
}

func paymentMethodInput(body gen.PaymentMethodReference) form.PaymentMethod {
	return form.PaymentMethod{Type: words(body.PaymentMethodType), ID: body.PaymentMethodID}
}

func activationRuleInput(body gen.SubscriptionActivationRuleInput) engine.ActivationRuleInput {
	return engine.ActivationRuleInput{Type: string(body.Type), TimeoutHours: given(body.TimeoutHours)}
}

// customSections reads which custom sections invoices show; null for the object counts as
// absent.
func customSections(body nullable.Nullable[gen.InvoiceCustomSectionInput]) form.CustomSections {
	in, _ := body.Get() // absent and null are empty
	return form.CustomSections{Skip: given(in.SkipInvoiceCustomSections), Codes: given(in.InvoiceCustomSectionCodes)}
}

func planOverridesInput(body gen.PlanOverridesObject) engine.PlanOverridesInput {
	return engine.PlanOverridesInput{
		AmountCents:        cents(given(body.AmountCents)),
		AmountCurrency:     words(given(body.AmountCurrency)),
		Description:        body.Description,
		InvoiceDisplayName: body.InvoiceDisplayName,
		Name:               body.Name,
		TrialPeriod:        mapped(body.TrialPeriod, decimal.NewFromFloat), //nolint:forbidigo // days, a float in the contract
		TaxCodes:           body.TaxCodes,
		MinimumCommitment:  mapped(body.MinimumCommitment, minimumCommitmentInput),
		UsageThresholds:    mappedList(body.UsageThresholds, usageThresholdInput),
		Charges:            mappedList(body.Charges, chargeOverrideInput),
		FixedCharges:       mappedList(body.FixedCharges, fixedChargeOverrideInput),
	}
}

func chargeOverrideInput(body gen.PlanOverridesObject_Charges) engine.ChargeInput {
	in := engine.ChargeInput{
		InvoiceDisplayName: body.InvoiceDisplayName,
		MinAmountCents:     cents(given(body.MinAmountCents)),
		Properties:         body.Properties,
		Filters:            mappedList(body.Filters, chargeFilterInput),
		TaxCodes:           body.TaxCodes,
	}
	if body.ID != nil {
		in.ID.Set(body.ID.String())
	}
	return in
}

func fixedChargeOverrideInput(body gen.PlanOverridesObject_FixedCharges) engine.FixedChargeOverrideInput {
	in := engine.FixedChargeOverrideInput{
		InvoiceDisplayName:    body.InvoiceDisplayName,
		Units:                 units(body.Units),
		ApplyUnitsImmediately: isSet(body.ApplyUnitsImmediately),
		ChargeModel:           body.ChargeModel,
		Properties:            body.Properties,
		TaxCodes:              body.TaxCodes,
	}
	in.ID.Set(body.ID.String())
	return in
}
