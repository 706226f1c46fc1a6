// Package ledger owns the balances of wallets: nothing else changes one. Whatever
// comes into a wallet or goes out of it is a transaction, so the balance is always the
// sum of what settled and came in, less what went out; and what is left of each thing
// that came in adds up to the balance too.
//
//	deposit.go    what comes in: granted, purchased, given back
//	withdraw.go   what goes out: paid for an invoice, voided
//	moved.go      who is told that a balance, or the usage that it will pay for, has moved
//
// It lies below the rooms of invoices and of wallets, because both move money. It
// knows no inputs and makes no refusals but one: what a wallet does not hold cannot go
// out of it. Wallets that are handed in must be locked, and so must be their customers.
package ledger
