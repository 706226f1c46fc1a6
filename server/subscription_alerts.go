package server

import (
	"context"

	"tarn/alerting"
	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/store"
	"tarn/wire"
)

// GetSubscriptionAlerts lists the alerts of a subscription.
func (s *Server) GetSubscriptionAlerts(ctx context.Context, request gen.GetSubscriptionAlertsRequestObject) (gen.GetSubscriptionAlertsResponseObject, error) {
	params := request.Params
	owner, err := alertedSubscription(ctx, subscriptionRef(request.ExternalID, params.SubscriptionStatus, params.Status))
	if err != nil {
		return nil, err
	}
	alerts, err := txFrom(ctx).Alerts(owner, page(params.Page, params.PerPage))
	if err != nil {
		return nil, err
	}
	meta := wire.Meta(alerts)
	return gen.GetSubscriptionAlerts200JSONResponse{Alerts: wire.Each(alerts.Rows, wire.SubscriptionAlert), Meta: &meta}, nil
}

// CreateSubscriptionAlert adds an alert to a subscription, or several of them.
func (s *Server) CreateSubscriptionAlert(ctx context.Context, request gen.CreateSubscriptionAlertRequestObject) (gen.CreateSubscriptionAlertResponseObject, error) {
	find := engine.AlertsOfSubscription(subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status))
	alert, several, err := newAlertInputs(*request.Body)
	if err != nil {
		return nil, err
	}
	var answer gen.CreateSubscriptionAlert200JSONResponse
	if several != nil {
		rows, err := alerting.CreateAll(txFrom(ctx), find, several)
		if err != nil {
			return nil, err
		}
		err = answer.FromAlerts(gen.Alerts{Alerts: wire.Each(rows, wire.SubscriptionAlert)})
		return answer, err
	}
	row, err := alerting.Create(txFrom(ctx), find, alert)
	if err != nil {
		return nil, err
	}
	err = answer.FromAlert(gen.Alert{Alert: wire.SubscriptionAlert(row)})
	return answer, err
}

// GetSubscriptionAlert shows an alert of a subscription.
func (s *Server) GetSubscriptionAlert(ctx context.Context, request gen.GetSubscriptionAlertRequestObject) (gen.GetSubscriptionAlertResponseObject, error) {
	owner, err := alertedSubscription(ctx, subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status))
	if err != nil {
		return nil, err
	}
	row, err := txFrom(ctx).Alert(owner, request.Code)
	if err != nil {
		return nil, form.NotFound(err, "alert")
	}
	return gen.GetSubscriptionAlert200JSONResponse{Alert: wire.SubscriptionAlert(row)}, nil
}

// UpdateSubscriptionAlert changes an alert of a subscription.
func (s *Server) UpdateSubscriptionAlert(ctx context.Context, request gen.UpdateSubscriptionAlertRequestObject) (gen.UpdateSubscriptionAlertResponseObject, error) {
	find := engine.AlertsOfSubscription(subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status))
	row, err := alerting.Update(txFrom(ctx), find, request.Code, alertInput(membersOfJSON(request.Body.Alert)))
	if err != nil {
		return nil, err
	}
	return gen.UpdateSubscriptionAlert200JSONResponse{Alert: wire.SubscriptionAlert(row)}, nil
}

// DeleteSubscriptionAlert removes an alert of a subscription.
func (s *Server) DeleteSubscriptionAlert(ctx context.Context, request gen.DeleteSubscriptionAlertRequestObject) (gen.DeleteSubscriptionAlertResponseObject, error) {
	find := engine.AlertsOfSubscription(subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status))
	row, err := alerting.Delete(txFrom(ctx), find, request.Code)
	if err != nil {
		return nil, err
	}
	return gen.DeleteSubscriptionAlert200JSONResponse{Alert: wire.SubscriptionAlert(row)}, nil
}

// DeleteAllSubscriptionAlerts removes all alerts of a subscription.
func (s *Server) DeleteAllSubscriptionAlerts(ctx context.Context, request gen.DeleteAllSubscriptionAlertsRequestObject) (gen.DeleteAllSubscriptionAlertsResponseObject, error) {
	find := engine.AlertsOfSubscription(subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status))
	return gen.DeleteAllSubscriptionAlerts200Response{}, alerting.DeleteAll(txFrom(ctx), find)
}

// alertedSubscription finds the subscription whose alerts a request reads.
func alertedSubscription(ctx context.Context, ref engine.SubscriptionRef) (store.AlertOwner, error) {
	row, err := engine.FindSubscription(txFrom(ctx), ref)
	return store.AlertOwner{SubscriptionExternalID: row.ExternalID}, err
}
