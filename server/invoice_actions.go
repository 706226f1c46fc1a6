package server

import (
	"context"

	"tarn/gen"
	"tarn/invoicing"
	"tarn/wire"
)

// CreateInvoice makes an invoice of add-ons.
func (s *Server) CreateInvoice(ctx context.Context, request gen.CreateInvoiceRequestObject) (gen.CreateInvoiceResponseObject, error) {
	body := request.Body.Invoice
	fees := make([]invoicing.OneOffFee, len(body.Fees))
	for i, fee := range body.Fees {
		fees[i] = oneOffFee(fee)
	}
	skips, _ := body.SkipPsp.Get() // absent and null skip nothing
	row, err := invoicing.CreateOneOff(txFrom(ctx), invoicing.OneOffInput{
		ExternalCustomerID:  body.ExternalCustomerID,
		Currency:            words(given(body.Currency)),
		BillingEntityCode:   body.BillingEntityCode,
		PurchaseOrderNumber: body.PurchaseOrderNumber,
		PaymentMethod:       mapped(body.PaymentMethod, paymentMethodInput),
		SkipsCollecting:     skips,
		CustomSections:      customSections(body.InvoiceCustomSection),
		Fees:                fees,
	})
	if err != nil {
		return nil, err
	}
	return gen.CreateInvoice200JSONResponse{Invoice: wire.Invoice(row)}, nil
}

func oneOffFee(body gen.InvoiceOneOffCreateInput_Invoice_Fees) invoicing.OneOffFee {
	return invoicing.OneOffFee{
		AddOnCode:          body.AddOnCode,
		InvoiceDisplayName: body.InvoiceDisplayName,
		Description:        body.Description,
		UnitAmountCents:    cents(body.UnitAmountCents),
		Units:              units(body.Units),
		From:               body.FromDatetime,
		To:                 body.ToDatetime,
		TaxCodes:           body.TaxCodes,
	}
}

// RefreshInvoice makes a draft again with what it rests on now.
func (s *Server) RefreshInvoice(ctx context.Context, request gen.RefreshInvoiceRequestObject) (gen.RefreshInvoiceResponseObject, error) {
	row, err := invoicing.Refresh(txFrom(ctx), request.LagoID)
	if err != nil {
		return nil, err
	}
	return gen.RefreshInvoice200JSONResponse{Invoice: wire.Invoice(row)}, nil
}

// FinalizeInvoice makes a draft final.
func (s *Server) FinalizeInvoice(ctx context.Context, request gen.FinalizeInvoiceRequestObject) (gen.FinalizeInvoiceResponseObject, error) {
	row, err := invoicing.Finalize(txFrom(ctx), request.LagoID)
	if err != nil {
		return nil, err
	}
	return gen.FinalizeInvoice200JSONResponse{Invoice: wire.Invoice(row)}, nil
}

// VoidInvoice makes a final invoice one that nobody owes, and gives back what it has
// billed by credit notes if that is wanted.
func (s *Server) VoidInvoice(ctx context.Context, request gen.VoidInvoiceRequestObject) (gen.VoidInvoiceResponseObject, error) {
	var in invoicing.VoidInput
	if body := request.Body; body != nil {
		in.GenerateCreditNote = body.GenerateCreditNote != nil && *body.GenerateCreditNote
		if body.CreditAmount != nil {
			in.CreditAmountCents = int64(*body.CreditAmount)
		}
		if body.RefundAmount != nil {
			in.RefundAmountCents = int64(*body.RefundAmount)
		}
	}
	row, err := invoicing.Void(txFrom(ctx), request.LagoID, in)
	if err != nil {
		return nil, err
	}
	return gen.VoidInvoice200JSONResponse{Invoice: wire.Invoice(row)}, nil
}
