// Package nullable keeps absent, null and a value apart: in the members of the
// contracts' objects and in the inputs that are made of them.
//
// It has the names of the library that the generated code is written for, whose
// type is a map and costs two allocations for each member of each object.
package nullable

import (
	"encoding/json"
	"errors"
)

// state says what a member is.
type state uint8

const (
	absent state = iota
	null
	given
)

// Nullable is a member that is absent, null or a value. The zero value is
// absent; a struct leaves it out of JSON with the tag "omitzero".
type Nullable[T any] struct {
	// value is the zero value unless state is given.
	value T
	state state
}

// The errors of Get where there is no value.
var (
	errNull   = errors.New("nullable: the value is null")
	errAbsent = errors.New("nullable: the value is absent")
)

// NewNullableWithValue makes a member with a value.
func NewNullableWithValue[T any](value T) Nullable[T] {
	return Nullable[T]{value: value, state: given}
}

// NewNullNullable makes a member that is null.
func NewNullNullable[T any]() Nullable[T] { return Nullable[T]{state: null} }

// Get returns the value; an error where the member is null or absent.
func (n Nullable[T]) Get() (T, error) {
	switch n.state {
	case given:
		return n.value, nil
	case null:
		return n.value, errNull
	default:
		return n.value, errAbsent
	}
}

// MustGet returns the value, and panics where there is none.
func (n Nullable[T]) MustGet() T {
	value, err := n.Get()
	if err != nil {
		panic(err)
	}
	return value
}

// Set makes the member a value.
func (n *Nullable[T]) Set(value T) { *n = NewNullableWithValue(value) }

// SetNull makes the member null.
func (n *Nullable[T]) SetNull() { *n = NewNullNullable[T]() }

// SetUnspecified makes the member absent.
func (n *Nullable[T]) SetUnspecified() { *n = Nullable[T]{} }

// IsNull reports whether the member is null.
func (n Nullable[T]) IsNull() bool { return n.state == null }

// IsSpecified reports whether the member is null or a value.
func (n Nullable[T]) IsSpecified() bool { return n.state != absent }

// IsZero reports whether the member is absent, for the tag "omitzero".
func (n Nullable[T]) IsZero() bool { return n.state == absent }

// MarshalJSON writes the value or null. An absent member that is not left out is
// the zero value of its type, as members without this type are.
func (n Nullable[T]) MarshalJSON() ([]byte, error) {
	if n.state == null {
		return []byte("null"), nil
	}
	return json.Marshal(n.value)
}

// UnmarshalJSON reads a value or null. What is absent is never read, and stays
// absent.
func (n *Nullable[T]) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		n.SetNull()
		return nil
	}
	var value T
	if err := json.Unmarshal(data, &value); err != nil {
		return err //nolint:wrapcheck // the decoder around it says where
	}
	n.Set(value)
	return nil
}
