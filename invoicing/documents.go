package invoicing

import (
	"errors"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/form"
	"tarn/jobs"
	"tarn/notify"
	"tarn/render"
	"tarn/store"
)

// The jobs that make the files of final invoices and credit notes.
const (
	KindMakeDocument           = "invoice.document"
	KindMakeCreditNoteDocument = "credit_note.document"
)

// documentPriority lets everything else that is due at an instant go before the
// files of what it brings about.
const documentPriority = 10

// pdfType is the media type of documents.
const pdfType = "application/pdf"

// documentArgs say of what a file is made: one of them is given.
type documentArgs struct {
	InvoiceID    uuid.UUID `json:"invoice_id,omitzero"`
	CreditNoteID uuid.UUID `json:"credit_note_id,omitzero"`
}

// documentWorker makes the files of invoices.
func documentWorker() jobs.Worker {
	return jobs.Handle(func(tx *store.Tx, args documentArgs) error {
		return MakeFile(tx, store.DocumentOfInvoice, args.InvoiceID)
	})
}

// creditNoteDocumentWorker makes the files of credit notes.
func creditNoteDocumentWorker() jobs.Worker {
	return jobs.Handle(func(tx *store.Tx, args documentArgs) error {
		return MakeFile(tx, store.DocumentOfCreditNote, args.CreditNoteID)
	})
}

// MakeFile makes the file of an invoice or of a credit note as MakeDocument does.
func MakeFile(tx *store.Tx, kind store.DocumentKind, subject uuid.UUID) error {
	made := invoiceFile
	if kind == store.DocumentOfCreditNote {
		made = creditNoteFile
	}
	return MakeDocument(tx, kind, subject, made)
}

// ScheduleDocument lets the file of an invoice be made, when somebody asks for it:
// making one takes longer than the invoice itself, and most are never read.
//
// Lago: files are made of all invoices that become final.
func ScheduleDocument(tx *store.Tx, invoice store.Invoice) error {
	return EnqueueDocument(tx, KindMakeDocument, invoice.ID, documentArgs{InvoiceID: invoice.ID})
}

// ScheduleCreditNoteDocument lets the file of a credit note be made, as
// ScheduleDocument does that of an invoice.
func ScheduleCreditNoteDocument(tx *store.Tx, note store.CreditNote) error {
	return EnqueueDocument(tx, KindMakeCreditNoteDocument, note.ID, documentArgs{CreditNoteID: note.ID})
}

// EnqueueDocument lets a job of a kind make the file of a subject, after everything else
// that is due.
func EnqueueDocument(tx *store.Tx, kind string, subject uuid.UUID, args any) error {
	return jobs.Enqueue(tx, jobs.Job{Kind: kind, Args: args, UniqueKey: kind + ":" + subject.String(), Priority: documentPriority})
}

// File is a document that is not kept yet.
type File struct {
	// Of is what it was made of, Number what that is called, and Told what webhooks tell
	// of it and of the address where it opens.
	Of      audit.Subject
	Told    func(address string) notify.Subject
	Number  string
	Content []byte
}

// MakeDocument makes the file of a subject, unless there is one, and records that
// it did. A subject that does not exist, that is not final, or not any more, gets
// none: made returns store.ErrNotFound for it.
func MakeDocument(tx *store.Tx, kind store.DocumentKind, subject uuid.UUID, made func(*store.Tx, uuid.UUID) (File, error)) error {
	_, err := tx.Document(kind, subject)
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	document, err := made(tx, subject)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	row := store.Document{
		ID: store.NewID(), Kind: kind, SubjectID: subject, CreatedAt: tx.Now(),
		FileName: document.Number + ".pdf", ContentType: pdfType, Content: document.Content,
	}
	if kept, err := tx.InsertDocument(&row); err != nil || !kept {
		return err
	}
	tokens, err := DocumentTokens(tx, []store.Document{row})
	if err != nil {
		return err
	}
	notify.Happened(tx, document.Told(tx.AddressBelow(DocumentsPath+tokens[0])))
	return audit.Happened(tx, document.Of, "generated")
}

// invoiceFile is the file of a final invoice.
func invoiceFile(tx *store.Tx, id uuid.UUID) (File, error) {
	row, entity, err := billedWithLogo(tx, id)
	if err == nil && row.Status != store.InvoiceFinalized {
		err = store.ErrNotFound
	}
	if err != nil {
		return File{}, err
	}
	content, err := render.Invoice(documentOf(row, entity, tx.Now()))
	return File{Of: audit.Invoice(row), Told: notify.InvoiceGenerated(row), Number: row.Number, Content: content}, err
}

// creditNoteFile is the file of a final credit note.
func creditNoteFile(tx *store.Tx, id uuid.UUID) (File, error) {
	note, err := tx.CreditNote(id)
	if err != nil {
		return File{}, err
	}
	row, entity, err := billedWithLogo(tx, note.InvoiceID)
	if err != nil {
		return File{}, err
	}
	content, err := render.CreditNote(noteDocumentOf(note, row, entity))
	return File{Of: audit.CreditNote(note), Told: notify.CreditNoteGenerated(note), Number: note.Number, Content: content}, err
}

// billedWithLogo finds an invoice, and its billing entity with the logo.
func billedWithLogo(tx *store.Tx, id uuid.UUID) (store.Invoice, store.BillingEntity, error) {
	row, err := tx.InvoiceByID(id)
	if err != nil {
		return row, store.BillingEntity{}, err
	}
	entity := row.BillingEntity
	entity.Logo, err = tx.BillingEntityLogo(entity.ID)
	return row, entity, err
}

// Letterhead is the paper of an invoice's billing entity and customer, with its logo, for
// what else is written to them: number, days and the time of its making are left to the
// caller.
func Letterhead(tx *store.Tx, invoice uuid.UUID) (render.Paper, error) {
	row, err := tx.ListedInvoiceByID(invoice)
	if err != nil {
		return render.Paper{}, err
	}
	entity := row.BillingEntity
	if entity.Logo, err = tx.BillingEntityLogo(entity.ID); err != nil {
		return render.Paper{}, err
	}
	paper := paperOf(row, entity)
	paper.Number, paper.PurchaseOrderNumber = "", ""
	return paper, nil
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
	token, err := download(tx, store.DocumentOfInvoice, id, func() error { return ScheduleDocument(tx, row) })
	return Download{Invoice: row, Token: token}, err
}

// CreditNoteDownload is what a client gets that asks for the file of a credit note.
type CreditNoteDownload struct {
	CreditNote store.CreditNote
	// Token opens the file; empty while there is none.
	Token string
}

// DownloadCreditNote makes a link to the file of a credit note, as DownloadInvoice
// does for an invoice.
func DownloadCreditNote(tx *store.Tx, id uuid.UUID) (CreditNoteDownload, error) {
	note, err := tx.CreditNote(id)
	if err != nil {
		return CreditNoteDownload{}, form.NotFound(err, "credit_note")
	}
	token, err := download(tx, store.DocumentOfCreditNote, id, func() error { return ScheduleCreditNoteDocument(tx, note) })
	return CreditNoteDownload{CreditNote: note, Token: token}, err
}

// download makes a token that opens the file of a subject, or lets the file be made
// when there is none; the token is empty then.
func download(tx *store.Tx, kind store.DocumentKind, subject uuid.UUID, schedule func() error) (string, error) {
	document, err := tx.Document(kind, subject)
	if errors.Is(err, store.ErrNotFound) {
		return "", schedule()
	}
	if err != nil {
		return "", err
	}
	tokens, err := DocumentTokens(tx, []store.Document{document})
	if err != nil {
		return "", err
	}
	return tokens[0], nil
}
