package engine

import (
	"tarn/billing/money"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// addOnProgressiveBilling is the premium add-on that thresholds need.
const addOnProgressiveBilling = "progressive_billing"

// UsageThresholdInput is an amount of usage at which a plan bills early.
type UsageThresholdInput struct {
	ThresholdDisplayName form.Optional[string]
	// AmountCents is in the smallest unit of the plan's currency; it must be
	// there and positive.
	AmountCents form.Optional[int64]
	Recurring   bool
}

// replaceUsageThresholds makes these the plan's thresholds. Absent and null
// leave them as they are; so does an organization without the add-on.
//
// Lago: an update gives all thresholds new identities. Here those that stay
// keep theirs, so that sending a plan as it was read changes nothing.
func replaceUsageThresholds(tx *store.Tx, plan *store.Plan, input form.Optional[[]UsageThresholdInput]) error {
	rows, given, err := usageThresholds(tx, input)
	if err != nil || !given {
		return err
	}
	return tx.ReplaceUsageThresholds(plan, rows)
}

// usageThresholds are the rows that an input makes, without an owner. Given is
// false where the input changes nothing: absent, null or without the add-on.
func usageThresholds(tx *store.Tx, input form.Optional[[]UsageThresholdInput]) (rows []store.UsageThreshold, given bool, err error) {
	if !form.Given(input) || !tx.Organization().AddOn(addOnProgressiveBilling) {
		return nil, false, nil
	}
	inputs := input.MustGet()
	if err := checkUsageThresholds(inputs); err != nil {
		return nil, false, err
	}
	rows = make([]store.UsageThreshold, len(inputs))
	for i, in := range inputs {
		form.Assign(&rows[i].AmountCents, in.AmountCents)
		form.AssignNullable(&rows[i].ThresholdDisplayName, in.ThresholdDisplayName)
		rows[i].Recurring = in.Recurring
		if rows[i].AmountCents <= 0 || money.Beyond(rows[i].AmountCents) {
			return nil, false, fault.Invalid("amount_cents", fault.CodeOutOfRange)
		}
	}
	return rows, true, nil
}

// checkUsageThresholds checks the rules of the whole list.
func checkUsageThresholds(inputs []UsageThresholdInput) error {
	type key struct {
		amount    int64
		recurring bool
	}
	seen := make(map[key]bool, len(inputs))
	missing, repeated, recurring := false, false, 0
	for _, in := range inputs {
		if in.Recurring {
			recurring++
		}
		if !form.Given(in.AmountCents) {
			missing = true
			continue
		}
		k := key{amount: in.AmountCents.MustGet(), recurring: in.Recurring}
		repeated = repeated || seen[k]
		seen[k] = true
	}
	details := fault.Details{}
	if missing {
		details.Add("usage_thresholds", "missing_amount_cents")
	}
	if repeated {
		details.Add("usage_thresholds", "duplicated_values")
	}
	if recurring > 1 {
		details.Add("usage_thresholds", "multiple_recurring_thresholds")
	}
	return details.Err()
}
