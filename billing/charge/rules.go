package charge

import (
	"github.com/shopspring/decimal"

	"tarn/billing/money"
)

// The fields that rules between fields are reported under.
const (
	fieldChargeModel     = "charge_model"
	fieldPayInAdvance    = "pay_in_advance"
	fieldInvoiceable     = "invoiceable"
	fieldRegroupPaidFees = "regroup_paid_fees"
	fieldProrated        = "prorated"
	fieldMinAmountCents  = "min_amount_cents"
	fieldUnits           = "units"
)

// RegroupInvoice is the only way of regrouping paid fees: on one invoice.
const RegroupInvoice = "invoice"

// Rules are the fields of a charge that depend on each other and on its
// billable metric, with the values that they are about to have.
type Rules struct {
	// Model is the charge model; empty when none was sent.
	Model Model
	// Aggregation is the aggregation type of the metric, such as "sum_agg".
	Aggregation string
	// Recurring says whether the metric carries its units from period to
	// period.
	Recurring bool
	// PayInAdvance says whether each event is charged at once.
	PayInAdvance bool
	// Invoiceable says whether fees in advance go on an invoice at once.
	Invoiceable bool
	// RegroupPaidFees is RegroupInvoice, or empty for null.
	RegroupPaidFees string
	// Prorated says whether units count by the part of the period they are
	// in use.
	Prorated bool
	// MinAmountCents is the least amount of a period, in minor units.
	MinAmountCents int64
	// Premium says whether the organization has the premium features.
	Premium bool
}

// ValidateCharge returns the codes of the broken rules by field, or no fields.
func ValidateCharge(in Rules) map[string][]string {
	details := map[string][]string{}
	report(details, fieldChargeModel, chargeModelCodes(in))
	if in.PayInAdvance && !in.mayPayInAdvance() {
		report(details, fieldPayInAdvance, []string{codeIncompatible})
	}
	if !in.Invoiceable && !in.PayInAdvance {
		report(details, fieldInvoiceable, []string{codeMustBeInvoiceable})
	}
	report(details, fieldRegroupPaidFees, regroupCodes(in))
	if in.Prorated && !in.mayBeProrated() {
		report(details, fieldProrated, []string{codeIncompatibleProration})
	}
	switch {
	case in.MinAmountCents < 0, money.Beyond(in.MinAmountCents):
		report(details, fieldMinAmountCents, []string{codeOutOfRange})
	case in.MinAmountCents > 0 && in.PayInAdvance:
		report(details, fieldMinAmountCents, []string{codeNotInAdvance})
	}
	return details
}

// report sets the codes of a field, if there are any.
func report(details map[string][]string, field string, codes []string) {
	if len(codes) > 0 {
		details[field] = codes
	}
}

// chargeModelCodes says what is wrong with the model of a charge.
func chargeModelCodes(in Rules) []string {
	switch {
	case !Known(in.Model):
		return unknownModelCodes(in.Model)
	case in.Model == ModelGraduatedPercentage && !in.Premium:
		return []string{codePremiumGraduatedPercentage}
	case in.Model == ModelDynamic && in.Aggregation != aggregationSum,
		in.Model == ModelCustom && in.Aggregation != aggregationCustom:
		return []string{codeIncompatible}
	default:
		return nil
	}
}

// unknownModelCodes says what is wrong with a model that does not exist.
//
// Lago: no model at all is both not in the list and missing.
func unknownModelCodes(model Model) []string {
	if model == "" {
		return []string{codeInvalid, codeMandatory}
	}
	return []string{codeInvalid}
}

// mayPayInAdvance reports whether each event of the metric has a price of its
// own under the model.
func (r Rules) mayPayInAdvance() bool {
	switch r.Aggregation {
	case aggregationCount, aggregationSum, aggregationUniqueCount, aggregationCustom:
		return r.Model != ModelVolume
	default:
		return false
	}
}

// mayBeProrated reports whether the units of the metric can count by the part
// of the period under the model.
func (r Rules) mayBeProrated() bool {
	if !r.Recurring || r.Aggregation == aggregationWeightedSum {
		return false
	}
	if r.PayInAdvance {
		return r.Model == ModelStandard
	}
	return r.Model == ModelStandard || r.Model == ModelVolume || r.Model == ModelGraduated
}

// regroupCodes says what is wrong with the regrouping of paid fees.
func regroupCodes(in Rules) []string {
	switch {
	case in.RegroupPaidFees == "":
		return nil
	case in.RegroupPaidFees != RegroupInvoice:
		return []string{codeInvalid}
	case !in.PayInAdvance || in.Invoiceable:
		return []string{codeRegroupUnusable}
	default:
		return nil
	}
}

// FixedRules are the fields of a fixed charge that depend on each other,
// with the values that they are about to have.
type FixedRules struct {
	// Model is the charge model; empty when none was sent.
	Model Model
	// PayInAdvance says whether a period is charged at its beginning.
	PayInAdvance bool
	// Prorated says whether units count by the part of the period they are
	// in use.
	Prorated bool
	// Units is how many units are charged; nil when it is null or no number.
	Units *decimal.Decimal
}

// ValidateFixedCharge returns the codes of the broken rules by field, or no
// fields.
func ValidateFixedCharge(in FixedRules) map[string][]string {
	details := map[string][]string{}
	if !KnownFixed(in.Model) {
		report(details, fieldChargeModel, unknownModelCodes(in.Model))
	}
	if in.PayInAdvance && in.Model == ModelVolume {
		report(details, fieldPayInAdvance, []string{codeIncompatibleFixed})
	}
	if in.PayInAdvance && in.Prorated && in.Model == ModelGraduated {
		report(details, fieldProrated, []string{codeIncompatibleFixed})
	}
	switch {
	case in.Units == nil:
		report(details, fieldUnits, []string{codeNotANumber})
	case in.Units.IsNegative():
		report(details, fieldUnits, []string{codeOutOfRange})
	}
	return details
}
