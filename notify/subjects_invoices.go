package notify

import (
	"tarn/store"
	"tarn/wire"
)

// InvoiceCreated tells that an invoice of subscriptions is final.
func InvoiceCreated(row store.Invoice) Subject {
	return invoice("invoice.created", row, wire.CreatedWebhookInvoice)
}

// InvoiceOneOffCreated tells that an invoice of add-ons is final.
func InvoiceOneOffCreated(row store.Invoice) Subject {
	return invoice("invoice.one_off_created", row, wire.SoldWebhookInvoice)
}

// InvoicePaidCreditAdded tells that an invoice is final that sells credits of a wallet.
func InvoicePaidCreditAdded(row store.Invoice) Subject {
	return invoice("invoice.paid_credit_added", row, wire.SoldWebhookInvoice)
}

// InvoiceDrafted tells of a new draft.
func InvoiceDrafted(row store.Invoice) Subject {
	return invoice("invoice.drafted", row, wire.DraftedWebhookInvoice)
}

// InvoiceReadyToFinalize tells that nothing but its days of grace keeps a draft from
// becoming final.
func InvoiceReadyToFinalize(row store.Invoice) Subject {
	return invoice("invoice.ready_to_finalize", row, wire.DraftedWebhookInvoice)
}

// InvoiceVoided tells that nobody owes an invoice any more.
func InvoiceVoided(row store.Invoice) Subject {
	return invoice("invoice.voided", row, wire.VoidedWebhookInvoice)
}

// InvoiceDeleted tells that a draft is gone.
func InvoiceDeleted(row store.Invoice) Subject {
	return invoice("invoice.deleted", row, wire.VoidedWebhookInvoice)
}

// InvoiceGenerated tells that the file of an invoice was made, and at which address it
// opens.
func InvoiceGenerated(row store.Invoice) func(address string) Subject {
	return func(address string) Subject {
		return invoice("invoice.generated", row, wire.InvoiceWithFile(address))
	}
}

// InvoicePaymentOverdue tells that the due date of an invoice is over.
func InvoicePaymentOverdue(row store.Invoice) Subject {
	return invoice("invoice.payment_overdue", row, wire.OverdueWebhookInvoice)
}

// InvoicePaymentStatusUpdated tells that an invoice has another payment status.
func InvoicePaymentStatusUpdated(row store.Invoice) Subject {
	return invoice("invoice.payment_status_updated", row, wire.PaidWebhookInvoice)
}

// InvoicePaymentDisputeLost tells that a dispute about an invoice was lost.
func InvoicePaymentDisputeLost(row store.Invoice) Subject {
	return Subject{
		Type: "invoice.payment_dispute_lost", ObjectType: "payment_dispute_lost", ObjectID: row.ID, Object: rendered(row, wire.LostDispute),
	}
}

func invoice[Object any](eventType string, row store.Invoice, render func(store.Invoice) Object) Subject {
	return Subject{Type: eventType, ObjectType: "invoice", ObjectID: row.ID, Object: rendered(row, render)}
}

// FeeCreated tells of a fee that came into being before its period is over, or without an
// invoice.
func FeeCreated(row store.Fee) Subject {
	return Subject{Type: "fee.created", ObjectType: "fee", ObjectID: row.ID, Object: rendered(row, wire.InvoicedFee)}
}
