package server

import (
	"context"

	"tarn/engine"
	"tarn/gen"
	"tarn/wire"
)

// FindAllSubscriptionFixedCharges lists the fixed charges that apply to a
// subscription, with the units that it has of them.
func (s *Server) FindAllSubscriptionFixedCharges(ctx context.Context, request gen.FindAllSubscriptionFixedChargesRequestObject) (gen.FindAllSubscriptionFixedChargesResponseObject, error) {
	params := request.Params
	subscription, err := engine.FindSubscription(txFrom(ctx), subscriptionRef(request.ExternalID, params.SubscriptionStatus, params.Status))
	if err != nil {
		return nil, err
	}
	charges, err := txFrom(ctx).FixedCharges(subscription.PlanID, page(params.Page, params.PerPage))
	if err != nil {
		return nil, err
	}
	for i := range charges.Rows {
		charges.Rows[i].Units = subscription.UnitsOf(charges.Rows[i])
	}
	return gen.FindAllSubscriptionFixedCharges200JSONResponse{
		FixedCharges: wire.Each(charges.Rows, wire.FixedCharge), Meta: wire.Meta(charges),
	}, nil
}

// FindSubscriptionFixedCharge shows a fixed charge that applies to a
// subscription, with the units that it has of it.
func (s *Server) FindSubscriptionFixedCharge(ctx context.Context, request gen.FindSubscriptionFixedChargeRequestObject) (gen.FindSubscriptionFixedChargeResponseObject, error) {
	ref := subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status)
	subscription, err := engine.FindSubscription(txFrom(ctx), ref)
	if err != nil {
		return nil, err
	}
	row, err := engine.FixedChargeOfSubscription(subscription, request.FixedChargeCode)
	if err != nil {
		return nil, err
	}
	return gen.FindSubscriptionFixedCharge200JSONResponse{FixedCharge: wire.FixedCharge(row)}, nil
}

// OverrideSubscriptionFixedCharge gives a subscription its own version of a
// fixed charge.
func (s *Server) OverrideSubscriptionFixedCharge(ctx context.Context, request gen.OverrideSubscriptionFixedChargeRequestObject) (gen.OverrideSubscriptionFixedChargeResponseObject, error) {
	ref := subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status)
	body := request.Body.FixedCharge
	row, err := engine.OverrideSubscriptionFixedCharge(txFrom(ctx), ref, request.FixedChargeCode, engine.FixedChargeOverrideInput{
		InvoiceDisplayName:    body.InvoiceDisplayName,
		Units:                 units(body.Units),
		ApplyUnitsImmediately: isSet(body.ApplyUnitsImmediately),
		Properties:            body.Properties,
		TaxCodes:              body.TaxCodes,
	})
	if err != nil {
		return nil, err
	}
	return gen.OverrideSubscriptionFixedCharge200JSONResponse{FixedCharge: wire.FixedCharge(row)}, nil
}
