package wire

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
	openapi_types "github.com/oapi-codegen/runtime/types"
	"github.com/shopspring/decimal"

	"tarn/billing/period"
	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// firstOfMonth is how analytics show a month such as 2024-02.
func firstOfMonth(month string) string { return month + "-01T00:00:00.000Z" }

// sum is an amount of analytics that is a number with a fraction.
func sum(cents decimal.Decimal) json.Number { return json.Number(Decimal(cents)) }

// wholeCents is a sum of amounts, which an integer of 64 bits may not hold.
func wholeCents(sum decimal.Decimal) json.Number { return json.Number(sum.StringFixed(0)) }

// GrossRevenue is what was billed in a month.
func GrossRevenue(row store.GrossRevenue) gen.GrossRevenueObject {
	return gen.GrossRevenueObject{
		Month:           firstOfMonth(row.Month),
		AmountCents:     sum(row.Cents),
		Currency:        gen.Currency(row.Currency),
		InvoicesCount:   Decimal(decimal.NewFromInt(row.Invoices)),
		BillingEntityID: &row.BillingEntityID,
	}
}

// OverdueBalance is what is overdue of a month.
func OverdueBalance(row store.OverdueBalance) gen.OverdueBalanceObject {
	return gen.OverdueBalanceObject{
		Month:           firstOfMonth(row.Month),
		AmountCents:     Decimal(row.Cents),
		Currency:        gen.Currency(row.Currency),
		LagoInvoiceIds:  row.InvoiceIDs,
		BillingEntityID: &row.BillingEntityID,
	}
}

// InvoiceCollection is what was billed in a month and has one payment status.
func InvoiceCollection(row store.InvoiceCollection) gen.InvoiceCollectionObject {
	return gen.InvoiceCollectionObject{
		Month:         firstOfMonth(row.Month),
		PaymentStatus: nullable.NewNullableWithValue(gen.InvoiceCollectionObjectPaymentStatus(row.PaymentStatus)),
		InvoicesCount: int(row.Invoices),
		AmountCents:   some(sum(row.Cents)),
		Currency:      nullable.NewNullableWithValue(gen.CurrencyOrNull(row.Currency)),
	}
}

// NoInvoiceCollection is a month, such as 2024-02, in which nothing was billed.
func NoInvoiceCollection(month string) gen.InvoiceCollectionObject {
	return gen.InvoiceCollectionObject{
		Month:         firstOfMonth(month),
		PaymentStatus: nullable.NewNullNullable[gen.InvoiceCollectionObjectPaymentStatus](),
		AmountCents:   some(sum(decimal.Zero)),
		Currency:      nullable.NewNullNullable[gen.CurrencyOrNull](),
	}
}

// InvoicedUsage is what was billed in a month of the usage that one code counts.
func InvoicedUsage(row store.InvoicedUsageSum) gen.InvoicedUsageObject {
	return gen.InvoicedUsageObject{
		Month:       firstOfMonth(row.Month),
		Code:        &row.Code,
		Currency:    gen.Currency(row.Currency),
		AmountCents: sum(row.Cents),
	}
}

// Mrr is the recurring revenue of a month, such as 2024-02, in one currency.
func Mrr(month, currency string, cents decimal.Decimal) gen.MrrObject {
	return gen.MrrObject{
		Month:       firstOfMonth(month),
		AmountCents: nullable.NewNullableWithValue(Decimal(cents)),
		Currency:    nullable.NewNullableWithValue(gen.CurrencyOrNull(currency)),
	}
}

// NoMrr is a month, such as 2024-02, without recurring revenue.
func NoMrr(month string) gen.MrrObject {
	return gen.MrrObject{
		Month:       firstOfMonth(month),
		AmountCents: nullable.NewNullNullable[string](),
		Currency:    nullable.NewNullNullable[gen.CurrencyOrNull](),
	}
}

// PeriodUsage is what was used of a metric in a period, in one currency.
type PeriodUsage struct {
	// First and Last are the first and the last day of the period.
	First, Last    period.Date
	Code, Currency string
	// Deleted says that the metric was deleted.
	Deleted      bool
	Units, Cents decimal.Decimal
}

// AnalyticsUsage is the usage of a period in an organization.
func AnalyticsUsage(organization uuid.UUID, row PeriodUsage) gen.UsageObject {
	day := func(date period.Date) *openapi_types.Date { return &openapi_types.Date{Time: date.Start(time.UTC)} }
	return gen.UsageObject{
		OrganizationID:          organization,
		StartOfPeriodDt:         day(row.First),
		EndOfPeriodDt:           day(row.Last),
		BillableMetricCode:      &row.Code,
		IsBillableMetricDeleted: &row.Deleted,
		AmountCurrency:          gen.Currency(row.Currency),
		AmountCents:             wholeCents(row.Cents),
		Units:                   some(Decimal(row.Units)),
	}
}
