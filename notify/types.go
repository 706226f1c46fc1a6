package notify

import (
	"maps"
	"slices"
)

// documented are the types that the published document has. Lago's own server knows
// more of them.
//
//nolint:gochecknoglobals // it never changes; a test holds it against the document
var documented = setOf(
	"alert.triggered",
	"billable_metric.created", "billable_metric.deleted", "billable_metric.updated",
	"credit_note.created", "credit_note.generated", "credit_note.refund_failure",
	"customer.accounting_provider_created", "customer.accounting_provider_error", "customer.checkout_url_generated",
	"customer.created", "customer.crm_provider_created", "customer.crm_provider_error",
	"customer.payment_provider_created", "customer.payment_provider_error", "customer.tax_provider_error",
	"customer.updated", "customer.vies_check",
	"dunning_campaign.finished",
	"event.error", "events.errors",
	"feature.created", "feature.deleted", "feature.updated",
	"fee.created", "fee.tax_provider_error",
	"integration.provider_error",
	"invoice.add_on_added", "invoice.created", "invoice.drafted", "invoice.generated", "invoice.one_off_created",
	"invoice.paid_credit_added", "invoice.payment_dispute_lost", "invoice.payment_failure", "invoice.payment_overdue",
	"invoice.payment_status_updated", "invoice.resynced", "invoice.voided",
	"payment.requires_action", "payment.succeeded",
	"payment_provider.error",
	"payment_request.created", "payment_request.payment_failure", "payment_request.payment_status_updated",
	"plan.created", "plan.deleted", "plan.updated",
	"subscription.canceled", "subscription.incomplete", "subscription.started", "subscription.terminated",
	"subscription.termination_alert", "subscription.trial_ended", "subscription.updated",
	"subscription.usage_threshold_reached",
	"wallet.depleted_ongoing_balance",
	"wallet_transaction.created", "wallet_transaction.payment_failure", "wallet_transaction.updated",
)

// setOf is a set of names.
func setOf(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}

// undocumented are the types that only Lago's own server has.
//
//nolint:gochecknoglobals // it never changes
var undocumented = setOf(
	"invoice.deleted", "invoice.ready_to_finalize",
	"order.created", "order.executed",
	"order_form.created", "order_form.expired", "order_form.signed", "order_form.voided",
	"payment_receipt.created", "payment_receipt.generated",
	"quote.approved", "quote.created", "quote.voided",
	"wallet.created", "wallet.terminated", "wallet.updated",
)

// Types are all types of events, in alphabetical order.
func Types() []string {
	return slices.Sorted(maps.Keys(union(documented, undocumented)))
}

// Triggered are the types that Trigger tells of, in alphabetical order.
func Triggered() []string { return slices.Sorted(maps.Keys(outside)) }

// union are the names of two sets.
func union(a, b map[string]bool) map[string]bool {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}
