package wire

import (
	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// WebhookEndpoint is a webhook endpoint as its own endpoints show it.
func WebhookEndpoint(row store.WebhookEndpoint) gen.WebhookEndpointObject {
	object := gen.WebhookEndpointObject{
		LagoID:             row.ID,
		LagoOrganizationID: row.OrganizationID,
		WebhookURL:         row.WebhookURL,
		SignatureAlgo:      some(gen.WebhookEndpointObjectSignatureAlgo(row.SignatureAlgo)),
		Name:               optional(row.Name),
		EventTypes:         nullable.NewNullNullable[[]string](),
		CreatedAt:          instant(row.CreatedAt),
	}
	if row.EventTypes != nil {
		object.EventTypes.Set(row.EventTypes)
	}
	return object
}
