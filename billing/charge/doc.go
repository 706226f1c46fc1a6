// Package charge owns the charge models: which properties each model has, what
// absent ones become, which values break a rule and with which code, how the
// fields of a charge depend on each other, and what usage costs. Each model has
// a file of its own; ranges.go, price_range.go and group_keys.go hold what
// several models share.
//
// Properties travel as what the client sent, cut down to the members that the
// model knows:
//
//	properties := charge.Normalize(model, sent, ctx)
//	codes := charge.Validate(model, properties, ctx)
//
// They are a map of JSON values and not one struct per model, for two reasons.
// A struct cannot hold a wrong value, yet a wrong value has to live until all
// codes are reported, duplicates included. And what is kept is what is shown: an
// amount keeps its text ("0.10" stays "0.10"), which a decimal would lose. The
// numbers inside are read where they are used, by number.go, within limits that
// keep the cost of any input small.
//
// Usage of a period becomes a fee in three steps, for each filter and group on
// its own:
//
//	need := charge.Needs(model, properties, options)    // what to read of the events
//	price := charge.PriceOf(model, properties, usage, options)
//	fee := charge.FeeOf(price, usage, options)
//
// A price is exact and in units of the currency; only a fee is rounded. An event
// that is paid in advance has Advance in the place of PriceOf, a period that is
// not over yet Project. InstantEstimate prices an event by itself, and TrueUp
// adds what a charge's fees lack of its minimum. Pricing has no errors: what
// Validate accepted has a price for any usage, and numbers of usage are cut to
// limits as well.
//
// The package is pure: it knows no database, no HTTP, no contract and no clock.
package charge
