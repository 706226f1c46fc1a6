// Package money has the bounds of amounts in minor units.
//
// Prices, rates and events have no bounds of their own, and integers have: so an
// amount that is greater than MaxCents is kept as one that Beyond reports, and
// whoever makes a fee, an invoice or a payment of it refuses that.
package money
