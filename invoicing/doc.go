// Package invoicing says what is owed: it bills subscriptions, events and add-ons,
// carries invoices through their life, and is the only writer of them and of fees.
// Why something is billed it does not know; the rooms above call it, and hear of
// what comes of an invoice through jobs.
//
//	run.go           Bill, the one door of everything that bills subscriptions
//	statement.go     what an invoice bills of one subscription
//	line.go          a fee with what its credits and taxes depend on
//	subscription_fee.go, usage_fees.go, fixed_fees.go, commitment_fee.go
//	                 the fees of a statement
//	bill.go          an invoice in the making: dates, input, result
//	sources.go       what an invoice may draw on, and what it drew
//	keep.go          from the result to rows, activities and jobs
//	preview.go       the same invoice without any of these
//	credited.go, credit_note_issue.go
//	                 an invoice with its credit notes, and the making of one
//	unused.go, excess.go, void_notes.go
//	                 the credit notes that make themselves
//	paying_notes.go  credit notes that pay for later invoices
//	documents.go     the files of invoices and credit notes
//
// The amounts themselves are reckoned by billing/period, billing/charge and
// billing/invoice; here rows become their inputs, and their results rows again.
//
// Whoever bills has locked the customer. Functions return *fault.Error where a rule
// refuses, and other errors only where the database fails.
package invoicing
