// Package tax owns the arithmetic of taxes on fees: what all taxes of a fee make
// together, and what they make of many fees.
//
//	one := tax.Of(base, rates)        // what a fee shows
//	var sum tax.Sum
//	sum.Add(base, rates)              // for each fee
//	cents := sum.AmountCents()        // rounded once, at the end
//
// Taxes are added on the same base; there is no tax on tax. Bases and amounts
// are in minor units of a currency, rates in percent: 20 is 20 %.
//
// The package is pure: it knows no database, no HTTP, no contract and no clock.
package tax
