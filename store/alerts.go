package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"gorm.io/gorm"
)

// AlertType says which value an alert watches.
type AlertType string

// The types of alerts on subscriptions.
const (
	AlertCurrentUsageAmount       AlertType = "current_usage_amount"
	AlertMetricCurrentUsageAmount AlertType = "billable_metric_current_usage_amount"
	AlertMetricCurrentUsageUnits  AlertType = "billable_metric_current_usage_units"
	AlertLifetimeUsageAmount      AlertType = "lifetime_usage_amount"
	AlertMetricLifetimeUsageUnits AlertType = "billable_metric_lifetime_usage_units"
)

// The types of alerts on wallets.
const (
	AlertWalletBalanceAmount         AlertType = "wallet_balance_amount"
	AlertWalletCreditsBalance        AlertType = "wallet_credits_balance"
	AlertWalletOngoingBalanceAmount  AlertType = "wallet_ongoing_balance_amount"
	AlertWalletCreditsOngoingBalance AlertType = "wallet_credits_ongoing_balance"
)

// AlertDirection says which way a value goes when it crosses a threshold.
type AlertDirection string

// The directions of the contract.
const (
	AlertIncreasing AlertDirection = "increasing"
	AlertDecreasing AlertDirection = "decreasing"
)

// Alert tells when a value crosses one of its thresholds.
type Alert struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	// SubscriptionExternalID is the client's own identifier of the
	// subscription: all subscriptions that follow one another share its alerts.
	SubscriptionExternalID *string
	// WalletID is set for alerts on a wallet.
	WalletID *uuid.UUID
	// BillableMetricID is set for the types that watch one metric.
	BillableMetricID *uuid.UUID
	AlertType        AlertType
	Direction        AlertDirection
	// Code is unique among the alerts of one owner.
	Code string
	Name *string
	// PreviousValue is what was watched when the alert was processed last: an
	// amount in the smallest unit of the currency, units, or credits.
	PreviousValue   decimal.Decimal
	LastProcessedAt *time.Time
	DeletedAt       *time.Time
	CreatedAt       time.Time
	UpdatedAt       time.Time

	// What follows is read with the alert. SaveAlerts writes the thresholds.

	// BillableMetric is read also when it is deleted.
	BillableMetric *BillableMetric  `gorm:"-"`
	Thresholds     []AlertThreshold `gorm:"-"`
	// WalletCode is that of the wallet; empty for alerts on subscriptions.
	WalletCode string `gorm:"-"`
}

// AlertThreshold is a value at which an alert tells.
type AlertThreshold struct {
	OrganizationID uuid.UUID
	AlertID        uuid.UUID `gorm:"primaryKey"`
	// Position orders the thresholds of an alert; the first has 0.
	Position int `gorm:"primaryKey"`
	Code     *string
	Value    decimal.Decimal
	// Recurring thresholds are crossed again after every further value.
	Recurring bool
}

// AlertOwner is what alerts belong to: a subscription or a wallet.
type AlertOwner struct {
	// SubscriptionExternalID is the client's own identifier of a subscription.
	SubscriptionExternalID string
	// WalletID is nil for a subscription.
	WalletID *uuid.UUID
}

// apply limits a query to the owner's alerts that are not deleted.
func (o AlertOwner) apply(query *gorm.DB) *gorm.DB {
	if o.WalletID != nil {
		return query.Where("wallet_id = ? AND deleted_at IS NULL", *o.WalletID)
	}
	return query.Where("subscription_external_id = ? AND deleted_at IS NULL", o.SubscriptionExternalID)
}

// Own makes an alert one of the owner's.
func (o AlertOwner) Own(row *Alert) {
	if o.WalletID != nil {
		row.WalletID = o.WalletID
	} else {
		row.SubscriptionExternalID = &o.SubscriptionExternalID
	}
}

// ownerLength is how many bytes of an entry of the index of codes the owner takes.
func (a *Alert) ownerLength() int {
	if a.SubscriptionExternalID != nil {
		return len(*a.SubscriptionExternalID)
	}
	return len(uuid.UUID{})
}

// Alerts lists the alerts of an owner that are not deleted, newest first.
func (tx *Tx) Alerts(owner AlertOwner, page Page) (List[Alert], error) {
	result, err := list[Alert](owner.apply(tx.db.Model(&Alert{})), page, "created_at DESC, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadAlerts)
}

// AllAlerts are all alerts of an owner that are not deleted, newest first.
func (tx *Tx) AllAlerts(owner AlertOwner) ([]Alert, error) {
	var rows []Alert
	if err := owner.apply(tx.db).Order("created_at DESC, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find alerts: %w", err)
	}
	return rows, inBatches(rows, tx.loadAlerts)
}

// Alert finds an alert of an owner by its code; ErrNotFound when there is none
// or it is deleted.
func (tx *Tx) Alert(owner AlertOwner, code string) (Alert, error) {
	row, err := one[Alert](owner.apply(tx.db).Where("code = ?", code))
	if err != nil {
		return row, err
	}
	rows := []Alert{row}
	err = tx.loadAlerts(rows)
	return rows[0], err
}

// SaveAlerts stores alerts, new ones and changed ones, with their thresholds:
// those that the rows have replace what was there. One with DeletedAt is
// hidden. ErrDuplicate when a code is taken.
func (tx *Tx) SaveAlerts(rows []Alert) error {
	if len(rows) == 0 {
		return nil
	}
	for _, row := range rows {
		if row.ownerLength()+len(row.Code) > maxIndexedText {
			return &TooLongError{Field: "code"} // one index holds both
		}
	}
	err := tx.db.Clauses(replacing(
		"billable_metric_id", "code", "name", "previous_value", "last_processed_at", "deleted_at", "updated_at",
	)).CreateInBatches(&rows, batchSize).Error
	if err != nil {
		return fmt.Errorf("save alerts: %w", known(err))
	}
	var thresholds []AlertThreshold
	for i := range rows {
		for j := range rows[i].Thresholds {
			threshold := &rows[i].Thresholds[j]
			threshold.AlertID, threshold.Position = rows[i].ID, j
			thresholds = append(thresholds, *threshold)
		}
	}
	err = inBatches(rows, func(part []Alert) error {
		return tx.db.Where("alert_id IN ?", alertIDs(part)).Delete(&AlertThreshold{}).Error
	})
	if err != nil {
		return fmt.Errorf("delete the thresholds of alerts: %w", err)
	}
	if len(thresholds) > 0 {
		if err := tx.db.CreateInBatches(&thresholds, batchSize).Error; err != nil {
			return fmt.Errorf("insert the thresholds of alerts: %w", known(err))
		}
	}
	return nil
}

// AlertsOfSubscriptions are the alerts of subscriptions that are not deleted, by the
// clients' own identifiers of these; those of each in the order in which they were
// made.
func (tx *Tx) AlertsOfSubscriptions(externalIDs []string) (map[string][]Alert, error) {
	return alertsBy(tx, "subscription_external_id", externalIDs, func(row *Alert) string { return *row.SubscriptionExternalID })
}

// AlertsOfWallets are the alerts of wallets that are not deleted, by the identifiers of
// these; those of each in the order in which they were made.
func (tx *Tx) AlertsOfWallets(ids []uuid.UUID) (map[uuid.UUID][]Alert, error) {
	return alertsBy(tx, "wallet_id", ids, func(row *Alert) uuid.UUID { return *row.WalletID })
}

// alertsBy are the alerts of some owners, which a column names.
func alertsBy[Owner comparable](tx *Tx, column string, owners []Owner, ownerOf func(*Alert) Owner) (map[Owner][]Alert, error) {
	alerts := make(map[Owner][]Alert, len(owners))
	err := inBatches(owners, func(part []Owner) error {
		var rows []Alert
		err := tx.db.Where(column+" IN ? AND deleted_at IS NULL", part).Order("created_at, id").Find(&rows).Error
		if err != nil {
			return fmt.Errorf("find alerts by %s: %w", column, err)
		}
		if err := inBatches(rows, tx.loadAlerts); err != nil {
			return err
		}
		for i := range rows {
			owner := ownerOf(&rows[i])
			alerts[owner] = append(alerts[owner], rows[i])
		}
		return nil
	})
	return alerts, err
}

// SaveWatched stores what alerts have watched last, and when; nothing else of them.
func (tx *Tx) SaveWatched(rows []Alert) error {
	if len(rows) == 0 {
		return nil
	}
	err := tx.db.Clauses(replacing("previous_value", "last_processed_at")).CreateInBatches(&rows, batchSize).Error
	if err != nil {
		return fmt.Errorf("save what alerts have watched: %w", known(err))
	}
	return nil
}

// DeleteAlertsOfMetric hides all alerts that watch a billable metric; their
// codes are free again.
func (tx *Tx) DeleteAlertsOfMetric(metric uuid.UUID) error {
	err := tx.db.Model(&Alert{}).Where("billable_metric_id = ? AND deleted_at IS NULL", metric).
		Updates(map[string]any{"deleted_at": tx.now, "updated_at": tx.now}).Error
	if err != nil {
		return fmt.Errorf("delete the alerts of the billable metric: %w", err)
	}
	return nil
}

// alertIDs are the identifiers of alerts.
func alertIDs(rows []Alert) []uuid.UUID {
	ids := make([]uuid.UUID, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	return ids
}

// loadAlerts fills in what is read with alerts.
func (tx *Tx) loadAlerts(rows []Alert) error {
	if len(rows) == 0 {
		return nil
	}
	var thresholds []AlertThreshold
	if err := tx.db.Where("alert_id IN ?", alertIDs(rows)).Order("position").Find(&thresholds).Error; err != nil {
		return fmt.Errorf("find the thresholds of alerts: %w", err)
	}
	byAlert := make(map[uuid.UUID][]AlertThreshold, len(rows))
	for _, threshold := range thresholds {
		byAlert[threshold.AlertID] = append(byAlert[threshold.AlertID], threshold)
	}
	var watched []uuid.UUID
	for i := range rows {
		rows[i].Thresholds = byAlert[rows[i].ID]
		if rows[i].BillableMetricID != nil {
			watched = append(watched, *rows[i].BillableMetricID)
		}
	}
	metrics, err := tx.anyBillableMetrics(watched)
	for i := range rows {
		if rows[i].BillableMetricID != nil {
			metric := metrics[*rows[i].BillableMetricID]
			rows[i].BillableMetric = &metric
		}
	}
	if err != nil {
		return err
	}
	return tx.loadAlertedWallets(rows)
}

// loadAlertedWallets fills in the codes of wallets with alerts.
func (tx *Tx) loadAlertedWallets(rows []Alert) error {
	var ids []uuid.UUID
	for i := range rows {
		if rows[i].WalletID != nil {
			ids = append(ids, *rows[i].WalletID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var wallets []Wallet
	if err := tx.db.Select("id", "code").Where("id IN ?", ids).Find(&wallets).Error; err != nil {
		return fmt.Errorf("find the wallets of alerts: %w", err)
	}
	codes := make(map[uuid.UUID]string, len(wallets))
	for _, row := range wallets {
		codes[row.ID] = row.Code
	}
	for i := range rows {
		if rows[i].WalletID != nil {
			rows[i].WalletCode = codes[*rows[i].WalletID]
		}
	}
	return nil
}
