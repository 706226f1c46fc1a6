// Package payments gets invoices paid: it knows how customers pay, keeps what they have
// paid by hand, and collects what is due through their payment providers. What is owed
// it does not know; invoicing does, and hears of what was paid from here.
//
//	manual.go    payments that clients report
//	settle.go    what follows from a payment that has succeeded or failed
//	receipts.go  the receipts of payments
//
// Whoever changes what is paid of an invoice has locked its customer and then the
// invoice. Functions return *fault.Error where a rule refuses, and other errors only
// where the database fails.
package payments
