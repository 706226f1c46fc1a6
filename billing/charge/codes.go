package charge

// The codes of broken rules, in the words that the contract's clients see.
const (
	codeMandatory  = "value_is_mandatory"
	codeInvalid    = "value_is_invalid"
	codeOutOfRange = "value_is_out_of_range"
	codeNotANumber = "is not a number"
	codeDuplicated = "value_is_duplicated"

	codeInvalidType = "invalid_type"
	codeTooManyKeys = "too_many_keys"
	codeWrongMetric = "invalid_value"

	codeAmount                     = "invalid_amount"
	codeRate                       = "invalid_rate"
	codeFixedAmount                = "invalid_fixed_amount"
	codeFreeUnits                  = "invalid_free_units"
	codePackageSize                = "invalid_package_size"
	codeFreeUnitsPerEvents         = "invalid_free_units_per_events"
	codeFreeUnitsPerAggregation    = "invalid_free_units_per_total_aggregation"
	codeMaximumUnderMinimum        = "per_transaction_max_lower_than_per_transaction_min"
	codeIncompatible               = "invalid_aggregation_type_or_charge_model"
	codeIncompatibleProration      = "invalid_billable_metric_or_charge_model"
	codeIncompatibleFixed          = "invalid_charge_model"
	codePremiumGraduatedPercentage = "graduated_percentage_requires_premium_license"
	codeMustBeInvoiceable          = "must_be_true_unless_pay_in_advance"
	codeRegroupUnusable            = "only_compatible_with_pay_in_advance_and_non_invoiceable"
	codeNotInAdvance               = "not_compatible_with_pay_in_advance"

	codeMissingGraduated           = "missing_graduated_ranges"
	codeInvalidGraduated           = "invalid_graduated_ranges"
	codeMissingVolume              = "missing_volume_ranges"
	codeInvalidVolume              = "invalid_volume_ranges"
	codeMissingGraduatedPercentage = "missing_graduated_percentage_ranges"
	codeInvalidGraduatedPercentage = "invalid_graduated_percentage_ranges"
)

// maxFindings bounds the codes that one set of properties can have. A request
// of a megabyte could otherwise be answered with thirty of them.
const maxFindings = 1000

// findings are the codes of broken rules, in the order in which the rules are
// looked at. A rule that is broken twice is there twice.
type findings []string

// add appends a code, unless there are maxFindings already.
func (f *findings) add(code string) {
	if len(*f) < maxFindings {
		*f = append(*f, code)
	}
}
