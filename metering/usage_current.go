package metering

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"tarn/billing/charge"
	"tarn/billing/period"
	"tarn/billing/tax"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// The premium add-ons of usage.
const (
	addOnFullUsage      = "granular_lifetime_usage"
	addOnProjectedUsage = "projected_usage"
)

// UsageInput says whose usage is wanted, and which part of it.
type UsageInput struct {
	ExternalCustomerID     string
	ExternalSubscriptionID string
	// ApplyTaxes asks for the taxes of the usage.
	ApplyTaxes bool
	// ChargeID, ChargeCode and BillableMetricCode choose the charges; the first
	// of them that is given counts alone.
	ChargeID           *string
	ChargeCode         *string
	BillableMetricCode *string
	// Groups keeps the events whose properties have one of the texts, for every
	// key, of all charges.
	Groups map[string][]string
	// PresentationKeys are the names of presentation keys to split units by;
	// nil stands for all.
	PresentationKeys []string
	// SkipGrouping prices all groups of a charge as one.
	SkipGrouping bool
	// FullUsage asks for the usage since the subscription started.
	FullUsage bool
}

// choosesCharges reports whether the input is for some charges only.
func (in UsageInput) choosesCharges() bool {
	return in.ChargeID != nil || in.ChargeCode != nil || in.BillableMetricCode != nil
}

// CurrentUsage is what a subscription has used in its running period.
//
// It returns a NotFound fault for a customer that does not exist and for charges
// of which the plan has none, and a NotAllowed fault for a subscription that is
// not an active one of the customer and for full usage that is not to be had.
func CurrentUsage(tx *store.Tx, in UsageInput) (Usage, error) {
	sub, err := usingSubscription(tx, in)
	if err != nil {
		return Usage{}, err
	}
	charges, err := usedCharges(&sub, in)
	if err != nil {
		return Usage{}, err
	}
	periods := sub.Periods()
	current := periods.Current(tx.Now())
	if in.FullUsage {
		if err := checkFullUsage(tx, in, charges); err != nil {
			return Usage{}, err
		}
		current.Charges = periods.FullUsage(current.Charges)
	}
	pricing := usagePricing{tx: tx, sub: &sub, window: current.Charges, options: usageOptions{
		Current: true, Only: in.Groups, SkipGrouping: in.SkipGrouping, PresentationKeys: in.PresentationKeys,
	}}
	return pricing.usage(current, charges, in.ApplyTaxes)
}

// ProjectedUsage is what a subscription has used in its running period, and what
// that is expected to be at its end. It needs an add-on, without which it returns
// a Forbidden fault; other faults are those of CurrentUsage.
func ProjectedUsage(tx *store.Tx, in UsageInput) (Usage, error) {
	if !tx.Organization().AddOn(addOnProjectedUsage) {
		return Usage{}, fault.Denied("projected_usage_not_enabled")
	}
	sub, err := usingSubscription(tx, in)
	if err != nil {
		return Usage{}, err
	}
	periods := sub.Periods()
	var elapsed charge.Elapsed
	elapsed.Days, elapsed.Of = periods.Elapsed(tx.Now())
	current := periods.Current(tx.Now())
	pricing := usagePricing{tx: tx, sub: &sub, window: current.Charges, options: usageOptions{Current: true, Elapsed: &elapsed}}
	return pricing.usage(current, byMetricName(sub.Plan.Charges), in.ApplyTaxes)
}

// usingSubscription finds the subscription whose usage is wanted, with its taxes
// if these are wanted too.
//
// Lago: a subscription that is not there is "not allowed" instead of "not
// found".
func usingSubscription(tx *store.Tx, in UsageInput) (store.Subscription, error) {
	customer, err := tx.MeteredCustomer(in.ExternalCustomerID)
	if err != nil {
		return store.Subscription{}, form.NotFound(err, "customer")
	}
	sub, err := tx.MeteredSubscription(customer, in.ExternalSubscriptionID)
	if errors.Is(err, store.ErrNotFound) {
		return sub, fault.Refused("no_active_subscription")
	}
	if err == nil && in.ApplyTaxes {
		err = tx.LoadUsageTaxes(&sub)
	}
	return sub, err
}

// usedCharges are the charges whose usage is wanted: all in the order of their
// metrics' names, or those that were chosen.
func usedCharges(sub *store.Subscription, in UsageInput) ([]store.Charge, error) {
	if !in.choosesCharges() {
		return byMetricName(sub.Plan.Charges), nil
	}
	chosen := slices.DeleteFunc(slices.Clone(sub.Plan.Charges), func(row store.Charge) bool {
		switch {
		case in.ChargeID != nil:
			return !strings.EqualFold(row.ID.String(), *in.ChargeID)
		case in.ChargeCode != nil:
			return row.Code != *in.ChargeCode
		default:
			return row.BillableMetric.Code != *in.BillableMetricCode
		}
	})
	if len(chosen) == 0 {
		return nil, fault.Missing("charge")
	}
	slices.SortFunc(chosen, func(a, b store.Charge) int { return strings.Compare(a.ID.String(), b.ID.String()) })
	return chosen, nil
}

// byMetricName orders charges by the names of their metrics, in any case.
func byMetricName(charges []store.Charge) []store.Charge {
	charges = slices.Clone(charges)
	slices.SortStableFunc(charges, func(a, b store.Charge) int {
		return cmp.Compare(strings.ToLower(a.BillableMetric.Name), strings.ToLower(b.BillableMetric.Name))
	})
	return charges
}

// checkFullUsage refuses the usage since the start of a subscription, unless it
// is asked for some part of it that is not prorated.
func checkFullUsage(tx *store.Tx, in UsageInput, charges []store.Charge) error {
	prorated := slices.ContainsFunc(charges, func(row store.Charge) bool { return row.Prorated })
	if prorated || !in.choosesCharges() && len(in.Groups) == 0 || !tx.Organization().AddOn(addOnFullUsage) {
		return fault.Refused("full_usage_not_allowed")
	}
	return nil
}

// usage prices charges in the running period, with their taxes if these are
// wanted.
func (p usagePricing) usage(current period.Current, charges []store.Charge, taxed bool) (Usage, error) {
	used := Usage{
		From: current.Charges.From, To: current.Charges.To, IssuingDate: current.IssuingDate, Currency: p.sub.Plan.AmountCurrency,
	}
	var err error
	if used.Charges, err = p.charges(charges); err != nil || !taxed {
		return used, err
	}
	used.TaxesAmountCents = taxesOfUsage(p.sub, used.Charges)
	return used, form.CheckSums(used.TaxesAmountCents)
}

// taxesOfUsage are the taxes of all fees together, rounded once.
func taxesOfUsage(sub *store.Subscription, usages []ChargeUsage) int64 {
	var sum tax.Sum
	for _, used := range usages {
		rates := ratesOf(sub.TaxesOr(used.Charge.Taxes))
		for _, fee := range used.Fees {
			sum.Add(decimal.NewFromInt(fee.AmountCents), rates)
		}
	}
	return sum.AmountCents()
}
