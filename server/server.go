// Package server answers the contracts' operations: a handler decodes a request
// for the engine and renders what comes back, inside the edge. One file per
// resource holds the handlers; no rule of billing lives here.
package server

import (
	"context"

	"tarn/gen"
	"tarn/nullable"
	"tarn/server/edge"
	"tarn/store"
	"tarn/wire"
)

// Server implements the billing API, one method for each operation. Its
// methods lie in one file per resource; the operations that are not written
// yet come from pending.
type Server struct{ pending } //nolint:unused // what a bump brings is put there

var _ gen.StrictServerInterface = (*Server)(nil)

// txFrom is the transaction that the edge opened for the request.
func txFrom(ctx context.Context) *store.Tx { return edge.From(ctx).Tx() }

// page is the page that a list's parameters ask for. The middleware has
// brought both into range already.
func page(number *gen.Page, size *gen.PerPage) store.Page {
	var p store.Page
	if number != nil {
		p.Number = *number
	}
	if size != nil {
		p.Size = *size
	}
	return p
}

// given turns a generated optional member, which cannot be null, into an
// optional of the engine.
func given[T any](value *T) nullable.Nullable[T] {
	if value == nil {
		return nullable.Nullable[T]{}
	}
	return nullable.NewNullableWithValue(*value)
}

// words turns a generated enumeration into text, keeping absent and null
// apart.
func words[Word ~string](value nullable.Nullable[Word]) nullable.Nullable[string] {
	switch {
	case value.IsNull():
		return nullable.NewNullNullable[string]()
	case value.IsSpecified():
		return nullable.NewNullableWithValue(string(value.MustGet()))
	}
	return nullable.Nullable[string]{}
}

// cents turns a generated amount into the engine's, keeping absent and null
// apart.
func cents(value nullable.Nullable[int]) nullable.Nullable[int64] {
	switch {
	case value.IsNull():
		return nullable.NewNullNullable[int64]()
	case value.IsSpecified():
		return nullable.NewNullableWithValue(int64(value.MustGet()))
	}
	return nullable.Nullable[int64]{}
}

// mapped maps a member, keeping absent and null apart.
func mapped[Body, Input any](value nullable.Nullable[Body], mapper func(Body) Input) nullable.Nullable[Input] {
	switch {
	case value.IsNull():
		return nullable.NewNullNullable[Input]()
	case value.IsSpecified():
		return nullable.NewNullableWithValue(mapper(value.MustGet()))
	}
	return nullable.Nullable[Input]{}
}

// texts turns a list of a generated enumeration into texts; nil into none.
func texts[Word ~string](values *[]Word) []string {
	if values == nil {
		return nil
	}
	list := make([]string, len(*values))
	for i, value := range *values {
		list[i] = string(value)
	}
	return list
}

// all is a list parameter's values; nil means none.
func all[T any](values *[]T) []T {
	if values == nil {
		return nil
	}
	return *values
}

// mappedList maps the entries of a list, keeping absent and null apart.
func mappedList[Body, Input any](list nullable.Nullable[[]Body], mapper func(Body) Input) nullable.Nullable[[]Input] {
	switch {
	case list.IsNull():
		return nullable.NewNullNullable[[]Input]()
	case list.IsSpecified():
		return nullable.NewNullableWithValue(wire.Each(list.MustGet(), mapper))
	}
	return nullable.Nullable[[]Input]{}
}
