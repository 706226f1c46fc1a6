package usage

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Event is what aggregations see of an event.
type Event struct {
	// ID orders the events of one instant: those that were received earlier
	// have lower identifiers.
	ID        uuid.UUID
	Timestamp time.Time
	// Texts are those of Request.Keys, in their order. For a key that only
	// filters, a text that no filter names may be missing.
	Texts []Text
	// Value is the number in the metric's field; nil when there is none.
	Value *decimal.Decimal
	// Item is the text in the metric's field. It is set for a unique count.
	Item Text
	// Removal says that the event removes its item. It is set for a unique count.
	Removal bool
	// PreciseTotalAmountCents is what the client says the event costs, in
	// minor units. It is zero unless the request is Precise.
	PreciseTotalAmountCents decimal.Decimal
}

// Place is where the event is among others.
func (e Event) Place() Place { return Place{Timestamp: e.Timestamp, ID: e.ID} }

// number is the event's value, zero when it has none.
func (e Event) number() decimal.Decimal {
	if e.Value == nil {
		return decimal.Zero
	}
	return *e.Value
}

// Place orders events: by their timestamps, and at one instant by when they
// were received.
type Place struct {
	Timestamp time.Time
	ID        uuid.UUID
}

// Compare returns a negative number when the place is before the other, zero
// when they are the same and a positive one when it is after.
func (p Place) Compare(other Place) int {
	if order := p.Timestamp.Compare(other.Timestamp); order != 0 {
		return order
	}
	return bytes.Compare(p.ID[:], other.ID[:])
}

const (
	// operationType is the property that says what an event does to its item.
	operationType = "operation_type"
	// operationAdd is its text in an event that adds the item.
	operationAdd = "add"
)

// IsRemoval reports whether an event with this operation_type removes its item.
// Without one it adds the item, and anything but "add" removes it.
func IsRemoval(operation Text) bool { return operation != nil && *operation != operationAdd }

// Reader reads the properties of events for a request.
type Reader struct {
	request Request
	keys    []Key
}

// NewReader returns a reader for a request.
func NewReader(request Request) *Reader { return &Reader{request: request, keys: request.Keys()} }

// Read fills in what an event's properties say: the texts of Request.Keys and,
// for a unique count, the item and whether it is removed. It reports false for
// an event that Only leaves out.
func (r *Reader) Read(event *Event, properties map[string]json.RawMessage) bool {
	for key, texts := range r.request.Only {
		if text := PropertyText(properties[key]); text == nil || !slices.Contains(texts, *text) {
			return false
		}
	}
	event.Texts = make([]Text, len(r.keys))
	for i, key := range r.keys {
		event.Texts[i] = PropertyText(properties[key.Name])
	}
	if r.request.Metric.Aggregation == AggregationUniqueCount {
		event.Item = PropertyText(properties[r.request.Metric.Field])
		event.Removal = IsRemoval(PropertyText(properties[operationType]))
	}
	return true
}
