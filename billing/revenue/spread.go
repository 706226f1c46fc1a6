package revenue

import (
	"time"

	"github.com/shopspring/decimal"

	"tarn/billing/period"
)

// Places are the decimal places that divisions keep.
const Places = 20

// Fee is what a subscription costs in a period.
type Fee struct {
	Interval     period.Interval
	PayInAdvance bool
	// From and To are the first and the last instant of the period.
	From, To time.Time
	// Issued is the day on which the invoice with the fee was issued.
	Issued period.Date
	// Cents are what the fee comes to.
	Cents decimal.Decimal
}

// Share is the part of a fee that one month has.
type Share struct {
	Month Month
	Cents decimal.Decimal
}

// averageMonth is how long a month is reckoned to be: 30.44 days. It is in
// tenths of a minute, so that it is a whole number.
const averageMonth = 438_336

// tenths are the parts of a minute that averageMonth is in.
const tenths = 10

// Spread divides a fee among months. The month of issue has all of what is billed
// by the week or by the month. What is billed for longer is spread evenly: from
// the month of issue on where it is paid in advance, and back from it where it is
// paid in arrears.
//
// Lago: what is spread back begins with the month of issue, though the period
// was over before it.
func (f Fee) Spread() []Share {
	issued := MonthOf(f.Issued)
	length := f.To.Sub(f.From) / time.Minute * tenths
	if f.Interval == period.IntervalWeekly || f.Interval == period.IntervalMonthly || length <= 0 {
		return []Share{{Month: issued, Cents: f.Cents}}
	}
	s := spread{Fee: f, length: int64(length)}
	shares := make([]Share, s.months())
	for i := range shares {
		if f.PayInAdvance {
			shares[i] = Share{Month: issued + Month(i), Cents: s.ahead(int64(i))}
		} else {
			shares[i] = Share{Month: issued - Month(i), Cents: s.back(int64(i))}
		}
	}
	return shares
}

// spread is a fee whose period has a length in tenths of a minute.
type spread struct {
	Fee
	length int64
}

// months is over how many months the fee is spread: those that have begun.
func (s spread) months() int64 { return (s.length + averageMonth - 1) / averageMonth }

// part is so many average months' worth of the fee, the number being a fraction.
func (s spread) part(numerator, denominator int64) decimal.Decimal {
	of := s.Cents.Mul(decimal.NewFromInt(averageMonth)).Mul(decimal.NewFromInt(numerator))
	return of.DivRound(decimal.NewFromInt(s.length).Mul(decimal.NewFromInt(denominator)), Places)
}

// back is the share of the month that lies so many before the month of issue. The
// earliest one has what is left.
func (s spread) back(index int64) decimal.Decimal {
	if last := s.months() - 1; index == last {
		return s.Cents.Sub(s.part(last, 1))
	}
	return s.part(1, 1)
}

// ahead is the share of the month that lies so many after the month of issue,
// which itself has as much as is left of it on the day of issue. The last one has
// what is left of the fee.
//
// Lago: of a period of half a year the last four months are each reckoned as if
// they were the last, so that its shares come to more than the fee. A period that
// ends in the month of issue has the share of a first month alone.
func (s spread) ahead(index int64) decimal.Decimal {
	fromEnd := s.months() - index
	switch {
	case index == 0:
		left, days := s.leftOfMonth()
		return s.part(left, days)
	case fromEnd == 1, s.Interval == period.IntervalSemiannual && fromEnd <= lastMonths:
		return s.rest(fromEnd)
	}
	return s.part(1, 1)
}

// lastMonths are the months of half a year that have what is left.
const lastMonths = 4

// rest is what is left of the fee for the month that is so many before the end.
func (s spread) rest(fromEnd int64) decimal.Decimal {
	left, days := s.leftOfMonth()
	return s.Cents.Sub(s.part((s.length/averageMonth-fromEnd)*days+left, days))
}

// leftOfMonth is how many days of the month of issue are left on the day of
// issue, which is one of them, and how many it has.
func (s spread) leftOfMonth() (left, days int64) {
	month := MonthOf(s.Issued)
	return int64((month + 1).First().DaysSince(s.Issued)), int64(month.Days())
}
