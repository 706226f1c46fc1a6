// Package alerting watches: it keeps the alerts of subscriptions and wallets, and tells
// when what they watch crosses a threshold.
//
//	alerts.go    what clients do with alerts, whatever these belong to
//	book.go      the rules of that
//	family.go    what alerts can belong to, and what of it they can watch
//	watch.go     when the alerts of subscriptions are looked at: due work
//	usage.go     what they find then
//	wallets.go   the alerts of wallets, and what these hold
//	trigger.go   what comes of it, of any alert
//
// Which thresholds a value crosses, billing/threshold says. What is watched moves by
// the hands of others: whoever moves it calls Watch or LookAtWallets, in the same
// transaction.
package alerting
