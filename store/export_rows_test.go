package store

// RowTypes gives tests a row of every table, but for that of sequences, which
// statements written by hand count in. TestRows_AreAllListed finds the ones that
// are missing.
func RowTypes() []any {
	return []any{
		Organization{},
		APIKey{},
		Job{},
		webhookKey{},
		portalKey{},
		APILog{},
		ActivityLog{},
		RequestLog{},
		LogCount{},
		logBookmark{},
		BillingEntity{},
		BillingEntityLogo{},
		WebhookEndpoint{},
		Tax{},
		billingEntityTax{},
		customerTax{},
		addOnTax{},
		planTax{},
		minimumCommitmentTax{},
		chargeTax{},
		fixedChargeTax{},
		Customer{},
		CustomerMetadata{},
		PaymentMethod{},
		BillableMetric{},
		BillableMetricFilter{},
		AddOn{},
		Coupon{},
		AppliedCoupon{},
		couponPlan{},
		couponBillableMetric{},
		Plan{},
		UsageThreshold{},
		MinimumCommitment{},
		Charge{},
		ChargeFilter{},
		FixedCharge{},
		Feature{},
		Privilege{},
		Entitlement{},
		EntitlementValue{},
		EntitlementRemoval{},
		Subscription{},
		ActivationRule{},
		SubscriptionFixedUnits{},
		FixedChargeEvent{},
		LifetimeUsage{},
		Alert{},
		AlertThreshold{},
		Event{},
		Invoice{},
		BillingPeriod{},
		Fee{},
		FeeTax{},
		Credit{},
		InvoiceTax{},
		InvoiceMetadata{},
		InvoiceErrorDetail{},
		InvoiceUsageThreshold{},
		Document{},
		CreditNote{},
		CreditNoteItem{},
		CreditNoteTax{},
		InvoiceSettlement{},
	}
}

// The rows of secrets.
type (
	WebhookKey = webhookKey
	PortalKey  = portalKey
)
