package invoicing

import (
	"github.com/google/uuid"

	"tarn/form"
	"tarn/jobs"
	"tarn/store"
)

// KindCollect is the job that lets an invoice be collected through the payment provider
// of its customer. Its worker is in the room that knows how.
const KindCollect = "invoice.collect"

// CollectArgs say which invoice is collected, and how it is paid where that was said for
// this invoice: by hand, or by which payment method.
type CollectArgs struct {
	InvoiceID         uuid.UUID  `json:"invoice_id"`
	PaymentMethodType string     `json:"payment_method_type,omitempty"`
	PaymentMethodID   *uuid.UUID `json:"payment_method_id,omitempty"`
}

// collection is what a client has said of how an invoice is collected.
type collection struct {
	// skipped says that it is not.
	skipped bool
	method  form.Optional[form.PaymentMethod]
}

// scheduleCollecting lets an invoice be collected that has become payable. Nothing is done
// where the customer has no payment provider, or nothing is due.
func scheduleCollecting(b *bill) error {
	row := &b.invoice
	if row.Customer.PaymentProviderID == nil || b.collected.skipped || row.PaymentStatus == store.PaymentSucceeded || row.TotalDueAmountCents() <= 0 {
		return nil
	}
	args := CollectArgs{InvoiceID: row.ID}
	form.AssignPaymentMethod(&args.PaymentMethodType, &args.PaymentMethodID, b.collected.method)
	return jobs.Hasten(b.tx, jobs.Job{Kind: KindCollect, At: b.tx.Now(), Args: args, UniqueKey: KindCollect + ":" + row.ID.String()})
}

// KindRefund is the job that gives the refund of a credit note back through the payment
// provider. Its worker is in the room that knows how.
const KindRefund = "credit_note.refund"

// RefundArgs say which credit note is refunded.
type RefundArgs struct {
	CreditNoteID uuid.UUID `json:"credit_note_id"`
	CustomerID   uuid.UUID `json:"customer_id"`
}

// scheduleRefund lets be given back what a credit note refunds, where the customer has a
// payment provider and the invoice is paid.
func scheduleRefund(c *credited, row *store.CreditNote) error {
	if row.RefundAmountCents == 0 || c.invoice.Customer.PaymentProviderID == nil || c.invoice.PaymentStatus != store.PaymentSucceeded {
		return nil
	}
	return jobs.Enqueue(c.tx, jobs.Job{
		Kind: KindRefund, At: c.tx.Now(), Args: RefundArgs{CreditNoteID: row.ID, CustomerID: row.CustomerID}, MaxAttempts: refundAttempts,
	})
}

// refundAttempts is how often a provider is asked that gives no answer.
const refundAttempts = 5
