package server

import (
	"context"

	"tarn/form"
	"tarn/gen"
	"tarn/payments"
	"tarn/store"
	"tarn/wire"
)

// CreatePayment keeps a payment that was made by other means.
func (s *Server) CreatePayment(ctx context.Context, request gen.CreatePaymentRequestObject) (gen.CreatePaymentResponseObject, error) {
	body := request.Body.Payment
	amount, _ := body.AmountCents.Get() // absent and null are none
	row, err := payments.Record(txFrom(ctx), payments.ManualInput{
		InvoiceID:   scalarMember(body.InvoiceID),
		AmountCents: amount,
		Reference:   scalarMember(body.Reference),
		PaidAt:      scalarMember(body.PaidAt),
	})
	if err != nil {
		return nil, err
	}
	return gen.CreatePayment200JSONResponse{Payment: wire.Payment(row)}, nil
}

// FindAllPayments lists the payments that the filters leave.
func (s *Server) FindAllPayments(ctx context.Context, request gen.FindAllPaymentsRequestObject) (gen.FindAllPaymentsResponseObject, error) {
	params := request.Params
	filter := store.PaymentFilter{ExternalCustomerID: params.ExternalCustomerID, InvoiceID: params.InvoiceID}
	rows, err := txFrom(ctx).Payments(filter, page(params.Page, params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllPayments200JSONResponse{Payments: wire.Each(rows.Rows, wire.Payment), Meta: wire.Meta(rows)}, nil
}

// FindAllCustomerPayments lists the payments of a customer in the same way.
func (s *Server) FindAllCustomerPayments(ctx context.Context, request gen.FindAllCustomerPaymentsRequestObject) (gen.FindAllCustomerPaymentsResponseObject, error) {
	tx, params := txFrom(ctx), request.Params
	customer, err := tx.Customer(request.ExternalCustomerID)
	if err != nil {
		return nil, form.NotFound(err, "customer")
	}
	rows, err := tx.Payments(store.PaymentFilter{CustomerID: &customer.ID, InvoiceID: params.InvoiceID}, page(params.Page, params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllCustomerPayments200JSONResponse{Payments: wire.Each(rows.Rows, wire.Payment), Meta: wire.Meta(rows)}, nil
}

// FindPayment shows a payment.
func (s *Server) FindPayment(ctx context.Context, request gen.FindPaymentRequestObject) (gen.FindPaymentResponseObject, error) {
	row, err := txFrom(ctx).ShownPayment(request.LagoID)
	if err != nil {
		return nil, form.NotFound(err, "payment")
	}
	object := wire.Payment(row)
	return foundPayment{PaymentObject: object, Payment: object}, nil
}

// foundPayment is a bare object in the document and a wrapped one on Lago's own wire;
// ours is both at once.
type foundPayment struct {
	gen.FindPaymentResponseObject `json:"-"`
	gen.PaymentObject

	Payment gen.PaymentObject `json:"payment"`
}
