package server

import (
	"bytes"
	"encoding/json"
	"slices"

	"tarn/alerting"
	"tarn/fault"
	"tarn/nullable"
)

// Lago checks alerts in an order of its own, one rule after the other, and
// drops what does not fit. So the contract leaves their bodies to what follows,
// and to the engine. Bodies are valid JSON here.

// newAlertInputs reads a body with one new alert, or with several: they are
// several whenever there is a list with entries.
func newAlertInputs(body json.RawMessage) (one alerting.Input, several []alerting.Input, err error) {
	members := membersOfJSON(body)
	for _, entry := range entriesOfJSON(members["alerts"]) {
		several = append(several, alertInput(membersOfJSON(entry)))
	}
	if several != nil {
		return one, several, nil
	}
	alert := membersOfJSON(members["alert"])
	if len(alert) == 0 {
		return one, nil, fault.MissingParameter("alert")
	}
	return alertInput(alert), nil, nil
}

// alertInput maps an alert, new or changed.
func alertInput(members map[string]json.RawMessage) alerting.Input {
	in := alerting.Input{
		Params:             map[string]any{},
		AlertType:          scalarOfJSON(members["alert_type"]),
		Code:               scalarOfJSON(members["code"]),
		Name:               scalarOfJSON(members["name"]),
		BillableMetricCode: scalarOfJSON(members["billable_metric_code"]),
	}
	for name, value := range members {
		in.Params[name] = valueOfJSON(value)
	}
	for _, entry := range entriesOfJSON(members["thresholds"]) {
		in.Thresholds = append(in.Thresholds, alertThresholdInput(membersOfJSON(entry)))
	}
	return in
}

func alertThresholdInput(members map[string]json.RawMessage) alerting.ThresholdInput {
	in := alerting.ThresholdInput{Code: scalarOfJSON(members["code"])}
	if value := scalarOfJSON(members["value"]); value.IsSpecified() && !value.IsNull() {
		in.Value = members["value"]
	}
	in.Recurring, _ = truthOfJSON(members["recurring"]).Get() // absent and null are not
	return in
}

// membersOfJSON are the members of an object; none of anything else.
func membersOfJSON(text json.RawMessage) map[string]json.RawMessage {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(text, &members) // what is no object has no members
	return members
}

// valueOfJSON is what a text says. Numbers keep all their digits.
func valueOfJSON(text json.RawMessage) any {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	_ = decoder.Decode(&value) // of valid JSON: cannot fail
	return value
}

// entriesOfJSON are those entries of a list that are objects with members; none
// of anything else.
func entriesOfJSON(text json.RawMessage) []json.RawMessage {
	var entries []json.RawMessage
	_ = json.Unmarshal(text, &entries) // what is no list has no entries
	return slices.DeleteFunc(entries, func(entry json.RawMessage) bool { return len(membersOfJSON(entry)) == 0 })
}

// scalarOfJSON reads a text; a number and a truth value count as the text that
// they are written as. Lists, objects and nothing are absent.
func scalarOfJSON(text json.RawMessage) nullable.Nullable[string] {
	var value string
	switch text = bytes.TrimSpace(text); {
	case len(text) == 0 || text[0] == '{' || text[0] == '[':
		return nullable.Nullable[string]{}
	case string(text) == "null":
		return nullable.NewNullNullable[string]()
	case json.Unmarshal(text, &value) == nil:
		return nullable.NewNullableWithValue(value)
	}
	return nullable.NewNullableWithValue(string(text))
}

// scalarMember is scalarOfJSON for a member of a generated body; null is absent.
func scalarMember(member nullable.Nullable[json.RawMessage]) nullable.Nullable[string] {
	text, _ := member.Get()
	return scalarOfJSON(text)
}

// wordsForYes are what Lago's framework takes for a truth.
var wordsForYes = []string{"true", "t", "on", "1"}

// truthOfJSON reads a truth value as Lago's framework does: by the words that stand
// for yes; everything else is no.
func truthOfJSON(text json.RawMessage) nullable.Nullable[bool] {
	return mapped(scalarOfJSON(text), func(word string) bool { return slices.Contains(wordsForYes, word) })
}
