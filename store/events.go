package store

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"
	"gorm.io/gorm"

	"tarn/store/internal/named"
)

// Event is something that was metered. It names a billable metric and a
// subscription that need not exist when it comes.
//
// Events of one instant are in the order of their identifiers.
type Event struct {
	ID             uuid.UUID
	OrganizationID uuid.UUID
	// TransactionID is the client's identifier; a subscription takes it once.
	TransactionID          string
	ExternalSubscriptionID *string
	// Code is that of the billable metric.
	Code string
	// Timestamp is when it happened: UTC, in microseconds.
	Timestamp time.Time
	// Properties are an object in the form that both databases keep: numbers
	// without exponents, no repeated members.
	Properties json.RawMessage `gorm:"serializer:json"`
	// Value is the number that the metric's field has in the properties; nil
	// when it has none, or the metric is unknown.
	Value *decimal.Decimal
	// PreciseTotalAmountCents is what the client says the event costs, in the
	// smallest unit of the currency with up to 15 decimal places.
	PreciseTotalAmountCents *decimal.Decimal
	// RequestID is the request that brought the event.
	RequestID uuid.UUID
	// DeletedAt is set with the deletion of the billable metric: the event no
	// longer counts, yet its transaction stays taken.
	DeletedAt *time.Time
	CreatedAt time.Time
}

// EventFilter selects events of a list; nil members select nothing.
type EventFilter struct {
	Code                   *string
	ExternalSubscriptionID *string
	// From is the first instant that is in, To the first after it that is out.
	From, To *time.Time
}

// Events lists the events that are not discarded, latest first; those of one
// instant by their transactions.
func (tx *Tx) Events(filter EventFilter, page Page) (List[Event], error) {
	query := tx.db.Model(&Event{}).Where("deleted_at IS NULL")
	if filter.Code != nil {
		query = query.Where("code = ?", *filter.Code)
	}
	if filter.ExternalSubscriptionID != nil {
		query = query.Where("external_subscription_id = ?", *filter.ExternalSubscriptionID)
	}
	if filter.From != nil {
		query = query.Where("timestamp >= ?", filter.From.UTC())
	}
	if filter.To != nil {
		query = query.Where("timestamp < ?", filter.To.UTC())
	}
	return list[Event](query, page, "timestamp DESC, transaction_id, id")
}

// Event finds the oldest event of a transaction, whatever its subscription;
// ErrNotFound when there is none or it is discarded.
func (tx *Tx) Event(transactionID string) (Event, error) {
	return one[Event](tx.db.Where("transaction_id = ? AND deleted_at IS NULL", transactionID).Order("id"))
}

// EventOf finds the event of a transaction of a subscription that counts;
// ErrNotFound when there is none.
func (tx *Tx) EventOf(externalSubscriptionID, transactionID string) (Event, error) {
	return one[Event](tx.db.Where("external_subscription_id = ? AND transaction_id = ? AND deleted_at IS NULL",
		externalSubscriptionID, transactionID))
}

// InsertEvents adds those of the events whose transactions are not taken in
// their subscriptions, and returns the identifiers of the others, which it has
// not added. No two of them may have the same transaction in the same
// subscription. All fields but the organization and CreatedAt come from the
// rows.
//
// Events of concurrent transactions wait for each other where they are the
// same, so it adds them in one order everywhere.
func (tx *Tx) InsertEvents(rows []*Event) (taken map[uuid.UUID]bool, err error) {
	rows = slices.SortedFunc(slices.Values(rows), func(a, b *Event) int {
		return cmp.Or(strings.Compare(a.TransactionID, b.TransactionID), strings.Compare(subscriptionOf(a), subscriptionOf(b)))
	})
	for _, row := range rows {
		if err := tx.own(&row.OrganizationID); err != nil {
			return nil, err
		}
		row.CreatedAt = tx.now
	}
	added, err := tx.insertNewEvents(rows)
	if err != nil {
		return nil, fmt.Errorf("insert events: %w", known(err))
	}
	if added == int64(len(rows)) {
		return nil, nil
	}
	return tx.notInserted(rows)
}

// insertNewEvents adds events whose transactions are not taken, and says how
// many these were.
func (tx *Tx) insertNewEvents(rows []*Event) (added int64, err error) {
	if tx.store.dialect == Postgres {
		return tx.exec(insertEventArrays, tx.eventArrays(rows))
	}
	for _, insert := range insertsOf(tx, "events", eventColumns, rows, (*Event).values) {
		insert.text += " ON CONFLICT DO NOTHING"
		some, err := tx.add(insert)
		if err != nil {
			return added, err
		}
		added += some
	}
	return added, nil
}

// notInserted are the identifiers of those events that are not there.
func (tx *Tx) notInserted(rows []*Event) (map[uuid.UUID]bool, error) {
	missing := make(map[uuid.UUID]bool, len(rows))
	for _, row := range rows {
		missing[row.ID] = true
	}
	err := inBatches(rows, func(part []*Event) error {
		var there []Event
		if err := tx.these(part).Select("id").Find(&there).Error; err != nil {
			return fmt.Errorf("find the inserted events: %w", err)
		}
		for _, row := range there {
			delete(missing, row.ID)
		}
		return nil
	})
	return missing, err
}

// TakenTransactions are the identifiers of those new events whose transactions
// are taken in their subscriptions.
func (tx *Tx) TakenTransactions(rows []Event) (map[uuid.UUID]bool, error) {
	taken := map[uuid.UUID]bool{}
	err := inBatches(rows, func(part []Event) error {
		transactions := make([]string, len(part))
		for i, row := range part {
			transactions[i] = row.TransactionID
		}
		var there []Event
		query := tx.db.Select("transaction_id, external_subscription_id")
		if err := query.Find(&there, "transaction_id IN ?", transactions).Error; err != nil {
			return fmt.Errorf("find the taken transactions: %w", err)
		}
		for _, row := range part {
			taken[row.ID] = row.ExternalSubscriptionID != nil && slices.ContainsFunc(there, func(other Event) bool {
				return other.TransactionID == row.TransactionID && same(other.ExternalSubscriptionID, row.ExternalSubscriptionID)
			})
		}
		return nil
	})
	return taken, err
}

// these is the statement that finds events by their identifiers; the
// transactions have the index.
func (tx *Tx) these(rows []*Event) *gorm.DB {
	ids, transactions := make([]uuid.UUID, len(rows)), make([]string, len(rows))
	for i, row := range rows {
		ids[i], transactions[i] = row.ID, row.TransactionID
	}
	return tx.db.Where("transaction_id IN ? AND id IN ?", transactions, ids)
}

// RemoveEvents takes back events that this transaction has added.
func (tx *Tx) RemoveEvents(rows []*Event) error {
	return inBatches(rows, func(part []*Event) error {
		if err := tx.these(part).Delete(&Event{}).Error; err != nil {
			return fmt.Errorf("remove events: %w", err)
		}
		return nil
	})
}

// subscriptionOf is the subscription that an event names; empty for none.
func subscriptionOf(row *Event) string {
	if row.ExternalSubscriptionID == nil {
		return ""
	}
	return *row.ExternalSubscriptionID
}

// eventColumns are the columns of new events beside the organization, in the
// order of their values.
const eventColumns = "id, transaction_id, external_subscription_id, code, timestamp, properties, value, " +
	"precise_total_amount_cents, request_id, created_at"

func (row *Event) values() []any {
	return []any{
		row.ID.String(), row.TransactionID, row.ExternalSubscriptionID, row.Code, row.Timestamp.UTC(),
		string(row.Properties), number(row.Value), number(row.PreciseTotalAmountCents), row.RequestID.String(), row.CreatedAt.UTC(),
	}
}

// insertEventArrays is the statement that adds events on PostgreSQL. It has one
// text for any number of rows, so that it is prepared once.
const insertEventArrays = `INSERT INTO events (id, organization_id, transaction_id, external_subscription_id, code, timestamp,
    properties, value, precise_total_amount_cents, request_id, created_at)
SELECT id::uuid, {organization}::uuid, transaction_id, external_subscription_id, code, timestamp,
    properties::jsonb, value::numeric, amount::numeric, request_id::uuid, {now}::timestamptz
FROM unnest({ids}::text[], {transactions}::text[], {subscriptions}::text[], {codes}::text[], {properties}::text[],
    {values}::text[], {amounts}::text[], {requests}::text[], {timestamps}::timestamptz[])
    AS new (id, transaction_id, external_subscription_id, code, properties, value, amount, request_id, timestamp)
ON CONFLICT DO NOTHING`

// eventArrays are the arguments of insertEventArrays.
func (tx *Tx) eventArrays(rows []*Event) named.Arguments {
	texts := func(column func(*Event) *string) pgtype.Array[*string] {
		list := make([]*string, len(rows))
		for i, row := range rows {
			list[i] = column(row)
		}
		return arrayOf(list)
	}
	written := func(text string) *string { return &text }
	instants := make([]time.Time, len(rows))
	for i, row := range rows {
		instants[i] = row.Timestamp.UTC()
	}
	return named.Arguments{
		"now":           tx.now,
		"ids":           texts(func(row *Event) *string { return written(row.ID.String()) }),
		"transactions":  texts(func(row *Event) *string { return &row.TransactionID }),
		"subscriptions": texts(func(row *Event) *string { return row.ExternalSubscriptionID }),
		"codes":         texts(func(row *Event) *string { return &row.Code }),
		"properties":    texts(func(row *Event) *string { return written(string(row.Properties)) }),
		"values":        texts(func(row *Event) *string { return number(row.Value) }),
		"amounts":       texts(func(row *Event) *string { return number(row.PreciseTotalAmountCents) }),
		"requests":      texts(func(row *Event) *string { return written(row.RequestID.String()) }),
		"timestamps":    arrayOf(instants),
	}
}

// arrayOf is a list as PostgreSQL's driver takes it for one value.
func arrayOf[T any](elements []T) pgtype.Array[T] {
	return pgtype.Array[T]{
		Elements: elements, Dims: []pgtype.ArrayDimension{{Length: int32(len(elements)), LowerBound: 1}}, Valid: true,
	}
}

// number is a decimal in writing; nil for none.
func number(value *decimal.Decimal) *string {
	if value == nil {
		return nil
	}
	text := value.String()
	return &text
}

// FirstStart is when the subscription that an external identifier means began:
// the one that goes on, else the one that ended last. Nil when there is none
// that has begun.
func (tx *Tx) FirstStart(externalSubscriptionID string) (*time.Time, error) {
	begun := tx.db.Select("started_at").Where("external_id = ? AND started_at IS NOT NULL", externalSubscriptionID)
	row, err := one[Subscription](begun.Order(newestSubscription))
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find the start of the subscription: %w", err)
	}
	return row.StartedAt, nil
}
