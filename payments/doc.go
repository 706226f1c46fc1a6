// Package payments gets invoices paid: it knows how customers pay, collects what is due
// through their payment providers, and keeps what they have paid by hand.
package payments
