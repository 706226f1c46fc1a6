package store

import (
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// InvoiceType is what an invoice is made for, in the contract's spelling.
type InvoiceType string

// The types of invoices.
const (
	InvoiceSubscription InvoiceType = "subscription"
	InvoiceOneOff       InvoiceType = "one_off"
	// InvoiceCredit sells prepaid credits of a wallet.
	InvoiceCredit InvoiceType = "credit"
	// InvoiceAdvanceCharges regroups fees that were paid one by one.
	InvoiceAdvanceCharges     InvoiceType = "advance_charges"
	InvoiceProgressiveBilling InvoiceType = "progressive_billing"
)

// InvoiceStatus is where an invoice is in its life, in the contract's spelling.
type InvoiceStatus string

// The statuses of invoices. The last three are seen by nobody: who asks for such
// an invoice hears that there is none.
const (
	// InvoiceDraft can change until its grace period is over.
	InvoiceDraft     InvoiceStatus = "draft"
	InvoiceFinalized InvoiceStatus = "finalized"
	InvoiceVoided    InvoiceStatus = "voided"
	// InvoiceFailed has no taxes, because they could not be had.
	InvoiceFailed InvoiceStatus = "failed"
	// InvoicePending waits for its taxes.
	InvoicePending InvoiceStatus = "pending"
	// InvoiceOpen waits for the payment that a subscription or a wallet needs.
	InvoiceOpen InvoiceStatus = "open"
	// InvoiceClosed has come to nothing: an amount of zero that is not to be
	// shown, or a payment that did not come.
	InvoiceClosed  InvoiceStatus = "closed"
	InvoiceDeleted InvoiceStatus = "deleted"
)

// VisibleInvoiceStatuses are the statuses of invoices that clients see.
func VisibleInvoiceStatuses() []InvoiceStatus {
	return []InvoiceStatus{InvoiceDraft, InvoiceFinalized, InvoiceVoided, InvoiceFailed, InvoicePending}
}

// PaymentStatus tells whether something is paid, in the contract's spelling.
type PaymentStatus string

// The payment statuses of invoices, fees and payments; only fees are refunded, and only
// payments are being processed.
const (
	PaymentPending   PaymentStatus = "pending"
	PaymentSucceeded PaymentStatus = "succeeded"
	PaymentFailed    PaymentStatus = "failed"
	PaymentRefunded  PaymentStatus = "refunded"
	// PaymentProcessing waits for its provider.
	PaymentProcessing PaymentStatus = "processing"
)

// Invoice is what a customer owes. All amounts are in the smallest unit of the
// currency.
type Invoice struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	CustomerID     uuid.UUID
	// BillingEntityID is the one that bills, which need not be the customer's.
	BillingEntityID uuid.UUID
	InvoiceType     InvoiceType
	Status          InvoiceStatus
	PaymentStatus   PaymentStatus
	PaymentOverdue  bool
	// Number is the prefix and "-DRAFT" until the invoice is finalized.
	Number string
	// SequentialID counts the customer's invoices of the billing entity,
	// EntitySequentialID those of the billing entity; nil until the invoice is
	// finalized, and the latter also where invoices are numbered by customer.
	SequentialID       *int64
	EntitySequentialID *int64
	Currency           string
	// BilledAt is the instant that the invoice bills.
	BilledAt time.Time
	// IssuingDate and PaymentDueDate are days such as 2024-02-29.
	IssuingDate    string
	PaymentDueDate string
	// ExpectedFinalizationDate is the day on which a draft becomes final.
	ExpectedFinalizationDate string
	// KeepsIssuingDate says that finalizing leaves the issuing date alone.
	KeepsIssuingDate bool
	// NetPaymentTerm is in days: the one that was valid at the creation.
	NetPaymentTerm      int
	PurchaseOrderNumber *string
	SelfBilled          bool
	// SkipsCharges says that the invoice bills no usage: that of a trial's end.
	SkipsCharges bool
	// Stale says that a draft has to be made again, because what it rests on has
	// changed.
	Stale bool

	FeesAmountCents                     int64
	ProgressiveBillingCreditAmountCents int64
	CouponsAmountCents                  int64
	SubTotalExcludingTaxesAmountCents   int64
	TaxesAmountCents                    int64
	// TaxesRate is in percent, by the weight of the fees.
	TaxesRate                         decimal.Decimal
	SubTotalIncludingTaxesAmountCents int64
	CreditNotesAmountCents            int64
	PrepaidCreditAmountCents          int64
	// The two parts are nil where there are none, or where they are not known.
	PrepaidGrantedCreditAmountCents   *int64
	PrepaidPurchasedCreditAmountCents *int64
	TotalAmountCents                  int64
	TotalPaidAmountCents              int64
	// OffsetAmountCents is what credit notes take off what is due.
	OffsetAmountCents int64

	// NumberSearch and PurchaseOrderSearch are what searches look through: the
	// two in lower case. They are written with the fields that they are made of.
	NumberSearch        string
	PurchaseOrderSearch *string

	PaymentDisputeLostAt *time.Time
	FinalizedAt          *time.Time
	VoidedAt             *time.Time
	CreatedAt            time.Time
	UpdatedAt            time.Time

	// What follows is read with the invoice where it is shown; methods of their
	// own write it.

	// Customer and BillingEntity are read also when they are deleted.
	Customer       Customer        `gorm:"-"`
	BillingEntity  BillingEntity   `gorm:"-"`
	BillingPeriods []BillingPeriod `gorm:"-"`
	Fees           []Fee           `gorm:"-"`
	Credits        []Credit        `gorm:"-"`
	// AppliedTaxes are in the order of their codes.
	AppliedTaxes      []InvoiceTax            `gorm:"-"`
	Metadata          []InvoiceMetadata       `gorm:"-"`
	ErrorDetails      []InvoiceErrorDetail    `gorm:"-"`
	AppliedThresholds []InvoiceUsageThreshold `gorm:"-"`
	AppliedSections   []AppliedCustomSection  `gorm:"-"`
}

// Visible reports whether clients see the invoice.
func (i *Invoice) Visible() bool {
	return slices.Contains(VisibleInvoiceStatuses(), i.Status)
}

// TotalDueAmountCents is what is still to be paid.
func (i *Invoice) TotalDueAmountCents() int64 {
	if i.Status == InvoiceVoided {
		return 0
	}
	return i.TotalAmountCents - i.TotalPaidAmountCents - i.OffsetAmountCents
}

// InvoicingReason is why an invoice bills a subscription, in the contract's
// spelling.
type InvoicingReason string

// The reasons.
const (
	ReasonStarting    InvoicingReason = "subscription_starting"
	ReasonPeriodic    InvoicingReason = "subscription_periodic"
	ReasonTerminating InvoicingReason = "subscription_terminating"
	// ReasonInAdvance is an event, or other units of a fixed charge, that are
	// paid at once.
	ReasonInAdvance InvoicingReason = "in_advance_charge"
	// ReasonInAdvancePeriodic regroups fees that were paid one by one.
	ReasonInAdvancePeriodic InvoicingReason = "in_advance_charge_periodic"
	ReasonProgressive       InvoicingReason = "progressive_billing"
)

// BillingPeriod is what an invoice bills of one subscription. The windows have
// both ends included; those of charges are nil where none are billed.
type BillingPeriod struct {
	ID               uuid.UUID `gorm:"primaryKey"`
	OrganizationID   uuid.UUID
	InvoiceID        uuid.UUID
	SubscriptionID   uuid.UUID
	Reason           InvoicingReason
	SubscriptionFrom time.Time
	SubscriptionTo   time.Time
	ChargesFrom      *time.Time
	ChargesTo        *time.Time
	FixedChargesFrom *time.Time
	FixedChargesTo   *time.Time
	// BilledDay is the day of the customer's zone that a periodic run billed,
	// such as 2024-02-29; nil for every other reason. A subscription has one
	// period for each.
	BilledDay *string
	CreatedAt time.Time

	// Subscription is read with the period, as lists show it; deleted plans and
	// customers included.
	Subscription Subscription `gorm:"-"`
}

// Credit is what takes something off an invoice: a coupon, what a progressive
// invoice has billed already, or a credit note.
type Credit struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	InvoiceID      uuid.UUID
	// Kind is "coupon", "invoice" (a progressive one) or "credit_note".
	Kind CreditKind
	// One of these three says what gave the credit.
	AppliedCouponID      *uuid.UUID
	ProgressiveInvoiceID *uuid.UUID
	CreditNoteID         *uuid.UUID
	AmountCents          int64
	AmountCurrency       string
	BeforeTaxes          bool
	// ItemID, Code, Name and Description are those of the coupon, invoice or
	// credit note at the time.
	ItemID      uuid.UUID
	Code        string
	Name        string
	Description *string
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// CreditKind is what gave a credit, in the contract's spelling.
type CreditKind string

// The kinds of credits.
const (
	CreditOfCoupon     CreditKind = "coupon"
	CreditOfInvoice    CreditKind = "invoice"
	CreditOfCreditNote CreditKind = "credit_note"
)

// InvoiceTax is one line of an invoice's taxes. The tax is kept as it was.
type InvoiceTax struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	InvoiceID      uuid.UUID
	TaxID          uuid.UUID
	TaxCode        string
	TaxName        string
	TaxDescription *string
	// TaxRate is in percent.
	TaxRate     decimal.Decimal
	AmountCents int64
	// FeesAmountCents is what the tax was taken of, cut to whole cents.
	FeesAmountCents int64
	AmountCurrency  string
	CreatedAt       time.Time
}

// InvoiceMetadata is one pair of an invoice's metadata.
type InvoiceMetadata struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	InvoiceID      uuid.UUID
	Key            string
	Value          string
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// TableName is the plural that the schema has.
func (InvoiceMetadata) TableName() string { return "invoice_metadata" }

// InvoiceErrorDetail says why an invoice could not be made.
type InvoiceErrorDetail struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	InvoiceID      uuid.UUID
	ErrorCode      string
	Details        map[string]any `gorm:"serializer:json"`
	CreatedAt      time.Time
}

// InvoiceUsageThreshold is a usage threshold that a progressive invoice was made
// for. It is kept as it was.
type InvoiceUsageThreshold struct {
	ID                       uuid.UUID `gorm:"primaryKey"`
	OrganizationID           uuid.UUID
	InvoiceID                uuid.UUID
	UsageThresholdID         uuid.UUID
	ThresholdDisplayName     *string
	AmountCents              int64
	Recurring                bool
	LifetimeUsageAmountCents int64
	ThresholdCreatedAt       time.Time
	ThresholdUpdatedAt       time.Time
	CreatedAt                time.Time
}
