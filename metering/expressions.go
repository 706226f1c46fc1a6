package metering

import (
	"encoding/json"
	"strings"

	"github.com/shopspring/decimal"

	"tarn/billing/expression"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// CodeInvalidExpression is the code of an expression that cannot be read.
const CodeInvalidExpression = "invalid_expression"

// ExpressionEvent is the event that an expression is tried on. Its values are
// JSON as the client sent it, so that numbers stay exact.
type ExpressionEvent struct {
	Code string
	// Timestamp is in Unix seconds, as a number or a text; absent or null
	// means now.
	Timestamp  json.RawMessage
	Properties map[string]json.RawMessage
}

// EvaluateExpression computes an expression for an event. It changes nothing
// and needs no metric. It refuses a source that is missing or cannot be read,
// and an event that the expression has no value for.
func EvaluateExpression(tx *store.Tx, source string, in ExpressionEvent) (expression.Value, error) {
	if form.Blank(source) {
		return expression.Value{}, fault.Invalid("expression", fault.CodeMandatory)
	}
	parsed, err := expression.Parse(source)
	if err != nil {
		return expression.Value{}, fault.Invalid("expression", CodeInvalidExpression)
	}
	invalid := fault.Invalid("event", "invalid_event")
	event := expression.Event{Code: in.Code, Properties: make(map[string]string, len(in.Properties))}
	for name, raw := range in.Properties {
		event.Properties[name] = propertyText(raw)
	}
	timestamp, ok := expressionTimestamp(tx, in.Timestamp)
	if !ok {
		return expression.Value{}, invalid
	}
	event.Timestamp = timestamp
	value, err := parsed.Evaluate(event)
	if err != nil {
		return expression.Value{}, invalid
	}
	return value, nil
}

// scalarText is a JSON scalar as a text: nothing for null, the digits of a
// number, "true" or "false". Objects and arrays have none.
func scalarText(raw json.RawMessage) (string, bool) {
	text := string(raw)
	switch {
	case text == "" || text == "null":
		return "", true
	case text[0] == '{' || text[0] == '[':
		return "", false
	case text[0] == '"':
		err := json.Unmarshal(raw, &text)
		return text, err == nil
	}
	return text, true
}

// propertyText is a property as an expression sees it.
//
// Lago: objects and lists are texts too, which matters only to an expression
// that asks for them.
func propertyText(raw json.RawMessage) string {
	if text, isScalar := scalarText(raw); isScalar {
		return text
	}
	return string(raw)
}

// expressionTimestamp reads the time of the event that an expression is tried
// on.
//
// Lago: of a text, the integer at its beginning counts, and a text without one
// is 0.
func expressionTimestamp(tx *store.Tx, raw json.RawMessage) (decimal.Decimal, bool) {
	text, ok := scalarText(raw)
	switch {
	case !ok:
		return decimal.Zero, false
	case text == "" && string(raw) != `""`:
		return decimal.NewFromInt(tx.Now().Unix()), true
	case raw[0] == '"':
		text = leadingInteger(text)
	}
	number, err := decimal.NewFromString(text)
	return number, err == nil
}

// leadingInteger is the integer that a text begins with, or "0".
func leadingInteger(text string) string {
	text = strings.TrimSpace(text)
	digits := strings.TrimLeft(text, "+-")
	if len(text)-len(digits) > 1 {
		return "0"
	}
	length := len(digits) - len(strings.TrimLeft(digits, "0123456789"))
	if length == 0 {
		return "0"
	}
	return text[:len(text)-len(digits)+length]
}
