package charge

// graduatedPercentage charges, of the units of each range, the range's share
// and flat amount. A range may begin where the one before ends, or one unit
// later.
var graduatedPercentage = rangedModel{
	key:     "graduated_percentage_ranges",
	amounts: []rangeAmount{{keyFlatAmount, codeAmount}, {keyRate, codeRate}},
	missing: codeMissingGraduatedPercentage,
	invalid: codeInvalidGraduatedPercentage,
}.specification(refuseLatest)
