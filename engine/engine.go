// Package engine holds the rules: one function for one use case, each working
// inside the transaction that the edge opened. It is the only writer of
// business rows. Every change it makes records its activity in the same
// transaction. It knows nothing of HTTP and of the contracts' shapes.
//
// Functions return *fault.Error where a rule refuses, and other errors only
// where the database fails.
package engine

import (
	"errors"
	"strings"

	"github.com/oapi-codegen/nullable"

	"tarn/fault"
	"tarn/store"
)

// Optional is a member of an input that may be absent, null or have a value.
type Optional[T any] = nullable.Nullable[T]

// assign puts an optional's value into a field that has none of its own for
// null: absent and null leave it as it is.
func assign[T any](field *T, input Optional[T]) {
	if value, err := input.Get(); err == nil {
		*field = value
	}
}

// assignText puts an optional into a text that counts as missing when it is
// empty: absent leaves it as it is, null empties it.
func assignText[T ~string](field *T, input Optional[string]) {
	if input.IsSpecified() {
		text, _ := input.Get() // null is empty
		*field = T(text)
	}
}

// assignNullable puts an optional into a field: absent leaves it as it is,
// null empties it.
func assignNullable[T any](field **T, input Optional[T]) {
	switch {
	case input.IsNull():
		*field = nil
	case input.IsSpecified():
		value := input.MustGet()
		*field = &value
	}
}

// found turns the store's "no such row" into the contract's 404.
func found(err error, resource string) error {
	if errors.Is(err, store.ErrNotFound) {
		return fault.Missing(resource)
	}
	return err
}

// unique turns the store's "the key is taken" into the contract's 422, for the
// case that another transaction took it at the same moment.
func unique(err error, field string) error {
	if errors.Is(err, store.ErrDuplicate) {
		return fault.Invalid(field, fault.CodeAlreadyExist)
	}
	return err
}

// blank reports whether a text counts as missing.
func blank(text string) bool { return strings.TrimSpace(text) == "" }
