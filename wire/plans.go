package wire

import (
	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// Plan is a plan as every endpoint but the list shows it.
func Plan(row store.Plan) gen.PlanObject {
	object := ListedPlan(row)
	fixedCharges := Each(row.FixedCharges, FixedCharge)
	object.FixedCharges = &fixedCharges
	return object
}

// ListedPlan is a plan as the list shows it: without its fixed charges.
//
// Lago: the counters are always 0.
func ListedPlan(row store.Plan) gen.PlanObject {
	charges := Each(row.Charges, Charge)
	taxes := Each(row.Taxes, AppliedTax)
	thresholds := Each(row.UsageThresholds, usageThreshold)
	applicable := Each(applicableThresholds(row), applicableUsageThreshold)
	entitlements := Each(row.Entitlements, embeddedEntitlement)
	return gen.PlanObject{
		LagoID:                    row.ID,
		ParentID:                  optional(row.ParentID),
		Name:                      row.Name,
		InvoiceDisplayName:        optional(row.InvoiceDisplayName),
		Code:                      row.Code,
		Interval:                  gen.PlanObjectInterval(row.Interval),
		Description:               optional(row.Description),
		AmountCents:               int(row.AmountCents),
		AmountCurrency:            gen.Currency(row.AmountCurrency),
		TrialPeriod:               trialPeriod(row),
		PayInAdvance:              &row.PayInAdvance,
		BillChargesMonthly:        optional(row.BillChargesMonthly),
		BillFixedChargesMonthly:   optional(row.BillFixedChargesMonthly),
		CustomersCount:            some(0),
		ActiveSubscriptionsCount:  some(0),
		DraftInvoicesCount:        some(0),
		PendingDeletion:           &row.PendingDeletion,
		CreatedAt:                 instant(row.CreatedAt),
		Metadata:                  itemMetadataMember(row.Metadata),
		MinimumCommitment:         minimumCommitment(row),
		Charges:                   &charges,
		Taxes:                     &taxes,
		Entitlements:              &entitlements,
		UsageThresholds:           &thresholds,
		ApplicableUsageThresholds: &applicable,
	}
}

// trialPeriod is a plan's trial in days.
func trialPeriod(row store.Plan) nullable.Nullable[float64] {
	if row.TrialPeriod == nil {
		return nullable.NewNullNullable[float64]()
	}
	return nullable.NewNullableWithValue(row.TrialPeriod.InexactFloat64())
}

// applicableThresholds are the thresholds that bill a plan's usage: for a plan
// that overrides another, those of the other one.
func applicableThresholds(row store.Plan) []store.UsageThreshold {
	if row.ParentID != nil {
		return row.ParentUsageThresholds
	}
	return row.UsageThresholds
}

func usageThreshold(row store.UsageThreshold) gen.UsageThresholdObject {
	return gen.UsageThresholdObject{
		LagoID:               row.ID,
		ThresholdDisplayName: optional(row.ThresholdDisplayName),
		AmountCents:          int(row.AmountCents),
		Recurring:            row.Recurring,
		CreatedAt:            instant(row.CreatedAt),
		UpdatedAt:            instant(row.UpdatedAt),
	}
}

func applicableUsageThreshold(row store.UsageThreshold) gen.ApplicableUsageThreshold {
	return gen.ApplicableUsageThreshold{
		ThresholdDisplayName: optional(row.ThresholdDisplayName),
		AmountCents:          int(row.AmountCents),
		Recurring:            row.Recurring,
	}
}

// minimumCommitment is what a period of the plan costs at least; a plan
// without one has no such member.
func minimumCommitment(plan store.Plan) nullable.Nullable[gen.MinimumCommitmentObject] {
	row := plan.MinimumCommitment
	if row == nil {
		return nullable.Nullable[gen.MinimumCommitmentObject]{}
	}
	taxes := Each(row.Taxes, AppliedTax)
	return nullable.NewNullableWithValue(gen.MinimumCommitmentObject{
		LagoID:             row.ID,
		PlanCode:           &plan.Code,
		InvoiceDisplayName: optional(row.InvoiceDisplayName),
		AmountCents:        int(row.AmountCents),
		Interval:           some(gen.MinimumCommitmentObjectInterval(plan.Interval)),
		CreatedAt:          instant(row.CreatedAt),
		UpdatedAt:          some(instant(row.UpdatedAt)),
		Taxes:              &taxes,
	})
}
