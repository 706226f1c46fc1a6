// Package prepaid owns the arithmetic of wallets: what credits are worth, which
// amounts can be topped up, and which part of a balance is used first.
//
//	credits.go   credits to money and back, with all roundings
//	limits.go    how much may be topped up at once
//	funds.go     what a balance is made of, and in which order it is used up
//	recurrence.go on which days a rule tops up
//	refill.go    how much a rule tops up
//	scope.go     what a wallet pays for
//	ongoing.go   what wallets will have to pay of usage that is not billed yet
//	metadata.go  pairs of keys and values that a transaction bears
//
// Amounts are in the smallest unit of the wallet's currency. Credits are decimals
// with Places places.
//
// The package is pure: it knows no database, no HTTP, no contract, no clock and
// no randomness.
package prepaid
