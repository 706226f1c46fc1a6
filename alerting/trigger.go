package alerting

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/audit"
	"tarn/billing/threshold"
	"tarn/notify"
	"tarn/store"
)

// reading is an alert with what it watches, as it is now.
type reading struct {
	alert *store.Alert
	value decimal.Decimal
	owner owner
}

// owner is what an alert belongs to, as those are told of it who hear of the alert.
type owner struct {
	customer string
	// subscription is the one that runs now.
	subscription *uuid.UUID
}

// actionTriggered is what happens to an alert whose thresholds are crossed, as
// activities name it.
const actionTriggered = "triggered"

// process keeps what alerts have read, and tells of those whose thresholds are crossed
// since they were processed last. What an alert watches may have moved back: it tells
// nothing then, and can be triggered again.
func process(tx *store.Tx, readings []reading) error {
	now := tx.Now()
	processed := make([]store.Alert, len(readings))
	var triggered []store.TriggeredAlert
	for i, read := range readings {
		if crossed := read.crossed(); len(crossed) > 0 {
			triggered = append(triggered, read.trigger(tx, crossed))
		}
		read.alert.PreviousValue, read.alert.LastProcessedAt = read.value, &now
		processed[i] = *read.alert
	}
	if err := tx.SaveWatched(processed); err != nil {
		return err
	}
	if err := tx.InsertTriggeredAlerts(triggered); err != nil {
		return err
	}
	for _, row := range triggered {
		if err := tell(tx, row); err != nil {
			return err
		}
	}
	return nil
}

// tell lets everybody know who is to hear of a triggered alert. It is the one place
// where that is done.
func tell(tx *store.Tx, row store.TriggeredAlert) error {
	notify.Happened(tx, notify.AlertTriggered(row))
	return audit.Happened(tx, audit.TriggeredAlert(row), actionTriggered)
}

// crossed are the thresholds that the value has crossed since it was read last.
func (r reading) crossed() []store.CrossedThreshold {
	marks := make([]threshold.Mark, len(r.alert.Thresholds))
	for i, row := range r.alert.Thresholds {
		marks[i] = threshold.Mark{Value: row.Value, Recurring: row.Recurring}
	}
	direction := threshold.Rising
	if r.alert.Direction == store.AlertDecreasing {
		direction = threshold.Falling
	}
	crossings := threshold.Crossings(marks, direction, r.alert.PreviousValue, r.value)
	crossed := make([]store.CrossedThreshold, len(crossings))
	for i, crossing := range crossings {
		row := r.alert.Thresholds[crossing.Mark]
		crossed[i] = store.CrossedThreshold{Code: row.Code, Value: crossing.Value, Recurring: row.Recurring}
	}
	return crossed
}

// trigger is what the alert tells.
func (r reading) trigger(tx *store.Tx, crossed []store.CrossedThreshold) store.TriggeredAlert {
	row := store.TriggeredAlert{
		ID: store.NewID(), OrganizationID: tx.Organization().ID, AlertID: r.alert.ID,
		SubscriptionID: r.owner.subscription, SubscriptionExternalID: r.alert.SubscriptionExternalID, WalletID: r.alert.WalletID,
		ExternalCustomerID: r.owner.customer, AlertName: r.alert.Name, AlertCode: r.alert.Code, AlertType: r.alert.AlertType,
		CurrentValue: r.value, PreviousValue: r.alert.PreviousValue, CrossedThresholds: crossed, TriggeredAt: tx.Now(),
	}
	if r.alert.BillableMetric != nil {
		row.BillableMetricCode = &r.alert.BillableMetric.Code
	}
	return row
}
