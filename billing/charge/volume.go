package charge

// volume prices all units with the amounts of the range that their number is
// in. A range begins one unit after the end of the one before, or two.
var volume = rangedModel{
	key:     "volume_ranges",
	amounts: []rangeAmount{{keyPerUnitAmount, codeAmount}, {keyFlatAmount, codeAmount}},
	gap:     1,
	missing: codeMissingVolume,
	invalid: codeInvalidVolume,
}.specification(nil)
