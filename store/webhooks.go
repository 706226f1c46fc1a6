package store

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// WebhookRoute says which types of events a webhook endpoint gets. The organization
// has one for each of its endpoints.
type WebhookRoute struct {
	EndpointID uuid.UUID `json:"endpoint_id"`
	// EventTypes is nil for everything, an empty list for nothing.
	EventTypes []string `json:"event_types"`
}

// WebhookTargets are the endpoints that get events of a type.
func (o Organization) WebhookTargets(eventType string) []uuid.UUID {
	var targets []uuid.UUID
	for _, route := range o.WebhookRoutes {
		if route.EventTypes == nil || slices.Contains(route.EventTypes, eventType) {
			targets = append(targets, route.EndpointID)
		}
	}
	return targets
}

// KeepsWebhooks reports whether events are kept that no endpoint gets. Unless the
// organization has chosen, they are while its clock is frozen.
func (o Organization) KeepsWebhooks() bool {
	if o.WebhookInbox != nil {
		return *o.WebhookInbox
	}
	return o.FrozenAt != nil
}

// TellsOfEvents reports whether anybody gets any events, or they are kept.
func (o Organization) TellsOfEvents() bool { return len(o.WebhookRoutes) > 0 || o.KeepsWebhooks() }

// WebhookEvent is something that has happened, as endpoints are told of it.
type WebhookEvent struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	// Type is the event's name, such as customer.created; ObjectType names the member
	// of the body that holds what it is about.
	Type       string
	ObjectType string
	// ObjectID is the identifier of what it is about; nil where it has none.
	ObjectID *uuid.UUID
	// Body is sent as it stands: signatures are made of its bytes.
	Body      []byte
	CreatedAt time.Time

	// Deliveries are what endpoints get of it, in the order in which they were added.
	Deliveries []WebhookDelivery `gorm:"-"`
}

// WebhookStatus is how far a delivery has come.
type WebhookStatus string

// The states of a delivery.
const (
	// WebhookPending was not tried yet, or shall be sent again.
	WebhookPending WebhookStatus = "pending"
	// WebhookRetrying has failed and will be tried again.
	WebhookRetrying  WebhookStatus = "retrying"
	WebhookSucceeded WebhookStatus = "succeeded"
	// WebhookFailed has failed for the last time.
	WebhookFailed WebhookStatus = "failed"
)

// WebhookDelivery is an event on its way to an endpoint. Its identifier is the unique
// key that the endpoint sees, the same at each attempt.
type WebhookDelivery struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	EventID        uuid.UUID
	// EndpointID is whose it is; the endpoint may be gone.
	EndpointID uuid.UUID
	Status     WebhookStatus
	// Failures counts the attempts that have failed since it was pending.
	Failures int
	// NextAttemptAt is when it is tried next; nil when it is not.
	NextAttemptAt *time.Time
	CreatedAt     time.Time
	UpdatedAt     time.Time

	// Attempts are the attempts so far, in order.
	Attempts []WebhookAttempt `gorm:"-"`
}

// WebhookAttempt is one request to an endpoint and what came of it.
type WebhookAttempt struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	DeliveryID     uuid.UUID
	// WebhookURL and SignatureAlgo are those of the endpoint at that time.
	WebhookURL    string
	SignatureAlgo string
	// ResponseStatus is nil when there was no answer; Error says why.
	ResponseStatus *int
	// ResponseBody is the beginning of the answer.
	ResponseBody string
	Error        *string
	AttemptedAt  time.Time
}

// CheckWebhook shows a webhook to whoever watches, and returns what is said of it.
func (tx *Tx) CheckWebhook(eventType, objectType string, object any) error {
	if tx.store.webhook == nil {
		return nil
	}
	return tx.store.webhook(eventType, objectType, object)
}

// InsertWebhookEvent adds an event with its deliveries. They are written right before
// the commit.
func (tx *Tx) InsertWebhookEvent(row *WebhookEvent) error {
	if err := tx.own(&row.OrganizationID); err != nil {
		return err
	}
	tx.trail.webhooks = append(tx.trail.webhooks, row)
	for i := range row.Deliveries {
		row.Deliveries[i].EventID, row.Deliveries[i].OrganizationID = row.ID, row.OrganizationID
		tx.trail.deliveries = append(tx.trail.deliveries, &row.Deliveries[i])
	}
	return nil
}

// The columns of events and deliveries beside the organization, in the order of
// their rows' values.
const (
	webhookEventColumns    = "id, type, object_type, object_id, body, created_at"
	webhookDeliveryColumns = "id, event_id, endpoint_id, status, failures, next_attempt_at, created_at, updated_at"
)

func (row *WebhookEvent) values() []any {
	return []any{row.ID.String(), row.Type, row.ObjectType, optionalText(row.ObjectID), row.Body, row.CreatedAt.UTC()}
}

func (row *WebhookDelivery) values() []any {
	var next any
	if row.NextAttemptAt != nil {
		next = row.NextAttemptAt.UTC()
	}
	return []any{
		row.ID.String(), row.EventID.String(), row.EndpointID.String(), string(row.Status), row.Failures, next,
		row.CreatedAt.UTC(), row.UpdatedAt.UTC(),
	}
}

// DueWebhooks are the deliveries of an endpoint that are due, with their events: the
// first ones, so many at most.
func (tx *Tx) DueWebhooks(endpoint uuid.UUID, limit int) ([]WebhookDelivery, map[uuid.UUID]WebhookEvent, error) {
	var rows []WebhookDelivery
	err := tx.db.Where("endpoint_id = ? AND next_attempt_at <= ?", endpoint, tx.now).
		Order("next_attempt_at, id").Limit(limit).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, nil, err
	}
	var events []WebhookEvent
	ids := rowIDs(rows, func(row *WebhookDelivery) uuid.UUID { return row.EventID })
	if err := tx.db.Where("id IN ?", ids).Find(&events).Error; err != nil {
		return nil, nil, fmt.Errorf("read webhook events: %w", err)
	}
	byID := make(map[uuid.UUID]WebhookEvent, len(events))
	for _, event := range events {
		byID[event.ID] = event
	}
	return rows, byID, nil
}

// NextWebhookAt is when the next delivery of an endpoint is due; nil when none is.
func (tx *Tx) NextWebhookAt(endpoint uuid.UUID) (*time.Time, error) {
	var next []time.Time
	err := tx.db.Model(&WebhookDelivery{}).Where("endpoint_id = ? AND next_attempt_at IS NOT NULL", endpoint).
		Order("next_attempt_at, id").Limit(1).Pluck("next_attempt_at", &next).Error
	if err != nil {
		return nil, fmt.Errorf("find the next webhook: %w", err)
	}
	if len(next) == 0 {
		return nil, nil //nolint:nilnil // no instant is an answer
	}
	at := next[0].UTC()
	return &at, nil
}

// WebhookDeliveriesForUpdate finds deliveries that are there still, by their
// identifiers, and keeps them from being changed by others.
func (tx *Tx) WebhookDeliveriesForUpdate(ids []uuid.UUID) (map[uuid.UUID]WebhookDelivery, error) {
	found := make(map[uuid.UUID]WebhookDelivery, len(ids))
	err := inBatches(ids, func(part []uuid.UUID) error {
		var rows []WebhookDelivery
		if err := tx.locked().Where("id IN ?", part).Order("id").Find(&rows).Error; err != nil {
			return fmt.Errorf("lock webhook deliveries: %w", err)
		}
		for _, row := range rows {
			found[row.ID] = row
		}
		return nil
	})
	return found, err
}

// SaveWebhookDeliveries stores how far deliveries have come. Those that are not there
// are added.
func (tx *Tx) SaveWebhookDeliveries(rows []WebhookDelivery) error {
	if len(rows) == 0 {
		return nil
	}
	err := tx.db.Clauses(replacing("status", "failures", "next_attempt_at", "updated_at")).CreateInBatches(&rows, batchSize/4).Error
	if err != nil {
		return fmt.Errorf("save webhook deliveries: %w", known(err))
	}
	return nil
}

// InsertWebhookAttempts adds attempts.
func (tx *Tx) InsertWebhookAttempts(rows []WebhookAttempt) error {
	if len(rows) == 0 {
		return nil
	}
	if err := tx.db.CreateInBatches(&rows, batchSize/4).Error; err != nil {
		return fmt.Errorf("insert webhook attempts: %w", known(err))
	}
	return nil
}

// DeleteWaitingWebhooks removes what an endpoint was to get still.
func (tx *Tx) DeleteWaitingWebhooks(endpoint uuid.UUID) error {
	err := tx.db.Where("endpoint_id = ? AND next_attempt_at IS NOT NULL", endpoint).Delete(&WebhookDelivery{}).Error
	if err != nil {
		return fmt.Errorf("delete waiting webhooks: %w", err)
	}
	return nil
}

// WebhookFilter says which events a list has. Empty members do not restrict it.
type WebhookFilter struct {
	Type     string
	ObjectID *uuid.UUID
	// Status is one that a delivery of the event has.
	Status WebhookStatus
	// After is the event behind which the list goes on.
	After *uuid.UUID
	// OldestFirst turns the order round.
	OldestFirst bool
}

// WebhookEvents are the first events of a list, newest first unless the filter says
// otherwise, with everything that belongs to them.
func (tx *Tx) WebhookEvents(filter WebhookFilter, limit int) ([]WebhookEvent, error) {
	if err := tx.writeTrail(); err != nil {
		return nil, err
	}
	order, beyond := "id DESC", "id < ?"
	if filter.OldestFirst {
		order, beyond = "id", "id > ?"
	}
	query := filter.apply(tx.db)
	if filter.After != nil {
		query = query.Where(beyond, *filter.After)
	}
	var rows []WebhookEvent
	if err := query.Order(order).Limit(limit).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list webhook events: %w", err)
	}
	return rows, inBatches(rows, tx.loadWebhooks)
}

// apply limits a query to the filter's events, wherever the list begins.
func (f WebhookFilter) apply(query *gorm.DB) *gorm.DB {
	if f.Type != "" {
		query = query.Where("type = ?", f.Type)
	}
	if f.ObjectID != nil {
		query = query.Where("object_id = ?", *f.ObjectID)
	}
	if f.Status != "" {
		query = query.Where(`EXISTS (SELECT 1 FROM webhook_deliveries d
WHERE d.organization_id = webhook_events.organization_id AND d.status = ? AND d.event_id = webhook_events.id)`, f.Status)
	}
	return query
}

// WebhookEvent finds an event with everything that belongs to it; ErrNotFound when
// there is none.
func (tx *Tx) WebhookEvent(id uuid.UUID) (WebhookEvent, error) {
	row, err := one[WebhookEvent](tx.db.Where("id = ?", id))
	if err != nil {
		return row, err
	}
	rows := []WebhookEvent{row}
	err = tx.loadWebhooks(rows)
	return rows[0], err
}

// loadWebhooks reads the deliveries and attempts of events.
func (tx *Tx) loadWebhooks(events []WebhookEvent) error {
	if len(events) == 0 {
		return nil
	}
	var deliveries []WebhookDelivery
	ids := rowIDs(events, func(row *WebhookEvent) uuid.UUID { return row.ID })
	if err := tx.db.Where("event_id IN ?", ids).Order("id").Find(&deliveries).Error; err != nil {
		return fmt.Errorf("read webhook deliveries: %w", err)
	}
	if err := inBatches(deliveries, tx.loadWebhookAttempts); err != nil {
		return err
	}
	byEvent := map[uuid.UUID][]WebhookDelivery{}
	for _, delivery := range deliveries {
		byEvent[delivery.EventID] = append(byEvent[delivery.EventID], delivery)
	}
	for i := range events {
		events[i].Deliveries = byEvent[events[i].ID]
	}
	return nil
}

func (tx *Tx) loadWebhookAttempts(deliveries []WebhookDelivery) error {
	var attempts []WebhookAttempt
	ids := rowIDs(deliveries, func(row *WebhookDelivery) uuid.UUID { return row.ID })
	if err := tx.db.Where("delivery_id IN ?", ids).Order("id").Find(&attempts).Error; err != nil {
		return fmt.Errorf("read webhook attempts: %w", err)
	}
	byDelivery := map[uuid.UUID][]WebhookAttempt{}
	for _, attempt := range attempts {
		byDelivery[attempt.DeliveryID] = append(byDelivery[attempt.DeliveryID], attempt)
	}
	for i := range deliveries {
		deliveries[i].Attempts = byDelivery[deliveries[i].ID]
	}
	return nil
}

// WebhookEventsSince are the first events that came after an identifier was made, oldest
// first and without their bodies, and how many there are in all.
func (tx *Tx) WebhookEventsSince(id uuid.UUID, limit int) (rows []WebhookEvent, count int64, err error) {
	query := tx.db.Model(&WebhookEvent{}).Where("id > ?", id).Session(&gorm.Session{})
	if err := query.Count(&count).Error; err != nil {
		return nil, 0, fmt.Errorf("count webhook events: %w", err)
	}
	if err := query.Omit("body").Order("id").Limit(limit).Find(&rows).Error; err != nil {
		return nil, 0, fmt.Errorf("read webhook events: %w", err)
	}
	return rows, count, nil
}

// OldestWebhookEventAt is the instant of the oldest event; nil when there is none.
func (tx *Tx) OldestWebhookEventAt() (*time.Time, error) {
	var times []time.Time
	err := tx.db.Model(&WebhookEvent{}).Order("created_at").Limit(1).Pluck("created_at", &times).Error
	if err != nil {
		return nil, fmt.Errorf("find the oldest webhook event: %w", err)
	}
	if len(times) == 0 {
		return nil, nil //nolint:nilnil // no instant is an answer
	}
	oldest := times[0].UTC()
	return &oldest, nil
}

// DeleteWebhookEventsBefore removes the events that are older than the limit, with
// everything that belongs to them.
func (tx *Tx) DeleteWebhookEventsBefore(limit time.Time) error {
	if err := tx.db.Where("created_at < ?", limit.UTC()).Delete(&WebhookEvent{}).Error; err != nil {
		return fmt.Errorf("delete old webhook events: %w", err)
	}
	return nil
}
