package server

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"tarn/billing/iso"
	"tarn/fault"
	"tarn/form"
	"tarn/gen"
	"tarn/invoicing"
	"tarn/server/edge"
	"tarn/store"
	"tarn/wire"
)

// FindAllFees lists the fees that the filters leave.
func (s *Server) FindAllFees(ctx context.Context, request gen.FindAllFeesRequestObject) (gen.FindAllFeesResponseObject, error) {
	filter, err := feeFilter(edge.From(ctx).Query())
	if err != nil {
		return nil, err
	}
	fees, err := txFrom(ctx).Fees(filter, page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllFees200JSONResponse{Fees: wire.Each(fees.Rows, wire.Fee), Meta: wire.Meta(fees)}, nil
}

// FindFee shows a fee.
func (s *Server) FindFee(ctx context.Context, request gen.FindFeeRequestObject) (gen.FindFeeResponseObject, error) {
	fee, err := txFrom(ctx).Fee(request.LagoID)
	if err != nil {
		return nil, form.NotFound(err, "fee")
	}
	return gen.FindFee200JSONResponse{Fee: wire.Fee(fee)}, nil
}

// UpdateFee notes how a fee is paid.
func (s *Server) UpdateFee(ctx context.Context, request gen.UpdateFeeRequestObject) (gen.UpdateFeeResponseObject, error) {
	fee, err := invoicing.UpdateFee(txFrom(ctx), request.LagoID, mapped(request.Body.Fee.PaymentStatus, statusWord))
	if err != nil {
		return nil, err
	}
	return gen.UpdateFee200JSONResponse{Fee: wire.Fee(fee)}, nil
}

// DeleteFee removes a fee that is on no invoice.
//
// Lago: the answer is without the fee's taxes.
func (s *Server) DeleteFee(ctx context.Context, request gen.DeleteFeeRequestObject) (gen.DeleteFeeResponseObject, error) {
	fee, err := invoicing.DeleteFee(txFrom(ctx), request.LagoID)
	if err != nil {
		return nil, err
	}
	return gen.DeleteFee200JSONResponse{Fee: wire.InvoicedFee(fee)}, nil
}

// feeFilter reads the filters of the list of fees. Instants are read once all
// words are known to be right.
func feeFilter(query url.Values) (store.FeeFilter, error) {
	r := filterReader{query: query, details: fault.Details{}}
	filter := store.FeeFilter{
		ExternalCustomerID:     r.text("external_customer_id"),
		ExternalSubscriptionID: r.text("external_subscription_id"),
		Currency:               strings.ToUpper(r.text("currency")),
		FeeType:                store.FeeType(r.word("fee_type", feeTypes)),
		BillableMetricCode:     r.text("billable_metric_code"),
		PaymentStatus:          store.PaymentStatus(r.word("payment_status", feePaymentStatuses)),
		EventTransactionID:     r.text("event_transaction_id"),
	}
	if filter.Currency != "" && !iso.IsCurrency(filter.Currency) {
		r.details.Add("currency", fault.CodeInvalid)
	}
	if err := r.details.Err(); err != nil {
		return filter, err
	}
	filter.Created, filter.Succeeded = r.period("created_at"), r.period("succeeded_at")
	filter.Failed, filter.Refunded = r.period("failed_at"), r.period("refunded_at")
	return filter, r.details.Err()
}

// The words that filters of fees take.
var (
	feeTypes           = []string{"charge", "add_on", "subscription", "credit", "commitment", "fixed_charge"}
	feePaymentStatuses = []string{"pending", "succeeded", "failed", "refunded"}
)

// word is a parameter that has one of some words, or is empty.
func (r filterReader) word(name string, allowed []string) string {
	value := r.text(name)
	if value != "" && !slices.Contains(allowed, value) {
		r.details.Add(name, fault.CodeInvalid)
	}
	return value
}

// period reads both bounds of an instant.
func (r filterReader) period(name string) store.FeePeriod {
	return store.FeePeriod{From: r.instant(name + "_from"), To: r.instant(name + "_to")}
}

// instant reads an instant in any spelling; nil when there is none.
func (r filterReader) instant(name string) *time.Time {
	text := r.text(name)
	if text == "" {
		return nil
	}
	at, err := form.Instant(text)
	if err != nil {
		r.details.Add(name, "invalid_date")
		return nil
	}
	return &at
}
