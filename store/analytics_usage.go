package store

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/store/internal/named"
)

// UsageDay is what the events of a day have added to what a subscription has used of
// a metric, in the day's billing period.
type UsageDay struct {
	OrganizationID   uuid.UUID
	SubscriptionID   uuid.UUID
	BillableMetricID uuid.UUID
	// Day is one of the customer's zone, such as 2024-02-29.
	Day      string
	Currency string
	Units    decimal.Decimal
	// AmountCents is what these units have made the period dearer, without taxes. It is
	// below zero where units were taken away.
	AmountCents int64
}

// UsageFilter says which part of the usage is wanted. Empty members do not restrict
// it.
type UsageFilter struct {
	// From and To are the first and the last day that count.
	From, To               string
	Currency               string
	CustomerType           string
	ExternalCustomerID     string
	CustomerCountry        string
	ExternalSubscriptionID string
	Recurring              *bool
	PlanCode               string
	BillableMetricCode     string
	BillingEntityID        *uuid.UUID
}

// UsageSum is the usage of a day of all subscriptions that a filter finds.
type UsageSum struct {
	Day, Code, Currency string
	// Deleted says that the metric was deleted.
	Deleted     bool
	Units       decimal.Decimal
	AmountCents decimal.Decimal
}

// usageSumRow is a UsageSum on its way from the database. On SQLite, whose own numbers
// are floating point, it is of the days with the same units.
type usageSumRow struct {
	Figure figure `gorm:"embedded"`

	Day     string
	Deleted bool
	Units   decimal.Decimal
	Times   int64
}

// UsageSums adds up what was counted of days, whatever is marked since.
func (tx *Tx) UsageSums(filter UsageFilter) ([]UsageSum, error) {
	arguments := named.Arguments{}
	units, group := "u.units AS units, COUNT(*) AS times", ", u.units"
	if tx.store.dialect == Postgres {
		units, group = "SUM(u.units) AS units, 1 AS times", ""
	}
	conditions := filter.conditions(arguments)
	var found []usageSumRow
	err := tx.analyze(`SELECT d.day, m.code AS label, d.currency, m.deleted_at IS NOT NULL AS deleted, d.units, d.times, d.high, d.low
FROM (SELECT u.day, u.billable_metric_id, u.currency, `+units+`, `+tx.sumOf("u.amount_cents")+`
    FROM usage_days u WHERE {tenant:u}`+conditions+` GROUP BY u.day, u.billable_metric_id, u.currency`+group+`
) d JOIN billable_metrics m ON {tenant:m} AND m.id = d.billable_metric_id`, arguments, &found)
	if err != nil {
		return nil, fmt.Errorf("add up the usage of days: %w", err)
	}
	sums := make([]UsageSum, len(found))
	for i, row := range found {
		sums[i] = UsageSum{
			Day: row.Day, Code: row.Figure.Label, Currency: row.Figure.Currency, Deleted: row.Deleted,
			Units: row.Units.Mul(decimal.NewFromInt(row.Times)), AmountCents: row.Figure.cents(),
		}
	}
	return sums, nil
}

// conditions limit rows u of usage_days, and fill in the arguments.
func (f UsageFilter) conditions(arguments named.Arguments) string {
	var text strings.Builder
	add := func(name, value, condition string) {
		if value != "" {
			arguments[name] = value
			text.WriteString(" AND " + condition)
		}
	}
	add("from", f.From, "u.day >= {from}")
	add("to", f.To, "u.day <= {to}")
	add("currency", f.Currency, "u.currency = {currency}")
	add("code", f.BillableMetricCode, "u.billable_metric_id IN (SELECT k.id FROM billable_metrics k WHERE {tenant:k} AND k.code = {code})")
	if f.Recurring != nil {
		arguments["recurring"] = *f.Recurring
		text.WriteString(" AND u.billable_metric_id IN (SELECT r.id FROM billable_metrics r WHERE {tenant:r} AND r.recurring = {recurring})")
	}
	if whose := f.whose(arguments); whose != "" {
		text.WriteString(" AND u.subscription_id IN (SELECT s.id FROM " + subscribedBy + whose + ")")
	}
	return text.String()
}

// subscribedBy are subscriptions with their customers and plans.
const subscribedBy = "subscriptions s JOIN customers c ON {tenant:c} AND c.id = s.customer_id JOIN plans p ON {tenant:p} AND p.id = s.plan_id WHERE {tenant:s}"

// whose limits subscriptions, and fills in the arguments; empty for all of them.
func (f UsageFilter) whose(arguments named.Arguments) string {
	var text strings.Builder
	for _, is := range []struct{ name, value, column string }{
		{"type", f.CustomerType, "c.customer_type"},
		{"customer", f.ExternalCustomerID, "c.external_id"},
		{"country", f.CustomerCountry, "c.country"},
		{"subscription", f.ExternalSubscriptionID, "s.external_id"},
		{"plan", f.PlanCode, "p.code"},
	} {
		if is.value != "" {
			arguments[is.name] = is.value
			text.WriteString(" AND " + is.column + " = {" + is.name + "}")
		}
	}
	if f.BillingEntityID != nil {
		arguments["entity"] = f.BillingEntityID.String()
		text.WriteString(" AND COALESCE(s.billing_entity_id, c.billing_entity_id) = {entity}")
	}
	return text.String()
}

// UsingSubscriptions are the subscriptions under some external ids that have begun,
// ended ones included, with what their usage is counted by and the changes of plans
// around them, of those that a filter finds.
func (tx *Tx) UsingSubscriptions(externalIDs []string, filter UsageFilter) ([]*Subscription, error) {
	var rows []*Subscription
	err := inBatches(externalIDs, func(part []string) error {
		arguments := named.Arguments{"names": part}
		whose := filter.whose(arguments)
		var ids []uuid.UUID
		err := tx.sql(`SELECT s.id FROM `+subscribedBy+whose+` AND s.external_id IN {names} AND s.status IN ('active', 'terminated')
    AND s.started_at IS NOT NULL`, arguments).Scan(&ids).Error
		if err != nil || len(ids) == 0 {
			return err
		}
		var some []Subscription
		if err := tx.db.Where("id IN ?", ids).Order("created_at, id").Find(&some).Error; err != nil {
			return err
		}
		if err := tx.loadMetered(some); err != nil {
			return err
		}
		rows = append(rows, pointers(some)...)
		return tx.loadPlanChanges(pointers(some))
	})
	if err != nil {
		return nil, fmt.Errorf("find the subscriptions of usage: %w", err)
	}
	return rows, nil
}
