package payments

import (
	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/invoicing"
	"tarn/notify"
	"tarn/store"
)

// CollectInvoice collects an invoice that has become payable, if something of it is still
// due and nobody is collecting it.
func CollectInvoice(tx *store.Tx, args invoicing.CollectArgs) error {
	row, err := tx.InvoiceForUpdate(args.InvoiceID)
	if err != nil {
		return notThere(err)
	}
	if row.Status != store.InvoiceFinalized && row.Status != store.InvoiceOpen || row.PaymentStatus == store.PaymentSucceeded {
		return nil
	}
	if busy, err := tx.InvoiceUnderWay(row.ID); err != nil || busy {
		return err
	}
	_, err = collectInvoice(tx, &row, Choice{Type: args.PaymentMethodType, ID: args.PaymentMethodID})
	return err
}

// collectInvoice lets what is due of an invoice be collected. A choice that is made for
// this time comes before all others.
func collectInvoice(tx *store.Tx, row *store.Invoice, first Choice) (*store.Payment, error) {
	if row.Customer.PaymentProviderID == nil {
		return nil, nil //nolint:nilnil // nothing is collected
	}
	choices, err := choicesOf(tx, row)
	if err != nil {
		return nil, err
	}
	return Collect(tx, Payable{
		Customer: &row.Customer, InvoiceID: &row.ID, AmountCents: row.TotalDueAmountCents(), Currency: row.Currency,
		Choices: append([]Choice{first}, choices...),
	})
}

// RetryPayment tries again to collect an invoice. It refuses with a NotFound fault what
// clients do not see, and with a Refused one what cannot be paid, is paid, or is being
// collected. A choice that is by hand lets nothing be tried. Where the customer cannot be
// charged, it is told that the payment has failed.
func RetryPayment(tx *store.Tx, id uuid.UUID, choice Choice) error {
	row, err := tx.InvoiceForUpdate(id)
	if err == nil && !row.Visible() {
		err = store.ErrNotFound
	}
	if err != nil {
		return form.NotFound(err, "invoice")
	}
	if row.Status == store.InvoiceDraft || row.Status == store.InvoiceVoided || row.PaymentStatus == store.PaymentSucceeded {
		return fault.Refused("invalid_status")
	}
	busy, err := tx.InvoiceUnderWay(row.ID)
	if err != nil {
		return err
	}
	if busy {
		return fault.Refused("payment_processor_is_currently_handling_payment")
	}
	if choice.Type == store.PaymentMethodManual {
		return nil
	}
	payment, err := collectInvoice(tx, &row, choice)
	if err != nil || payment != nil {
		return err
	}
	notify.Happened(tx, notify.InvoicePaymentFailure(row, nil))
	return audit.Happened(tx, audit.Invoice(row), actionPaymentFailure)
}
