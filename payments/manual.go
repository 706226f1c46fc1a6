package payments

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// ManualInput is a payment that a client reports.
type ManualInput struct {
	// InvoiceID says what was paid; what is no identifier names nothing.
	InvoiceID form.Optional[string]
	// AmountCents is the JSON that was sent; nil where there was none.
	AmountCents json.RawMessage
	Reference   form.Optional[string]
	// PaidAt is an instant, or a day, in any spelling; blank is the present.
	PaidAt form.Optional[string]
}

// maxReference is how many characters a reference may have.
const maxReference = 40

// errUnavailable refuses what a licence or the state of an invoice does not allow.
func errUnavailable() error { return &fault.Error{Kind: fault.Forbidden, Code: "feature_unavailable"} }

// Record keeps a payment of an invoice that a client reports, final invoices and those
// that wait for their payment alike. It refuses in Lago's order: what it cannot do
// without, then the invoice, then the rest of the payment.
func Record(tx *store.Tx, in ManualInput) (store.Payment, error) {
	cents, err := in.judge()
	if err != nil {
		return store.Payment{}, err
	}
	row, err := tx.InvoiceForUpdate(form.Identifier(in.InvoiceID))
	if err != nil {
		return store.Payment{}, form.NotFound(err, "invoice")
	}
	paidAt, err := in.admit(tx, &row)
	if err != nil {
		return store.Payment{}, err
	}
	reference, _ := in.Reference.Get() // absent and null are blank
	payment := store.Payment{
		ID: store.NewID(), CustomerID: row.CustomerID, InvoiceID: &row.ID, Type: store.PaymentManual,
		AmountCents: cents, AmountCurrency: row.Currency, Status: string(store.PaymentSucceeded), PaymentStatus: store.PaymentSucceeded,
		Reference: &reference, CreatedAt: paidAt, UpdatedAt: tx.Now(), Customer: row.Customer, Invoices: []store.Invoice{row},
	}
	if err := checkManual(tx, &payment, &row); err != nil {
		return payment, err
	}
	if err := tx.InsertPayment(&payment); err != nil {
		return payment, err
	}
	if err := audit.Happened(tx, audit.Payment(payment), "recorded"); err != nil {
		return payment, err
	}
	if err := scheduleReceipt(tx, &payment); err != nil {
		return payment, err
	}
	err = settleInvoice(tx, &payment, &row)
	return payment, err
}

// judge refuses what can be judged without the invoice, and reads the amount.
func (in ManualInput) judge() (cents int64, err error) {
	if id, _ := in.InvoiceID.Get(); form.Blank(id) {
		return 0, fault.Invalid("invoice_id", fault.CodeMandatory)
	}
	cents, err = strconv.ParseInt(string(in.AmountCents), 10, 64)
	if errors.Is(err, strconv.ErrRange) && cents > 0 {
		err = nil // more than anything that is due
	}
	if err != nil || cents <= 0 {
		return 0, fault.Invalid("amount_cents", "invalid_value")
	}
	return cents, nil
}

// admit refuses invoices that cannot be paid, and reads when that was done.
//
// Lago: an invoice of fees that were paid one by one is looked at no further.
func (in ManualInput) admit(tx *store.Tx, row *store.Invoice) (time.Time, error) {
	text, _ := in.PaidAt.Get() // absent and null are blank
	paidAt, err := form.Instant(text)
	if form.Blank(text) {
		paidAt, err = tx.Now(), nil
	}
	switch {
	case row.InvoiceType == store.InvoiceAdvanceCharges:
		if err != nil {
			paidAt = tx.Now()
		}
		return paidAt, nil
	case !tx.Organization().Premium(), row.Status != store.InvoiceFinalized && row.Status != store.InvoiceOpen:
		return paidAt, errUnavailable()
	case err != nil:
		return paidAt, fault.Invalid("paid_at", "invalid_date")
	}
	return paidAt, nil
}

// checkManual refuses a payment that does not fit its invoice. All that is wrong is
// told together.
func checkManual(tx *store.Tx, payment *store.Payment, row *store.Invoice) error {
	details := fault.Details{}
	form.CheckFilled(details, "reference", *payment.Reference, maxReference)
	if row.InvoiceType == store.InvoiceCredit && payment.AmountCents != row.TotalAmountCents {
		details.Add("amount_cents", "invalid_amount")
	}
	if payment.AmountCents > row.TotalDueAmountCents() {
		details.Add("amount_cents", fault.CodeOutOfRange)
	}
	paid, err := tx.PaidByRequest(row.ID)
	if err != nil {
		return err
	}
	if paid {
		details.Add("base", "payment_request_is_already_succeeded")
	}
	return details.Err()
}
