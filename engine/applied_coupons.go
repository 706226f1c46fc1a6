package engine

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/audit"
	"tarn/billing/money"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// AppliedCouponInput gives a customer a coupon. Terms that are absent or null
// are the coupon's own.
type AppliedCouponInput struct {
	ExternalCustomerID string
	CouponCode         string
	// AmountCents is in the smallest unit of the currency.
	AmountCents    form.Optional[int64]
	AmountCurrency form.Optional[string]
	// PercentageRate is in percent.
	PercentageRate form.Optional[decimal.Decimal]
	Frequency      form.Optional[string]
	// FrequencyDuration is a number of invoices.
	FrequencyDuration form.Optional[int]
}

// ApplyCoupon gives a customer a coupon. It refuses unknown customers, and
// coupons that do not exist or are terminated, with a NotFound fault; a coupon
// whose targets are those of another one that the customer has with a
// NotAllowed fault; and a second application of a coupon that is not reusable
// and terms that break a rule with a Validation fault.
//
// Lago: a coupon of a fixed amount gives a customer without a currency its own.
func ApplyCoupon(tx *store.Tx, in AppliedCouponInput) (store.AppliedCoupon, error) {
	customer, err := tx.CustomerForUpdate(in.ExternalCustomerID)
	if err != nil {
		return store.AppliedCoupon{}, form.NotFound(err, "customer")
	}
	coupon, err := tx.CouponForUpdate(in.CouponCode)
	if err != nil {
		return store.AppliedCoupon{}, form.NotFound(err, "coupon")
	}
	applied := appliedCoupon(customer, coupon, in)
	if err := checkApplicable(tx, coupon, customer); err != nil {
		return applied, err
	}
	if err := checkAppliedCoupon(applied); err != nil {
		return applied, err
	}
	if err := tx.InsertAppliedCoupon(&applied); err != nil {
		return applied, err
	}
	if err := audit.Created(tx, audit.AppliedCoupon(applied)); err != nil {
		return applied, err
	}
	if coupon.CouponType != store.CouponFixedAmount || !form.Unfilled(customer.Currency) {
		return applied, nil
	}
	before := audit.Before(audit.Customer(customer))
	customer.Currency = applied.AmountCurrency
	if err := tx.UpdateCustomer(&customer); err != nil {
		return applied, err
	}
	return applied, audit.Updated(tx, before, audit.Customer(customer))
}

// TerminateAppliedCoupon ends a coupon of a customer. One that has ended
// already stays as it is.
func TerminateAppliedCoupon(tx *store.Tx, externalCustomerID string, id uuid.UUID) (store.AppliedCoupon, error) {
	customer, err := tx.Customer(externalCustomerID)
	if err != nil {
		return store.AppliedCoupon{}, form.NotFound(err, "customer")
	}
	applied, err := tx.AppliedCouponForUpdate(customer.ID, id)
	if err != nil {
		return applied, form.NotFound(err, "applied_coupon")
	}
	if applied.Status == store.CouponTerminated {
		return applied, nil
	}
	rows := []store.AppliedCoupon{applied}
	err = terminateAppliedCoupons(tx, rows)
	return rows[0], err
}

// terminateAppliedCoupons ends applied coupons.
func terminateAppliedCoupons(tx *store.Tx, rows []store.AppliedCoupon) error {
	if err := tx.TerminateAppliedCoupons(rows); err != nil {
		return err
	}
	for _, row := range rows {
		if err := audit.Deleted(tx, audit.AppliedCoupon(row)); err != nil {
			return err
		}
	}
	return nil
}

// appliedCoupon is a coupon under the terms of an input.
func appliedCoupon(customer store.Customer, coupon store.Coupon, in AppliedCouponInput) store.AppliedCoupon {
	applied := store.AppliedCoupon{
		ID: store.NewID(), CouponID: coupon.ID, CustomerID: customer.ID, Status: store.CouponActive,
		AmountCents: coupon.AmountCents, AmountCurrency: coupon.AmountCurrency, PercentageRate: coupon.PercentageRate,
		Frequency: coupon.Frequency, FrequencyDuration: coupon.FrequencyDuration,
		Coupon: coupon, ExternalCustomerID: customer.ExternalID,
	}
	form.AssignGiven(&applied.AmountCents, in.AmountCents)
	form.AssignGiven(&applied.AmountCurrency, in.AmountCurrency)
	form.AssignGiven(&applied.PercentageRate, in.PercentageRate)
	form.AssignGiven(&applied.FrequencyDuration, in.FrequencyDuration)
	if form.Given(in.Frequency) {
		form.AssignText(&applied.Frequency, in.Frequency)
	}
	applied.FrequencyDurationRemaining = applied.FrequencyDuration
	return applied
}

// checkApplicable refuses to give a customer a coupon that is over, that
// overlaps with one the customer has, or that the customer may have but once.
func checkApplicable(tx *store.Tx, coupon store.Coupon, customer store.Customer) error {
	if coupon.Status != store.CouponActive {
		return fault.Missing("coupon")
	}
	if coupon.LimitedPlans || coupon.LimitedBillableMetrics {
		overlaps, err := tx.CouponOverlaps(coupon, customer.ID)
		if err != nil {
			return err
		}
		if overlaps {
			return fault.Refused("plan_overlapping")
		}
	}
	if coupon.Reusable {
		return nil
	}
	applied, err := tx.CouponAppliedTo(coupon.ID, customer.ID)
	if err != nil {
		return err
	}
	if applied {
		return fault.Invalid("coupon", "coupon_is_not_reusable")
	}
	return nil
}

// checkAppliedCoupon checks the terms of an applied coupon.
func checkAppliedCoupon(applied store.AppliedCoupon) error {
	details := fault.Details{}
	if cents := applied.AmountCents; cents != nil && (*cents < 0 || money.Beyond(*cents)) {
		details.Add("amount_cents", fault.CodeOutOfRange)
	}
	if rate := applied.PercentageRate; rate != nil && !form.Representable(*rate) {
		details.Add("percentage_rate", fault.CodeOutOfRange)
	}
	form.CheckWord(details, "frequency", applied.Frequency, couponFrequencies[:])
	checkDuration(details, "frequency_duration", applied.Frequency, applied.FrequencyDuration)
	checkDuration(details, "frequency_duration_remaining", applied.Frequency, applied.FrequencyDurationRemaining)
	return details.Err()
}
