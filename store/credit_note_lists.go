package store

import (
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// CreditNoteType is what a credit note gives, in the original's spelling.
type CreditNoteType string

// The types. A note may be of all three.
const (
	CreditNoteOfCredit CreditNoteType = "credit"
	CreditNoteOfRefund CreditNoteType = "refund"
	CreditNoteOfOffset CreditNoteType = "offset"
)

// CreditNoteFilter says which credit notes a list has. Empty members do not
// restrict it; values within a member are alternatives.
type CreditNoteFilter struct {
	// CustomerID names one customer, ExternalCustomerID all that ever had the
	// identifier.
	CustomerID         *uuid.UUID
	ExternalCustomerID *string
	BillingEntityIDs   []uuid.UUID
	Currency           *string
	Reasons            []CreditNoteReason
	CreditStatuses     []CreditStatus
	RefundStatuses     []RefundStatus
	Types              []CreditNoteType
	// InvoiceNumber is compared as it is, PurchaseOrderNumber in any case; both are
	// those of the invoice.
	InvoiceNumber       string
	PurchaseOrderNumber string
	SelfBilled          *bool
	// IssuedFrom and IssuedTo are days such as 2024-02-29; both are included.
	IssuedFrom string
	IssuedTo   string
	// AmountFrom and AmountTo bound the total in cents; both are included.
	AmountFrom *int64
	AmountTo   *int64
	// SearchTerm is looked for in identifiers, numbers, and in what searches of
	// customers look through, in any case.
	SearchTerm string
}

// newestCreditNote puts the credit note first that was made last.
const newestCreditNote = "created_at DESC, id"

// CreditNotes lists the final credit notes, newest first, with everything that
// belongs to them.
func (tx *Tx) CreditNotes(filter CreditNoteFilter, page Page) (List[CreditNote], error) {
	query := filter.apply(tx, tx.db.Model(&CreditNote{}).Where("credit_notes.status = ?", CreditNoteFinalized))
	result, err := list[CreditNote](query, page, newestCreditNote)
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadCreditNotes)
}

// CreditNotesOf lists the final credit notes of a customer, newest first. Of what belongs
// to them, the numbers of their invoices are read.
func (tx *Tx) CreditNotesOf(customer uuid.UUID, page Page) (List[CreditNote], error) {
	query := tx.db.Model(&CreditNote{}).Where("customer_id = ? AND status = ?", customer, CreditNoteFinalized)
	result, err := list[CreditNote](query, page, newestCreditNote)
	if err != nil || len(result.Rows) == 0 {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadCreditedNumbers)
}

func (f CreditNoteFilter) apply(tx *Tx, query *gorm.DB) *gorm.DB {
	query = anyOf(query, "reason", f.Reasons)
	query = anyOf(query, "credit_status", f.CreditStatuses)
	query = anyOf(query, "refund_status", f.RefundStatuses)
	if f.Currency != nil {
		query = query.Where("currency = ?", *f.Currency)
	}
	if f.IssuedFrom != "" {
		query = query.Where("issuing_date >= ?", f.IssuedFrom)
	}
	if f.IssuedTo != "" {
		query = query.Where("issuing_date <= ?", f.IssuedTo)
	}
	if f.AmountFrom != nil {
		query = query.Where("total_amount_cents >= ?", *f.AmountFrom)
	}
	if f.AmountTo != nil {
		query = query.Where("total_amount_cents <= ?", *f.AmountTo)
	}
	if f.CustomerID != nil {
		query = query.Where("customer_id = ?", *f.CustomerID)
	}
	if f.ExternalCustomerID != nil {
		owners := tx.db.Model(&Customer{}).Select("id").Where("external_id = ?", *f.ExternalCustomerID)
		query = query.Where("customer_id IN (?)", owners)
	}
	return f.applySearch(tx, f.applyInvoice(tx, f.applyTypes(query)))
}

// applyTypes keeps the notes that give any of what is asked for.
func (f CreditNoteFilter) applyTypes(query *gorm.DB) *gorm.DB {
	if len(f.Types) == 0 {
		return query
	}
	conditions := make([]string, len(f.Types))
	for i, kind := range f.Types {
		conditions[i] = map[CreditNoteType]string{
			CreditNoteOfCredit: "credit_amount_cents > 0",
			CreditNoteOfRefund: "refund_amount_cents > 0",
			CreditNoteOfOffset: "offset_amount_cents > 0",
		}[kind]
	}
	return query.Where("(" + strings.Join(conditions, " OR ") + ")")
}

// applyInvoice keeps the notes of the invoices that the filter describes.
func (f CreditNoteFilter) applyInvoice(tx *Tx, query *gorm.DB) *gorm.DB {
	invoices, restricted := tx.db.Model(&Invoice{}).Select("id"), false
	restrict := func(given bool, condition string, value any) {
		if given {
			invoices, restricted = invoices.Where(condition, value), true
		}
	}
	restrict(len(f.BillingEntityIDs) > 0, "billing_entity_id IN ?", f.BillingEntityIDs)
	restrict(f.InvoiceNumber != "", "number = ?", f.InvoiceNumber)
	restrict(f.PurchaseOrderNumber != "", "purchase_order_search = ?", strings.ToLower(f.PurchaseOrderNumber))
	restrict(f.SelfBilled != nil, "self_billed = ?", f.SelfBilled)
	if !restricted {
		return query
	}
	return query.Where("invoice_id IN (?)", invoices)
}

// applySearch keeps the notes in which a term is found.
//
// Lago: a customer is found by its names, external id and e-mail; here also by its
// legal name, as the list of customers finds it.
func (f CreditNoteFilter) applySearch(tx *Tx, query *gorm.DB) *gorm.DB {
	if f.SearchTerm == "" {
		return query
	}
	pattern := "%" + escapeLike(strings.ToLower(f.SearchTerm)) + "%"
	found := tx.db.Model(&Customer{}).Select("id").Where(`search_text LIKE ? ESCAPE '\'`, pattern)
	return query.Where(`(number_search LIKE ? ESCAPE '\' OR CAST(credit_notes.id AS TEXT) LIKE ? ESCAPE '\' OR customer_id IN (?))`,
		pattern, pattern, found)
}
