package metering_test

import (
	"encoding/json"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/fault"
	"tarn/metering"
	"tarn/store"
)

// event makes the event of a trial from JSON: a timestamp, if any, and
// properties.
func event(timestamp string, properties map[string]string) metering.ExpressionEvent {
	made := metering.ExpressionEvent{Code: "storage", Properties: map[string]json.RawMessage{}}
	if timestamp != "" {
		made.Timestamp = json.RawMessage(timestamp)
	}
	for name, value := range properties {
		made.Properties[name] = json.RawMessage(value)
	}
	return made
}

func TestEvaluateExpression(t *testing.T) {
	t.Parallel()
	type properties = map[string]string
	now := strconv.FormatInt(noon.Unix(), 10)
	cases := map[string]struct {
		source string
		event  metering.ExpressionEvent
		want   string
	}{
		"no event needed":           {"1 + 2", metering.ExpressionEvent{}, "3.0"},
		"code of no event":          {"concat('<', event.code, '>')", metering.ExpressionEvent{}, "<>"},
		"code":                      {"event.code", event("", nil), "storage"},
		"number":                    {"round(event.properties.v)", event("", properties{"v": "2.4"}), "2.0"},
		"number in a text":          {"round(event.properties.v)", event("", properties{"v": `"2.5"`}), "3.0"},
		"number beyond floats":      {"event.properties.v + 1", event("", properties{"v": "90071992547409931.1"}), "90071992547409932.1"},
		"number with an exponent":   {"event.properties.v * 2", event("", properties{"v": "1e3"}), "2000.0"},
		"text":                      {"concat(event.properties.v, '-', event.code)", event("", properties{"v": `"eu"`}), "eu-storage"},
		"text with an escape":       {"event.properties.v", event("", properties{"v": `"\u00e9<"`}), "é<"},
		"null is an empty text":     {"concat('<', event.properties.v, '>')", event("", properties{"v": "null"}), "<>"},
		"truth":                     {"concat(event.properties.a, event.properties.b)", event("", properties{"a": "true", "b": "false"}), "truefalse"},
		"object is a text":          {"event.properties.v", event("", properties{"v": `{"a":1}`}), `{"a":1}`},
		"list nobody asks for":      {"1", event("", properties{"v": "[1]"}), "1.0"},
		"timestamp that is absent":  {"event.timestamp", event("", nil), now + ".0"},
		"timestamp that is null":    {"event.timestamp", event("null", nil), now + ".0"},
		"timestamp with a fraction": {"event.timestamp", event("1651240791.9", nil), "1651240791.0"},
		"timestamp in a text":       {"event.timestamp", event(`"1651240791.9"`, nil), "1651240791.0"},
		"timestamp with a sign":     {"event.timestamp", event(`"-12x"`, nil), "-12.0"},
		"timestamp that is no time": {"event.timestamp", event(`"soon"`, nil), "0.0"},
		"timestamp with two signs":  {"event.timestamp", event(`"--1"`, nil), "0.0"},
		"timestamp that is blank":   {"event.timestamp", event(`""`, nil), "0.0"},
		"timestamp before letters":  {"event.timestamp", event(`" 7 days"`, nil), "7.0"},
	}
	w := newWorld(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, w.try(t, func(tx *store.Tx) error {
				value, err := metering.EvaluateExpression(tx, c.source, c.event)
				require.Equal(t, c.want, value.String())
				return err
			}))
		})
	}
}

func TestEvaluateExpression_Refuses(t *testing.T) {
	t.Parallel()
	type properties = map[string]string
	invalidEvent := fault.Details{"event": []string{"invalid_event"}}
	nested := event("", properties{"v": `{"a":1}`})
	cases := map[string]struct {
		source  string
		event   metering.ExpressionEvent
		refused fault.Details
	}{
		"no expression":                   {"", event("", nil), fault.Details{"expression": []string{"value_is_mandatory"}}},
		"blank expression":                {" \t", nested, fault.Details{"expression": []string{"value_is_mandatory"}}},
		"unreadable before a bad event":   {"1 +", nested, fault.Details{"expression": []string{"invalid_expression"}}},
		"missing property":                {"event.properties.v", metering.ExpressionEvent{}, invalidEvent},
		"text where a number is needed":   {"event.properties.v + 1", event("", properties{"v": `"many"`}), invalidEvent},
		"division by zero":                {"1 / event.properties.v", event("", properties{"v": "0"}), invalidEvent},
		"object where a number is needed": {"event.properties.v + 1", nested, invalidEvent},
		"list where a number is needed":   {"event.properties.v + 1", event("", properties{"v": "[1]"}), invalidEvent},
		"timestamp beyond all numbers":    {"event.timestamp", event("1e99999", nil), invalidEvent},
		"timestamp beyond all exponents":  {"1", event("1e99999999999", nil), invalidEvent},
		"timestamp that is an object":     {"1", event("{}", nil), invalidEvent},
		"timestamp that is a truth":       {"1", event("true", nil), invalidEvent},
	}
	w := newWorld(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.refused.Err(), w.try(t, func(tx *store.Tx) error {
				_, err := metering.EvaluateExpression(tx, c.source, c.event)
				return err
			}))
		})
	}
}
