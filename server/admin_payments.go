package server

import (
	"context"

	"tarn/gen/admin"
	"tarn/payments"
	"tarn/store"
	"tarn/wire"
)

// ListPaymentProviders lists the payment providers that are connected, newest first.
func (a *adminServer) ListPaymentProviders(ctx context.Context, request admin.ListPaymentProvidersRequestObject) (admin.ListPaymentProvidersResponseObject, error) {
	var rows []store.PaymentProvider
	err := a.read(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		rows, err = tx.PaymentProviders()
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.ListPaymentProviders200JSONResponse{Body: admin.PaymentProviderList{PaymentProviders: wire.Each(rows, wire.PaymentProvider)}}, nil
}

// ConnectPaymentProvider connects a payment provider, which is simulated.
func (a *adminServer) ConnectPaymentProvider(ctx context.Context, request admin.ConnectPaymentProviderRequestObject) (admin.ConnectPaymentProviderResponseObject, error) {
	body := request.Body.PaymentProvider
	in := payments.ProviderInput{Type: string(body.Type), Code: body.Code, Name: body.Name}
	var row store.PaymentProvider
	err := a.write(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		row, err = payments.ConnectProvider(tx, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.ConnectPaymentProvider201JSONResponse{Body: admin.PaymentProviderEnvelope{PaymentProvider: wire.PaymentProvider(row)}}, nil
}

// DisconnectPaymentProvider ends the connection to a payment provider.
func (a *adminServer) DisconnectPaymentProvider(ctx context.Context, request admin.DisconnectPaymentProviderRequestObject) (admin.DisconnectPaymentProviderResponseObject, error) {
	var row store.PaymentProvider
	err := a.write(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		row, err = payments.DisconnectProvider(tx, request.Code)
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.DisconnectPaymentProvider200JSONResponse{Body: admin.PaymentProviderEnvelope{PaymentProvider: wire.PaymentProvider(row)}}, nil
}

// ListSimulatedPaymentMethods lists the payment methods of a customer, newest first.
func (a *adminServer) ListSimulatedPaymentMethods(ctx context.Context, request admin.ListSimulatedPaymentMethodsRequestObject) (admin.ListSimulatedPaymentMethodsResponseObject, error) {
	var rows []payments.Method
	err := a.read(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		rows, err = payments.Methods(tx, request.ExternalCustomerID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.ListSimulatedPaymentMethods200JSONResponse{Body: admin.SimulatedPaymentMethodList{PaymentMethods: wire.Each(rows, shownMethod)}}, nil
}

// AddSimulatedPaymentMethod gives a customer a payment method.
func (a *adminServer) AddSimulatedPaymentMethod(ctx context.Context, request admin.AddSimulatedPaymentMethodRequestObject) (admin.AddSimulatedPaymentMethodResponseObject, error) {
	body := request.Body.PaymentMethod
	in := payments.MethodInput{ProviderMethodID: body.ProviderMethodID, Outcomes: outcomes(body.Outcomes)}
	var row payments.Method
	err := a.write(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		row, err = payments.AddMethod(tx, request.ExternalCustomerID, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.AddSimulatedPaymentMethod201JSONResponse{Body: methodEnvelope(row)}, nil
}

// SetSimulatedOutcomes says what a payment method will answer.
func (a *adminServer) SetSimulatedOutcomes(ctx context.Context, request admin.SetSimulatedOutcomesRequestObject) (admin.SetSimulatedOutcomesResponseObject, error) {
	var row payments.Method
	err := a.write(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		row, err = payments.SetOutcomes(tx, request.ExternalCustomerID, request.MethodID, outcomes(&request.Body.PaymentMethod.Outcomes))
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.SetSimulatedOutcomes200JSONResponse{Body: methodEnvelope(row)}, nil
}

// DeleteSimulatedPaymentMethod removes a customer's payment method.
func (a *adminServer) DeleteSimulatedPaymentMethod(ctx context.Context, request admin.DeleteSimulatedPaymentMethodRequestObject) (admin.DeleteSimulatedPaymentMethodResponseObject, error) {
	var row payments.Method
	err := a.write(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		row, err = payments.DeleteMethod(tx, request.ExternalCustomerID, request.MethodID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.DeleteSimulatedPaymentMethod200JSONResponse{Body: methodEnvelope(row)}, nil
}

// ListAdminPayments lists all payments, newest first.
func (a *adminServer) ListAdminPayments(ctx context.Context, request admin.ListAdminPaymentsRequestObject) (admin.ListAdminPaymentsResponseObject, error) {
	var rows store.List[store.Payment]
	err := a.read(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		rows, err = tx.AllPayments(page(request.Params.Page, request.Params.PerPage))
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.ListAdminPayments200JSONResponse{Body: admin.AdminPaymentList{Payments: wire.Each(rows.Rows, wire.AdminPayment), Meta: admin.PaginationMeta(wire.Meta(rows))}}, nil
}

// SettleAdminPayment says what has become of a payment that its provider had in hand.
func (a *adminServer) SettleAdminPayment(ctx context.Context, request admin.SettleAdminPaymentRequestObject) (admin.SettleAdminPaymentResponseObject, error) {
	body := request.Body.Payment
	in := payments.SettlementInput{Succeeded: body.Status == admin.PaymentSettlementFieldsStatusSucceeded, Code: body.Code, Message: body.Message}
	var row store.Payment
	err := a.write(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		row, err = payments.Settle(tx, request.PaymentID, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.SettleAdminPayment200JSONResponse{Body: admin.AdminPaymentEnvelope{Payment: wire.AdminPayment(row)}}, nil
}

// outcomes are the answers of a payment method; none when they are absent.
func outcomes(input *admin.SimulatedOutcomes) []store.SimulatedOutcome {
	rows := []store.SimulatedOutcome{}
	if input == nil {
		return rows
	}
	for _, outcome := range *input {
		rows = append(rows, store.SimulatedOutcome{Result: string(outcome.Result), Code: outcome.Code, Message: outcome.Message})
	}
	return rows
}

func shownMethod(row payments.Method) admin.SimulatedPaymentMethod {
	return wire.SimulatedPaymentMethod(row.PaymentMethod, row.Simulated)
}

func methodEnvelope(row payments.Method) admin.SimulatedPaymentMethodEnvelope {
	return admin.SimulatedPaymentMethodEnvelope{PaymentMethod: shownMethod(row)}
}
