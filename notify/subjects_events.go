package notify

import (
	"tarn/metering"
	"tarn/store"
	"tarn/wire"
)

// The types of what webhooks tell of events.
const (
	TypeEventError   = "event.error"
	TypeEventsErrors = "events.errors"
)

// EventError tells what is wrong with one event: codes by its members.
func EventError(row store.Event, details map[string][]string) Subject {
	return Subject{
		Type: TypeEventError, ObjectType: "event_error", ObjectID: row.ID,
		Object: func(*store.Tx) (any, error) { return wire.EventError(row, details) },
	}
}

// EventsErrors tells what was wrong with the events of an hour.
func EventsErrors(faults metering.EventFaults) Subject {
	return Subject{Type: TypeEventsErrors, ObjectType: "events_errors", Object: rendered(faults, wire.EventsErrors)}
}
