// Package wallets owns what customers have paid, or were given, before they owe it:
// wallets, what comes into them and goes out of them, and what tops them up by itself.
// What of it changes a balance goes through the ledger below; what an invoice takes
// from wallets is the matter of the room of invoices.
package wallets
