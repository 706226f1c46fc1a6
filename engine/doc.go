// Package engine holds the rules: one function for one use case, each working
// inside the transaction that the edge opened. It writes business rows, as the rooms
// below it that it calls do, and nobody else. Every change it makes records its activity in the same
// transaction. It knows nothing of HTTP and of the contracts' shapes.
//
// Functions return *fault.Error where a rule refuses, and other errors only
// where the database fails.
package engine
