package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// TriggeredAlert is what an alert has told: that a value crossed thresholds. It
// keeps everything as it was then.
type TriggeredAlert struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	AlertID        uuid.UUID
	// SubscriptionID and SubscriptionExternalID are those of the subscription whose
	// usage was watched, WalletID that of the wallet.
	SubscriptionID         *uuid.UUID
	SubscriptionExternalID *string
	WalletID               *uuid.UUID
	// ExternalCustomerID is whose subscription or wallet it is.
	ExternalCustomerID string
	// BillableMetricCode is set for the types that watch one metric.
	BillableMetricCode *string
	AlertName          *string
	AlertCode          string
	AlertType          AlertType
	// CurrentValue and PreviousValue are the ends of the way on which thresholds were
	// crossed, in what the type counts in.
	CurrentValue      decimal.Decimal
	PreviousValue     decimal.Decimal
	CrossedThresholds []CrossedThreshold `gorm:"serializer:json"`
	TriggeredAt       time.Time
	CreatedAt         time.Time
}

// CrossedThreshold is a threshold of an alert that was crossed. Of a recurring one it
// has the value that it came to.
type CrossedThreshold struct {
	Code      *string         `json:"code"`
	Value     decimal.Decimal `json:"value"`
	Recurring bool            `json:"recurring"`
}

// InsertTriggeredAlerts adds what alerts have told.
func (tx *Tx) InsertTriggeredAlerts(rows []TriggeredAlert) error {
	if len(rows) == 0 {
		return nil
	}
	if err := tx.db.CreateInBatches(&rows, batchSize).Error; err != nil {
		return fmt.Errorf("insert triggered alerts: %w", known(err))
	}
	return nil
}

// TriggeredAlerts are what an alert has told, newest first.
func (tx *Tx) TriggeredAlerts(alert uuid.UUID) ([]TriggeredAlert, error) {
	var rows []TriggeredAlert
	if err := tx.db.Where("alert_id = ?", alert).Order("triggered_at DESC, id DESC").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find triggered alerts: %w", err)
	}
	return rows, nil
}
