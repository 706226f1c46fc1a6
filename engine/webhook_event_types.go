package engine

import (
	"slices"

	"tarn/notify"
)

// WebhookEventTypes are the types that an endpoint can subscribe to, in
// alphabetical order: nearly all that are sent.
//
// Lago: the list differs from the webhooks of the document. It has types that
// the document leaves out, lacks invoice.add_on_added, which nothing fires any
// more, and names credit_note.provider_refund_failure what is delivered as
// credit_note.refund_failure.
func WebhookEventTypes() []string {
	const sent, accepted = "credit_note.refund_failure", "credit_note.provider_refund_failure"
	types := slices.DeleteFunc(notify.Types(), func(name string) bool { return name == sent || name == "invoice.add_on_added" })
	types = append(types, accepted)
	slices.Sort(types)
	return types
}

// isWebhookEventType reports whether an endpoint can subscribe to a type.
func isWebhookEventType(name string) bool {
	_, known := slices.BinarySearch(WebhookEventTypes(), name)
	return known
}
