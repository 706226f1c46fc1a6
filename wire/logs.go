package wire

import (
	"encoding/json"

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
		RequestResponse: row.RequestResponse,
		LoggedAt:        instant(row.LoggedAt),
		CreatedAt:       instant(row.CreatedAt),
	}
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
		LoggedAt:               instant(row.LoggedAt),
		CreatedAt:              instant(row.CreatedAt),
	}
	changes := make(map[string]any, len(row.ActivityObjectChanges))
	for field, pair := range row.ActivityObjectChanges {
		changes[field] = pair
	}
	object.ActivityObjectChanges.Set(changes)
	var shown map[string]any
	if err := json.Unmarshal(row.ActivityObject, &shown); err != nil {
		return object, err
	}
	object.ActivityObject.Set(shown)
	return object, nil
}
