package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"tarn/clock"
	"tarn/engine"
	"tarn/fault"
	"tarn/form"
	"tarn/gen"
	"tarn/metering"
	"tarn/server/edge"
	"tarn/store"
	"tarn/wire"
)

// CreateEvent answers with an event that the edge has kept.
func (s *Server) CreateEvent(ctx context.Context, _ gen.CreateEventRequestObject) (gen.CreateEventResponseObject, error) {
	events, err := ingestedFrom(ctx)
	if err != nil {
		return nil, err
	}
	return gen.CreateEvent200JSONResponse{Event: wire.Event(events[0])}, nil
}

// CreateBatchEvents answers with events that the edge has kept, in the order in
// which they were sent.
func (s *Server) CreateBatchEvents(ctx context.Context, _ gen.CreateBatchEventsRequestObject) (gen.CreateBatchEventsResponseObject, error) {
	events, err := ingestedFrom(ctx)
	if err != nil {
		return nil, err
	}
	return gen.CreateBatchEvents200JSONResponse{Events: wire.Each(events, wire.Event)}, nil
}

// FindAllEvents lists events, latest first.
func (s *Server) FindAllEvents(ctx context.Context, request gen.FindAllEventsRequestObject) (gen.FindAllEventsResponseObject, error) {
	tx := txFrom(ctx)
	filter, err := eventFilter(tx, request.Params)
	if err != nil {
		return nil, err
	}
	events, err := tx.Events(filter, page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllEvents200JSONResponse{Events: wire.Each(events.Rows, wire.Event), Meta: wire.Meta(events)}, nil
}

// FindEvent shows the oldest event of a transaction.
//
// Lago: a transaction of several subscriptions finds any of their events.
func (s *Server) FindEvent(ctx context.Context, request gen.FindEventRequestObject) (gen.FindEventResponseObject, error) {
	event, err := txFrom(ctx).Event(request.TransactionID)
	if err != nil {
		return nil, form.NotFound(err, "event")
	}
	return gen.FindEvent200JSONResponse{Event: wire.Event(event)}, nil
}

// eventFilter reads the filters of the list.
//
// Lago: the beginning of a subscription that does not exist bounds nothing.
func eventFilter(tx *store.Tx, params gen.FindAllEventsParams) (store.EventFilter, error) {
	filter := store.EventFilter{Code: filled(params.Code), ExternalSubscriptionID: filled(params.ExternalSubscriptionID)}
	details := fault.Details{}
	filter.From = eventBound(details, "timestamp_from", params.TimestampFrom, startOfDay)
	filter.To = eventBound(details, "timestamp_to", params.TimestampTo, endOfEvents)
	fromStart := params.TimestampFromStartedAt != nil && *params.TimestampFromStartedAt
	if fromStart && filter.ExternalSubscriptionID == nil {
		details.Add("external_subscription_id", "required with timestamp_from_started_at")
	}
	if fromStart && filled(params.TimestampFrom) != nil {
		details["timestamp_from"] = []string{"cannot be used with timestamp_from_started_at"}
	}
	if err := details.Err(); err != nil || !fromStart {
		return filter, err
	}
	started, err := tx.FirstStart(*filter.ExternalSubscriptionID)
	filter.From = started
	return filter, err
}

// filled is a filter that says something; nil for an empty one.
func filled(text *string) *string {
	if text == nil || *text == "" {
		return nil
	}
	return text
}

// eventBound is dayOrInstant with the code that events have for it.
func eventBound(details fault.Details, field string, text *string, bound dayBound) *time.Time {
	found := fault.Details{}
	at := dayOrInstant(found, field, text, bound)
	if len(found) > 0 {
		details.Add(field, "invalid_date")
	}
	return at
}

// endOfEvents is the first instant after a period that includes the day or the
// instant that was named. Events show their time in milliseconds, so an instant
// in milliseconds is the whole of its millisecond.
func endOfEvents(at time.Time, wholeDay bool) time.Time {
	switch {
	case wholeDay:
		return at.AddDate(0, 0, 1)
	case at.Equal(at.Truncate(time.Millisecond)):
		return at.Add(time.Millisecond)
	}
	return at.Add(clock.Precision)
}

// eventBatch is the events of one request and what became of them.
type eventBatch struct {
	metering.Ingestion
	outcome metering.Ingested
}

// Size is how many events the request brings.
func (b *eventBatch) Size() int { return len(b.Events) }

// ingestedFrom is what became of the events of a request.
func ingestedFrom(ctx context.Context) ([]store.Event, error) {
	x := edge.From(ctx)
	outcome := batchOf(x.Batch()).outcome
	for _, why := range outcome.Uncounted {
		x.Hint(why.Format, why.Names...)
	}
	return outcome.Events, outcome.Refusal
}

// batchOf is a batch that the ingester has read.
func batchOf(batch edge.Batch) *eventBatch {
	b, _ := batch.(*eventBatch) // there are no others
	return b
}

// ingester reads events for the edge and has the engine keep them.
type ingester struct{}

// Read reads the body of a request that brings events. What the members of an
// event may be is for the engine to judge; entries of a list that are null count
// as not sent.
func (ingester) Read(x *edge.Exchange) (edge.Batch, error) {
	root := x.Root()
	batch := &eventBatch{Ingestion: metering.Ingestion{Request: x.ID(), Batch: root == "events"}}
	body, err := decodeObject(x.Body())
	if err != nil {
		return nil, err
	}
	x.HintMembers(body)
	if !batch.Batch {
		event, _ := body[root].(map[string]any)
		if len(event) == 0 {
			return nil, fault.MissingParameter(root)
		}
		batch.Events = []metering.EventInput{eventInput(event)}
		return batch, nil
	}
	list, _ := body[root].([]any)
	for _, entry := range list {
		if entry == nil {
			continue
		}
		event, _ := entry.(map[string]any)
		batch.Events = append(batch.Events, eventInput(event))
	}
	return batch, nil
}

// Keep keeps the events of several requests.
func (ingester) Keep(tx *store.Tx, batches []edge.Batch) error {
	requests := make([]metering.Ingestion, len(batches))
	for n, batch := range batches {
		requests[n] = batchOf(batch).Ingestion
	}
	outcomes, err := metering.IngestEvents(tx, requests)
	if err != nil {
		return err
	}
	for n, batch := range batches {
		batchOf(batch).outcome = outcomes[n]
	}
	return engine.FollowEvents(tx, outcomes)
}

// decodeObject decodes a body that must be an object; an empty one counts as
// such. Numbers keep all their digits.
func decodeObject(body []byte) (map[string]any, error) {
	malformed := &fault.Error{Kind: fault.BadRequest, Message: "Bad Request"}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, malformed
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, malformed
	}
	object, _ := value.(map[string]any)
	return object, nil
}

func eventInput(event map[string]any) metering.EventInput {
	return metering.EventInput{
		TransactionID:           event["transaction_id"],
		Code:                    event["code"],
		ExternalSubscriptionID:  event["external_subscription_id"],
		Timestamp:               event["timestamp"],
		PreciseTotalAmountCents: event["precise_total_amount_cents"],
		Properties:              event["properties"],
	}
}
