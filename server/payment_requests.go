package server

import (
	"context"

	"tarn/form"
	"tarn/gen"
	"tarn/payments"
	"tarn/server/edge"
	"tarn/store"
	"tarn/wire"
)

// FindAllPaymentRequests lists the payment requests that the filters leave.
func (s *Server) FindAllPaymentRequests(ctx context.Context, request gen.FindAllPaymentRequestsRequestObject) (gen.FindAllPaymentRequestsResponseObject, error) {
	params := request.Params
	filter := store.PaymentRequestFilter{ExternalCustomerID: params.ExternalCustomerID, Currency: params.CurrencyFilter}
	list, err := listPaymentRequests(ctx, filter, params.BillingEntityCodes, page(params.Page, params.PerPage))
	return gen.FindAllPaymentRequests200JSONResponse(list), err
}

// FindAllCustomerPaymentRequests lists the payment requests of a customer in the same
// way.
func (s *Server) FindAllCustomerPaymentRequests(
	ctx context.Context, request gen.FindAllCustomerPaymentRequestsRequestObject,
) (gen.FindAllCustomerPaymentRequestsResponseObject, error) {
	customer, err := txFrom(ctx).Customer(request.ExternalCustomerID)
	if err != nil {
		return nil, form.NotFound(err, "customer")
	}
	params := request.Params
	filter := store.PaymentRequestFilter{CustomerID: &customer.ID}
	list, err := listPaymentRequests(ctx, filter, params.BillingEntityCodes, page(params.Page, params.PerPage))
	return gen.FindAllCustomerPaymentRequests200JSONResponse(list), err
}

// listPaymentRequests is a page of the payment requests that a filter leaves, and the
// filters that both lists read.
func listPaymentRequests(ctx context.Context, filter store.PaymentRequestFilter, entities *[]string, page store.Page) (gen.PaymentRequestsPaginated, error) {
	tx := txFrom(ctx)
	filter.PaymentStatus = filterReader{query: edge.From(ctx).Query()}.text("payment_status")
	var err error
	if filter.BillingEntityIDs, err = billingEntityIDs(tx, all(entities)); err != nil {
		return gen.PaymentRequestsPaginated{}, err
	}
	rows, err := tx.PaymentRequests(filter, page)
	return gen.PaymentRequestsPaginated{PaymentRequests: wire.Each(rows.Rows, wire.PaymentRequest), Meta: wire.Meta(rows)}, err
}

// CreatePaymentRequest asks a customer to pay what is overdue.
func (s *Server) CreatePaymentRequest(ctx context.Context, request gen.CreatePaymentRequestRequestObject) (gen.CreatePaymentRequestResponseObject, error) {
	body := request.Body.PaymentRequest
	row, err := payments.CreateRequest(txFrom(ctx), payments.RequestInput{
		ExternalCustomerID: body.ExternalCustomerID,
		Email:              body.Email,
		InvoiceIDs:         body.LagoInvoiceIds,
		PaymentMethod:      mapped(body.PaymentMethod, paymentMethodInput),
	})
	return gen.CreatePaymentRequest200JSONResponse{PaymentRequest: wire.PaymentRequest(row)}, err
}

// FindPaymentRequest shows a payment request.
func (s *Server) FindPaymentRequest(ctx context.Context, request gen.FindPaymentRequestRequestObject) (gen.FindPaymentRequestResponseObject, error) {
	row, err := txFrom(ctx).PaymentRequest(request.LagoID)
	if err != nil {
		return nil, form.NotFound(err, "payment_request")
	}
	return gen.FindPaymentRequest200JSONResponse(wire.PaymentRequestFound(row)), nil
}
