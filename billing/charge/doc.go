// Package charge owns the charge models: which properties each model has, what
// absent ones become, which values break a rule and with which code, and how
// the fields of a charge depend on each other. Each model has a file of its
// own; ranges.go and group_keys.go hold what several models share.
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
// The package is pure: it knows no database, no HTTP, no contract and no clock.
package charge
