package payments

import (
	"github.com/google/uuid"

	"tarn/audit"
	"tarn/billing/invoice"
	"tarn/billing/period"
	"tarn/invoicing"
	"tarn/jobs"
	"tarn/notify"
	"tarn/render"
	"tarn/store"
)

// The jobs that write the receipts of payments, and make their files.
const (
	KindIssueReceipt        = "payment_receipt.issue"
	KindMakeReceiptDocument = "payment_receipt.document"
)

// addOnReceipts is the premium add-on with which payments get receipts.
const addOnReceipts = "issue_receipts"

// receiptArgs say of which payment a receipt is written, and receiptDocumentArgs of which
// receipt a file is made.
type (
	receiptArgs struct {
		PaymentID  uuid.UUID `json:"payment_id"`
		CustomerID uuid.UUID `json:"customer_id"`
	}
	receiptDocumentArgs struct {
		PaymentReceiptID uuid.UUID `json:"payment_receipt_id"`
	}
)

// scheduleReceipt lets the receipt of a payment be written that has succeeded, where
// receipts are switched on.
func scheduleReceipt(tx *store.Tx, payment *store.Payment) error {
	if !tx.Organization().AddOn(addOnReceipts) {
		return nil
	}
	return jobs.Enqueue(tx, jobs.Job{Kind: KindIssueReceipt, Args: receiptArgs{PaymentID: payment.ID, CustomerID: payment.CustomerID}})
}

// receiptWorkers write receipts and make their files.
func receiptWorkers() jobs.Workers {
	issue := jobs.Handle(issueReceipt)
	issue.Lock = jobs.Locking(func(tx *store.Tx, args receiptArgs) error { return tx.LockCustomer(args.CustomerID) })
	issue.Discarded = jobs.NextDay
	return jobs.Workers{
		KindIssueReceipt: issue,
		KindMakeReceiptDocument: jobs.Handle(func(tx *store.Tx, args receiptDocumentArgs) error {
			return invoicing.MakeDocument(tx, store.DocumentOfReceipt, args.PaymentReceiptID, receiptFile)
		}),
	}
}

// issueReceipt writes the receipt of a payment that has none, and lets its file be made.
//
// Lago: who is paid a share gets none.
func issueReceipt(tx *store.Tx, args receiptArgs) error {
	if err := tx.LockCustomer(args.CustomerID); err != nil {
		return err
	}
	payment, err := tx.PaymentByID(args.PaymentID)
	if err != nil || payment.Customer.SelfBilled() {
		return err
	}
	if receipted, err := tx.ReceiptedPayment(payment.ID); err != nil || receipted {
		return err
	}
	sequence, err := tx.NextReceiptNumber(payment.CustomerID)
	if err != nil {
		return err
	}
	row := store.PaymentReceipt{
		ID: store.NewID(), CustomerID: payment.CustomerID, PaymentID: payment.ID, SequentialID: sequence,
		Number: invoice.ReceiptNumber(payment.Customer.Slug, sequence), CreatedAt: tx.Now(), Payment: payment,
	}
	if err := tx.InsertPaymentReceipt(&row); err != nil {
		return err
	}
	notify.Happened(tx, notify.PaymentReceiptCreated(row))
	if err := audit.Created(tx, audit.PaymentReceipt(row)); err != nil {
		return err
	}
	return invoicing.EnqueueDocument(tx, KindMakeReceiptDocument, row.ID, receiptDocumentArgs{PaymentReceiptID: row.ID})
}

// receiptFile is the file of a receipt.
func receiptFile(tx *store.Tx, id uuid.UUID) (invoicing.File, error) {
	row, err := tx.PaymentReceiptByID(id)
	if err != nil {
		return invoicing.File{}, err
	}
	paper, err := invoicing.Letterhead(tx, row.Payment.Invoices[0].ID)
	if err != nil {
		return invoicing.File{}, err
	}
	content, err := render.PaymentReceipt(receiptOf(row, paper))
	return invoicing.File{Of: audit.PaymentReceipt(row), Told: notify.PaymentReceiptGenerated(row), Number: row.Number, Content: content}, err
}

// receiptOf is what stands on the file of a receipt.
func receiptOf(row store.PaymentReceipt, paper render.Paper) render.Receipt {
	payment, zone := row.Payment, row.Payment.Customer.Location()
	doc := render.Receipt{Paper: paper, PaidOn: period.DateOf(payment.CreatedAt, zone), Paid: payment.AmountCents, Through: ProviderName(payment.PaymentProvider)}
	doc.Number, doc.CreatedAt, doc.IssuingDate = row.Number, row.CreatedAt, period.DateOf(row.CreatedAt, zone)
	doc.Currency = payment.AmountCurrency
	if payment.Reference != nil {
		doc.Reference = *payment.Reference
	}
	for _, paid := range payment.Invoices {
		issued, _ := period.ParseDate(paid.IssuingDate) // of a row: cannot fail
		doc.Invoices = append(doc.Invoices, render.PaidInvoice{Number: paid.Number, IssuingDate: issued, Total: paid.TotalAmountCents})
	}
	return doc
}

// ReceiptTokens are tokens that open the files of receipts, by the identifiers of these.
// A receipt whose file is not made yet has none.
func ReceiptTokens(tx *store.Tx, receipts []store.PaymentReceipt) (map[uuid.UUID]string, error) {
	ids := make([]uuid.UUID, len(receipts))
	for i := range receipts {
		ids[i] = receipts[i].ID
	}
	documents, err := tx.Documents(store.DocumentOfReceipt, ids)
	if err != nil {
		return nil, err
	}
	tokens, err := invoicing.DocumentTokens(tx, documents)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]string, len(documents))
	for i, document := range documents {
		found[document.SubjectID] = tokens[i]
	}
	return found, nil
}
