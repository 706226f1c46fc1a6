package notify

import (
	"github.com/google/uuid"

	"tarn/store"
)

// DeliverAgain sends an event once more to every endpoint that gets its type, also to one
// that did not get it yet; store.ErrNotFound when there is no such event.
func DeliverAgain(tx *store.Tx, id uuid.UUID) error {
	event, err := tx.WebhookEvent(id)
	if err != nil {
		return err
	}
	before := make(map[uuid.UUID]uuid.UUID, len(event.Deliveries))
	for _, delivery := range event.Deliveries {
		before[delivery.EndpointID] = delivery.ID
	}
	var rows []store.WebhookDelivery
	for _, endpoint := range tx.Organization().WebhookTargets(event.Type) {
		delivery := newDelivery(tx, endpoint)
		delivery.EventID = event.ID
		if known, had := before[endpoint]; had {
			delivery.ID = known
		}
		rows = append(rows, delivery)
		if err := deliverAt(tx, endpoint, tx.Now()); err != nil {
			return err
		}
	}
	return tx.SaveWebhookDeliveries(rows)
}

// newDelivery is what an endpoint shall get now.
func newDelivery(tx *store.Tx, endpoint uuid.UUID) store.WebhookDelivery {
	now := tx.Now()
	return store.WebhookDelivery{
		ID: store.NewID(), EndpointID: endpoint, Status: store.WebhookPending, NextAttemptAt: &now, CreatedAt: now, UpdatedAt: now,
	}
}
