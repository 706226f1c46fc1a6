package store

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// Settlement is what pays an invoice, in the contract's spelling.
type Settlement string

// The kinds of settlements. Rows are kept of the offsets of credit notes; payments are
// rows of their own.
const (
	SettlementPayment    Settlement = "payment"
	SettlementCreditNote Settlement = "credit_note"
)

// InvoiceFilter says which invoices a list has. Empty members do not restrict it;
// values within a member are alternatives.
type InvoiceFilter struct {
	// Statuses are among the visible ones; none means all of these.
	Statuses        []InvoiceStatus
	PaymentStatuses []PaymentStatus
	Settlements     []Settlement
	PaymentOverdue  *bool
	// PartiallyPaid asks for invoices of which a part is paid, or for those of
	// which nothing or just the total is.
	PartiallyPaid *bool
	SelfBilled    *bool
	// DisputeLost asks whether a dispute about the payment was lost.
	DisputeLost *bool
	// AmountFrom and AmountTo bound the total in cents; both are included.
	AmountFrom *int64
	AmountTo   *int64
	// IssuedFrom and IssuedTo are days such as 2024-02-29; both are included.
	IssuedFrom string
	IssuedTo   string
	Currency   *string
	// CustomerID names one customer, ExternalCustomerID all that ever had the
	// identifier.
	CustomerID         *uuid.UUID
	ExternalCustomerID *string
	Types              []InvoiceType
	BillingEntityIDs   []uuid.UUID
	// PurchaseOrderNumber is compared in any case.
	PurchaseOrderNumber string
	// Metadata asks for pairs; an empty value asks that the key is absent.
	Metadata map[string]string
	// SearchTerm is looked for in numbers, in any case, and, where no customer is
	// named, in what searches of customers look through; or it is the invoice's
	// identifier.
	SearchTerm string
}

// newestInvoice puts the invoice first that was issued last.
const newestInvoice = "issuing_date DESC, created_at DESC, id"

// Invoices lists the visible invoices, those that were issued last first, as
// lists show them.
func (tx *Tx) Invoices(filter InvoiceFilter, page Page) (List[Invoice], error) {
	var counts *gorm.DB
	if filter.countable() {
		counts = filter.counts(tx)
	}
	result, err := listCounted[Invoice](filter.apply(tx, tx.db.Model(&Invoice{})), counts, page, newestInvoice)
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadListedInvoices)
}

// statuses are those of the invoices that the filter lets through.
func (f InvoiceFilter) statuses() []InvoiceStatus {
	if len(f.Statuses) == 0 {
		return VisibleInvoiceStatuses()
	}
	return f.Statuses
}

func (f InvoiceFilter) apply(tx *Tx, query *gorm.DB) *gorm.DB {
	query = anyOf(query, "invoices.status", f.statuses())
	query = anyOf(query, "payment_status", f.PaymentStatuses)
	query = anyOf(query, "invoice_type", f.Types)
	query = anyOf(query, "billing_entity_id", f.BillingEntityIDs)
	query = f.applyPayment(tx, query)
	if f.AmountFrom != nil {
		query = query.Where("total_amount_cents >= ?", *f.AmountFrom)
	}
	if f.AmountTo != nil {
		query = query.Where("total_amount_cents <= ?", *f.AmountTo)
	}
	if f.IssuedFrom != "" {
		query = query.Where("issuing_date >= ?", f.IssuedFrom)
	}
	if f.IssuedTo != "" {
		query = query.Where("issuing_date <= ?", f.IssuedTo)
	}
	if f.Currency != nil {
		query = query.Where("currency = ?", *f.Currency)
	}
	if f.PurchaseOrderNumber != "" {
		query = query.Where("purchase_order_search = ?", strings.ToLower(f.PurchaseOrderNumber))
	}
	return f.applySearch(tx, f.applyMetadata(tx, f.applyCustomer(tx, query)))
}

// applyPayment keeps the invoices that are paid as the filter says.
func (f InvoiceFilter) applyPayment(tx *Tx, query *gorm.DB) *gorm.DB {
	if f.PaymentOverdue != nil {
		query = query.Where("payment_overdue = ?", *f.PaymentOverdue)
	}
	if f.SelfBilled != nil {
		query = query.Where("self_billed = ?", *f.SelfBilled)
	}
	if f.DisputeLost != nil {
		query = query.Where("(payment_dispute_lost_at IS NOT NULL) = ?", *f.DisputeLost)
	}
	switch {
	case f.PartiallyPaid == nil:
	case *f.PartiallyPaid:
		query = query.Where("total_amount_cents > total_paid_amount_cents AND total_paid_amount_cents > 0")
	default:
		query = query.Where("(total_paid_amount_cents = 0 OR total_paid_amount_cents = total_amount_cents)")
	}
	return f.applySettlements(tx, query)
}

// applySettlements keeps the invoices of which something was settled in one of the ways:
// by a credit note, or by a payment, also one of a payment request.
//
// Lago: it keeps no settlements of payments, so that nobody is found who asks for them.
func (f InvoiceFilter) applySettlements(tx *Tx, query *gorm.DB) *gorm.DB {
	var conditions []string
	var settled []any
	if slices.Contains(f.Settlements, SettlementCreditNote) {
		conditions = append(conditions, "invoices.id IN (?)")
		settled = append(settled, tx.db.Model(&InvoiceSettlement{}).Select("invoice_id").Where("kind = ?", SettlementCreditNote))
	}
	if slices.Contains(f.Settlements, SettlementPayment) {
		conditions = append(conditions, "invoices.id IN (?)", "invoices.id IN (?)")
		paid := tx.db.Model(&Payment{}).Where("payment_status = ?", PaymentSucceeded)
		requests := tx.db.Model(&PaymentRequest{}).Select("id").Where("payment_status = ?", PaymentSucceeded)
		settled = append(settled, paid.Select("invoice_id").Where("invoice_id IS NOT NULL"),
			tx.db.Model(&paymentRequestInvoice{}).Select("invoice_id").Where("payment_request_id IN (?)", requests))
	}
	if len(conditions) == 0 {
		return query
	}
	return query.Where("("+strings.Join(conditions, " OR ")+")", settled...)
}

func (f InvoiceFilter) applyCustomer(tx *Tx, query *gorm.DB) *gorm.DB {
	if f.CustomerID != nil {
		query = query.Where("customer_id = ?", *f.CustomerID)
	}
	if f.ExternalCustomerID != nil {
		owners := tx.db.Model(&Customer{}).Select("id").Where("external_id = ?", *f.ExternalCustomerID)
		query = query.Where("customer_id IN (?)", owners)
	}
	return query
}

func (f InvoiceFilter) applyMetadata(tx *Tx, query *gorm.DB) *gorm.DB {
	for key, value := range f.Metadata {
		pairs := tx.db.Model(&InvoiceMetadata{}).Select("1").Where("invoice_metadata.invoice_id = invoices.id AND invoice_metadata.key = ?", key)
		if value == "" {
			query = query.Where("NOT EXISTS (?)", pairs)
		} else {
			query = query.Where("EXISTS (?)", pairs.Where("invoice_metadata.value = ?", value))
		}
	}
	return query
}

// applySearch keeps the invoices in which a term is found.
//
// Lago: a customer is found by its names, external id and e-mail; here also by
// its legal name, as the list of customers finds it.
func (f InvoiceFilter) applySearch(tx *Tx, query *gorm.DB) *gorm.DB {
	if f.SearchTerm == "" {
		return query
	}
	pattern := "%" + escapeLike(strings.ToLower(f.SearchTerm)) + "%"
	text, values := `number_search LIKE ? ESCAPE '\'`, []any{pattern}
	if id, err := uuid.Parse(f.SearchTerm); err == nil {
		text, values = text+" OR invoices.id = ?", append(values, id)
	}
	if f.CustomerID == nil && f.ExternalCustomerID == nil {
		found := tx.db.Model(&Customer{}).Select("id").Where(`search_text LIKE ? ESCAPE '\'`, pattern)
		text, values = text+" OR customer_id IN (?)", append(values, found)
	}
	return query.Where("("+text+")", values...)
}

// VisibleInvoice is InvoiceByID for what clients see; ErrNotFound for every other
// invoice.
func (tx *Tx) VisibleInvoice(id uuid.UUID) (Invoice, error) {
	return tx.invoice(tx.db.Where("id = ? AND status IN ?", id, VisibleInvoiceStatuses()))
}

// SetFeesPaymentStatus gives all fees of an invoice its payment status. When they
// were paid is not noted.
func (tx *Tx) SetFeesPaymentStatus(row *Invoice) error {
	err := tx.db.Model(&Fee{}).Where("invoice_id = ?", row.ID).Update("payment_status", row.PaymentStatus).Error
	if err != nil {
		return fmt.Errorf("update the fees of an invoice: %w", err)
	}
	for i := range row.Fees {
		row.Fees[i].PaymentStatus = row.PaymentStatus
	}
	return nil
}
