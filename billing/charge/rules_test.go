package charge_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
)

// details are codes by field.
type details = map[string][]string

// plain is a charge in arrears that breaks no rule.
func plain() charge.Rules {
	return charge.Rules{Model: "standard", Aggregation: "sum_agg", Invoiceable: true, Premium: true}
}

func TestValidateCharge(t *testing.T) {
	t.Parallel()
	incompatible := []string{"invalid_aggregation_type_or_charge_model"}
	cases := []struct {
		name    string
		change  func(*charge.Rules)
		details details
	}{
		{"plain", func(*charge.Rules) {}, details{}},
		{
			"no model", func(r *charge.Rules) { r.Model = "" },
			details{"charge_model": {"value_is_invalid", "value_is_mandatory"}},
		},
		{"unknown model", func(r *charge.Rules) { r.Model = "tiered" }, details{"charge_model": {"value_is_invalid"}}},
		{"graduated percentage", func(r *charge.Rules) { r.Model = "graduated_percentage" }, details{}},
		{
			"graduated percentage without premium",
			func(r *charge.Rules) { r.Model, r.Premium = "graduated_percentage", false },
			details{"charge_model": {"graduated_percentage_requires_premium_license"}},
		},
		{"dynamic on a sum", func(r *charge.Rules) { r.Model = "dynamic" }, details{}},
		{
			"dynamic on a count", func(r *charge.Rules) { r.Model, r.Aggregation = "dynamic", "count_agg" },
			details{"charge_model": incompatible},
		},
		{"custom on custom", func(r *charge.Rules) { r.Model, r.Aggregation = "custom", "custom_agg" }, details{}},
		{"custom on a sum", func(r *charge.Rules) { r.Model = "custom" }, details{"charge_model": incompatible}},
		{"in advance", func(r *charge.Rules) { r.PayInAdvance = true }, details{}},
		{
			"volume in advance", func(r *charge.Rules) { r.Model, r.PayInAdvance = "volume", true },
			details{"pay_in_advance": incompatible},
		},
		{
			"not invoiceable in arrears", func(r *charge.Rules) { r.Invoiceable = false },
			details{"invoiceable": {"must_be_true_unless_pay_in_advance"}},
		},
		{"not invoiceable in advance", func(r *charge.Rules) { r.Invoiceable, r.PayInAdvance = false, true }, details{}},
		{
			"regrouped",
			func(r *charge.Rules) { r.Invoiceable, r.PayInAdvance, r.RegroupPaidFees = false, true, "invoice" },
			details{},
		},
		{
			"regrouped though invoiceable",
			func(r *charge.Rules) { r.PayInAdvance, r.RegroupPaidFees = true, "invoice" },
			details{"regroup_paid_fees": {"only_compatible_with_pay_in_advance_and_non_invoiceable"}},
		},
		{
			"regrouped in arrears",
			func(r *charge.Rules) { r.Invoiceable, r.RegroupPaidFees = false, "invoice" },
			details{
				"invoiceable":       {"must_be_true_unless_pay_in_advance"},
				"regroup_paid_fees": {"only_compatible_with_pay_in_advance_and_non_invoiceable"},
			},
		},
		{
			"regrouped in an unknown way", func(r *charge.Rules) { r.RegroupPaidFees = "receipt" },
			details{"regroup_paid_fees": {"value_is_invalid"}},
		},
		{"minimum", func(r *charge.Rules) { r.MinAmountCents = 1 }, details{}},
		{
			"negative minimum", func(r *charge.Rules) { r.MinAmountCents, r.PayInAdvance = -1, true },
			details{"min_amount_cents": {"value_is_out_of_range"}},
		},
		{
			"minimum in advance", func(r *charge.Rules) { r.MinAmountCents, r.PayInAdvance = 1, true },
			details{"min_amount_cents": {"not_compatible_with_pay_in_advance"}},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rules := plain()
			c.change(&rules)
			require.Equal(t, c.details, charge.ValidateCharge(rules))
		})
	}
}

// aggregations are all aggregation types.
func aggregations() []string {
	return []string{
		"count_agg", "sum_agg", "max_agg", "unique_count_agg", "weighted_sum_agg", "latest_agg", "custom_agg",
	}
}

func TestValidateCharge_PayInAdvance(t *testing.T) {
	t.Parallel()
	allowed := map[string]bool{"count_agg": true, "sum_agg": true, "unique_count_agg": true, "custom_agg": true}
	for _, aggregation := range aggregations() {
		for _, model := range charge.Models() {
			rules := plain()
			rules.Model, rules.Aggregation, rules.PayInAdvance = model, aggregation, true
			_, refused := charge.ValidateCharge(rules)["pay_in_advance"]
			require.Equal(t, !allowed[aggregation] || model == "volume", refused, "%s %s", model, aggregation)
		}
	}
}

func TestValidateCharge_Prorated(t *testing.T) {
	t.Parallel()
	allowed := map[bool]map[charge.Model]bool{
		true:  {"standard": true},
		false: {"standard": true, "volume": true, "graduated": true},
	}
	for _, aggregation := range aggregations() {
		for _, model := range charge.Models() {
			for _, inAdvance := range []bool{false, true} {
				rules := plain()
				rules.Model, rules.Aggregation = model, aggregation
				rules.PayInAdvance, rules.Prorated, rules.Recurring = inAdvance, true, true
				codes := charge.ValidateCharge(rules)["prorated"]
				if aggregation != "weighted_sum_agg" && allowed[inAdvance][model] {
					require.Empty(t, codes, "%+v", rules)
				} else {
					require.Equal(t, []string{"invalid_billable_metric_or_charge_model"}, codes, "%+v", rules)
				}
				rules.Recurring = false
				require.Contains(t, charge.ValidateCharge(rules), "prorated", "%+v", rules)
				rules.Prorated = false
				require.NotContains(t, charge.ValidateCharge(rules), "prorated", "%+v", rules)
			}
		}
	}
}

func TestValidateFixedCharge(t *testing.T) {
	t.Parallel()
	units := func(text string) *decimal.Decimal {
		number := decimal.RequireFromString(text)
		return &number
	}
	cases := []struct {
		name    string
		rules   charge.FixedRules
		details details
	}{
		{"standard", charge.FixedRules{Model: "standard", PayInAdvance: true, Prorated: true, Units: units("0")}, details{}},
		{"volume in arrears", charge.FixedRules{Model: "volume", Prorated: true, Units: units("1.5")}, details{}},
		{"graduated in arrears", charge.FixedRules{Model: "graduated", Prorated: true, Units: units("1")}, details{}},
		{"graduated in advance", charge.FixedRules{Model: "graduated", PayInAdvance: true, Units: units("1")}, details{}},
		{
			"volume in advance",
			charge.FixedRules{Model: "volume", PayInAdvance: true, Units: units("1")},
			details{"pay_in_advance": {"invalid_charge_model"}},
		},
		{
			"graduated in advance and prorated",
			charge.FixedRules{Model: "graduated", PayInAdvance: true, Prorated: true, Units: units("1")},
			details{"prorated": {"invalid_charge_model"}},
		},
		{"negative units", charge.FixedRules{Model: "standard", Units: units("-0.1")}, details{"units": {"value_is_out_of_range"}}},
		{"no units", charge.FixedRules{Model: "standard"}, details{"units": {"is not a number"}}},
		{"other model", charge.FixedRules{Model: "package", Units: units("1")}, details{"charge_model": {"value_is_invalid"}}},
		{
			"no model",
			charge.FixedRules{Units: units("1")},
			details{"charge_model": {"value_is_invalid", "value_is_mandatory"}},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.details, charge.ValidateFixedCharge(c.rules))
		})
	}
}
