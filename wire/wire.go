// Package wire turns rows into the contracts' objects. The same functions make
// API answers, the objects of activity logs and the payloads of webhooks, so
// these can never differ. It reads no database: a row comes with everything
// that its object shows.
package wire

import (
	"time"

	"github.com/shopspring/decimal"

	"tarn/billing/charge"
	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// Meta says where a page lies in its list.
//
// Lago: an empty list is on page 0, whatever page was asked for.
func Meta[T any](list store.List[T]) gen.PaginationMeta {
	meta := gen.PaginationMeta{
		NextPage:   nullable.NewNullNullable[int](),
		PrevPage:   nullable.NewNullNullable[int](),
		TotalCount: int(list.Total),
		TotalPages: list.Pages(),
	}
	if list.Total == 0 {
		return meta
	}
	meta.CurrentPage = list.Page.Number
	if meta.CurrentPage < meta.TotalPages {
		meta.NextPage.Set(meta.CurrentPage + 1)
	}
	if meta.CurrentPage > 1 {
		meta.PrevPage.Set(meta.CurrentPage - 1)
	}
	return meta
}

// Each maps rows with a mapper; no rows make an empty array, never null.
func Each[Row, Object any](rows []Row, mapper func(Row) Object) []Object {
	objects := make([]Object, len(rows))
	for i, row := range rows {
		objects[i] = mapper(row)
	}
	return objects
}

// optional is a member that is present: null or a value.
func optional[T any](value *T) nullable.Nullable[T] {
	if value == nil {
		return nullable.NewNullNullable[T]()
	}
	return nullable.NewNullableWithValue(*value)
}

// optionalWord is optional for the contract's enumerations.
func optionalWord[Word ~string](value *string) nullable.Nullable[Word] {
	if value == nil {
		return nullable.NewNullNullable[Word]()
	}
	return nullable.NewNullableWithValue(Word(*value))
}

// some is a member that the document does not require and we always send.
func some[T any](value T) *T { return &value }

// instant is a time as most objects show it: UTC, whole seconds.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// optionalInstant is instant for a time that may be missing.
func optionalInstant(t *time.Time) nullable.Nullable[time.Time] {
	if t == nil {
		return nullable.NewNullNullable[time.Time]()
	}
	return nullable.NewNullableWithValue(instant(*t))
}

// Decimal writes a decimal as the API does in strings: plain notation, no
// trailing zeros, at least one fraction digit.
func Decimal(d decimal.Decimal) string { return charge.FormatDecimal(d) }
