// Package encode writes answers as JSON, in the two modes of package compat. On
// the wire it writes what encoding/json writes. For the document it writes the
// nearest value that the published document allows: a member without a valid
// value is left out where it may be, and gets a stand-in where it must be there.
//
// Nothing of that is decided for each value. An encoder is made once for a Go
// type and what the published document (upstream.yaml) asks of it; where our
// own contract (lago.yaml) asks the same, that is the encoder of the wire. What
// no document can tell, which word stands for one that it does not know, the
// overlay says as x-tarn-nearest.
package encode

import (
	"fmt"
	"reflect"
	"sync"
	"unsafe"

	"tarn/compat"
)

// Answer appends the answer that an operation of the billing API gives with a
// status. Of operations that the published document does not have, both modes
// give the same.
func Answer(dst []byte, mode compat.Mode, operation string, status int, value any) ([]byte, error) {
	if mode == compat.Wire {
		return write(dst, root{t: reflect.TypeOf(value)}, value)
	}
	return write(dst, root{t: reflect.TypeOf(value), operation: operation, status: status}, value)
}

// Object appends an object of the contract by itself, as activity logs carry it. Its
// schema is the one that its Go type is made of.
func Object(dst []byte, mode compat.Mode, value any) ([]byte, error) {
	return write(dst, root{t: reflect.TypeOf(value), object: mode == compat.Document}, value)
}

// Webhook appends what a webhook is about, which its body holds under a name. Of types
// that the published document does not have, both modes give the same.
func Webhook(dst []byte, mode compat.Mode, eventType, member string, value any) ([]byte, error) {
	if mode == compat.Wire {
		return write(dst, root{t: reflect.TypeOf(value)}, value)
	}
	return write(dst, root{t: reflect.TypeOf(value), webhook: eventType, member: member}, value)
}

// root is what an encoder of a whole value is made for: a type, and the answer, the
// object or the member of a webhook whose schema holds.
type root struct {
	t         reflect.Type
	operation string
	status    int
	object    bool
	webhook   string
	member    string
}

// encoders are the encoders of whole values that were made so far.
//
//nolint:gochecknoglobals // they follow from the contracts, which never change
var encoders sync.Map // root → encoder

func write(dst []byte, r root, value any) (result []byte, err error) {
	if r.t == nil {
		return append(dst, "null"...), nil
	}
	defer func() {
		if cause := recover(); cause != nil {
			failed, ours := cause.(*failure)
			if !ours {
				panic(cause)
			}
			result, err = dst, fmt.Errorf("encode %v: %w", r.t, failed.err)
		}
	}()
	made, known := encoders.Load(r)
	if !known {
		if made, err = newEncoder(r); err != nil {
			return dst, err
		}
		encoders.Store(r, made)
	}
	// The encoder reads memory, so the value gets a place in it.
	place := reflect.New(r.t)
	place.Elem().Set(reflect.ValueOf(value))
	from := len(dst)
	if result = made.(encoder)(dst, place.UnsafePointer()); len(result) == from { //nolint:errcheck // nothing else is kept there
		result = append(result, "null"...)
	}
	return result, nil
}

// newEncoder makes the encoder of a whole value.
func newEncoder(r root) (encoder, error) {
	if r.operation == "" && !r.object && r.webhook == "" {
		return plans.encoder(r.t, nil), nil
	}
	known, err := contracts()
	if err != nil {
		return nil, err
	}
	if r.webhook != "" {
		return plans.encoder(r.t, known.webhook(r.webhook, r.member, componentName(r.t))), nil
	}
	if r.object && r.t.PkgPath() == generated {
		return plans.encoder(r.t, known.object(r.t.Name())), nil
	}
	return plans.encoder(r.t, known.answer(r.operation, r.status)), nil
}

// componentName is the name of a type that is made of our own contract; empty for others.
func componentName(t reflect.Type) string {
	if t.PkgPath() != generated {
		return ""
	}
	return t.Name()
}

// generated is the package whose types are made of our own contract.
const generated = "tarn/gen"

// encoder appends the JSON of the value at a place in memory. One that appends
// nothing has no valid value: its member or entry is left out.
type encoder func(dst []byte, at unsafe.Pointer) []byte

// failure is an error on its way out of encoders, none of which returns one.
type failure struct{ err error }

func fail(err error) { panic(&failure{err: err}) }
