package wire

import (
	"bytes"
	"encoding/json"
	"fmt"

	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// APILog is an API log with its bodies as JSON: no request body, or null for one, is an
// empty object, no answer null.
func APILog(row store.APILog) gen.APILogObject {
	object := gen.APILogObject{
		RequestID:       row.ID,
		APIVersion:      row.APIVersion,
		Client:          row.Client,
		HTTPMethod:      gen.APILogObjectHTTPMethod(row.HTTPMethod),
		HTTPStatus:      row.HTTPStatus,
		RequestOrigin:   row.RequestOrigin,
		RequestPath:     row.RequestPath,
		RequestBody:     json.RawMessage("{}"),
		RequestResponse: nullable.NewNullNullable[json.RawMessage](),
		LoggedAt:        instant(row.LoggedAt),
		CreatedAt:       instant(row.CreatedAt),
	}
	if row.RequestBody != "" && row.RequestBody != "null" {
		object.RequestBody = json.RawMessage(row.RequestBody)
	}
	if row.RequestResponse != nil && *row.RequestResponse != "" {
		object.RequestResponse.Set(json.RawMessage(*row.RequestResponse))
	}
	return object
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
