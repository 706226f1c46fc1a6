package server

import (
	"context"

	"tarn/form"
	"tarn/gen"
	"tarn/payments"
	"tarn/wire"
)

// FindAllCustomersPaymentMethods lists a customer's payment methods.
func (s *Server) FindAllCustomersPaymentMethods(ctx context.Context, request gen.FindAllCustomersPaymentMethodsRequestObject) (gen.FindAllCustomersPaymentMethodsResponseObject, error) {
	tx := txFrom(ctx)
	customer, err := tx.Customer(request.ExternalCustomerID)
	if err != nil {
		return nil, form.NotFound(err, "customer")
	}
	methods, err := tx.PaymentMethods(customer.ID, page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllCustomersPaymentMethods200JSONResponse{
		PaymentMethods: wire.Each(methods.Rows, wire.PaymentMethod), Meta: wire.Meta(methods),
	}, nil
}

// PaymentMethodSetAsDefault makes a payment method the customer's default.
func (s *Server) PaymentMethodSetAsDefault(ctx context.Context, request gen.PaymentMethodSetAsDefaultRequestObject) (gen.PaymentMethodSetAsDefaultResponseObject, error) {
	method, err := payments.SetDefaultMethod(txFrom(ctx), request.ExternalCustomerID, request.LagoID)
	if err != nil {
		return nil, err
	}
	return gen.PaymentMethodSetAsDefault200JSONResponse{PaymentMethod: wire.PaymentMethod(method)}, nil
}

// DestroyPaymentMethod removes a customer's payment method.
func (s *Server) DestroyPaymentMethod(ctx context.Context, request gen.DestroyPaymentMethodRequestObject) (gen.DestroyPaymentMethodResponseObject, error) {
	method, err := payments.DeleteMethod(txFrom(ctx), request.ExternalCustomerID, request.LagoID)
	if err != nil {
		return nil, err
	}
	return gen.DestroyPaymentMethod200JSONResponse{PaymentMethod: wire.PaymentMethod(method.PaymentMethod)}, nil
}
