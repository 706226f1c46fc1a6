// Package form reads inputs and words refusals: whatever every resource needs to
// take a client's values, check them and say in the contract's words what is
// wrong with them. It knows no resource and makes no query.
package form
