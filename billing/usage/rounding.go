package usage

import "github.com/shopspring/decimal"

// RoundingFunction says how units are rounded, by the contract's name.
type RoundingFunction string

// The rounding functions.
const (
	// RoundingNone leaves units as they are.
	RoundingNone RoundingFunction = ""
	// RoundingRound rounds half away from zero.
	RoundingRound RoundingFunction = "round"
	// RoundingCeil rounds up, towards greater numbers.
	RoundingCeil RoundingFunction = "ceil"
	// RoundingFloor rounds down, towards smaller numbers.
	RoundingFloor RoundingFunction = "floor"
)

// maxRoundingPrecision is the greatest precision, either way, that rounding
// looks at. No number of units has a digit beyond it.
const maxRoundingPrecision = 10_000

// Rounding is how a billable metric rounds units.
type Rounding struct {
	Function RoundingFunction
	// Precision is how many decimal places are kept; below zero, how many
	// digits before the decimal point become zeros.
	Precision int
}

// Apply rounds a number of units.
func (r Rounding) Apply(units decimal.Decimal) decimal.Decimal {
	if units.IsZero() || r.Function == RoundingNone {
		return units
	}
	places := int32(min(max(r.Precision, -maxRoundingPrecision), maxRoundingPrecision))
	if units.Exponent() >= -places {
		return units // it has no digit that rounding would drop
	}
	switch r.Function {
	case RoundingRound:
		return units.Round(places)
	case RoundingCeil:
		return roundTowards(units, places, 1)
	case RoundingFloor:
		return roundTowards(units, places, -1)
	default:
		return units
	}
}

// roundTowards drops the digits beyond so many decimal places and takes the
// next number in the direction, 1 up and -1 down, when that changed anything.
func roundTowards(number decimal.Decimal, places int32, direction int) decimal.Decimal {
	quotient, rest := number.QuoRem(decimal.New(1, -places), 0)
	if rest.Sign() == direction {
		quotient = quotient.Add(decimal.NewFromInt(int64(direction)))
	}
	return quotient.Mul(decimal.New(1, -places))
}
