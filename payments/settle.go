package payments

import (
	"github.com/google/uuid"

	"tarn/audit"
	"tarn/invoicing"
	"tarn/notify"
	"tarn/store"
)

// What happens to what a provider could not collect, and to a payment request that was
// paid, as activities name it.
const (
	actionPaymentFailure = "payment_failure"
	actionStatusUpdated  = "payment_status_updated"
)

// settleInvoice lets follow what a payment of an invoice brings about that has
// succeeded: the invoice is paid by it, in whole or in part. What a provider has
// collected pays for the whole, whatever is left. The invoice must be locked, with its
// customer, and the payment be stored.
func settleInvoice(tx *store.Tx, payment *store.Payment, row *store.Invoice) error {
	row.TotalPaidAmountCents += payment.AmountCents
	if payment.Type == store.PaymentByProvider || row.TotalPaidAmountCents+row.OffsetAmountCents == row.TotalAmountCents {
		return pay(tx, row)
	}
	return tx.UpdateInvoice(row)
}

// pay makes an invoice paid whose total paid amount says so, and tells of it where
// clients see the invoice.
func pay(tx *store.Tx, row *store.Invoice) error {
	if err := tx.UpdateInvoice(row); err != nil {
		return err
	}
	return invoicing.Paid(tx, row)
}

// failInvoice lets follow that a provider could not collect an invoice. One that was
// paid meanwhile stays paid. The invoice must be locked, with its customer.
func failInvoice(tx *store.Tx, row *store.Invoice) error {
	if row.PaymentStatus == store.PaymentSucceeded {
		return nil
	}
	_, err := invoicing.SetPaymentStatus(tx, row, store.PaymentFailed)
	return err
}

// settle lets follow what a payment brings about that has succeeded and is stored so.
// It locks what was paid.
func settle(tx *store.Tx, payment *store.Payment) error {
	if err := scheduleReceipt(tx, payment); err != nil {
		return err
	}
	if payment.PaymentRequestID != nil {
		return settleRequest(tx, *payment.PaymentRequestID)
	}
	row, err := tx.InvoiceForUpdate(*payment.InvoiceID)
	if err != nil {
		return err
	}
	return settleInvoice(tx, payment, &row)
}

// fail lets follow what a payment brings about that its provider could not collect and
// that is stored so. It locks what was to be paid.
func fail(tx *store.Tx, payment *store.Payment) error {
	if payment.PaymentRequestID != nil {
		return failRequest(tx, *payment.PaymentRequestID, refusalOf(payment))
	}
	row, err := tx.InvoiceForUpdate(*payment.InvoiceID)
	if err != nil {
		return err
	}
	if err := failInvoice(tx, &row); err != nil {
		return err
	}
	if err := tellPurchase(tx, &row, refusalOf(payment)); err != nil || !row.Visible() {
		return err
	}
	notify.Happened(tx, notify.InvoicePaymentFailure(row, refusalOf(payment)))
	return audit.Happened(tx, audit.Invoice(row), actionPaymentFailure)
}

// refusalOf is why a payment was not collected.
func refusalOf(payment *store.Payment) *notify.Refusal {
	return &notify.Refusal{Code: payment.ErrorCode, Message: payment.ErrorMessage}
}

// tellPurchase tells that the invoice could not be collected which sells the credits of a
// wallet transaction.
func tellPurchase(tx *store.Tx, row *store.Invoice, refusal *notify.Refusal) error {
	if row.InvoiceType != store.InvoiceCredit {
		return nil
	}
	purchase, err := tx.PurchaseForUpdate(row.ID)
	if err != nil {
		return notThere(err)
	}
	notify.Happened(tx, notify.WalletTransactionPaymentFailure(purchase, refusal))
	return audit.Happened(tx, audit.WalletTransaction(purchase), actionPaymentFailure)
}

// settleRequest lets follow that a payment request was paid: so are its invoices, each
// by what was due of it.
func settleRequest(tx *store.Tx, id uuid.UUID) error {
	request, err := tx.PaymentRequestForUpdate(id)
	if err != nil {
		return err
	}
	for i := range request.Invoices {
		row := &request.Invoices[i]
		row.TotalPaidAmountCents += row.TotalDueAmountCents()
		if err := pay(tx, row); err != nil {
			return err
		}
	}
	if err := endRequest(tx, &request, store.PaymentSucceeded, actionStatusUpdated); err != nil {
		return err
	}
	notify.Happened(tx, notify.PaymentRequestPaymentStatusUpdated(request))
	return nil
}

// failRequest lets follow that a payment request could not be collected: its invoices
// have failed with it.
func failRequest(tx *store.Tx, id uuid.UUID, refusal *notify.Refusal) error {
	request, err := tx.PaymentRequestForUpdate(id)
	if err != nil {
		return err
	}
	for i := range request.Invoices {
		if err := failInvoice(tx, &request.Invoices[i]); err != nil {
			return err
		}
	}
	notify.Happened(tx, notify.PaymentRequestPaymentFailure(request, refusal))
	return endRequest(tx, &request, store.PaymentFailed, actionPaymentFailure)
}

// endRequest notes what has become of a payment request, and tells of it under the name
// of an action.
//
// Lago records no activity of either; tarn does, since the request changes.
func endRequest(tx *store.Tx, request *store.PaymentRequest, status store.PaymentStatus, action string) error {
	request.PaymentStatus = status
	if err := tx.UpdatePaymentRequest(request); err != nil {
		return err
	}
	return audit.Happened(tx, audit.PaymentRequest(*request), action)
}
