package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"gorm.io/gorm"

	"tarn/billing/event"
	"tarn/store/internal/named"
)

// Events keep the number that their metric's field has, so that aggregations
// need not look for it. Whoever adds events and whoever changes metrics must
// therefore not do so at the same time: events would be kept by a metric that
// is no more. Transactions that add events share a lock of their organization;
// one that changes a metric's hold on its events has it alone.

// eventLock is the class of these locks among PostgreSQL's advisory ones.
const eventLock = 0x6576

// lockKey tells the advisory locks of organizations apart. The last bytes of an
// identifier are random; two organizations that meet in one lock wait for each
// other, and nothing else.
func (tx *Tx) lockKey() int32 {
	organization := tx.organizationID()
	return int32(binary.BigEndian.Uint32(organization[12:]))
}

// withEventLock lets the statement that reads the organization take the lock of
// those that add events, which saves one of its own.
func (tx *Tx) withEventLock(db *gorm.DB) *gorm.DB {
	return db.Select("organizations.*, pg_advisory_xact_lock_shared(?, ?)", eventLock, tx.lockKey())
}

// holdEvents waits for transactions that add events, and keeps others from
// beginning to. SQLite, where nobody else writes meanwhile, has no locks.
func (tx *Tx) holdEvents() error {
	if tx.store.dialect == SQLite {
		return nil
	}
	arguments := named.Arguments{"class": eventLock, "key": tx.lockKey()}
	if err := tx.command("SELECT pg_advisory_xact_lock({class}, {key})", arguments); err != nil {
		return fmt.Errorf("lock the events: %w", err)
	}
	return nil
}

// EventMetric is a billable metric as events meet it.
type EventMetric struct {
	BillableMetric `gorm:"embedded"`

	// PaidInAdvance says that a charge for the metric is paid in advance, so that
	// an event may have to be billed at once.
	PaidInAdvance bool
	// Watched says that the organization has usage thresholds, which an event may
	// let a subscription reach.
	Watched bool
	// Followed says that the organization has alerts on subscriptions, or active
	// wallets, which may have to hear of an event.
	Followed bool
	// Counting is the job that waits to count usage by days; nil where none does.
	Counting *uuid.UUID
	// Strange is a JSON list of the external identifiers, of those that were asked
	// for, that no subscription has; empty when there are none. All metrics have the
	// same.
	Strange string
}

// MetricsOfEvents finds the metrics with these codes, without their filters, by
// their codes, and with them which of the external identifiers no subscription has.
// In a transaction that Ingests, nobody changes what the metrics mean for events
// until it ends.
func (tx *Tx) MetricsOfEvents(codes, subscriptions []string) (map[string]EventMetric, error) {
	metrics := make(map[string]EventMetric, len(codes))
	strange, err := tx.strangeSubscriptions(subscriptions)
	if err != nil {
		return nil, err
	}
	err = inBatches(codes, func(part []string) error {
		var rows []EventMetric
		charged := tx.db.Model(&Charge{}).Select("1").
			Where("charges.billable_metric_id = billable_metrics.id AND charges.pay_in_advance AND charges.deleted_at IS NULL")
		thresholds := tx.db.Model(&UsageThreshold{}).Select("1")
		alerts := tx.db.Model(&Alert{}).Select("1").Where("subscription_external_id IS NOT NULL AND deleted_at IS NULL")
		counting := tx.db.Model(&Job{}).Select("id").Where("state = 'available' AND unique_key = '" + KindCountUsage + "'")
		wallets := tx.db.Model(&Wallet{}).Select("1").Where("status = ?", WalletActive)
		err := tx.db.Model(&BillableMetric{}).
			Select("billable_metrics.*, EXISTS (?) AS paid_in_advance, EXISTS (?) AS watched, EXISTS (?) OR EXISTS (?) AS followed, (?) AS counting, COALESCE((?), '') AS strange",
				charged, thresholds, alerts, wallets, counting, strange).
			Where("code IN ? AND deleted_at IS NULL", part).Scan(&rows).Error
		if err != nil {
			return fmt.Errorf("find the metrics of events: %w", err)
		}
		for _, row := range rows {
			metrics[row.Code] = row
		}
		return nil
	})
	return metrics, err
}

// strangeSubscriptions is the query for EventMetric.Strange, a part of another: what
// is asked for belongs to nobody, the subscriptions are the organization's.
func (tx *Tx) strangeSubscriptions(asked []string) (*gorm.DB, error) {
	list, err := json.Marshal(append([]string{}, asked...)) // a list even when it is empty
	if err != nil {
		return nil, fmt.Errorf("ask for subscriptions: %w", err)
	}
	from, all := "json_each(?) asked", "NULLIF(json_group_array(asked.value), '[]')"
	if tx.store.dialect == Postgres {
		from, all = "jsonb_array_elements_text(CAST(? AS jsonb)) asked(value)", "CAST(jsonb_agg(asked.value) AS text)"
	}
	known := tx.db.Model(&Subscription{}).Select("1").Where("subscriptions.external_id = asked.value")
	return tx.system().Table(from, string(list)).Select(all).Where("NOT EXISTS (?)", known), nil
}

// DiscardEvents hides the events of a metric's code. They no longer count, and
// their transactions stay taken. It waits for others that add events.
func (tx *Tx) DiscardEvents(code string) error {
	if err := tx.holdEvents(); err != nil {
		return err
	}
	err := tx.db.Model(&Event{}).Where("code = ? AND deleted_at IS NULL", code).UpdateColumn("deleted_at", tx.now).Error
	if err != nil {
		return fmt.Errorf("discard events: %w", err)
	}
	return nil
}

// SetEventValues gives the events of a code the numbers that a field of their
// properties has, by the rule of event.Number; no numbers when the field is nil.
// It waits for others that add events.
func (tx *Tx) SetEventValues(code string, field *string) error {
	if err := tx.holdEvents(); err != nil {
		return err
	}
	var err error
	switch {
	case field == nil:
		err = tx.db.Model(&Event{}).Where("code = ? AND deleted_at IS NULL AND value IS NOT NULL", code).UpdateColumn("value", nil).Error
	case tx.store.dialect == Postgres:
		_, err = tx.exec(setEventValues, named.Arguments{"field": *field, "longest": event.MaxNumberLength, "code": code})
	default:
		err = tx.setValuesOneByOne(code, *field)
	}
	if err != nil {
		return fmt.Errorf("set the values of events: %w", err)
	}
	return nil
}

// setEventValues is event.Number in the words of PostgreSQL. Its pattern has no
// question marks, which would stand for values.
const setEventValues = `UPDATE events SET value = CASE
    WHEN jsonb_typeof(properties -> {field}) IN ('number', 'string') AND length(properties ->> {field}) <= {longest}
        AND properties ->> {field} ~ '^-{0,1}[0-9]+(\.[0-9]+){0,1}$' THEN (properties ->> {field})::numeric END
WHERE {tenant} AND code = {code} AND deleted_at IS NULL AND (jsonb_exists(properties, {field}) OR value IS NOT NULL)`

// valuesAtOnce is how many events are read at once to get their values.
const valuesAtOnce = 500

// setValuesOneByOne reads the events in the order of their rows. SQLite cannot
// tell the digits of a number in JSON.
func (tx *Tx) setValuesOneByOne(code, field string) error {
	type row struct {
		Rowid      int64
		Properties string
	}
	for after := int64(0); ; {
		var rows []row
		err := tx.db.Model(&Event{}).Select("rowid, properties").
			Where("code = ? AND deleted_at IS NULL AND rowid > ?", code, after).Order("rowid").Limit(valuesAtOnce).Scan(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			after = r.Rowid
			value, err := fieldNumber(json.RawMessage(r.Properties), field)
			if err != nil {
				return err
			}
			if err := tx.db.Model(&Event{}).Where("rowid = ?", r.Rowid).UpdateColumn("value", value).Error; err != nil {
				return err
			}
		}
	}
}

// fieldNumber is the number that a field of stored properties has; nil for none.
func fieldNumber(properties json.RawMessage, field string) (*decimal.Decimal, error) {
	object, err := event.ReadProperties(properties)
	if err != nil {
		return nil, err
	}
	value, ok := event.Number(object[field])
	if !ok {
		return nil, nil
	}
	return &value, nil
}
