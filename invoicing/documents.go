package invoicing

import (
	"errors"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/form"
	"tarn/jobs"
	"tarn/render"
	"tarn/store"
)

// KindMakeDocument is the job that makes the file of a finalized invoice.
const KindMakeDocument = "invoice.document"

// documentPriority lets everything else that is due at an instant go before the
// files of what it bills.
const documentPriority = 10

// pdfType is the media type of documents.
const pdfType = "application/pdf"

// makeDocumentArgs say of which invoice.
type makeDocumentArgs struct {
	InvoiceID uuid.UUID `json:"invoice_id"`
}

// DocumentWorker makes the files of invoices.
func DocumentWorker() jobs.Worker { return jobs.Handle(makeDocument) }

// ScheduleDocument lets the file of an invoice be made, when somebody asks for it:
// making one takes longer than the invoice itself, and most are never read.
//
// Lago: files are made of all invoices that become final.
func ScheduleDocument(tx *store.Tx, invoice store.Invoice) error {
	return jobs.Enqueue(tx, jobs.Job{
		Kind: KindMakeDocument, Args: makeDocumentArgs{InvoiceID: invoice.ID},
		UniqueKey: KindMakeDocument + ":" + invoice.ID.String(), Priority: documentPriority,
	})
}

// makeDocument makes the file of an invoice, unless there is one, and records
// that it did. An invoice that is not final, or not any more, gets none.
func makeDocument(tx *store.Tx, args makeDocumentArgs) error {
	_, err := tx.Document(store.DocumentOfInvoice, args.InvoiceID)
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	invoice, err := tx.InvoiceByID(args.InvoiceID)
	if errors.Is(err, store.ErrNotFound) || err == nil && invoice.Status != store.InvoiceFinalized {
		return nil
	}
	if err != nil {
		return err
	}
	entity := invoice.BillingEntity
	if entity.Logo, err = tx.BillingEntityLogo(entity.ID); err != nil {
		return err
	}
	content, err := render.Invoice(documentOf(invoice, entity, tx.Now()))
	if err != nil {
		return err
	}
	return keepDocument(tx, invoice, content)
}

// keepDocument stores the file of an invoice and records it, once.
func keepDocument(tx *store.Tx, invoice store.Invoice, content []byte) error {
	kept, err := tx.InsertDocument(&store.Document{
		ID: store.NewID(), Kind: store.DocumentOfInvoice, SubjectID: invoice.ID, CreatedAt: tx.Now(),
		FileName: invoice.Number + ".pdf", ContentType: pdfType, Content: content,
	})
	if err != nil || !kept {
		return err
	}
	return audit.Happened(tx, audit.Invoice(invoice), "generated")
}

// Download is what a client gets that asks for the file of an invoice.
type Download struct {
	Invoice store.Invoice
	// Token opens the file; empty while there is none.
	Token string
}

// DownloadInvoice makes a link to the file of an invoice, or lets the file be
// made when there is none. It refuses an invoice that is not finalized with the
// same NotFound fault as one that does not exist.
func DownloadInvoice(tx *store.Tx, id uuid.UUID) (Download, error) {
	row, err := tx.ListedInvoiceByID(id)
	if err == nil && row.Status != store.InvoiceFinalized {
		err = store.ErrNotFound
	}
	if err != nil {
		return Download{}, form.NotFound(err, "invoice")
	}
	document, err := tx.Document(store.DocumentOfInvoice, id)
	if errors.Is(err, store.ErrNotFound) {
		return Download{Invoice: row}, ScheduleDocument(tx, row)
	}
	if err != nil {
		return Download{}, err
	}
	token, err := documentToken(tx, document)
	return Download{Invoice: row, Token: token}, err
}
