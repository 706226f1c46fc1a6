package server

import (
	"context"

	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/metering"
	"tarn/nullable"
	"tarn/wire"
)

// FindAllBillableMetrics lists the billable metrics.
func (s *Server) FindAllBillableMetrics(ctx context.Context, request gen.FindAllBillableMetricsRequestObject) (gen.FindAllBillableMetricsResponseObject, error) {
	metrics, err := txFrom(ctx).BillableMetrics(page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllBillableMetrics200JSONResponse{
		BillableMetrics: wire.Each(metrics.Rows, wire.CountedBillableMetric), Meta: wire.Meta(metrics),
	}, nil
}

// CreateBillableMetric adds a billable metric.
func (s *Server) CreateBillableMetric(ctx context.Context, request gen.CreateBillableMetricRequestObject) (gen.CreateBillableMetricResponseObject, error) {
	body := request.Body.BillableMetric
	metric, err := engine.CreateBillableMetric(txFrom(ctx), engine.BillableMetricInput{
		Name:              nullable.NewNullableWithValue(body.Name),
		Code:              nullable.NewNullableWithValue(body.Code),
		Description:       body.Description,
		AggregationType:   nullable.NewNullableWithValue(string(body.AggregationType)),
		FieldName:         body.FieldName,
		Recurring:         given(body.Recurring),
		WeightedInterval:  words(body.WeightedInterval),
		RoundingFunction:  words(body.RoundingFunction),
		RoundingPrecision: body.RoundingPrecision,
		Expression:        body.Expression,
		Filters:           mappedList(body.Filters, billableMetricFilterInput),
	})
	if err != nil {
		return nil, err
	}
	return gen.CreateBillableMetric200JSONResponse{BillableMetric: wire.CountedBillableMetric(metric)}, nil
}

// FindBillableMetric shows a billable metric.
func (s *Server) FindBillableMetric(ctx context.Context, request gen.FindBillableMetricRequestObject) (gen.FindBillableMetricResponseObject, error) {
	metric, err := txFrom(ctx).BillableMetric(request.Code)
	if err != nil {
		return nil, form.NotFound(err, "billable_metric")
	}
	return gen.FindBillableMetric200JSONResponse{BillableMetric: wire.BillableMetric(metric)}, nil
}

// UpdateBillableMetric changes a billable metric.
func (s *Server) UpdateBillableMetric(ctx context.Context, request gen.UpdateBillableMetricRequestObject) (gen.UpdateBillableMetricResponseObject, error) {
	body := request.Body.BillableMetric
	metric, err := engine.UpdateBillableMetric(txFrom(ctx), request.Code, engine.BillableMetricInput{
		Name:              given(body.Name),
		Code:              given(body.Code),
		Description:       body.Description,
		AggregationType:   words(given(body.AggregationType)),
		FieldName:         body.FieldName,
		Recurring:         given(body.Recurring),
		WeightedInterval:  words(body.WeightedInterval),
		RoundingFunction:  words(body.RoundingFunction),
		RoundingPrecision: body.RoundingPrecision,
		Expression:        body.Expression,
		Filters:           mappedList(body.Filters, billableMetricFilterInput),
	})
	if err != nil {
		return nil, err
	}
	return gen.UpdateBillableMetric200JSONResponse{BillableMetric: wire.CountedBillableMetric(metric)}, nil
}

// DestroyBillableMetric deletes a billable metric.
func (s *Server) DestroyBillableMetric(ctx context.Context, request gen.DestroyBillableMetricRequestObject) (gen.DestroyBillableMetricResponseObject, error) {
	metric, err := engine.DeleteBillableMetric(txFrom(ctx), request.Code)
	if err != nil {
		return nil, err
	}
	return gen.DestroyBillableMetric200JSONResponse{BillableMetric: wire.CountedBillableMetric(metric)}, nil
}

// EvaluateBillableMetricExpression tries an expression on an event.
func (s *Server) EvaluateBillableMetricExpression(ctx context.Context, request gen.EvaluateBillableMetricExpressionRequestObject) (gen.EvaluateBillableMetricExpressionResponseObject, error) {
	value, err := metering.EvaluateExpression(txFrom(ctx), request.Body.Expression, expressionEvent(request.Body.Event))
	if err != nil {
		return nil, err
	}
	result, err := wire.ExpressionResult(value)
	return gen.EvaluateBillableMetricExpression200JSONResponse(result), err
}

func billableMetricFilterInput(body gen.BillableMetricFilterInput) engine.BillableMetricFilterInput {
	return engine.BillableMetricFilterInput{Key: body.Key, Values: body.Values}
}

// expressionEvent reads the event of a trial; none, or null, counts as an empty
// one.
func expressionEvent(input nullable.Nullable[gen.BillableMetricEvaluateExpressionInput_Event]) metering.ExpressionEvent {
	body, _ := input.Get()
	var event metering.ExpressionEvent
	event.Code, _ = body.Code.Get()
	event.Timestamp, _ = body.Timestamp.Get()
	event.Properties, _ = body.Properties.Get()
	return event
}
