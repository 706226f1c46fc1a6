package wire

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"tarn/gen"
	"tarn/metering"
	"tarn/nullable"
	"tarn/store"
)

// EventError is what is wrong with an event that was kept. The message is JSON in a text.
func EventError(row store.Event, details map[string][]string) (gen.EventErrorsObject, error) {
	object := gen.EventErrorsObject{Status: http.StatusUnprocessableEntity, Error: "Unprocessable entity", Event: Event(row)}
	text, err := json.Marshal(details)
	if err != nil {
		return object, fmt.Errorf("write the details of an event: %w", err)
	}
	quoted, err := json.Marshal(string(text))
	if err != nil {
		return object, fmt.Errorf("write the details of an event: %w", err)
	}
	err = object.Message.UnmarshalJSON(quoted)
	return object, err
}

// EventsErrors is what was wrong with events, by their transactions.
//
// Lago: groups are not judged any more, so their list is null.
func EventsErrors(faults metering.EventFaults) gen.EventsErrorsObject {
	object := gen.EventsErrorsObject{
		InvalidCode: []string{}, MissingAggregationProperty: append([]string{}, faults.MissingAggregationProperty...),
		InvalidFilterValues: append([]string{}, faults.InvalidFilterValues...), MissingGroupKey: nullable.NewNullNullable[[]string](),
	}
	for _, code := range slices.Sorted(maps.Keys(faults.InvalidCode)) {
		object.InvalidCode = append(object.InvalidCode, faults.InvalidCode[code]...)
	}
	return object
}
