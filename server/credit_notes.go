package server

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/compat"
	"tarn/form"
	"tarn/gen"
	"tarn/invoicing"
	"tarn/nullable"
	"tarn/server/edge"
	"tarn/wire"
)

// CreateCreditNote gives a part of an invoice back.
func (s *Server) CreateCreditNote(ctx context.Context, request gen.CreateCreditNoteRequestObject) (gen.CreateCreditNoteResponseObject, error) {
	body := request.Body.CreditNote
	row, err := invoicing.CreateCreditNote(txFrom(ctx), invoicing.CreditNoteInput{
		InvoiceID:         body.InvoiceID,
		Reason:            mapped(body.Reason, statusWord),
		Description:       body.Description,
		CreditAmountCents: cents(body.CreditAmountCents),
		RefundAmountCents: cents(body.RefundAmountCents),
		OffsetAmountCents: cents(body.OffsetAmountCents),
		Items:             creditNoteItems(body.Items),
		Metadata:          itemMetadata(body.Metadata),
	})
	if err != nil {
		return nil, err
	}
	return gen.CreateCreditNote200JSONResponse{CreditNote: wire.CreditNote(row)}, nil
}

// EstimateCreditNote says what a credit note would come to.
func (s *Server) EstimateCreditNote(ctx context.Context, request gen.EstimateCreditNoteRequestObject) (gen.EstimateCreditNoteResponseObject, error) {
	body := request.Body.CreditNote
	estimate, err := invoicing.EstimateCreditNote(txFrom(ctx), body.InvoiceID, creditNoteItems(body.Items))
	if err != nil {
		return nil, err
	}
	return gen.EstimateCreditNote200JSONResponse(wire.EstimatedCreditNote(estimate.Note, wire.CreditNoteTotals{
		Creditable: estimate.CreditableCents, Refundable: estimate.RefundableCents, Offsettable: estimate.OffsettableCents,
	})), nil
}

// creditNoteItems reads the items of a credit note; nil where they are no list.
func creditNoteItems(body nullable.Nullable[json.RawMessage]) []invoicing.CreditNoteItemInput {
	raw, _ := body.Get() // absent and null are no list
	var entries []json.RawMessage
	if json.Unmarshal(raw, &entries) != nil || entries == nil {
		return nil
	}
	return wire.Each(entries, creditNoteItem)
}

// creditNoteItem reads an item. What is no object names no fee, and an item without
// an amount is one of nothing.
func creditNoteItem(raw json.RawMessage) invoicing.CreditNoteItemInput {
	var entry struct {
		FeeID       json.RawMessage `json:"fee_id"`
		AmountCents json.RawMessage `json:"amount_cents"`
	}
	_ = json.Unmarshal(raw, &entry)
	in := invoicing.CreditNoteItemInput{AmountCents: itemAmount(entry.AmountCents)}
	if id, err := uuid.Parse(statusWord(entry.FeeID)); err == nil {
		in.FeeID = id
	}
	return in
}

// itemAmount reads an amount, which may have a fraction and may be a text of digits;
// nil where it is no number, or one that no amount can be.
func itemAmount(raw json.RawMessage) *decimal.Decimal {
	if len(raw) == 0 || string(raw) == "null" {
		return &decimal.Decimal{}
	}
	number, err := decimal.NewFromString(string(bytes.Trim(raw, `"`)))
	if err != nil || !form.Representable(number) {
		return nil
	}
	return &number
}

// FindCreditNote shows a credit note.
func (s *Server) FindCreditNote(ctx context.Context, request gen.FindCreditNoteRequestObject) (gen.FindCreditNoteResponseObject, error) {
	id, err := uuid.Parse(request.LagoID)
	if err != nil {
		return nil, noCreditNote()
	}
	row, err := txFrom(ctx).CreditNote(id)
	if err != nil {
		return nil, form.NotFound(err, "credit_note")
	}
	return gen.FindCreditNote200JSONResponse{CreditNote: wire.CreditNote(row)}, nil
}

// UpdateCreditNote notes how a refund went, and adds to the metadata.
func (s *Server) UpdateCreditNote(ctx context.Context, request gen.UpdateCreditNoteRequestObject) (gen.UpdateCreditNoteResponseObject, error) {
	id, err := uuid.Parse(request.LagoID)
	if err != nil {
		return nil, noCreditNote()
	}
	body := request.Body.CreditNote
	row, err := invoicing.UpdateCreditNote(txFrom(ctx), id, invoicing.CreditNoteUpdate{
		RefundStatus: words(body.RefundStatus), Metadata: itemMetadata(body.Metadata),
	})
	if err != nil {
		return nil, err
	}
	return gen.UpdateCreditNote200JSONResponse{CreditNote: wire.CreditNote(row)}, nil
}

// VoidCreditNote takes away what is left of a credit note.
func (s *Server) VoidCreditNote(ctx context.Context, request gen.VoidCreditNoteRequestObject) (gen.VoidCreditNoteResponseObject, error) {
	row, err := invoicing.VoidCreditNote(txFrom(ctx), request.LagoID)
	if err != nil {
		return nil, err
	}
	return gen.VoidCreditNote200JSONResponse{CreditNote: wire.CreditNote(row)}, nil
}

// DownloadCreditNote makes a link to the file of a credit note, as DownloadInvoice
// does for an invoice.
//
// Lago: the answer is empty while there is no file.
func (s *Server) DownloadCreditNote(ctx context.Context, request gen.DownloadCreditNoteRequestObject) (gen.DownloadCreditNoteResponseObject, error) {
	tx := txFrom(ctx)
	download, err := invoicing.DownloadCreditNote(tx, request.LagoID)
	if err != nil {
		return nil, err
	}
	if download.Token == "" && tx.Compat() == compat.Wire {
		return download200Response{}, nil
	}
	object := wire.BareCreditNote(download.CreditNote)
	if download.Token != "" {
		object.FileURL = nullable.NewNullableWithValue(edge.From(ctx).Origin() + invoicing.DocumentsPath + download.Token)
	}
	return gen.DownloadCreditNote200JSONResponse{CreditNote: object}, nil
}
