package server

import (
	"context"

	"tarn/alerting"
	"tarn/form"
	"tarn/gen"
	"tarn/store"
	"tarn/wallets"
	"tarn/wire"
)

// GetCustomerWalletAlerts lists the alerts of a wallet.
func (s *Server) GetCustomerWalletAlerts(ctx context.Context, request gen.GetCustomerWalletAlertsRequestObject) (gen.GetCustomerWalletAlertsResponseObject, error) {
	owner, err := alertedWallet(ctx, request.ExternalCustomerID, request.WalletCode)
	if err != nil {
		return nil, err
	}
	alerts, err := txFrom(ctx).Alerts(owner, page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	meta := wire.Meta(alerts)
	return gen.GetCustomerWalletAlerts200JSONResponse{Alerts: wire.Each(alerts.Rows, wire.WalletAlert), Meta: &meta}, nil
}

// CreateCustomerWalletAlert adds an alert to a wallet, or several of them.
func (s *Server) CreateCustomerWalletAlert(ctx context.Context, request gen.CreateCustomerWalletAlertRequestObject) (gen.CreateCustomerWalletAlertResponseObject, error) {
	find := wallets.AlertsOf(wallets.ByCode(request.ExternalCustomerID, request.WalletCode))
	alert, several, err := newAlertInputs(*request.Body)
	if err != nil {
		return nil, err
	}
	var answer gen.CreateCustomerWalletAlert200JSONResponse
	if several != nil {
		rows, err := alerting.CreateAll(txFrom(ctx), find, several)
		if err != nil {
			return nil, err
		}
		err = answer.FromWalletAlerts(gen.WalletAlerts{Alerts: wire.Each(rows, wire.WalletAlert)})
		return answer, err
	}
	row, err := alerting.Create(txFrom(ctx), find, alert)
	if err != nil {
		return nil, err
	}
	err = answer.FromWalletAlert(gen.WalletAlert{Alert: wire.WalletAlert(row)})
	return answer, err
}

// GetCustomerWalletAlert shows an alert of a wallet.
func (s *Server) GetCustomerWalletAlert(ctx context.Context, request gen.GetCustomerWalletAlertRequestObject) (gen.GetCustomerWalletAlertResponseObject, error) {
	owner, err := alertedWallet(ctx, request.ExternalCustomerID, request.WalletCode)
	if err != nil {
		return nil, err
	}
	row, err := txFrom(ctx).Alert(owner, request.Code)
	if err != nil {
		return nil, form.NotFound(err, "alert")
	}
	return gen.GetCustomerWalletAlert200JSONResponse{Alert: wire.WalletAlert(row)}, nil
}

// UpdateCustomerWalletAlert changes an alert of a wallet.
func (s *Server) UpdateCustomerWalletAlert(ctx context.Context, request gen.UpdateCustomerWalletAlertRequestObject) (gen.UpdateCustomerWalletAlertResponseObject, error) {
	find := wallets.AlertsOf(wallets.ByCode(request.ExternalCustomerID, request.WalletCode))
	row, err := alerting.Update(txFrom(ctx), find, request.Code, alertInput(membersOfJSON(request.Body.Alert)))
	if err != nil {
		return nil, err
	}
	return gen.UpdateCustomerWalletAlert200JSONResponse{Alert: wire.WalletAlert(row)}, nil
}

// DeleteCustomerWalletAlert removes an alert of a wallet.
func (s *Server) DeleteCustomerWalletAlert(ctx context.Context, request gen.DeleteCustomerWalletAlertRequestObject) (gen.DeleteCustomerWalletAlertResponseObject, error) {
	find := wallets.AlertsOf(wallets.ByCode(request.ExternalCustomerID, request.WalletCode))
	row, err := alerting.Delete(txFrom(ctx), find, request.Code)
	if err != nil {
		return nil, err
	}
	return gen.DeleteCustomerWalletAlert200JSONResponse{Alert: wire.WalletAlert(row)}, nil
}

// DeleteAllCustomerWalletAlerts removes all alerts of a wallet.
func (s *Server) DeleteAllCustomerWalletAlerts(ctx context.Context, request gen.DeleteAllCustomerWalletAlertsRequestObject) (gen.DeleteAllCustomerWalletAlertsResponseObject, error) {
	find := wallets.AlertsOf(wallets.ByCode(request.ExternalCustomerID, request.WalletCode))
	return gen.DeleteAllCustomerWalletAlerts200Response{}, alerting.DeleteAll(txFrom(ctx), find)
}

// alertedWallet finds the wallet whose alerts a request reads.
func alertedWallet(ctx context.Context, externalCustomerID, code string) (store.AlertOwner, error) {
	row, err := wallets.Find(txFrom(ctx), wallets.ByCode(externalCustomerID, code))
	return store.AlertOwner{WalletID: &row.ID}, err
}
