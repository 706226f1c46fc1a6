// Package payments gets invoices paid: it knows how customers pay, keeps what they have
// paid by hand, and collects what is due through their payment providers. What is owed
// it does not know; invoicing does, and hears of what was paid from here.
//
//	providers.go, methods.go
//	             who is linked to which provider, and pays by what
//	choose.go    by what something is paid
//	collect.go   payments through providers
//	refunds.go   what providers give back
//	gateway.go, simulated.go
//	             a provider as payments call it, and the simulated one
//	manual.go    payments that clients report
//	settle.go    what follows from a payment that has succeeded or failed
//	receipts.go  the receipts of payments
//	pages.go, press.go, checkout.go
//	             the pages where customers pay, and who is told of them
//	requests.go, dunning.go, dunning_campaigns.go
//	             payment requests, and the campaigns that make them
//
// Whoever changes what is paid of an invoice has locked its customer and then the
// invoice. Functions return *fault.Error where a rule refuses, and other errors only
// where the database fails.
package payments
