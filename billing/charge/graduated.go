package charge

// graduated prices the units of each range with the range's own amounts. A
// range may begin where the one before ends, or one unit later.
var graduated = rangedModel{
	key:     "graduated_ranges",
	amounts: []rangeAmount{{keyPerUnitAmount, codeAmount}, {keyFlatAmount, codeAmount}},
	missing: codeMissingGraduated,
	invalid: codeInvalidGraduated,
}.specification(nil)
