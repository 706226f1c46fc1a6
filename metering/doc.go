// Package metering takes events and answers what was used: it keeps events,
// computes the usage of subscriptions and its price, and estimates fees. It knows
// nothing of how subscriptions and plans come to be, and nothing of invoices.
//
// Nothing here is recorded as an activity: events are too many, and whatever else
// is answered changes nothing.
package metering
