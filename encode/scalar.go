package encode

import (
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unsafe"

	"github.com/google/uuid"
	openapi_types "github.com/oapi-codegen/runtime/types"
)

// scalar is the encoder of a type that has no parts of its own, or writes
// itself; nil for others.
func scalar(t reflect.Type) encoder {
	switch t {
	case reflect.TypeFor[time.Time]():
		return writeTime
	case reflect.TypeFor[uuid.UUID]():
		return writeUUID
	case reflect.TypeFor[openapi_types.Date]():
		return writeDate
	case reflect.TypeFor[json.Number]():
		return writeNumber
	case reflect.TypeFor[json.RawMessage]():
		return func(dst []byte, at unsafe.Pointer) []byte { return appendRaw(dst, *(*[]byte)(at)) }
	}
	switch {
	case t.Kind() == reflect.Pointer || t.Kind() == reflect.Interface:
		return nil
	case t.Implements(marshaler):
		return marshaled(t)
	case t.Implements(textMarshaler):
		return textMarshaled(t)
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		return func(dst []byte, at unsafe.Pointer) []byte {
			return appendMarshaled(dst, *(*[]byte)(at))
		}
	}
	return ofKind(t.Kind())
}

func ofKind(kind reflect.Kind) encoder {
	switch kind {
	case reflect.String:
		return func(dst []byte, at unsafe.Pointer) []byte { return appendText(dst, *(*string)(at)) }
	case reflect.Bool:
		return func(dst []byte, at unsafe.Pointer) []byte { return strconv.AppendBool(dst, *(*bool)(at)) }
	case reflect.Int:
		return func(dst []byte, at unsafe.Pointer) []byte { return strconv.AppendInt(dst, int64(*(*int)(at)), 10) }
	case reflect.Int64:
		return func(dst []byte, at unsafe.Pointer) []byte { return strconv.AppendInt(dst, *(*int64)(at), 10) }
	case reflect.Int32:
		return func(dst []byte, at unsafe.Pointer) []byte { return strconv.AppendInt(dst, int64(*(*int32)(at)), 10) }
	case reflect.Float64:
		return func(dst []byte, at unsafe.Pointer) []byte { return appendFraction(dst, *(*float64)(at), 64) }
	case reflect.Float32:
		return func(dst []byte, at unsafe.Pointer) []byte { return appendFraction(dst, float64(*(*float32)(at)), 32) }
	default:
		return nil
	}
}

func writeTime(dst []byte, at unsafe.Pointer) []byte {
	dst, err := (*time.Time)(at).AppendText(append(dst, '"'))
	if err != nil {
		fail(err)
	}
	return append(dst, '"')
}

func writeDate(dst []byte, at unsafe.Pointer) []byte {
	dst = (*openapi_types.Date)(at).AppendFormat(append(dst, '"'), openapi_types.DateFormat)
	return append(dst, '"')
}

func writeUUID(dst []byte, at unsafe.Pointer) []byte {
	dst = append(dst, '"')
	for i, b := range (*uuid.UUID)(at) {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst = append(dst, '-')
		}
		dst = append(dst, hexadecimal[b>>4], hexadecimal[b&0xf])
	}
	return append(dst, '"')
}

func writeNumber(dst []byte, at unsafe.Pointer) []byte {
	number := *(*string)(at)
	if number == "" {
		return append(dst, '0')
	}
	if kindOf([]byte(number)) != whole|fraction || !json.Valid([]byte(number)) {
		fail(fmt.Errorf("%q is no number", number))
	}
	return append(dst, number...)
}

// marshaled writes what a value says of itself.
func marshaled(t reflect.Type) encoder {
	return func(dst []byte, at unsafe.Pointer) []byte {
		written, err := reflect.NewAt(t, at).Interface().(json.Marshaler).MarshalJSON() //nolint:errcheck // scalar found the method
		if err != nil {
			fail(err)
		}
		return appendRaw(dst, written)
	}
}

func textMarshaled(t reflect.Type) encoder {
	return func(dst []byte, at unsafe.Pointer) []byte {
		written, err := reflect.NewAt(t, at).Interface().(encoding.TextMarshaler).MarshalText() //nolint:errcheck // scalar found the method
		if err != nil {
			fail(err)
		}
		return appendText(dst, string(written))
	}
}

// appendMarshaled appends what encoding/json makes of a value.
func appendMarshaled(dst []byte, value any) []byte {
	written, err := json.Marshal(value)
	if err != nil {
		fail(err)
	}
	return append(dst, written...)
}

// ofInterface writes whatever is inside.
func ofInterface(t reflect.Type) encoder {
	return func(dst []byte, at unsafe.Pointer) []byte {
		return appendAny(dst, reflect.NewAt(t, at).Elem().Interface())
	}
}

func appendAny(dst []byte, value any) []byte {
	switch value := value.(type) {
	case nil:
		return append(dst, "null"...)
	case string:
		return appendText(dst, value)
	case bool:
		return strconv.AppendBool(dst, value)
	case float64:
		return appendFloat(dst, value, 64)
	}
	dst, err := write(dst, root{t: reflect.TypeOf(value)}, value)
	if err != nil {
		fail(err)
	}
	return dst
}

// ofMap writes the entries in the order of their keys.
func (p *planner) ofMap(t reflect.Type) encoder {
	if t.Key().Kind() != reflect.String {
		return func(dst []byte, at unsafe.Pointer) []byte {
			return appendMarshaled(dst, reflect.NewAt(t, at).Elem().Interface())
		}
	}
	inner := p.of(t.Elem(), nil)
	return func(dst []byte, at unsafe.Pointer) []byte {
		entries := reflect.NewAt(t, at).Elem()
		if entries.IsNil() {
			return append(dst, "null"...)
		}
		places := make(map[string]unsafe.Pointer, entries.Len())
		for each := entries.MapRange(); each.Next(); {
			place := reflect.New(t.Elem())
			place.Elem().Set(each.Value())
			places[each.Key().String()] = place.UnsafePointer()
		}
		from := len(dst)
		for _, key := range slices.Sorted(maps.Keys(places)) {
			dst = append(appendText(append(dst, ','), key), ':')
			dst = inner(dst, places[key])
		}
		return closed(dst, from, '{', '}')
	}
}
