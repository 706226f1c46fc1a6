// Package invoice owns the arithmetic of invoices: what coupons, progressive
// invoices, credit notes and wallets take off fees, what taxes add to them, and
// the dates and numbers that an invoice bears.
//
//	result := invoice.Compute(invoice.Input{Lines: lines, Coupons: coupons, …})
//
// Input and Result are values only. An input names what may be drawn on, and how
// much is left of it; the result says what was drawn, and what is left now. So a
// preview and an invoice that is kept are the same computation, and nothing is
// drawn before somebody stores it.
//
//	input.go, result.go
//	                 what goes in, and what comes out
//	steps.go         the steps, in their order
//	progressive.go   what progressive invoices have billed already
//	coupons.go       coupons, one after the other
//	taxes.go         the taxes of lines and of the whole
//	credit_notes.go  credit notes, oldest first
//	credit_note.go   what a credit note gives back
//	creditable.go    how much can be given back
//	prepaid.go       wallets, by priority
//	termination.go   what is given back of a period that is cut short
//	give_back.go     which fees something is given back of
//	regroup.go       fees that were paid one by one
//	fixed_units.go   how many units of a fixed charge a window has
//	commitment.go    what is missing of a minimum commitment
//	group.go         which subscriptions share an invoice
//	dates.go         issuing, due and finalization dates
//	number.go        numbers
//
// Amounts are in the smallest unit of one currency, which all values of an input
// share. Shares of an amount are decimals with ShareScale places.
//
// The package is pure: it knows no database, no HTTP, no contract, no clock and
// no randomness.
package invoice
