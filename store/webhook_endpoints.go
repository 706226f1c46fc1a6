package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// WebhookEndpoint is an address that receives an organization's webhooks.
type WebhookEndpoint struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	WebhookURL     string
	// SignatureAlgo is how deliveries are signed: jwt or hmac.
	SignatureAlgo string
	Name          *string
	// EventTypes are what the endpoint receives; nil is everything, an empty
	// list nothing.
	EventTypes []string `gorm:"serializer:json"`
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// WebhookEndpoints lists the endpoints by their addresses.
func (tx *Tx) WebhookEndpoints(page Page) (List[WebhookEndpoint], error) {
	return list[WebhookEndpoint](tx.db.Model(&WebhookEndpoint{}), page, "webhook_url, created_at DESC, id")
}

// OldestWebhookEndpoints are all endpoints in the order in which they were
// made.
func (tx *Tx) OldestWebhookEndpoints() ([]WebhookEndpoint, error) {
	var rows []WebhookEndpoint
	if err := tx.db.Order("created_at, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read the webhook endpoints: %w", err)
	}
	return rows, nil
}

// CountWebhookEndpoints is how many endpoints the organization has.
func (tx *Tx) CountWebhookEndpoints() (int64, error) {
	var count int64
	err := tx.db.Model(&WebhookEndpoint{}).Count(&count).Error
	return count, err
}

// WebhookEndpoint finds an endpoint; ErrNotFound when there is none.
func (tx *Tx) WebhookEndpoint(id uuid.UUID) (WebhookEndpoint, error) {
	return tx.webhookEndpoint(tx.db, id)
}

// WebhookEndpointForUpdate is WebhookEndpoint for a transaction that will
// change or remove it: others that would do the same wait.
func (tx *Tx) WebhookEndpointForUpdate(id uuid.UUID) (WebhookEndpoint, error) {
	return tx.webhookEndpoint(tx.locked(), id)
}

func (tx *Tx) webhookEndpoint(query *gorm.DB, id uuid.UUID) (WebhookEndpoint, error) {
	return one[WebhookEndpoint](query.Where("id = ?", id))
}

// WebhookURLTaken reports whether another endpoint of the organization has the
// address.
func (tx *Tx) WebhookURLTaken(address string, except uuid.UUID) (bool, error) {
	var count int64
	err := tx.db.Model(&WebhookEndpoint{}).Where("webhook_url = ? AND id <> ?", address, except).Count(&count).Error
	return count > 0, err
}

// InsertWebhookEndpoint adds an endpoint; ErrDuplicate when another one has
// the address.
func (tx *Tx) InsertWebhookEndpoint(row *WebhookEndpoint) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the webhook endpoint: %w", known(err))
	}
	return nil
}

// UpdateWebhookEndpoint stores all fields of an endpoint; ErrDuplicate when
// another one has the address.
func (tx *Tx) UpdateWebhookEndpoint(row *WebhookEndpoint) error {
	err := tx.db.Model(row).Select("webhook_url", "signature_algo", "name", "event_types", "updated_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the webhook endpoint: %w", known(err))
	}
	return nil
}

// DeleteWebhookEndpoint removes an endpoint with what it was to get still.
func (tx *Tx) DeleteWebhookEndpoint(row WebhookEndpoint) error {
	if err := tx.DeleteWaitingWebhooks(row.ID); err != nil {
		return err
	}
	if err := tx.db.Where("id = ?", row.ID).Delete(&WebhookEndpoint{}).Error; err != nil {
		return fmt.Errorf("delete the webhook endpoint: %w", err)
	}
	return nil
}

// RouteWebhooks lets the organization's row say which endpoints get what, after one of
// them has changed. On a frozen clock the transaction must be an exclusive one.
func (tx *Tx) RouteWebhooks() error {
	endpoints, err := tx.OldestWebhookEndpoints()
	if err != nil {
		return err
	}
	routes := make([]WebhookRoute, len(endpoints))
	for i, endpoint := range endpoints {
		routes[i] = WebhookRoute{EndpointID: endpoint.ID, EventTypes: endpoint.EventTypes}
	}
	change := Organization{WebhookRoutes: routes}
	err = tx.system().Model(&Organization{ID: tx.organizationID()}).Select("webhook_routes").UpdateColumns(change).Error
	if err != nil {
		return fmt.Errorf("route webhooks: %w", err)
	}
	tx.org.WebhookRoutes = routes
	return nil
}
