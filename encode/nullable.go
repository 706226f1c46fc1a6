package encode

import (
	"reflect"
	"unsafe"
)

// nullable is a value that may be null or not be there. The generated types
// have one; how it lies in memory is its own affair.
type nullable interface {
	IsNull() bool
	IsSpecified() bool
}

// nullableOf is the type of the value that a type of nullables holds.
func nullableOf(t reflect.Type) (value reflect.Type, isNullable bool) {
	if !t.Implements(reflect.TypeFor[nullable]()) {
		return nil, false
	}
	get, found := t.MethodByName("Get")
	if !found || get.Type.NumOut() != 2 {
		return nil, false
	}
	return get.Type.Out(0), true
}

func (p *planner) ofNullable(t, value reflect.Type, s *shape) encoder {
	inner, find := p.of(value, s), valueIn(t, value)
	return func(dst []byte, at unsafe.Pointer) []byte {
		if reflect.NewAt(t, at).Interface().(nullable).IsNull() { //nolint:errcheck // nullableOf found the methods
			return s.appendNull(dst)
		}
		return inner(dst, find(at))
	}
}

// valueIn finds the value of a nullable: a field of its type, or the entry of a
// map under true.
func valueIn(t, value reflect.Type) func(at unsafe.Pointer) unsafe.Pointer {
	if t.Kind() == reflect.Struct {
		for i := range t.NumField() {
			if f := t.Field(i); f.Type == value {
				return func(at unsafe.Pointer) unsafe.Pointer { return unsafe.Add(at, f.Offset) }
			}
		}
	}
	given := reflect.ValueOf(true)
	return func(at unsafe.Pointer) unsafe.Pointer {
		place := reflect.New(value)
		if found := reflect.NewAt(t, at).Elem().MapIndex(given); found.IsValid() {
			place.Elem().Set(found)
		}
		return place.UnsafePointer()
	}
}

// absence reports whether an optional member of a type is left out: where it is
// false, zero, nil, empty or not specified.
func absence(t reflect.Type) func(at unsafe.Pointer) bool {
	if _, isNullable := nullableOf(t); isNullable {
		return func(at unsafe.Pointer) bool { return !reflect.NewAt(t, at).Interface().(nullable).IsSpecified() } //nolint:errcheck // nullableOf found the methods
	}
	switch t.Kind() {
	case reflect.Pointer:
		return func(at unsafe.Pointer) bool { return *(*unsafe.Pointer)(at) == nil }
	case reflect.Slice:
		return func(at unsafe.Pointer) bool { return (*sliceHeader)(at).len == 0 }
	case reflect.String:
		return func(at unsafe.Pointer) bool { return *(*string)(at) == "" }
	case reflect.Map:
		return func(at unsafe.Pointer) bool { return reflect.NewAt(t, at).Elem().Len() == 0 }
	case reflect.Struct, reflect.Array:
		return nil
	default:
		return func(at unsafe.Pointer) bool { return reflect.NewAt(t, at).Elem().IsZero() }
	}
}
