package server

import (
	"context"

	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/store"
	"tarn/wire"
)

// FindAllAppliedCoupons lists the coupons of all customers.
func (s *Server) FindAllAppliedCoupons(ctx context.Context, request gen.FindAllAppliedCouponsRequestObject) (gen.FindAllAppliedCouponsResponseObject, error) {
	params := request.Params
	applied, err := txFrom(ctx).AppliedCoupons(store.AppliedCouponFilter{
		Status: couponStatus(params.Status), ExternalCustomerID: params.ExternalCustomerID, CouponCodes: all(params.CouponCode),
	}, page(params.Page, params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllAppliedCoupons200JSONResponse{
		AppliedCoupons: wire.Each(applied.Rows, wire.ListedAppliedCoupon), Meta: wire.Meta(applied),
	}, nil
}

// FindAllCustomerAppliedCoupons lists the coupons of a customer.
func (s *Server) FindAllCustomerAppliedCoupons(ctx context.Context, request gen.FindAllCustomerAppliedCouponsRequestObject) (gen.FindAllCustomerAppliedCouponsResponseObject, error) {
	tx, params := txFrom(ctx), request.Params
	customer, err := tx.Customer(request.ExternalCustomerID)
	if err != nil {
		return nil, form.NotFound(err, "customer")
	}
	applied, err := tx.AppliedCoupons(store.AppliedCouponFilter{
		Status: couponStatus(params.Status), ExternalCustomerID: &customer.ExternalID, CouponCodes: all(params.CouponCode),
	}, page(params.Page, params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllCustomerAppliedCoupons200JSONResponse{
		AppliedCoupons: wire.Each(applied.Rows, wire.ListedAppliedCoupon), Meta: wire.Meta(applied),
	}, nil
}

// ApplyCoupon gives a customer a coupon.
func (s *Server) ApplyCoupon(ctx context.Context, request gen.ApplyCouponRequestObject) (gen.ApplyCouponResponseObject, error) {
	body := request.Body.AppliedCoupon
	applied, err := engine.ApplyCoupon(txFrom(ctx), engine.AppliedCouponInput{
		ExternalCustomerID: body.ExternalCustomerID,
		CouponCode:         body.CouponCode,
		AmountCents:        cents(body.AmountCents),
		AmountCurrency:     words(body.AmountCurrency),
		PercentageRate:     body.PercentageRate,
		Frequency:          words(body.Frequency),
		FrequencyDuration:  body.FrequencyDuration,
	})
	if err != nil {
		return nil, err
	}
	return gen.ApplyCoupon200JSONResponse{AppliedCoupon: wire.AppliedCoupon(applied)}, nil
}

// DeleteAppliedCoupon ends a coupon of a customer.
func (s *Server) DeleteAppliedCoupon(ctx context.Context, request gen.DeleteAppliedCouponRequestObject) (gen.DeleteAppliedCouponResponseObject, error) {
	applied, err := engine.TerminateAppliedCoupon(txFrom(ctx), request.ExternalCustomerID, request.AppliedCouponID)
	if err != nil {
		return nil, err
	}
	return gen.DeleteAppliedCoupon200JSONResponse{AppliedCoupon: wire.AppliedCoupon(applied)}, nil
}

// couponStatus reads the filter of the lists.
//
// Lago: an unknown status does not limit the list.
func couponStatus(word *string) store.CouponStatus {
	if word == nil {
		return ""
	}
	switch status := store.CouponStatus(*word); status {
	case store.CouponActive, store.CouponTerminated:
		return status
	}
	return ""
}
