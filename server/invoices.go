package server

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"tarn/form"
	"tarn/gen"
	"tarn/invoicing"
	"tarn/payments"
	"tarn/server/edge"
	"tarn/store"
	"tarn/wire"
)

// FindAllInvoices lists the invoices that the filters leave.
func (s *Server) FindAllInvoices(ctx context.Context, request gen.FindAllInvoicesRequestObject) (gen.FindAllInvoicesResponseObject, error) {
	tx, query := txFrom(ctx), edge.From(ctx).Query()
	filter, err := invoiceFilter(tx, query)
	if err != nil {
		return nil, err
	}
	filter.ExternalCustomerID = either(request.Params.ExternalCustomerID, request.Params.CustomerExternalID)
	list, err := listInvoices(tx, filter, page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllInvoices200JSONResponse(list), nil
}

// FindAllCustomerInvoices lists the invoices of a customer in the same way.
func (s *Server) FindAllCustomerInvoices(ctx context.Context, request gen.FindAllCustomerInvoicesRequestObject) (gen.FindAllCustomerInvoicesResponseObject, error) {
	tx := txFrom(ctx)
	customer, err := tx.Customer(request.ExternalCustomerID)
	if err != nil {
		return nil, form.NotFound(err, "customer")
	}
	filter, err := invoiceFilter(tx, edge.From(ctx).Query())
	if err != nil {
		return nil, err
	}
	filter.CustomerID = &customer.ID
	list, err := listInvoices(tx, filter, page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllCustomerInvoices200JSONResponse(list), nil
}

// listInvoices is a page of the invoices that a filter leaves.
func listInvoices(tx *store.Tx, filter store.InvoiceFilter, page store.Page) (gen.InvoicesPaginated, error) {
	rows, err := tx.Invoices(filter, page)
	if err != nil {
		return gen.InvoicesPaginated{}, err
	}
	return gen.InvoicesPaginated{Invoices: wire.Each(rows.Rows, wire.ListedInvoice), Meta: wire.Meta(rows)}, nil
}

// FindInvoice shows an invoice.
func (s *Server) FindInvoice(ctx context.Context, request gen.FindInvoiceRequestObject) (gen.FindInvoiceResponseObject, error) {
	row, err := txFrom(ctx).VisibleInvoice(request.LagoID)
	if err != nil {
		return nil, form.NotFound(err, "invoice")
	}
	return gen.FindInvoice200JSONResponse{Invoice: wire.Invoice(row)}, nil
}

// UpdateInvoice notes how an invoice is paid, and replaces its metadata.
func (s *Server) UpdateInvoice(ctx context.Context, request gen.UpdateInvoiceRequestObject) (gen.UpdateInvoiceResponseObject, error) {
	body := request.Body.Invoice
	row, err := invoicing.UpdateInvoice(txFrom(ctx), request.LagoID, invoicing.InvoiceInput{
		PaymentStatus: mapped(body.PaymentStatus, statusWord),
		Metadata:      mappedList(body.Metadata, invoiceMetadataInput),
	})
	if err != nil {
		return nil, err
	}
	return gen.UpdateInvoice200JSONResponse{Invoice: wire.Invoice(row)}, nil
}

func invoiceMetadataInput(body gen.InvoiceUpdateInput_Invoice_Metadata) form.Pair {
	in := form.Pair{ID: given(body.ID)}
	in.Key, _ = body.Key.Get()     // null is empty
	in.Value, _ = body.Value.Get() // null is empty
	return in
}

// statusWord is a member that is a text; what is none is empty.
func statusWord(member json.RawMessage) string {
	var text string
	_ = json.Unmarshal(member, &text)
	return text
}

// LoseDisputeInvoice records that a dispute about an invoice's payment was lost.
func (s *Server) LoseDisputeInvoice(ctx context.Context, request gen.LoseDisputeInvoiceRequestObject) (gen.LoseDisputeInvoiceResponseObject, error) {
	row, err := invoicing.LoseDispute(txFrom(ctx), request.LagoID)
	if err != nil {
		return nil, err
	}
	return gen.LoseDisputeInvoice200JSONResponse{Invoice: wire.Invoice(row)}, nil
}

// RetryInvoice tries again to make an invoice final that failed.
func (s *Server) RetryInvoice(ctx context.Context, request gen.RetryInvoiceRequestObject) (gen.RetryInvoiceResponseObject, error) {
	row, err := invoicing.RetryInvoice(txFrom(ctx), request.LagoID)
	if err != nil {
		return nil, err
	}
	return gen.RetryInvoice200JSONResponse{Invoice: wire.Invoice(row)}, nil
}

// RetryPayment tries again to collect an invoice's payment.
//
// Lago: the payment method is not judged; one that says nothing counts as none.
func (s *Server) RetryPayment(ctx context.Context, request gen.RetryPaymentRequestObject) (gen.RetryPaymentResponseObject, error) {
	var choice payments.Choice
	if body := request.Body; body != nil && body.PaymentMethod != nil {
		choice = anyChoice(*body.PaymentMethod)
	}
	if err := payments.RetryPayment(txFrom(ctx), request.LagoID, choice); err != nil {
		return nil, err
	}
	return gen.RetryPayment200Response{}, nil
}

// anyChoice reads a reference to a payment method of any JSON.
func anyChoice(body json.RawMessage) payments.Choice {
	var said struct {
		Type any `json:"payment_method_type"`
		ID   any `json:"payment_method_id"`
	}
	_ = json.Unmarshal(body, &said)
	kind, _ := said.Type.(string)
	text, _ := said.ID.(string)
	choice := payments.Choice{Type: kind}
	if id, err := uuid.Parse(text); err == nil {
		choice.ID = &id
	}
	return choice
}

// InvoicePaymentURL makes a link to where the invoice can be paid.
func (s *Server) InvoicePaymentURL(ctx context.Context, request gen.InvoicePaymentURLRequestObject) (gen.InvoicePaymentURLResponseObject, error) {
	link, err := payments.InvoicePage(txFrom(ctx), request.LagoID)
	if err != nil {
		return nil, err
	}
	return gen.InvoicePaymentURL200JSONResponse(wire.InvoicePaymentURL(request.LagoID, link.Customer, pageURL(ctx, link))), nil
}
