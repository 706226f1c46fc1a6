package metering

import (
	"errors"
	"maps"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/event"
	"tarn/billing/expression"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// EventInput is an event as a client sent it: decoded JSON, whose numbers are
// json.Number. What is absent is nil, like null.
type EventInput struct {
	TransactionID          any
	Code                   any
	ExternalSubscriptionID any
	// Timestamp is in Unix seconds; see event.Timestamp.
	Timestamp any
	// PreciseTotalAmountCents is in the smallest unit of the currency; see
	// event.Amount.
	PreciseTotalAmountCents any
	Properties              any
}

// code is the code of the metric that the event names; empty for none.
func (in EventInput) code() string {
	code, _ := event.Text(in.Code)
	return code
}

// subscription is the external identifier of the subscription that the event names;
// empty for none.
func (in EventInput) subscription() string {
	id, _ := event.Text(in.ExternalSubscriptionID)
	return id
}

// longestEventText is the longest text, in bytes, that an event may have in an
// index. Two of them go into one entry of an index, together with a number.
const longestEventText = 1000

// eventRefusal is what is wrong with an event: fields, or an expression that
// has no value for it.
type eventRefusal struct {
	fields   fault.Details
	sentence string
}

// single is the refusal of a request with just this event; nil for none.
//
// Lago: the expression comes before the fields that must be there.
func (r eventRefusal) single() error {
	if r.sentence != "" {
		return fault.Unfit(r.sentence)
	}
	return r.fields.Err()
}

// entry is what a batch tells of the event: fields with their codes, a
// sentence, or nil for nothing.
func (r eventRefusal) entry() any {
	switch {
	case len(r.fields) > 0:
		return r.fields
	case r.sentence != "":
		return r.sentence
	}
	return nil
}

// eventReader turns inputs into rows.
type eventReader struct {
	tx      *store.Tx
	metrics map[string]eventMetric
	// strange are the external identifiers that no subscription has.
	strange map[string]bool
}

// eventMetric is what a billable metric means for its events.
type eventMetric struct {
	// field is the property that the metric aggregates. Metrics that only
	// count have none, and an empty name where they compute one.
	field  string
	counts bool
	// numeric says that the metric takes numbers only.
	numeric    bool
	expression *expression.Expression
	// charged says that an event may have to be billed at once, watched that it may let
	// a subscription reach a threshold, followed that alerts or wallets may have to hear of it.
	charged, watched, followed bool
	id                         uuid.UUID
	// counting is the job that waits to count usage by days; nil where none does.
	counting *uuid.UUID
}

// newEventMetrics reads the metrics' expressions, which were checked when the
// metrics were made.
func newEventMetrics(rows map[string]store.EventMetric) map[string]eventMetric {
	metrics := make(map[string]eventMetric, len(rows))
	for code, row := range rows {
		metric := eventMetric{
			counts: row.FieldName == nil, numeric: row.AggregationType.Numeric(),
			charged: row.PaidInAdvance, watched: row.Watched, followed: row.Followed, id: row.ID, counting: row.Counting,
		}
		if row.FieldName != nil {
			metric.field = *row.FieldName
		}
		if row.Expression != nil {
			metric.expression, _ = expression.Parse(*row.Expression)
		}
		metrics[code] = metric
	}
	return metrics
}

// read makes the row of an event.
func (r *eventReader) read(in EventInput, request uuid.UUID) (store.Event, eventRefusal) {
	row := store.Event{ID: store.NewID(), RequestID: request, Code: in.code(), Timestamp: r.tx.Now()}
	at, present, ok := event.Timestamp(in.Timestamp)
	if !ok {
		return row, eventRefusal{fields: fault.Details{"timestamp": []string{fault.CodeInvalidFormat}}}
	}
	if present {
		row.Timestamp = at
	}
	row.TransactionID, _ = event.Text(in.TransactionID)
	if subscription, isText := event.Text(in.ExternalSubscriptionID); isText {
		row.ExternalSubscriptionID = &subscription
	}
	refusal := eventRefusal{fields: fault.Details{}}
	checkEventTexts(refusal.fields, row)
	amount, ok := event.Amount(in.PreciseTotalAmountCents)
	if !ok {
		refusal.fields.Add("precise_total_amount_cents", fault.CodeOutOfRange)
	}
	row.PreciseTotalAmountCents = amount
	r.setProperties(&row, in.Properties, &refusal)
	return row, refusal
}

// checkEventTexts checks the texts by which events are found.
func checkEventTexts(details fault.Details, row store.Event) {
	require := func(field, text string) {
		if form.Blank(text) {
			details.Add(field, fault.CodeMandatory)
		}
	}
	limit := func(field, text string) {
		if len(text) > longestEventText {
			details.Add(field, fault.CodeTooLong)
		}
	}
	require("transaction_id", row.TransactionID)
	require("code", row.Code)
	limit("transaction_id", row.TransactionID)
	limit("code", row.Code)
	if row.ExternalSubscriptionID != nil {
		limit("external_subscription_id", *row.ExternalSubscriptionID)
	}
}

// setProperties puts the properties into the row, with what the metric computes
// of them.
//
// Lago: properties that are no object are dropped.
func (r *eventReader) setProperties(row *store.Event, given any, refusal *eventRefusal) {
	properties, _ := given.(map[string]any)
	var err error
	if row.Properties, err = event.Properties(properties); err != nil {
		refusal.fields.Add("properties", codeOfProperties(err))
		return
	}
	metric, known := r.metrics[row.Code]
	if !known {
		return
	}
	if metric.expression != nil {
		value, err := evaluateFor(metric.expression, row, properties)
		if err != nil {
			refusal.sentence = "expression_evaluation_failed: " + err.Error()
			return
		}
		properties = maps.Clone(properties)
		if properties == nil {
			properties = map[string]any{}
		}
		properties[metric.field] = value
		row.Properties, _ = event.Properties(properties) // with one text more: can be kept
	}
	if value, isNumber := event.Number(properties[metric.field]); isNumber && !metric.counts {
		row.Value = &value
	}
}

// codeOfProperties is the code for properties that cannot be kept.
func codeOfProperties(err error) string {
	if errors.Is(err, event.ErrTooLarge) {
		return fault.CodeOutOfRange
	}
	return fault.CodeInvalid
}

// evaluateFor computes an expression for an event.
func evaluateFor(source *expression.Expression, row *store.Event, properties map[string]any) (string, error) {
	texts := make(map[string]string, len(properties))
	for name, value := range properties {
		texts[name] = expressionText(value)
	}
	value, err := source.Evaluate(expression.Event{
		Code: row.Code, Timestamp: decimal.NewFromInt(row.Timestamp.Unix()), Properties: texts,
	})
	if err != nil {
		return "", err
	}
	return value.String(), nil
}

// expressionText is a property as an expression sees it: nothing for null, the
// JSON of objects and lists.
func expressionText(value any) string {
	switch v := value.(type) {
	case map[string]any, []any:
		raw, _ := event.Properties(map[string]any{"": v}) // of properties that can be kept, and one level less
		return string(raw[len(`{"":`) : len(raw)-1])
	}
	text, _ := event.Text(value)
	return text
}
