package wire

import (
	"github.com/google/uuid"

	"tarn/gen/admin"
	"tarn/store"
)

// Webhook is an event with its deliveries, as administration shows it.
func Webhook(row store.WebhookEvent) admin.Webhook {
	return admin.Webhook{
		ID: row.ID, Type: row.Type, Object: webhookObject(row), Body: row.Body, CreatedAt: instant(row.CreatedAt),
		Deliveries: Each(row.Deliveries, webhookDelivery),
	}
}

// ClockEvent is an event as the answer to a move of the clock shows it.
func ClockEvent(row store.WebhookEvent) admin.ClockEvent {
	return admin.ClockEvent{ID: row.ID, At: instant(row.CreatedAt), Type: row.Type, Object: webhookObject(row)}
}

func webhookObject(row store.WebhookEvent) admin.WebhookObject {
	return admin.WebhookObject{Type: row.ObjectType, ID: optional[uuid.UUID](row.ObjectID)}
}

func webhookDelivery(row store.WebhookDelivery) admin.WebhookDelivery {
	return admin.WebhookDelivery{
		UniqueKey: row.ID, WebhookEndpointID: row.EndpointID, Status: admin.WebhookStatus(row.Status), Failures: row.Failures,
		NextAttemptAt: optionalInstant(row.NextAttemptAt), Attempts: Each(row.Attempts, webhookAttempt),
	}
}

func webhookAttempt(row store.WebhookAttempt) admin.WebhookAttempt {
	return admin.WebhookAttempt{
		WebhookURL: row.WebhookURL, SignatureAlgo: admin.WebhookAttemptSignatureAlgo(row.SignatureAlgo),
		ResponseStatus: optional(row.ResponseStatus), ResponseBody: row.ResponseBody, Error: optional(row.Error),
		AttemptedAt: instant(row.AttemptedAt),
	}
}
