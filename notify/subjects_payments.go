package notify

import (
	"slices"

	"tarn/store"
	"tarn/wire"
)

// Refusal is why a payment provider could not do something; a missing code or message is
// nil.
type Refusal struct{ Code, Message *string }

// reason is the refusal as webhooks show it; nil for none.
func (r *Refusal) reason() *wire.ProviderError {
	if r == nil {
		return nil
	}
	reason := wire.NewProviderError(r.Code, r.Message)
	return &reason
}

// PaymentSucceeded tells that a payment provider has collected something.
func PaymentSucceeded(row store.Payment) Subject {
	subject := payment("payment.succeeded", row)
	subject.Object = func(tx *store.Tx) (any, error) {
		object := wire.WebhookPayment(row)
		if row.PaymentMethodID == nil {
			return object, nil
		}
		methods, err := tx.AllPaymentMethods(row.CustomerID)
		at := slices.IndexFunc(methods, func(method store.PaymentMethod) bool { return method.ID == *row.PaymentMethodID })
		if at >= 0 {
			object = wire.PaymentBy(row, methods[at])
		}
		return object, err
	}
	return subject
}

// PaymentRequiresAction tells that a payment provider asks the customer to do something.
func PaymentRequiresAction(row store.Payment) Subject {
	return payment("payment.requires_action", row)
}

func payment(eventType string, row store.Payment) Subject {
	return Subject{Type: eventType, ObjectType: "payment", ObjectID: row.ID, Object: rendered(row, wire.WebhookPayment)}
}

// InvoicePaymentFailure tells that an invoice could not be collected. Without a refusal
// nobody was asked to, because the customer has no payment provider.
func InvoicePaymentFailure(row store.Invoice, refusal *Refusal) Subject {
	subject := Subject{Type: "invoice.payment_failure", ObjectType: "payment_provider_invoice_payment_error", ObjectID: row.ID}
	return failure(subject, row, refusal, wire.FailedInvoicePayment)
}

// WalletTransactionPaymentFailure tells that the invoice of a purchase could not be
// collected.
func WalletTransactionPaymentFailure(row store.WalletTransaction, refusal *Refusal) Subject {
	subject := Subject{
		Type: "wallet_transaction.payment_failure", ObjectType: "payment_provider_wallet_transaction_payment_error", ObjectID: row.ID,
	}
	return failure(subject, row, refusal, wire.FailedWalletTransactionPayment)
}

// CreditNoteRefundFailure tells that the refund of a credit note could not be given back.
//
// Lago: endpoints that choose their types choose it under another name, which no webhook
// has.
func CreditNoteRefundFailure(row store.CreditNote, refusal *Refusal) Subject {
	subject := Subject{Type: "credit_note.refund_failure", ObjectType: "credit_note_payment_provider_refund_error", ObjectID: row.ID}
	return failure(subject, row, refusal, wire.FailedRefund)
}

// PaymentRequestPaymentFailure tells that a payment request could not be collected.
func PaymentRequestPaymentFailure(row store.PaymentRequest, refusal *Refusal) Subject {
	subject := Subject{
		Type: "payment_request.payment_failure", ObjectType: "payment_provider_payment_request_payment_error", ObjectID: row.ID,
	}
	return failure(subject, row, refusal, wire.FailedPaymentRequest)
}

// failure is a subject that shows what could not be done, and why.
func failure[Row, Object any](subject Subject, row Row, refusal *Refusal, render func(Row, *wire.ProviderError) Object) Subject {
	subject.Object = rendered(row, func(row Row) Object { return render(row, refusal.reason()) })
	return subject
}

// PaymentRequestCreated tells that a customer was asked to pay what is overdue.
func PaymentRequestCreated(row store.PaymentRequest) Subject {
	return paymentRequest("payment_request.created", row)
}

// PaymentRequestPaymentStatusUpdated tells that a payment request was paid.
func PaymentRequestPaymentStatusUpdated(row store.PaymentRequest) Subject {
	return paymentRequest("payment_request.payment_status_updated", row)
}

func paymentRequest(eventType string, row store.PaymentRequest) Subject {
	return Subject{Type: eventType, ObjectType: "payment_request", ObjectID: row.ID, Object: rendered(row, wire.PaymentRequest)}
}

// PaymentReceiptCreated tells that a payment has got its receipt.
func PaymentReceiptCreated(row store.PaymentReceipt) Subject {
	return paymentReceipt("payment_receipt.created", row, wire.PaymentReceipt)
}

// PaymentReceiptGenerated tells that the file of a receipt was made, and at which address
// it opens.
func PaymentReceiptGenerated(row store.PaymentReceipt) func(address string) Subject {
	return func(address string) Subject {
		return paymentReceipt("payment_receipt.generated", row, wire.PaymentReceiptWithFile(address))
	}
}

func paymentReceipt[Object any](eventType string, row store.PaymentReceipt, render func(store.PaymentReceipt) Object) Subject {
	return Subject{Type: eventType, ObjectType: "payment_receipt", ObjectID: row.ID, Object: rendered(row, render)}
}

// DunningCampaignFinished tells that a campaign has reminded a customer for the last time.
func DunningCampaignFinished(row store.FinishedDunning) Subject {
	return Subject{
		Type: "dunning_campaign.finished", ObjectType: "dunning_campaign", ObjectID: row.Campaign.ID, Object: rendered(row, wire.FinishedDunning),
	}
}
