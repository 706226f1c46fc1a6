package store

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	billingperiod "tarn/billing/period"
	"tarn/billing/revenue"
)

// InvoicedUsageSum is what was billed in a month of the usage that one code counts.
type InvoicedUsageSum struct {
	Month    string
	Code     string
	Currency string
	// Cents have what coupons and progressive invoices took off, and no taxes.
	Cents decimal.Decimal
}

// feeSum is a sum of fees. What was taken off comes as a number and how many fees
// have it: SQLite, whose own numbers are floating point, groups by it instead of
// adding up.
type feeSum struct {
	Figure figure `gorm:"embedded"`

	TakenOff decimal.Decimal
	Times    int64
	// FromDatetime, ToDatetime, IssuingDate, Interval and PayInAdvance are read of
	// subscriptions.
	FromDatetime, ToDatetime *time.Time
	IssuingDate              string
	Interval                 billingperiod.Interval
	PayInAdvance             bool
}

// net is the sum without what was taken off.
func (s feeSum) net() decimal.Decimal {
	return s.Figure.cents().Sub(s.TakenOff.Mul(decimal.NewFromInt(s.Times)))
}

// takenOff reads what coupons took off fees f into the two members of a feeSum,
// and says by what a statement has to be grouped besides.
func (a analytics) takenOff() (columns, group string) {
	if a.tx.store.dialect == Postgres {
		return "SUM(f.precise_coupons_amount_cents) AS taken_off, 1 AS times", ""
	}
	return "f.precise_coupons_amount_cents AS taken_off, COUNT(*) AS times", ", f.precise_coupons_amount_cents"
}

// SumsOfInvoicedUsage add up by month what was billed of charges on invoices in
// whatever status, latest month first. Invoices that a partner bills, or whose
// dispute is lost, do not count.
func (tx *Tx) SumsOfInvoicedUsage(filter AnalyticsFilter) ([]InvoicedUsageSum, error) {
	a := tx.analytics(filter)
	takenOff, group := a.takenOff()
	month := a.month("f.created_at", true)
	var rows []feeSum
	err := tx.analyze(`SELECT `+month+` AS month, f.item_code AS label, f.amount_currency AS currency, `+tx.sumOf("f.amount_cents")+`, `+takenOff+`
FROM fees f WHERE {tenant:f} AND f.fee_type = 'charge' AND f.invoice_id IS NOT NULL AND f.deleted_at IS NULL`+
		a.created("f.created_at", "f.amount_currency", "", "(SELECT e.billing_entity_id FROM invoices e WHERE {tenant:e} AND e.id = f.invoice_id)")+`
    AND NOT EXISTS (SELECT 1 FROM invoices i WHERE {tenant:i} AND i.id = f.invoice_id AND (i.self_billed OR i.payment_dispute_lost_at IS NOT NULL))
GROUP BY `+month+`, f.item_code, f.amount_currency`+group, a.arguments, &rows)
	if err != nil {
		return nil, fmt.Errorf("add up the invoiced usage: %w", err)
	}
	type place struct{ month, code, currency string }
	sums := map[place]*InvoicedUsageSum{}
	for _, row := range rows {
		at := place{row.Figure.Month, row.Figure.Label, row.Figure.Currency}
		if sums[at] == nil {
			sums[at] = &InvoicedUsageSum{Month: row.Figure.Month, Code: row.Figure.Label, Currency: row.Figure.Currency}
		}
		sums[at].Cents = sums[at].Cents.Add(row.net())
	}
	return inOrder(sums, func(a, b *InvoicedUsageSum) int {
		return cmp.Or(strings.Compare(b.Month, a.Month), b.Cents.Cmp(a.Cents), strings.Compare(a.Code, b.Code), strings.Compare(a.Currency, b.Currency))
	}), nil
}

// RecurringRevenue adds up by currency what the invoices of GrossRevenue bill for
// subscriptions, with taxes, whenever they were issued: what was issued outside of
// the filter's months may be spread over them.
func (tx *Tx) RecurringRevenue(filter AnalyticsFilter) (map[string]*revenue.Recurring, error) {
	a := tx.analytics(filter)
	takenOff, group := a.takenOff()
	var rows []feeSum
	// Subscriptions are a table of their own, so that PostgreSQL reads fees and invoices
	// from the indexes that hold all of them: one subscription after the other, it would
	// look each fee up by itself. Plans come last: it expects few rows of them, and would
	// sort all fees by what they say.
	err := tx.analyze(`WITH subscribed AS MATERIALIZED (
    SELECT s.id, s.plan_id FROM subscriptions s WHERE {tenant:s}
), summed AS MATERIALIZED (
    SELECT f.amount_currency AS currency, i.issuing_date, f.from_datetime, f.to_datetime, s.plan_id,
        COUNT(*) AS counted, `+tx.sumOf("f.amount_cents + f.taxes_amount_cents")+`, `+takenOff+`
    FROM fees f JOIN invoices i ON {tenant:i} AND i.id = f.invoice_id AND `+counting+` JOIN subscribed s ON s.id = f.subscription_id
    WHERE {tenant:f} AND f.fee_type = 'subscription' AND f.deleted_at IS NULL`+a.whose("f.amount_currency", "", "i.billing_entity_id")+`
    GROUP BY f.amount_currency, i.issuing_date, f.from_datetime, f.to_datetime, s.plan_id`+group+`
)
SELECT summed.*, p.interval, p.pay_in_advance FROM summed JOIN plans p ON {tenant:p} AND p.id = summed.plan_id`, a.arguments, &rows)
	if err != nil {
		return nil, fmt.Errorf("add up the recurring revenue: %w", err)
	}
	sums := map[string]*revenue.Recurring{}
	for _, row := range rows {
		issued, err := billingperiod.ParseDate(row.IssuingDate)
		if err != nil {
			return nil, fmt.Errorf("read the day of issue: %w", err)
		}
		fee := revenue.Fee{Interval: row.Interval, PayInAdvance: row.PayInAdvance, Issued: issued, Cents: row.net()}
		if row.FromDatetime != nil && row.ToDatetime != nil {
			fee.From, fee.To = *row.FromDatetime, *row.ToDatetime
		}
		if sums[row.Figure.Currency] == nil {
			sums[row.Figure.Currency] = &revenue.Recurring{}
		}
		sums[row.Figure.Currency].Add(fee, row.Figure.Counted)
	}
	return sums, nil
}
