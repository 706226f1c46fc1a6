package server

import "tarn/fault"

// notImplemented is the answer of operations that are not written yet.
//
//nolint:unused // by the handlers that a bump writes into pending.go
func notImplemented() error {
	return &fault.Error{Kind: fault.NotImplemented, Code: "not_implemented"}
}
