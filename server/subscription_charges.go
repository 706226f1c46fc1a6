package server

import (
	"context"

	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/store"
	"tarn/wire"
)

// subscriptionRef names a subscription by what the operations below it have in
// common: its external id in the path and its status in the query, which may go
// by an older name.
func subscriptionRef[Status, Older ~string](externalID string, status *Status, older *Older) engine.SubscriptionRef {
	ref := engine.SubscriptionRef{ExternalID: externalID}
	switch {
	case status != nil:
		ref.Status = store.SubscriptionStatus(*status)
	case older != nil:
		ref.Status = store.SubscriptionStatus(*older)
	}
	return ref
}

// FindAllSubscriptionCharges lists the charges that apply to a subscription.
func (s *Server) FindAllSubscriptionCharges(ctx context.Context, request gen.FindAllSubscriptionChargesRequestObject) (gen.FindAllSubscriptionChargesResponseObject, error) {
	params := request.Params
	subscription, err := engine.FindSubscription(txFrom(ctx), subscriptionRef(request.ExternalID, params.SubscriptionStatus, params.Status))
	if err != nil {
		return nil, err
	}
	charges, err := txFrom(ctx).Charges(subscription.PlanID, page(params.Page, params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllSubscriptionCharges200JSONResponse{Charges: wire.Each(charges.Rows, wire.Charge), Meta: wire.Meta(charges)}, nil
}

// FindSubscriptionCharge shows a charge that applies to a subscription.
func (s *Server) FindSubscriptionCharge(ctx context.Context, request gen.FindSubscriptionChargeRequestObject) (gen.FindSubscriptionChargeResponseObject, error) {
	row, err := subscriptionCharge(ctx, subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status), request.ChargeCode)
	if err != nil {
		return nil, err
	}
	return gen.FindSubscriptionCharge200JSONResponse{Charge: wire.Charge(row)}, nil
}

// OverrideSubscriptionCharge gives a subscription its own version of a charge.
func (s *Server) OverrideSubscriptionCharge(ctx context.Context, request gen.OverrideSubscriptionChargeRequestObject) (gen.OverrideSubscriptionChargeResponseObject, error) {
	ref := subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status)
	body := request.Body.Charge
	row, err := engine.OverrideSubscriptionCharge(txFrom(ctx), ref, request.ChargeCode, engine.ChargeInput{
		InvoiceDisplayName:  body.InvoiceDisplayName,
		AcceptsTargetWallet: body.AcceptsTargetWallet,
		MinAmountCents:      cents(body.MinAmountCents),
		Properties:          body.Properties,
		Filters:             mappedList(body.Filters, chargeFilterInput),
		TaxCodes:            body.TaxCodes,
	})
	if err != nil {
		return nil, err
	}
	return gen.OverrideSubscriptionCharge200JSONResponse{Charge: wire.Charge(row)}, nil
}

// subscriptionCharge finds a charge that applies to a subscription: first the
// subscription, then the charge.
func subscriptionCharge(ctx context.Context, ref engine.SubscriptionRef, code string) (store.Charge, error) {
	subscription, err := engine.FindSubscription(txFrom(ctx), ref)
	if err != nil {
		return store.Charge{}, err
	}
	row, err := txFrom(ctx).Charge(subscription.PlanID, code)
	return row, form.NotFound(err, "charge")
}
