// Package revenue owns the arithmetic of monthly recurring revenue: over which
// months the fee of a period is spread, and how much of it each of them has.
//
//	month.go     months of the calendar
//	spread.go    one fee over its months
//	recurring.go many fees, added up by month
//
// Amounts are in the smallest unit of a currency. They are exact but for
// divisions, which keep Places decimal places; nothing is rounded.
//
// The package is pure: it knows no database, no HTTP, no contract and no clock.
package revenue
