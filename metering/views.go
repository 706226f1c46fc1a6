package metering

import (
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/charge"
	"tarn/billing/money"
	"tarn/billing/period"
	"tarn/billing/tax"
	"tarn/store"
)

// Usage is what a subscription has used in a period, with its price. That of a
// period that runs is computed from events whenever it is asked for; that of one
// that was invoiced is what fees have kept of it.
type Usage struct {
	// From and To are the boundaries of the charges, both included.
	From, To    time.Time
	IssuingDate period.Date
	Currency    string
	// Charges are all that were asked for, used or not.
	Charges []ChargeUsage
	// TaxesAmountCents is zero where taxes were not asked for.
	TaxesAmountCents int64
	// InvoiceID is the invoice that has billed the usage, and InvoicedAmountCents
	// what all its fees come to without taxes; both are zero of a period that runs.
	InvoiceID           uuid.UUID
	InvoicedAmountCents int64
}

// ChargeUsage is the usage of one charge: a fee for each filter and each group
// of it.
type ChargeUsage struct {
	Charge store.Charge
	// Fees are in the order of the charge's filters; those of no filter come
	// last.
	Fees []PricedFee
}

// PricedFee is the price of some usage: that of one group, of one filter, of one
// charge.
type PricedFee struct {
	charge.Fee

	Charge *store.Charge
	// Filter is nil for the usage that no filter takes.
	Filter *store.ChargeFilter
	// GroupedBy are the texts of the properties by which the usage is priced
	// apart; nil where there are none, and a nil text for events that have not
	// the property.
	GroupedBy map[string]*string
	// TotalAggregatedUnits are the units at the end of the period, which may be
	// below zero.
	TotalAggregatedUnits decimal.Decimal
	// Breakdowns split the units for display.
	Breakdowns []UnitsBreakdown
	// Projected is set where usage is projected to the end of its period.
	Projected *ProjectedFee
}

// UnitsBreakdown is a part of a fee's units.
type UnitsBreakdown struct {
	// By are the texts of the properties that tell the part from others.
	By    map[string]*string
	Units decimal.Decimal
	// ProjectedUnits are read only of a fee that is projected.
	ProjectedUnits decimal.Decimal
}

// ProjectedFee is what a fee is expected to be when its period is over.
type ProjectedFee struct {
	Units       decimal.Decimal
	AmountCents int64
}

// AmountCents is the sum of the charges' amounts without taxes.
//
// Lago: that of a period that was invoiced is of everything on the invoice.
func (u Usage) AmountCents() int64 {
	if u.InvoiceID != uuid.Nil {
		return u.InvoicedAmountCents
	}
	var sum int64
	for _, row := range u.Charges {
		sum = money.Add(sum, FeesAmountCents(row.Fees))
	}
	return sum
}

// ProjectedAmountCents is the amount that the usage is projected to.
//
// Lago: of each charge only the first fee counts, so it is less than what the
// charges show where these have filters or groups.
func (u Usage) ProjectedAmountCents() int64 {
	var sum int64
	for _, row := range u.Charges {
		if len(row.Fees) > 0 && row.Fees[0].Projected != nil {
			sum = money.Add(sum, row.Fees[0].Projected.AmountCents)
		}
	}
	return sum
}

// FeesAmountCents is the sum of the amounts of fees.
func FeesAmountCents(fees []PricedFee) int64 {
	var sum int64
	for _, fee := range fees {
		sum = money.Add(sum, fee.AmountCents)
	}
	return sum
}

// AdvanceFee is the fee of one event that is paid in advance.
type AdvanceFee struct {
	PricedFee

	Subscription *store.Subscription
	// From and To are the boundaries of the period that holds the event.
	From, To time.Time
	// TransactionID is that of the event.
	TransactionID string
	// Taxes are those that apply, in the order of their names, and TaxAmounts
	// what they make.
	Taxes      []store.Tax
	TaxAmounts tax.Taxes
}

// InstantFee estimates the fee of one event by the event alone.
type InstantFee struct {
	charge.Estimate

	Subscription  *store.Subscription
	Charge        *store.Charge
	Filter        *store.ChargeFilter
	TransactionID string
}
