// Package spectool is the contract pipeline: it turns a published OpenAPI
// document into upstream.yaml (machine-readable facts only), lays our overlay
// over it to give lago.yaml, compares two documents fact by fact, and says
// which operations of the contract the source implements.
//
// It works on YAML nodes and on Go source text alone. It imports nothing of
// the generated code or of the server, so that it also works while the tree
// does not compile, which is the usual state in the middle of a version bump.
package spectool
