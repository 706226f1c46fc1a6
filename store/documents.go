package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

// DocumentKind is what a document is made of.
type DocumentKind string

// The kinds of documents: files of invoices, of credit notes, and of the receipts of
// payments.
const (
	DocumentOfInvoice    DocumentKind = "invoice"
	DocumentOfCreditNote DocumentKind = "credit_note"
	DocumentOfReceipt    DocumentKind = "payment_receipt"
)

// Document is a file that was made once of something and stays as it is, however
// what it was made of changes.
type Document struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	// Kind and SubjectID say what it was made of; a subject has one document of a
	// kind.
	Kind      DocumentKind
	SubjectID uuid.UUID
	// FileName is how it is called where it is saved.
	FileName string
	// ContentType is its media type.
	ContentType string
	Content     []byte
	CreatedAt   time.Time
}

// InsertDocument adds a document, unless its subject has one already; kept
// reports whether it had none.
func (tx *Tx) InsertDocument(row *Document) (kept bool, err error) {
	result := tx.db.Clauses(ignoreDuplicates).Create(row)
	if result.Error != nil {
		return false, fmt.Errorf("insert the document: %w", known(result.Error))
	}
	return result.RowsAffected > 0, nil
}

// Document finds the document of a subject without its content; ErrNotFound when
// there is none.
func (tx *Tx) Document(kind DocumentKind, subject uuid.UUID) (Document, error) {
	return one[Document](tx.db.Omit("content").Where("kind = ? AND subject_id = ?", kind, subject))
}

// Documents are those documents of subjects that there are, without their contents.
func (tx *Tx) Documents(kind DocumentKind, subjects []uuid.UUID) ([]Document, error) {
	var found []Document
	err := inBatches(subjects, func(part []uuid.UUID) error {
		var rows []Document
		if err := tx.db.Omit("content").Where("kind = ? AND subject_id IN ?", kind, part).Find(&rows).Error; err != nil {
			return fmt.Errorf("find documents: %w", err)
		}
		found = append(found, rows...)
		return nil
	})
	return found, err
}

// DocumentByID finds a document with its content; ErrNotFound when there is none.
func (tx *Tx) DocumentByID(id uuid.UUID) (Document, error) {
	return one[Document](tx.db.Where("id = ?", id))
}
