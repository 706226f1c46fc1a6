package store

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"tarn/store/internal/named"
)

// UsageMark says that the usage of a subscription's metric is to be counted by days
// anew, because events of a day have come.
type UsageMark struct {
	OrganizationID         uuid.UUID
	ExternalSubscriptionID string
	Code                   string
	// Day is the day of UTC that has the events, such as 2024-02-29.
	Day string
	// Taken says that the mark is being worked off: whatever comes from now on needs
	// another one.
	Taken bool
}

// MarkedUsage are the marks of one metric of a subscription.
type MarkedUsage struct {
	ExternalSubscriptionID string
	Code                   string
	// First and Last are the first and the last marked day.
	First, Last string
}

// UsageMarks lists what is marked, in the order of subscriptions and codes.
func (tx *Tx) UsageMarks() ([]MarkedUsage, error) {
	return tx.markedUsage(``, nil)
}

// TakenUsageMarks lists what is marked and taken, so many at most.
func (tx *Tx) TakenUsageMarks(limit int) ([]MarkedUsage, error) {
	return tx.markedUsage(` LIMIT {limit}`, named.Arguments{"limit": limit}, "m.taken")
}

// UsageMarksOf lists what is marked of a code. Until the transaction ends, nobody else
// adds events.
func (tx *Tx) UsageMarksOf(code string) ([]MarkedUsage, error) {
	if err := tx.holdEvents(); err != nil {
		return nil, err
	}
	return tx.markedUsage(``, named.Arguments{"code": code}, "m.code = {code}")
}

func (tx *Tx) markedUsage(limit string, arguments named.Arguments, conditions ...string) ([]MarkedUsage, error) {
	var rows []MarkedUsage
	where := strings.Join(append([]string{"{tenant:m}"}, conditions...), " AND ")
	err := tx.sql(`SELECT m.external_subscription_id, m.code, MIN(m.day) AS first, MAX(m.day) AS last
FROM usage_marks m WHERE `+where+` GROUP BY m.external_subscription_id, m.code ORDER BY m.external_subscription_id, m.code`+limit, arguments).
		Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find what is marked of usage: %w", err)
	}
	return rows, nil
}

// TakeUsageMarks takes all marks, and reports whether there are any. It waits for
// transactions that add events, so whoever reads events in a later transaction reads all
// those that the taken marks stand for. It comes right before the commit: others that
// add events wait until then.
func (tx *Tx) TakeUsageMarks() (some bool, err error) {
	if err := tx.holdEvents(); err != nil {
		return false, err
	}
	taken := tx.db.Model(&UsageMark{}).Where("NOT taken").UpdateColumn("taken", true)
	if taken.Error != nil {
		return false, fmt.Errorf("take the marks of usage: %w", taken.Error)
	}
	return taken.RowsAffected > 0, nil
}

// Alone reports whether no other transaction of the organization can add events until
// this one, which does due work, ends: on SQLite, and while a clock is frozen.
func (tx *Tx) Alone() bool { return tx.store.dialect == SQLite || tx.org.FrozenAt != nil }

// DropUsageMarks removes the taken marks up to those of a metric of a subscription,
// which have been worked off.
func (tx *Tx) DropUsageMarks(last MarkedUsage) error {
	err := tx.db.Where("taken AND (external_subscription_id, code) <= (?, ?)", last.ExternalSubscriptionID, last.Code).Delete(&UsageMark{}).Error
	if err != nil {
		return fmt.Errorf("remove marks of usage: %w", err)
	}
	return nil
}

// DropUsageMarksOf removes the marks of a code, which have been worked off.
func (tx *Tx) DropUsageMarksOf(code string) error {
	if err := tx.db.Where("code = ?", code).Delete(&UsageMark{}).Error; err != nil {
		return fmt.Errorf("remove the marks of a code: %w", err)
	}
	return nil
}

// MarkUsageOfCode marks the usage of all events of a code: they count for something else
// from now on. It waits for others that add events.
func (tx *Tx) MarkUsageOfCode(code string) error {
	if err := tx.holdEvents(); err != nil {
		return err
	}
	first, last := "substr(MIN(e.timestamp), 1, 10)", "substr(MAX(e.timestamp), 1, 10)"
	if tx.store.dialect == Postgres {
		first = "to_char(MIN(e.timestamp) AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
		last = "to_char(MAX(e.timestamp) AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
	}
	_, err := tx.exec(`WITH found AS (
    SELECT e.external_subscription_id, `+first+` AS first, `+last+` AS last
    FROM events e WHERE {tenant:e} AND e.deleted_at IS NULL AND e.external_subscription_id IS NOT NULL AND e.code = {code}
    GROUP BY e.external_subscription_id
)
INSERT INTO usage_marks (organization_id, external_subscription_id, code, day, taken)
SELECT {organization}, f.external_subscription_id, {code}, f.day, FALSE
FROM (SELECT external_subscription_id, first AS day FROM found UNION ALL SELECT external_subscription_id, last FROM found) f`,
		named.Arguments{"code": code})
	if err != nil {
		return fmt.Errorf("mark the usage of a code: %w", err)
	}
	return nil
}

// KindCountUsage is the job that counts usage by days, and its unique key.
const KindCountUsage = "usage.count"

// usageDayKey is what tells rows of UsageDay apart.
var usageDayKey = []clause.Column{{Name: "organization_id"}, {Name: "subscription_id"}, {Name: "billable_metric_id"}, {Name: "day"}}

// SaveUsageDays stores what was counted, in the place of what there was of the same
// days.
func (tx *Tx) SaveUsageDays(rows []UsageDay) error {
	replaces := clause.OnConflict{Columns: usageDayKey, DoUpdates: clause.AssignmentColumns([]string{"currency", "units", "amount_cents"})}
	for part := range slices.Chunk(rows, batchSize) {
		if err := tx.db.Clauses(replaces).Create(&part).Error; err != nil {
			return fmt.Errorf("keep the usage of days: %w", err)
		}
	}
	return nil
}

// UsageDays reads what was counted of metrics of subscriptions from a day on.
func (tx *Tx) UsageDays(subscriptions, metrics []uuid.UUID, from string) ([]UsageDay, error) {
	var rows []UsageDay
	err := inBatches(subscriptions, func(part []uuid.UUID) error {
		var some []UsageDay
		if err := tx.db.Where("subscription_id IN ? AND billable_metric_id IN ? AND day >= ?", part, metrics, from).Find(&some).Error; err != nil {
			return fmt.Errorf("read the usage of days: %w", err)
		}
		rows = append(rows, some...)
		return nil
	})
	return rows, err
}
