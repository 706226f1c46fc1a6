package store

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	billingperiod "tarn/billing/period"
	"tarn/store/internal/named"
)

// AnalyticsFilter says which part of a figure of the organization is wanted.
type AnalyticsFilter struct {
	// From is the first month that counts, such as 2024-02, and Until the first
	// one after it that does not.
	From, Until string
	// Currency is empty for all.
	Currency string
	// ExternalCustomerID is nil for all customers. Whoever is deleted has nothing.
	ExternalCustomerID *string
	// BillingEntityID is nil for all billing entities.
	BillingEntityID *uuid.UUID
}

// GrossRevenue is what was billed in a month in one currency by one billing entity.
type GrossRevenue struct {
	Month           string
	Currency        string
	BillingEntityID uuid.UUID
	// Cents have refunds taken off.
	Cents    decimal.Decimal
	Invoices int64
}

// OverdueBalance is what is overdue of the invoices that were due in a month.
type OverdueBalance struct {
	Month           string
	Currency        string
	BillingEntityID uuid.UUID
	Cents           decimal.Decimal
	// InvoiceIDs are in the order in which the invoices were due.
	InvoiceIDs []uuid.UUID
}

// InvoiceCollection is what was billed in a month, by what became of its payment.
type InvoiceCollection struct {
	Month         string
	PaymentStatus PaymentStatus
	Currency      string
	Cents         decimal.Decimal
	Invoices      int64
}

// figure is a sum of the database's, on its way to a figure. The sum comes in two
// parts, High billions and Low: SQLite's own numbers end where some sums do not.
type figure struct {
	Month           string
	Currency        string
	Label           string
	BillingEntityID uuid.UUID
	High, Low       decimal.Decimal
	Counted         int64
}

// cents is the sum.
func (f figure) cents() decimal.Decimal { return whole(f.High, f.Low) }

// whole puts the parts of a sum together.
func whole(high, low decimal.Decimal) decimal.Decimal { return high.Mul(billion).Add(low) }

// billion divides sums into two parts.
//
//nolint:gochecknoglobals // a constant
var billion = decimal.NewFromInt(1_000_000_000)

// sumOf is the sum of an expression of whole numbers in two parts, high and low.
// PostgreSQL's sums have no end, so one part has all of it, at half the price.
func (tx *Tx) sumOf(number string) string {
	if tx.store.dialect == Postgres {
		return "0 AS high, SUM(" + number + ") AS low"
	}
	return "SUM((" + number + ") / 1000000000) AS high, SUM((" + number + ") % 1000000000) AS low"
}

// counting keeps the invoices that count as revenue. It is spelled like the
// condition of the index invoices_revenue, which neither database would use
// without seeing that it fits.
const counting = "i.status = 'finalized' AND NOT i.self_billed AND i.payment_dispute_lost_at IS NULL"

// analytics makes a statement of analytics.
type analytics struct {
	tx        *Tx
	filter    AnalyticsFilter
	arguments named.Arguments
}

func (tx *Tx) analytics(filter AnalyticsFilter) analytics {
	return analytics{tx: tx, filter: filter, arguments: named.Arguments{}}
}

// only limits a statement about invoices i to the days of the filter's months in a
// column, and to the rest of the filter.
func (a analytics) only(day string) string {
	a.arguments["from"], a.arguments["until"] = a.filter.From, a.filter.Until
	return " AND " + day + " >= {from} AND " + day + " < {until}" + a.whose("i.currency", "i.customer_id", "i.billing_entity_id")
}

// created is only for a column of instants, and any columns of the currency, the
// customer and the billing entity.
func (a analytics) created(instant, currency, customer, entity string) string {
	a.arguments["from"], a.arguments["until"] = firstOf(a.filter.From), firstOf(a.filter.Until)
	return " AND " + instant + " >= {from} AND " + instant + " < {until}" + a.whose(currency, customer, entity)
}

// firstOf is the first instant of a month.
func firstOf(month string) time.Time {
	day, err := billingperiod.ParseDate(month + "-01")
	if err != nil {
		return time.Time{}
	}
	return day.Start(time.UTC)
}

func (a analytics) whose(currency, customer, entity string) string {
	var text strings.Builder
	if a.filter.Currency != "" {
		a.arguments["currency"] = a.filter.Currency
		text.WriteString(" AND " + currency + " = {currency}")
	}
	if a.filter.ExternalCustomerID != nil {
		a.arguments["customer"] = *a.filter.ExternalCustomerID
		text.WriteString(" AND " + customer + " IN (SELECT c.id FROM customers c WHERE {tenant:c} AND c.external_id = {customer} AND c.deleted_at IS NULL)")
	}
	if a.filter.BillingEntityID != nil {
		a.arguments["entity"] = a.filter.BillingEntityID.String()
		text.WriteString(" AND " + entity + " = {entity}")
	}
	return text.String()
}

// figures runs a statement that makes figures.
func (a analytics) figures(text string) ([]figure, error) {
	var rows []figure
	err := a.tx.analyze(text, a.arguments, &rows)
	return rows, err
}

// analyze reads the rows of a statement that adds up many.
func (tx *Tx) analyze(text string, arguments named.Arguments, rows any) error {
	if tx.store.dialect == Postgres {
		if err := tx.planForUsage(); err != nil {
			return err
		}
	}
	return tx.sql(text, arguments).Scan(rows).Error
}

// month is the month of a day, or of an instant, in a column.
func (a analytics) month(column string, instant bool) string {
	if instant && a.tx.store.dialect == Postgres {
		return "to_char(" + column + " AT TIME ZONE 'UTC', 'YYYY-MM')"
	}
	return "substr(" + column + ", 1, 7)"
}

// GrossRevenue adds up by month what was billed: the totals of final invoices by
// the month of issue, less what all their credit notes refund, and fees that were
// paid in advance and are on no invoice, by the month of the fee. Invoices that a
// partner bills, or whose dispute is lost, do not count.
func (tx *Tx) GrossRevenue(filter AnalyticsFilter) ([]GrossRevenue, error) {
	var all []figure
	for _, part := range []func() ([]figure, error){
		tx.analytics(filter).billed, tx.analytics(filter).refunded, tx.analytics(filter).paidApart,
	} {
		rows, err := part()
		if err != nil {
			return nil, fmt.Errorf("add up the gross revenue: %w", err)
		}
		all = append(all, rows...)
	}
	type place struct {
		month, currency string
		entity          uuid.UUID
	}
	sums := map[place]*GrossRevenue{}
	for _, row := range all {
		at := place{row.Month, row.Currency, row.BillingEntityID}
		if sums[at] == nil {
			sums[at] = &GrossRevenue{Month: row.Month, Currency: row.Currency, BillingEntityID: row.BillingEntityID}
		}
		sums[at].Cents, sums[at].Invoices = sums[at].Cents.Add(row.cents()), sums[at].Invoices+row.Counted
	}
	return inOrder(sums, func(a, b *GrossRevenue) int {
		return cmp.Or(strings.Compare(a.Month, b.Month), strings.Compare(a.Currency, b.Currency), compareIDs(a.BillingEntityID, b.BillingEntityID))
	}), nil
}

// billed are the totals of invoices.
func (a analytics) billed() ([]figure, error) {
	return a.figures(`SELECT ` + a.month("i.issuing_date", false) + ` AS month, i.currency, i.billing_entity_id, COUNT(*) AS counted, ` + a.tx.sumOf("i.total_amount_cents") + `
FROM invoices i WHERE {tenant:i} AND ` + counting + a.only("i.issuing_date") + `
GROUP BY 1, 2, 3`)
}

// refunded is what credit notes give back of such invoices, whatever has become
// of the notes.
func (a analytics) refunded() ([]figure, error) {
	return a.figures(`SELECT ` + a.month("i.issuing_date", false) + ` AS month, i.currency, i.billing_entity_id, ` + a.tx.sumOf("-n.refund_amount_cents") + `
FROM credit_notes n JOIN invoices i ON {tenant:i} AND i.id = n.invoice_id
WHERE {tenant:n} AND n.refund_amount_cents <> 0 AND ` + counting + a.only("i.issuing_date") + `
GROUP BY 1, 2, 3`)
}

// paidApart are the fees that were paid in advance, one by one, and are on no
// invoice. Those that were deleted count too.
func (a analytics) paidApart() ([]figure, error) {
	return a.figures(`SELECT ` + a.month("f.created_at", true) + ` AS month, f.amount_currency AS currency, o.billing_entity_id, ` + a.tx.sumOf("f.amount_cents") + `
FROM fees f JOIN customers o ON {tenant:o} AND o.id = f.customer_id
WHERE {tenant:f} AND f.invoice_id IS NULL AND f.pay_in_advance` + a.created("f.created_at", "f.amount_currency", "f.customer_id", "o.billing_entity_id") + `
GROUP BY 1, 2, 3`)
}

// OverdueBalances add up by month what is overdue, in whatever status an invoice
// is, by the month in which it was to be paid.
func (tx *Tx) OverdueBalances(filter AnalyticsFilter) ([]OverdueBalance, error) {
	var rows []struct {
		ID              uuid.UUID
		PaymentDueDate  string
		Currency        string
		BillingEntityID uuid.UUID
		Cents           int64
	}
	a := tx.analytics(filter)
	err := tx.analyze(`SELECT i.id, i.payment_due_date, i.currency, i.billing_entity_id,
	i.total_amount_cents - i.total_paid_amount_cents - i.offset_amount_cents AS cents
FROM invoices i WHERE {tenant:i} AND i.payment_overdue AND NOT i.self_billed AND i.status <> 'deleted'`+
		a.only("i.payment_due_date")+`
ORDER BY i.payment_due_date, i.created_at, i.id`, a.arguments, &rows)
	if err != nil {
		return nil, fmt.Errorf("add up what is overdue: %w", err)
	}
	type place struct {
		month, currency string
		entity          uuid.UUID
	}
	sums := map[place]*OverdueBalance{}
	for _, row := range rows {
		month := row.PaymentDueDate[:len("2024-02")]
		at := place{month, row.Currency, row.BillingEntityID}
		if sums[at] == nil {
			sums[at] = &OverdueBalance{Month: month, Currency: row.Currency, BillingEntityID: row.BillingEntityID}
		}
		sums[at].Cents, sums[at].InvoiceIDs = sums[at].Cents.Add(decimal.NewFromInt(row.Cents)), append(sums[at].InvoiceIDs, row.ID)
	}
	return inOrder(sums, func(a, b *OverdueBalance) int {
		return cmp.Or(strings.Compare(a.Month, b.Month), strings.Compare(a.Currency, b.Currency), compareIDs(a.BillingEntityID, b.BillingEntityID))
	}), nil
}

// InvoiceCollections count and add up the invoices of GrossRevenue by month and
// payment status, without regard to refunds.
func (tx *Tx) InvoiceCollections(filter AnalyticsFilter) ([]InvoiceCollection, error) {
	a := tx.analytics(filter)
	rows, err := a.figures(`SELECT ` + a.month("i.issuing_date", false) + ` AS month, i.currency, i.payment_status AS label, COUNT(*) AS counted, ` + a.tx.sumOf("i.total_amount_cents") + `
FROM invoices i WHERE {tenant:i} AND ` + counting + a.only("i.issuing_date") + `
GROUP BY 1, 2, 3 ORDER BY 1, 3, 2`)
	if err != nil {
		return nil, fmt.Errorf("add up the collection of invoices: %w", err)
	}
	collections := make([]InvoiceCollection, len(rows))
	for i, row := range rows {
		collections[i] = InvoiceCollection{
			Month: row.Month, PaymentStatus: PaymentStatus(row.Label), Currency: row.Currency, Cents: row.cents(), Invoices: row.Counted,
		}
	}
	return collections, nil
}

// inOrder are the values of a map, in an order.
func inOrder[Key comparable, Value any](values map[Key]*Value, compare func(a, b *Value) int) []Value {
	list := make([]Value, 0, len(values))
	for _, value := range slices.SortedFunc(maps.Values(values), compare) {
		list = append(list, *value)
	}
	return list
}

func compareIDs(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) }
