package wire

import (
	"tarn/gen"
	"tarn/store"
)

// GeneratedWebhookInvoice is an invoice with its customer, which is what all webhooks of
// invoices show.
func GeneratedWebhookInvoice(row store.Invoice) gen.InvoiceObjectExtended {
	object := BareInvoice(row)
	object.Customer = some(webhookOwner(row.Customer))
	return object
}

// PaidWebhookInvoice is an invoice as the webhook of its payment status shows it: with its
// fees.
func PaidWebhookInvoice(row store.Invoice) gen.InvoiceObjectExtended {
	object := GeneratedWebhookInvoice(row)
	object.Fees = some(Each(row.Fees, InvoicedFee))
	return object
}

// OverdueWebhookInvoice is an invoice as the webhook shows it that tells of its due date:
// with its fees and taxes.
func OverdueWebhookInvoice(row store.Invoice) gen.InvoiceObjectExtended {
	object := PaidWebhookInvoice(row)
	object.AppliedTaxes = some(Each(row.AppliedTaxes, invoiceTax))
	return object
}

// SoldWebhookInvoice is an invoice of add-ons or credits as the webhook of its making
// shows it.
func SoldWebhookInvoice(row store.Invoice) gen.InvoiceObjectExtended {
	object := OverdueWebhookInvoice(row)
	object.AppliedInvoiceCustomSections = invoicedSections(row)
	return object
}

// VoidedWebhookInvoice is an invoice as the webhook shows it that tells of its end: with
// all that it has billed and drawn on.
func VoidedWebhookInvoice(row store.Invoice) gen.InvoiceObjectExtended {
	object, full := OverdueWebhookInvoice(row), Invoice(row)
	object.BillingPeriods, object.Subscriptions, object.Credits = full.BillingPeriods, full.Subscriptions, full.Credits
	return object
}

// DraftedWebhookInvoice is an invoice as the webhooks of drafts show it: with what keeps
// it from becoming final.
func DraftedWebhookInvoice(row store.Invoice) gen.InvoiceObjectExtended {
	object := VoidedWebhookInvoice(row)
	object.ErrorDetails = some(Each(row.ErrorDetails, errorDetail))
	return object
}

// CreatedWebhookInvoice is an invoice of subscriptions as the webhook shows it that tells
// that it is final.
func CreatedWebhookInvoice(row store.Invoice) gen.InvoiceObjectExtended {
	object := VoidedWebhookInvoice(row)
	object.AppliedInvoiceCustomSections = invoicedSections(row)
	return object
}

// ResyncedWebhookInvoice is an invoice as the webhook shows it that tells that an
// integration has it: its customer comes with the integrations, of which tarn has none.
func ResyncedWebhookInvoice(row store.Invoice) gen.InvoiceObjectExtended {
	object := VoidedWebhookInvoice(row)
	object.Customer = some(invoiceCustomer(row.Customer))
	return object
}

// DisputeLost tells that a dispute about an invoice was lost.
//
// Lago: the invoice lies under a member; the published document says otherwise, so it is
// there twice.
type DisputeLost struct {
	gen.InvoiceObjectExtended

	Invoice gen.InvoiceObjectExtended `json:"invoice"`
}

// LostDispute is the dispute about an invoice that was lost.
func LostDispute(row store.Invoice) DisputeLost {
	object := GeneratedWebhookInvoice(row)
	return DisputeLost{InvoiceObjectExtended: object, Invoice: object}
}
