package server

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"tarn/fault"
	"tarn/form"
	"tarn/gen"
	"tarn/server/edge"
	"tarn/store"
	"tarn/wire"
)

// noCreditNote refuses what is no identifier of a credit note.
func noCreditNote() error { return fault.Missing("credit_note") }

// FindAllCreditNotes lists the credit notes that the filters leave.
func (s *Server) FindAllCreditNotes(ctx context.Context, request gen.FindAllCreditNotesRequestObject) (gen.FindAllCreditNotesResponseObject, error) {
	tx := txFrom(ctx)
	filter, err := creditNoteFilter(tx, edge.From(ctx).Query())
	if err != nil {
		return nil, err
	}
	filter.ExternalCustomerID = request.Params.ExternalCustomerID
	list, err := listCreditNotes(tx, filter, page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllCreditNotes200JSONResponse(list), nil
}

// FindAllCustomerCreditNotes lists the credit notes of a customer in the same way.
func (s *Server) FindAllCustomerCreditNotes(ctx context.Context, request gen.FindAllCustomerCreditNotesRequestObject) (gen.FindAllCustomerCreditNotesResponseObject, error) {
	tx := txFrom(ctx)
	customer, err := tx.Customer(request.ExternalCustomerID)
	if err != nil {
		return nil, form.NotFound(err, "customer")
	}
	filter, err := creditNoteFilter(tx, edge.From(ctx).Query())
	if err != nil {
		return nil, err
	}
	filter.CustomerID = &customer.ID
	list, err := listCreditNotes(tx, filter, page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllCustomerCreditNotes200JSONResponse(list), nil
}

// listCreditNotes is a page of the credit notes that a filter leaves.
func listCreditNotes(tx *store.Tx, filter store.CreditNoteFilter, page store.Page) (gen.CreditNotesPaginated, error) {
	rows, err := tx.CreditNotes(filter, page)
	if err != nil {
		return gen.CreditNotesPaginated{}, err
	}
	return gen.CreditNotesPaginated{CreditNotes: wire.Each(rows.Rows, wire.ListedCreditNote), Meta: wire.Meta(rows)}, nil
}

// creditNoteFilter reads the filters of the lists of credit notes.
func creditNoteFilter(tx *store.Tx, query url.Values) (store.CreditNoteFilter, error) {
	r := filterReader{query: query, details: fault.Details{}}
	filter := store.CreditNoteFilter{
		Currency:            r.given("currency"),
		Reasons:             known(r.list("reason"), store.CreditNoteReasons()),
		CreditStatuses:      known(r.list("credit_status"), []store.CreditStatus{store.CreditAvailable, store.CreditConsumed, store.CreditVoided}),
		RefundStatuses:      known(r.list("refund_status"), []store.RefundStatus{store.RefundPending, store.RefundSucceeded, store.RefundFailed}),
		Types:               known(r.list("types"), []store.CreditNoteType{store.CreditNoteOfCredit, store.CreditNoteOfRefund, store.CreditNoteOfOffset}),
		InvoiceNumber:       r.text("invoice_number"),
		PurchaseOrderNumber: r.text("purchase_order_number"),
		SelfBilled:          r.yesOrNo("self_billed"),
		IssuedFrom:          r.day("issuing_date_from"),
		IssuedTo:            r.day("issuing_date_to"),
		AmountFrom:          r.amount("amount_from", decimal.Decimal.Ceil),
		AmountTo:            r.amount("amount_to", decimal.Decimal.Floor),
		SearchTerm:          strings.TrimSpace(r.text("search_term")),
	}
	var err error
	if filter.BillingEntityIDs, err = billingEntityIDs(tx, query["billing_entity_codes[]"]); err != nil {
		return filter, err
	}
	return filter, r.details.Err()
}

// known are those of some texts that are words of the contract. Others are ignored.
func known[Word ~string](texts []string, allowed []Word) []Word {
	return slices.DeleteFunc(asWords[Word](texts), func(word Word) bool { return !slices.Contains(allowed, word) })
}
