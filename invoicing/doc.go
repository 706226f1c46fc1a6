// Package invoicing holds the rules of what is owed: it keeps invoices and fees,
// and is the only writer of both. When something is billed it does not know; the
// rooms above call it, and hear of what comes of an invoice through jobs.
//
// Functions return *fault.Error where a rule refuses, and other errors only where
// the database fails.
package invoicing
