package server

import (
	"context"

	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/wire"
)

// FindAllCoupons lists the coupons.
func (s *Server) FindAllCoupons(ctx context.Context, request gen.FindAllCouponsRequestObject) (gen.FindAllCouponsResponseObject, error) {
	coupons, err := txFrom(ctx).Coupons(page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllCoupons200JSONResponse{Coupons: wire.Each(coupons.Rows, wire.Coupon), Meta: wire.Meta(coupons)}, nil
}

// CreateCoupon adds a coupon.
func (s *Server) CreateCoupon(ctx context.Context, request gen.CreateCouponRequestObject) (gen.CreateCouponResponseObject, error) {
	body := request.Body.Coupon
	in := engine.CouponInput{
		Name:              given(&body.Name),
		Code:              given(&body.Code),
		Description:       body.Description,
		CouponType:        words(given(&body.CouponType)),
		AmountCents:       cents(body.AmountCents),
		AmountCurrency:    words(body.AmountCurrency),
		PercentageRate:    body.PercentageRate,
		Frequency:         words(given(&body.Frequency)),
		FrequencyDuration: body.FrequencyDuration,
		Expiration:        words(given(&body.Expiration)),
		ExpirationAt:      body.ExpirationAt,
		Reusable:          given(body.Reusable),
	}
	if targets, err := body.AppliesTo.Get(); err == nil {
		in.PlanCodes, in.BillableMetricCodes = targets.PlanCodes, targets.BillableMetricCodes
	}
	coupon, err := engine.CreateCoupon(txFrom(ctx), in)
	if err != nil {
		return nil, err
	}
	return gen.CreateCoupon200JSONResponse{Coupon: wire.Coupon(coupon)}, nil
}

// FindCoupon shows a coupon.
func (s *Server) FindCoupon(ctx context.Context, request gen.FindCouponRequestObject) (gen.FindCouponResponseObject, error) {
	coupon, err := txFrom(ctx).Coupon(request.Code)
	if err != nil {
		return nil, form.NotFound(err, "coupon")
	}
	return gen.FindCoupon200JSONResponse{Coupon: wire.Coupon(coupon)}, nil
}

// UpdateCoupon changes a coupon.
func (s *Server) UpdateCoupon(ctx context.Context, request gen.UpdateCouponRequestObject) (gen.UpdateCouponResponseObject, error) {
	body := request.Body.Coupon
	in := engine.CouponInput{
		Name:              given(body.Name),
		Code:              given(body.Code),
		Description:       body.Description,
		CouponType:        words(given(body.CouponType)),
		AmountCents:       cents(body.AmountCents),
		AmountCurrency:    words(body.AmountCurrency),
		PercentageRate:    body.PercentageRate,
		Frequency:         words(given(body.Frequency)),
		FrequencyDuration: body.FrequencyDuration,
		Expiration:        words(given(body.Expiration)),
		ExpirationAt:      body.ExpirationAt,
		Reusable:          given(body.Reusable),
	}
	if targets, err := body.AppliesTo.Get(); err == nil {
		in.PlanCodes, in.BillableMetricCodes = targets.PlanCodes, targets.BillableMetricCodes
	}
	coupon, err := engine.UpdateCoupon(txFrom(ctx), request.Code, in)
	if err != nil {
		return nil, err
	}
	return gen.UpdateCoupon200JSONResponse{Coupon: wire.Coupon(coupon)}, nil
}

// DestroyCoupon deletes a coupon.
func (s *Server) DestroyCoupon(ctx context.Context, request gen.DestroyCouponRequestObject) (gen.DestroyCouponResponseObject, error) {
	coupon, err := engine.DeleteCoupon(txFrom(ctx), request.Code)
	if err != nil {
		return nil, err
	}
	return gen.DestroyCoupon200JSONResponse{Coupon: wire.Coupon(coupon)}, nil
}
