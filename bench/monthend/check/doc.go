// Package check says what customers owe. It reads what a client has sent (the ledger) and
// what tarn shows (the view), reckons every invoice, balance and number anew from plans
// and events, and lists what differs.
//
// Its arithmetic is its own: it imports nothing of tarn and takes no amount from it. Only
// identifiers come from the view, where nobody else can know them.
package check
