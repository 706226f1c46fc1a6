package server

import (
	"context"

	"tarn/form"
	"tarn/gen"
	"tarn/invoicing"
	"tarn/nullable"
	"tarn/payments"
	"tarn/server/edge"
	"tarn/store"
	"tarn/wire"
)

// FindAllPaymentReceipts lists the receipts of payments.
func (s *Server) FindAllPaymentReceipts(ctx context.Context, request gen.FindAllPaymentReceiptsRequestObject) (gen.FindAllPaymentReceiptsResponseObject, error) {
	params := request.Params
	rows, err := txFrom(ctx).PaymentReceipts(params.InvoiceID, page(params.Page, params.PerPage))
	if err != nil {
		return nil, err
	}
	objects, err := shownReceipts(ctx, rows.Rows)
	if err != nil {
		return nil, err
	}
	return gen.FindAllPaymentReceipts200JSONResponse{PaymentReceipts: objects, Meta: wire.Meta(rows)}, nil
}

// FindPaymentReceipt shows the receipt of a payment.
//
// Lago: a receipt that does not exist is an invoice that does not.
func (s *Server) FindPaymentReceipt(ctx context.Context, request gen.FindPaymentReceiptRequestObject) (gen.FindPaymentReceiptResponseObject, error) {
	row, err := txFrom(ctx).PaymentReceiptByID(form.Identifier(nullable.NewNullableWithValue(request.LagoID)))
	if err != nil {
		return nil, form.NotFound(err, "invoice")
	}
	objects, err := shownReceipts(ctx, []store.PaymentReceipt{row})
	if err != nil {
		return nil, err
	}
	return gen.FindPaymentReceipt200JSONResponse{PaymentReceipt: objects[0]}, nil
}

// shownReceipts are receipts with links to their files, on the server as the client
// addressed it.
func shownReceipts(ctx context.Context, rows []store.PaymentReceipt) ([]gen.PaymentReceiptObject, error) {
	tokens, err := payments.ReceiptTokens(txFrom(ctx), rows)
	if err != nil {
		return nil, err
	}
	objects := wire.Each(rows, wire.PaymentReceipt)
	for i, row := range rows {
		if token, made := tokens[row.ID]; made {
			objects[i].FileURL = nullable.NewNullableWithValue(edge.From(ctx).Origin() + invoicing.DocumentsPath + token)
		}
	}
	return objects, nil
}
