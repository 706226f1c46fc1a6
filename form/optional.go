package form

import (
	"strings"

	"tarn/nullable"
)

// Optional is a member of an input that may be absent, null or have a value.
type Optional[T any] = nullable.Nullable[T]

// Given reports whether an input is neither absent nor null.
func Given[T any](input Optional[T]) bool { return input.IsSpecified() && !input.IsNull() }

// Assign puts an optional's value into a field that has none of its own for
// null: absent and null leave it as it is.
func Assign[T any](field *T, input Optional[T]) {
	if value, err := input.Get(); err == nil {
		*field = value
	}
}

// AssignOr puts an optional into a field: absent leaves it as it is, null sets it
// back to what it is where nobody says anything.
func AssignOr[T any](field *T, input Optional[T], otherwise T) {
	if input.IsNull() {
		*field = otherwise
	}
	Assign(field, input)
}

// AssignText puts an optional into a text that counts as missing when it is
// empty: absent leaves it as it is, null empties it.
func AssignText[T ~string](field *T, input Optional[string]) {
	if input.IsSpecified() {
		text, _ := input.Get() // null is empty
		*field = T(text)
	}
}

// AssignNullable puts an optional into a field: absent leaves it as it is,
// null empties it.
func AssignNullable[T any](field **T, input Optional[T]) {
	switch {
	case input.IsNull():
		*field = nil
	case input.IsSpecified():
		value := input.MustGet()
		*field = &value
	}
}

// AssignGiven puts an optional's value into a field that may be null: absent and
// null leave it as it is.
func AssignGiven[T any](field **T, input Optional[T]) {
	if Given(input) {
		AssignNullable(field, input)
	}
}

// Trimmed is an optional text without the spaces around it.
func Trimmed(input Optional[string]) Optional[string] {
	if text, err := input.Get(); err == nil {
		input.Set(strings.TrimSpace(text))
	}
	return input
}

// FilledOrNull is an optional text without the spaces around it, and null where
// it is blank.
func FilledOrNull(input Optional[string]) Optional[string] { return NullIfBlank(Trimmed(input)) }

// NullIfBlank is an optional text as it is, and null where it is blank.
func NullIfBlank(input Optional[string]) Optional[string] {
	if text, err := input.Get(); err == nil && Blank(text) {
		input.SetNull()
	}
	return input
}
