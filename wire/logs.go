package wire

import (
	"bytes"
	"encoding/json"
	"fmt"

	"tarn/gen"
	"tarn/store"
)

// APILog is an API log; its bodies are JSON texts inside strings.
func APILog(row store.APILog) gen.APILogObject {
	return gen.APILogObject{
		RequestID:       row.ID,
		APIVersion:      row.APIVersion,
		Client:          row.Client,
		HTTPMethod:      gen.APILogObjectHTTPMethod(row.HTTPMethod),
		HTTPStatus:      row.HTTPStatus,
		RequestOrigin:   row.RequestOrigin,
		RequestPath:     row.RequestPath,
		RequestBody:     row.RequestBody,
		RequestResponse: optional(row.RequestResponse),
		LoggedAt:        instant(row.LoggedAt),
		CreatedAt:       instant(row.CreatedAt),
	}
}

// RawAPILog is an API log as Lago's own server sends it: its bodies are JSON,
// not texts.
type RawAPILog struct {
	gen.APILogObject
	RequestBody     json.RawMessage `json:"request_body"`
	RequestResponse json.RawMessage `json:"request_response"`
}

// APILogOnWire is an API log whose bodies are JSON; an empty body is an empty
// object, a missing response null.
func APILogOnWire(row store.APILog) RawAPILog {
	raw := RawAPILog{APILogObject: APILog(row), RequestBody: json.RawMessage("{}"), RequestResponse: json.RawMessage("null")}
	if row.RequestBody != "" {
		raw.RequestBody = json.RawMessage(row.RequestBody)
	}
	if row.RequestResponse != nil && *row.RequestResponse != "" {
		raw.RequestResponse = json.RawMessage(*row.RequestResponse)
	}
	return raw
}

// ActivityLog is an activity log.
func ActivityLog(row store.ActivityLog) (gen.ActivityLogObject, error) {
	object := gen.ActivityLogObject{
		ActivityID:             row.ID,
		ActivityType:           row.ActivityType,
		ActivitySource:         gen.ActivityLogObjectActivitySource(row.ActivitySource),
		UserEmail:              optional(row.UserEmail),
		ExternalCustomerID:     optional(row.ExternalCustomerID),
		ExternalSubscriptionID: optional(row.ExternalSubscriptionID),
		ResourceID:             row.ResourceID,
		ResourceType:           row.ResourceType,
		OrganizationID:         row.OrganizationID,
		RequestID:              optional(row.RequestID),
		LoggedAt:               instant(row.LoggedAt),
		CreatedAt:              instant(row.CreatedAt),
	}
	changes := make(map[string]any, len(row.ActivityObjectChanges))
	for field, pair := range row.ActivityObjectChanges {
		changes[field] = pair
	}
	object.ActivityObjectChanges.Set(changes)
	// Numbers stay as they are: amounts may exceed what a float holds.
	var shown map[string]any
	decoder := json.NewDecoder(bytes.NewReader(row.ActivityObject))
	decoder.UseNumber()
	if err := decoder.Decode(&shown); err != nil {
		return object, fmt.Errorf("read the object of an activity log: %w", err)
	}
	object.ActivityObject.Set(shown)
	return object, nil
}
