package check

import (
	"fmt"
	"math/big"
)

// num is an exact number. Its zero value is 0, and its methods never change it.
type num struct{ rat *big.Rat }

// whole is the number of an integer.
func whole(n int64) num { return num{new(big.Rat).SetInt64(n)} }

// parsed is the number that a decimal text says. An empty text is 0.
func parsed(text string) num {
	if text == "" {
		return num{}
	}
	rat, ok := new(big.Rat).SetString(text)
	if !ok {
		panic(fmt.Sprintf("%q is no number", text))
	}
	return num{rat}
}

func (n num) value() *big.Rat {
	if n.rat == nil {
		return new(big.Rat)
	}
	return n.rat
}

func (n num) plus(m num) num  { return num{new(big.Rat).Add(n.value(), m.value())} }
func (n num) minus(m num) num { return num{new(big.Rat).Sub(n.value(), m.value())} }
func (n num) times(m num) num { return num{new(big.Rat).Mul(n.value(), m.value())} }
func (n num) cmp(m num) int   { return n.value().Cmp(m.value()) }
func (n num) sign() int       { return n.value().Sign() }

// over is n divided by m, exactly; 0 where m is 0.
func (n num) over(m num) num {
	if m.sign() == 0 {
		return num{}
	}
	return num{new(big.Rat).Quo(n.value(), m.value())}
}

// ratio is n times a fraction of integers.
func (n num) ratio(part, all int) num { return n.times(whole(int64(part))).over(whole(int64(all))) }

// percent is so many hundredths of n.
func (n num) percent(rate num) num { return n.times(rate).over(whole(100)) }

func least(n, m num) num {
	if n.cmp(m) < 0 {
		return n
	}
	return m
}

func most(n, m num) num {
	if n.cmp(m) > 0 {
		return n
	}
	return m
}

// round is the nearest integer; halves go away from zero.
func (n num) round() int64 {
	half := big.NewRat(1, 2)
	if n.sign() < 0 {
		half.Neg(half)
	}
	return num{new(big.Rat).Add(n.value(), half)}.trunc()
}

// trunc is the integer towards zero.
func (n num) trunc() int64 {
	value := n.value()
	return new(big.Int).Quo(value.Num(), value.Denom()).Int64()
}

// ceil is the next integer that is not less.
func (n num) ceil() int64 {
	truncated := n.trunc()
	if n.cmp(whole(truncated)) > 0 {
		return truncated + 1
	}
	return truncated
}

// places is n rounded to so many decimals, halves away from zero.
func (n num) places(decimals int) num {
	scale := tenTo(decimals)
	return whole(n.times(scale).round()).over(scale)
}

// cut is n with so many decimals, the others dropped.
func (n num) cut(decimals int) num {
	scale := tenTo(decimals)
	return whole(n.times(scale).trunc()).over(scale)
}

// tenTo is a power of ten.
func tenTo(exponent int) num {
	return num{new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(exponent)), nil))}
}

// String writes the number for a report.
func (n num) String() string {
	if n.value().IsInt() {
		return n.value().Num().String()
	}
	return n.value().FloatString(10)
}
