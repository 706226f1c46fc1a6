package store

import (
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// CreditNoteStatus is where a credit note is in its life. Clients never see it.
type CreditNoteStatus string

// The statuses of credit notes. Only final ones are found by clients and used.
const (
	// CreditNoteDraft belongs to a draft of an invoice and becomes final with it.
	CreditNoteDraft     CreditNoteStatus = "draft"
	CreditNoteFinalized CreditNoteStatus = "finalized"
	// CreditNoteDeleted belonged to a draft that was deleted.
	CreditNoteDeleted CreditNoteStatus = "deleted"
)

// CreditStatus tells what can be done with the balance of a credit note, in the
// contract's spelling.
type CreditStatus string

// The credit statuses. A note of nothing but a refund is available too.
const (
	CreditAvailable CreditStatus = "available"
	CreditConsumed  CreditStatus = "consumed"
	CreditVoided    CreditStatus = "voided"
)

// RefundStatus tells how a refund goes, in the contract's spelling.
type RefundStatus string

// The refund statuses.
const (
	RefundPending   RefundStatus = "pending"
	RefundSucceeded RefundStatus = "succeeded"
	RefundFailed    RefundStatus = "failed"
)

// CreditNoteReason is why a credit note was made, in the contract's spelling.
type CreditNoteReason string

// The reasons.
const (
	CreditedDuplicate      CreditNoteReason = "duplicated_charge"
	CreditedUnsatisfactory CreditNoteReason = "product_unsatisfactory"
	CreditedChange         CreditNoteReason = "order_change"
	CreditedCancellation   CreditNoteReason = "order_cancellation"
	CreditedFraud          CreditNoteReason = "fraudulent_charge"
	CreditedOther          CreditNoteReason = "other"
)

// CreditNoteReasons are all reasons, in the contract's order.
func CreditNoteReasons() []CreditNoteReason {
	return []CreditNoteReason{
		CreditedDuplicate, CreditedUnsatisfactory, CreditedChange, CreditedCancellation, CreditedFraud, CreditedOther,
	}
}

// CreditNote gives a part of an invoice back: as credit for later invoices, as a
// refund of what was paid, or off what is still due. All amounts are in the
// smallest unit of the currency, precise ones before rounding.
type CreditNote struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	CustomerID     uuid.UUID
	InvoiceID      uuid.UUID
	Status         CreditNoteStatus
	CreditStatus   CreditStatus
	// RefundStatus is nil where nothing is refunded.
	RefundStatus *RefundStatus
	Reason       CreditNoteReason
	Description  *string
	// Number is that of the invoice and the note's own; NumberSearch is it in lower
	// case, and is written with it.
	Number       string
	NumberSearch string
	// SequentialID counts the notes of the invoice, from 1.
	SequentialID int64
	// IssuingDate is a day such as 2024-02-29.
	IssuingDate string
	Currency    string

	// CouponsAdjustmentAmountCents is the part of coupons in what is given back.
	CouponsAdjustmentAmountCents        int64
	PreciseCouponsAdjustmentAmountCents decimal.Decimal
	SubTotalExcludingTaxesAmountCents   int64
	TaxesAmountCents                    int64
	PreciseTaxesAmountCents             decimal.Decimal
	// TaxesRate is in percent, by the weight of the items.
	TaxesRate               decimal.Decimal
	TotalAmountCents        int64
	PreciseTotalAmountCents decimal.Decimal
	// The total is the sum of these three.
	CreditAmountCents int64
	RefundAmountCents int64
	OffsetAmountCents int64
	// BalanceAmountCents is what is left of the credit.
	BalanceAmountCents int64

	Metadata ItemMetadata `gorm:"serializer:json"`
	// RefundedAt is when the refund succeeded.
	RefundedAt *time.Time
	VoidedAt   *time.Time
	CreatedAt  time.Time
	UpdatedAt  time.Time

	// What follows is read with the note; it is written with a new one.

	// Invoice comes with its customer and billing entity only.
	Invoice Invoice `gorm:"-"`
	// Items are in the order of their creation.
	Items []CreditNoteItem `gorm:"-"`
	// AppliedTaxes are in the order of their codes.
	AppliedTaxes []CreditNoteTax `gorm:"-"`
}

// CreditNoteItem is what a credit note gives back of one fee, before coupons and
// taxes.
type CreditNoteItem struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	CreditNoteID   uuid.UUID
	FeeID          uuid.UUID
	AmountCents    int64
	// PreciseAmountCents has five decimals.
	PreciseAmountCents decimal.Decimal
	AmountCurrency     string
	CreatedAt          time.Time

	// Fee is read with the item.
	Fee Fee `gorm:"-"`
}

// CreditNoteTax is one line of a credit note's taxes. The tax is kept as it was.
type CreditNoteTax struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	CreditNoteID   uuid.UUID
	TaxID          uuid.UUID
	TaxCode        string
	TaxName        string
	TaxDescription *string
	// TaxRate is in percent.
	TaxRate decimal.Decimal
	// BaseAmountCents is what the tax was taken of.
	BaseAmountCents int64
	AmountCents     int64
	AmountCurrency  string
	CreatedAt       time.Time
}

// InvoiceSettlement lowers what is due of an invoice without being paid: the
// offset of a credit note.
type InvoiceSettlement struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	InvoiceID      uuid.UUID
	Kind           Settlement
	// CreditNoteID is the note whose offset it is.
	CreditNoteID   *uuid.UUID
	AmountCents    int64
	AmountCurrency string
	CreatedAt      time.Time
}
