package server

import (
	"context"

	"tarn/gen"
	"tarn/metering"
	"tarn/server/edge"
	"tarn/wire"
)

// EventEstimateFees shows the fees that an event would bring now.
func (s *Server) EventEstimateFees(ctx context.Context, _ gen.EventEstimateFeesRequestObject) (gen.EventEstimateFeesResponseObject, error) {
	event, err := estimatedEvent(ctx)
	if err != nil {
		return nil, err
	}
	fees, err := metering.EstimateFees(txFrom(ctx), event)
	if err != nil {
		return nil, err
	}
	return gen.EventEstimateFees200JSONResponse{Fees: wire.Each(fees, wire.EstimatedFee)}, nil
}

// EventEstimateInstantFees shows the fees of an event by itself.
func (s *Server) EventEstimateInstantFees(ctx context.Context, _ gen.EventEstimateInstantFeesRequestObject) (gen.EventEstimateInstantFeesResponseObject, error) {
	event, err := estimatedEvent(ctx)
	if err != nil {
		return nil, err
	}
	fees, err := metering.EstimateInstantFees(txFrom(ctx), event)
	if err != nil {
		return nil, err
	}
	return gen.EventEstimateInstantFees200JSONResponse{Fees: wire.Each(fees, wire.InstantFee)}, nil
}

// EventBatchEstimateInstantFees shows the fees of many events, each by itself.
func (s *Server) EventBatchEstimateInstantFees(ctx context.Context, _ gen.EventBatchEstimateInstantFeesRequestObject) (gen.EventBatchEstimateInstantFeesResponseObject, error) {
	batch, err := estimatedBatch(ctx)
	if err != nil {
		return nil, err
	}
	fees, err := metering.EstimateInstantFeesOfBatch(txFrom(ctx), batch)
	if err != nil {
		return nil, err
	}
	return gen.EventBatchEstimateInstantFees200JSONResponse{Fees: wire.Each(fees, wire.InstantFee)}, nil
}

// estimatedEvent reads the event of a request with all digits of its numbers.
func estimatedEvent(ctx context.Context) (metering.EventInput, error) {
	body, err := decodeObject(edge.From(ctx).Input())
	if err != nil {
		return metering.EventInput{}, err
	}
	event, _ := body["event"].(map[string]any)
	return eventInput(event), nil
}

// estimatedBatch reads the events of a request, each of which may be wrapped in
// "event" or not.
func estimatedBatch(ctx context.Context) ([]metering.EventInput, error) {
	body, err := decodeObject(edge.From(ctx).Input())
	if err != nil {
		return nil, err
	}
	list, _ := body["events"].([]any)
	batch := make([]metering.EventInput, len(list))
	for i, entry := range list {
		event, _ := entry.(map[string]any)
		if wrapped, isWrapped := event["event"].(map[string]any); isWrapped {
			event = wrapped
		}
		batch[i] = eventInput(event)
	}
	return batch, nil
}
