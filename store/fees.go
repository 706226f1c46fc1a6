package store

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// FeeType is what a fee is for, in the contract's spelling.
type FeeType string

// The types of fees.
const (
	FeeCharge       FeeType = "charge"
	FeeAddOn        FeeType = "add_on"
	FeeSubscription FeeType = "subscription"
	FeeCredit       FeeType = "credit"
	FeeCommitment   FeeType = "commitment"
	FeeFixedCharge  FeeType = "fixed_charge"
)

// Fee is one line of an invoice, or what an event costs that is paid by itself.
// Amounts in cents are in the smallest unit of the currency, precise ones
// before rounding.
type Fee struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	CustomerID     uuid.UUID
	// InvoiceID is nil while a fee is on no invoice.
	InvoiceID      *uuid.UUID
	SubscriptionID *uuid.UUID
	FeeType        FeeType
	ChargeID       *uuid.UUID
	ChargeFilterID *uuid.UUID
	FixedChargeID  *uuid.UUID
	AddOnID        *uuid.UUID
	// TrueUpParentFeeID is the fee that this one raises to its minimum.
	TrueUpParentFeeID *uuid.UUID

	// ItemID, ItemCode, ItemName and ItemDescription are those of the billable
	// metric, add-on, plan or wallet transaction at the time.
	ItemID             uuid.UUID
	ItemCode           string
	ItemName           string
	ItemDescription    *string
	InvoiceDisplayName *string
	// FilterDisplayName and Filters are those of the charge filter.
	FilterDisplayName *string
	Filters           map[string][]string `gorm:"serializer:json"`
	// GroupedBy are the texts of the properties by which the usage is priced
	// apart; empty where there are none.
	GroupedBy map[string]*string `gorm:"serializer:json"`
	// Description is a client's own, of a fee of an add-on.
	Description *string

	Units decimal.Decimal
	// TotalAggregatedUnits and EventsCount are nil where nothing was counted.
	TotalAggregatedUnits *decimal.Decimal
	EventsCount          *int64
	AmountCents          int64
	PreciseAmountCents   decimal.Decimal
	AmountCurrency       string
	UnitAmountCents      int64
	// PreciseUnitAmount is in units of the currency.
	PreciseUnitAmount decimal.Decimal
	// AmountDetails explain the amount, as the contract's amount_details; an
	// object.
	AmountDetails json.RawMessage `gorm:"serializer:json"`
	// PresentationBreakdowns split the units for display, as the contract's
	// presentation_breakdowns; an array.
	PresentationBreakdowns json.RawMessage `gorm:"serializer:json"`
	// PlanAmountCents is the plan's amount for a whole period at the time, of a
	// subscription fee.
	PlanAmountCents *int64

	TaxesAmountCents        int64
	TaxesPreciseAmountCents decimal.Decimal
	// TaxesRate is in percent.
	TaxesRate decimal.Decimal
	// PreciseCouponsAmountCents is what coupons and progressive invoices take off
	// the fee, PreciseCreditNotesAmountCents what credit notes do.
	PreciseCouponsAmountCents     decimal.Decimal
	PreciseCreditNotesAmountCents decimal.Decimal

	PayInAdvance bool
	Invoiceable  bool
	// EventTransactionID is that of the event that is paid in advance.
	EventTransactionID *string
	// From and To are both nil where a fee is for no time.
	From *time.Time `gorm:"column:from_datetime"`
	To   *time.Time `gorm:"column:to_datetime"`

	PaymentStatus PaymentStatus
	SucceededAt   *time.Time
	FailedAt      *time.Time
	RefundedAt    *time.Time
	DeletedAt     *time.Time
	CreatedAt     time.Time
	UpdatedAt     time.Time

	// What follows is read with the fee; methods of their own write it.

	AppliedTaxes []FeeTax `gorm:"-"`
	// TrueUpFeeID is the fee that raises this one to its minimum.
	TrueUpFeeID *uuid.UUID `gorm:"-"`
	// ExternalCustomerID and ExternalSubscriptionID are the client's own
	// identifiers of the subscription and its customer; nil without one.
	ExternalCustomerID     *string `gorm:"-"`
	ExternalSubscriptionID *string `gorm:"-"`
	// SelfBilled is that of the invoice.
	SelfBilled bool `gorm:"-"`
}

// FeeTax is one tax of a fee. The tax is kept as it was.
type FeeTax struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	FeeID          uuid.UUID
	TaxID          uuid.UUID
	TaxCode        string
	TaxName        string
	TaxDescription *string
	// TaxRate is in percent.
	TaxRate            decimal.Decimal
	AmountCents        int64
	PreciseAmountCents decimal.Decimal
	AmountCurrency     string
	CreatedAt          time.Time
}
