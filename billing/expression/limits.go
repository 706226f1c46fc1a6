package expression

// The limits below keep every input's cost in memory, stack and time small.
// They are far above what metrics need: crossing one is an error that says so.
const (
	// maxSourceLength is the greatest length of an expression, in bytes. It
	// also bounds the number of operations, since none is repeated.
	maxSourceLength = 8192

	// maxNestingDepth is how many parentheses and calls may enclose a value.
	maxNestingDepth = 100

	// maxIntegerDigits is how many digits a number may have before its decimal
	// point.
	maxIntegerDigits = 4096

	// maxDecimalPlaces is how many digits a number may have after its decimal
	// point. It bounds the digits argument of round, ceil and floor as well,
	// in both directions.
	maxDecimalPlaces = 4096

	// maxNumberLength is the length, in bytes, of the longest text that is read
	// as a number: all its digits, and room for sign, point and exponent.
	maxNumberLength = maxIntegerDigits + maxDecimalPlaces + 16

	// maxTextLength is the greatest length of a text made by concat, in bytes.
	maxTextLength = 64 * 1024

	// maxQuotedLength is how many characters of the source an error repeats.
	maxQuotedLength = 40
)

// divisionDigits is the number of significant digits that a quotient has at
// least when it cannot be written exactly.
const divisionDigits = 100
