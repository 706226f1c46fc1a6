package server

import (
	"context"

	"tarn/form"
	"tarn/gen/admin"
	"tarn/notify"
	"tarn/store"
	"tarn/wire"
)

// usualWebhooks is how many webhooks are listed unless a request says otherwise.
const usualWebhooks = 100

// ListWebhooks lists what has happened, with what became of it.
func (a *adminServer) ListWebhooks(ctx context.Context, request admin.ListWebhooksRequestObject) (admin.ListWebhooksResponseObject, error) {
	params := request.Params
	filter := store.WebhookFilter{
		ObjectID: params.ObjectID, After: params.After, OldestFirst: params.Order != nil && *params.Order == admin.ListWebhooksParamsOrderOldest,
	}
	if params.Type != nil {
		filter.Type = *params.Type
	}
	if params.Status != nil {
		filter.Status = store.WebhookStatus(*params.Status)
	}
	limit := usualWebhooks
	if params.Limit != nil {
		limit = *params.Limit
	}
	var rows []store.WebhookEvent
	err := a.read(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		rows, err = tx.WebhookEvents(filter, limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.ListWebhooks200JSONResponse{Body: admin.WebhookList{Webhooks: wire.Each(rows, wire.Webhook)}}, nil
}

// FindWebhook shows one event.
func (a *adminServer) FindWebhook(ctx context.Context, request admin.FindWebhookRequestObject) (admin.FindWebhookResponseObject, error) {
	answer, err := a.webhook(ctx, request.OrganizationID, request.WebhookID)
	if err != nil {
		return nil, err
	}
	return admin.FindWebhook200JSONResponse{WebhookAnswerJSONResponse: answer}, nil
}

// DeliverWebhook sends an event once more.
func (a *adminServer) DeliverWebhook(ctx context.Context, request admin.DeliverWebhookRequestObject) (admin.DeliverWebhookResponseObject, error) {
	err := a.write(ctx, request.OrganizationID, func(tx *store.Tx) error {
		return form.NotFound(notify.DeliverAgain(tx, request.WebhookID), "webhook")
	})
	if err != nil {
		return nil, err
	}
	answer, err := a.webhook(ctx, request.OrganizationID, request.WebhookID)
	if err != nil {
		return nil, err
	}
	return admin.DeliverWebhook200JSONResponse{WebhookAnswerJSONResponse: answer}, nil
}

// TriggerWebhook tells of something that happens outside.
func (a *adminServer) TriggerWebhook(ctx context.Context, request admin.TriggerWebhookRequestObject) (admin.TriggerWebhookResponseObject, error) {
	var event store.WebhookEvent
	err := a.write(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		event, err = notify.Trigger(tx, request.Body.Type, request.Body.ObjectID)
		return err
	})
	if err != nil {
		return nil, err
	}
	answer, err := a.webhook(ctx, request.OrganizationID, event.ID)
	if err != nil {
		return nil, err
	}
	return admin.TriggerWebhook200JSONResponse{WebhookAnswerJSONResponse: answer}, nil
}

// webhook is an event as it is when all that was due is done.
func (a *adminServer) webhook(ctx context.Context, organization admin.OrganizationID, id admin.WebhookID) (answer admin.WebhookAnswerJSONResponse, err error) {
	err = a.read(ctx, organization, func(tx *store.Tx) error {
		row, err := tx.WebhookEvent(id)
		answer.Body.Webhook = wire.Webhook(row)
		return form.NotFound(err, "webhook")
	})
	return answer, err
}
