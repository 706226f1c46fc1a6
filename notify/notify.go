// Package notify tells an organization's webhook endpoints what has happened. Rooms
// above and beside it say so with Happened, in the transaction of the change; what is
// sent is kept there, so an event exists if its change does. Deliveries are due work:
// one job for each endpoint sends what waits for it, signed, and tries again what
// fails, in the organization's time.
//
// It renders with wire and decides nothing about what has happened.
package notify

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"tarn/compat"
	"tarn/encode"
	"tarn/store"
)

// Subject is something that has happened, as a webhook tells of it.
type Subject struct {
	// Type is the name of the event: "customer.created".
	Type string
	// ObjectType is the name under which the body holds what it is about.
	ObjectType string
	// ObjectID is the identifier of what it is about; the zero UUID where it has none.
	ObjectID uuid.UUID
	// Object renders what it is about, as an object of the contract. It is called right
	// before the commit, and only if somebody wants to know, so it may read what the
	// caller had no need of.
	Object func(tx *store.Tx) (any, error)
}

// Happened tells the endpoints that want to know of a subject, and the inbox if the
// organization keeps one. Subjects of a transaction are told in the order in which they
// happened, and show what they are about as the transaction leaves it. Where nobody
// wants to know, it costs nothing.
func Happened(tx *store.Tx, subject Subject) {
	if !Wanted(tx, subject.Type) {
		return
	}
	targets := tx.Organization().WebhookTargets(subject.Type)
	tx.AtLast(func() error {
		_, err := record(tx, subject, targets)
		return err
	})
}

// Wanted reports whether anybody wants to know of events of a type.
func Wanted(tx *store.Tx, eventType string) bool {
	organization := tx.Organization()
	if organization.DocumentedWebhooksOnly && !documented[eventType] {
		return false
	}
	return organization.KeepsWebhooks() || len(organization.WebhookTargets(eventType)) > 0
}

// record keeps an event and what the endpoints shall get of it.
func record(tx *store.Tx, subject Subject, targets []uuid.UUID) (store.WebhookEvent, error) {
	var event store.WebhookEvent
	object, err := subject.Object(tx)
	if err != nil {
		return event, fmt.Errorf("render the webhook %s: %w", subject.Type, err)
	}
	if err := tx.CheckWebhook(subject.Type, subject.ObjectType, object); err != nil {
		return event, err
	}
	body, err := Body(tx.Compat(), tx.Organization().ID, subject, object)
	if err != nil {
		return event, err
	}
	event = store.WebhookEvent{
		ID: store.NewID(), Type: subject.Type, ObjectType: subject.ObjectType, Body: body, CreatedAt: tx.Now(),
	}
	if subject.ObjectID != uuid.Nil {
		event.ObjectID = &subject.ObjectID
	}
	for _, endpoint := range targets {
		event.Deliveries = append(event.Deliveries, newDelivery(tx, endpoint))
		if err := deliverAt(tx, endpoint, tx.Now()); err != nil {
			return event, err
		}
	}
	err = tx.InsertWebhookEvent(&event)
	return event, err
}

// Body is what endpoints are sent of a subject that has been rendered.
func Body(mode compat.Mode, organization uuid.UUID, subject Subject, object any) ([]byte, error) {
	var head bytes.Buffer
	head.WriteString(`{"webhook_type":`)
	head.Write(quoted(subject.Type))
	head.WriteString(`,"object_type":`)
	head.Write(quoted(subject.ObjectType))
	head.WriteString(`,"organization_id":"` + organization.String() + `",`)
	head.Write(quoted(subject.ObjectType))
	head.WriteByte(':')
	body, err := encode.Webhook(head.Bytes(), mode, subject.Type, subject.ObjectType, object)
	if err != nil {
		return nil, fmt.Errorf("encode the webhook %s: %w", subject.Type, err)
	}
	return append(body, '}'), nil
}

// quoted is a text as JSON.
func quoted(text string) []byte {
	written, _ := json.Marshal(text) // of a string: cannot fail
	return written
}

// rendered makes an Object of what can be rendered without reading anything.
func rendered[Row, Object any](row Row, render func(Row) Object) func(*store.Tx) (any, error) {
	return func(*store.Tx) (any, error) { return render(row), nil }
}
