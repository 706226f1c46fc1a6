package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"tarn/compat"
	"tarn/encode"
	"tarn/store"
)

// Subject is a resource as an activity shows it.
type Subject struct {
	// Name begins the activity's type: "tax" in "tax.created".
	Name string
	// ResourceType and ResourceID are what the row hangs on.
	ResourceType string
	ResourceID   uuid.UUID
	// ExternalCustomerID and ExternalSubscriptionID are the clients' own
	// identifiers of the owner; nil where there is none.
	ExternalCustomerID     *string
	ExternalSubscriptionID *string
	// Object is the resource as its own endpoint shows it.
	Object any
}

// unreported are fields whose change alone is no news.
var unreported = map[string]bool{"updated_at": true}

// Created records that a resource came into being.
func Created(tx *store.Tx, subject Subject) error {
	return record(tx, subject, "created", nil)
}

// Snapshot is a resource as it was before a change. It shares nothing with the
// row that it was made of, so whatever is done to the row, the difference is
// seen.
type Snapshot struct {
	// object is the resource as JSON in each mode.
	object map[compat.Mode][]byte
	err    error
}

// Before takes a snapshot of a resource that is going to change.
func Before(subject Subject) Snapshot {
	onWire, err := encode.Object(nil, compat.Wire, subject.Object)
	if err != nil {
		return Snapshot{err: err}
	}
	document, err := encode.Object(nil, compat.Document, subject.Object)
	return Snapshot{object: map[compat.Mode][]byte{compat.Wire: onWire, compat.Document: document}, err: err}
}

// Updated records what of a resource changed since a snapshot. Nothing changed is
// recorded too, with no changes: the request asked for an update.
func Updated(tx *store.Tx, before Snapshot, after Subject) error {
	if before.err != nil {
		return fmt.Errorf("render the %s as it was: %w", after.Name, before.err)
	}
	object, err := encode.Object(nil, tx.Compat(), after.Object)
	if err != nil {
		return fmt.Errorf("render the %s as it is: %w", after.Name, err)
	}
	changes, err := differences(before.object[tx.Compat()], object)
	if err != nil {
		return err
	}
	return record(tx, after, "updated", changes)
}

// Deleted records that a resource is gone; the subject shows it as it last
// was.
func Deleted(tx *store.Tx, subject Subject) error {
	return record(tx, subject, "deleted", nil)
}

// Happened records any other action of a resource.
func Happened(tx *store.Tx, subject Subject, action string) error {
	return record(tx, subject, action, nil)
}

func record(tx *store.Tx, subject Subject, action string, changes map[string][2]json.RawMessage) error {
	object, err := encode.Object(nil, tx.Compat(), subject.Object)
	if err != nil {
		return fmt.Errorf("render the %s for its activity log: %w", subject.Name, err)
	}
	if changes == nil {
		changes = map[string][2]json.RawMessage{}
	}
	scope := tx.Scope()
	return tx.InsertActivityLog(&store.ActivityLog{
		ID:                     store.NewID(),
		RequestID:              optionalID(scope.Request),
		APIKeyID:               optionalID(scope.APIKey),
		ActivityType:           subject.Name + "." + action,
		ActivitySource:         scope.Source,
		ActivityObject:         object,
		ActivityObjectChanges:  changes,
		ExternalCustomerID:     subject.ExternalCustomerID,
		ExternalSubscriptionID: subject.ExternalSubscriptionID,
		ResourceID:             subject.ResourceID,
		ResourceType:           subject.ResourceType,
		LoggedAt:               tx.Now(),
		CreatedAt:              tx.Now(),
	})
}

// differences compares a resource with what it became, field by field. A field
// that one of them lacks counts as null.
func differences(before, after []byte) (map[string][2]json.RawMessage, error) {
	var old, updated map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(before, &old), json.Unmarshal(after, &updated)); err != nil {
		return nil, fmt.Errorf("read a rendered resource: %w", err)
	}
	changes := map[string][2]json.RawMessage{}
	null := json.RawMessage("null")
	compare := func(name string) {
		was, is := old[name], updated[name]
		if was == nil {
			was = null
		}
		if is == nil {
			is = null
		}
		if !unreported[name] && !bytes.Equal(was, is) {
			changes[name] = [2]json.RawMessage{was, is}
		}
	}
	for name := range old {
		compare(name)
	}
	for name := range updated {
		compare(name)
	}
	return changes, nil
}

func optionalID(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}
