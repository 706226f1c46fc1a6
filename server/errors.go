package server

import "tarn/fault"

// notImplemented is the answer of operations that are not written yet.
func notImplemented() error {
	return &fault.Error{Kind: fault.NotImplemented, Code: "not_implemented"}
}
