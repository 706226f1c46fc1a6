package encode

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
	"unsafe"
)

// plans are the encoders that were made so far.
//
//nolint:gochecknoglobals // they follow from the contracts, which never change
var plans = &planner{made: map[plan]*encoder{}}

// planner makes encoders, one at a time.
type planner struct {
	mu   sync.Mutex
	made map[plan]*encoder
}

// plan is what an encoder is made for.
type plan struct {
	t reflect.Type
	s *shape
}

// encoder makes the encoder of a type whose values are held against a shape;
// without one they are written as they are.
func (p *planner) encoder(t reflect.Type, s *shape) encoder {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.of(t, s)
}

func (p *planner) of(t reflect.Type, s *shape) encoder {
	key := plan{t, s}
	if made := p.made[key]; made != nil {
		if *made != nil {
			return *made
		}
		// A type that contains itself: its encoder is there when it is needed.
		return func(dst []byte, at unsafe.Pointer) []byte { return (*made)(dst, at) }
	}
	made := new(encoder)
	p.made[key] = made
	*made = p.make(t, s)
	return *made
}

// The interfaces by which types write themselves.
//
//nolint:gochecknoglobals // constants
var (
	marshaler     = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

func (p *planner) make(t reflect.Type, s *shape) encoder {
	if value, isNullable := nullableOf(t); isNullable {
		return p.ofNullable(t, value, s)
	}
	if enc := scalar(t); enc != nil {
		return p.heldTo(enc, s)
	}
	switch t.Kind() {
	case reflect.Pointer:
		return p.ofPointer(t, s)
	case reflect.Struct:
		if s == nil || s.choices == nil && s.takes&object != 0 {
			return p.ofStruct(t, s)
		}
		return p.heldTo(p.of(t, nil), s)
	case reflect.Slice:
		if s == nil || s.takes&array != 0 {
			return p.ofSlice(t, s)
		}
		return p.heldTo(p.of(t, nil), s)
	case reflect.Map:
		return p.heldTo(p.ofMap(t), s)
	case reflect.Interface:
		return p.heldTo(ofInterface(t), s)
	case reflect.Array:
		return p.heldTo(p.ofArray(t), s)
	default:
		return func(dst []byte, _ unsafe.Pointer) []byte {
			fail(&json.UnsupportedTypeError{Type: t})
			return dst
		}
	}
}

// heldTo is an encoder whose values are held against a shape, if there is one.
func (*planner) heldTo(enc encoder, s *shape) encoder {
	if s == nil {
		return enc
	}
	return held(enc, s)
}

// appendNull appends null where it is valid.
func (s *shape) appendNull(dst []byte) []byte {
	if s != nil && s.takes&null == 0 {
		return dst
	}
	return append(dst, "null"...)
}

func (p *planner) ofPointer(t reflect.Type, s *shape) encoder {
	inner := p.of(t.Elem(), s)
	return func(dst []byte, at unsafe.Pointer) []byte {
		to := *(*unsafe.Pointer)(at)
		if to == nil {
			return s.appendNull(dst)
		}
		return inner(dst, to)
	}
}

// sliceHeader is how a slice lies in memory.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

func (p *planner) ofSlice(t reflect.Type, s *shape) encoder {
	var items *shape
	if s != nil {
		items = s.items
	}
	inner, size := p.of(t.Elem(), items), t.Elem().Size()
	return func(dst []byte, at unsafe.Pointer) []byte {
		list := (*sliceHeader)(at)
		if list.data == nil {
			return s.appendNull(dst)
		}
		return appendList(dst, list.data, list.len, size, inner)
	}
}

func (p *planner) ofArray(t reflect.Type) encoder {
	inner, size, count := p.of(t.Elem(), nil), t.Elem().Size(), t.Len()
	return func(dst []byte, at unsafe.Pointer) []byte { return appendList(dst, at, count, size, inner) }
}

// appendList appends values that lie one behind the other.
func appendList(dst []byte, first unsafe.Pointer, count int, size uintptr, inner encoder) []byte {
	from := len(dst)
	for i := range count {
		dst = append(dst, ',')
		mark := len(dst)
		if dst = inner(dst, unsafe.Add(first, uintptr(i)*size)); len(dst) == mark {
			dst = dst[:mark-1]
		}
	}
	return closed(dst, from, '[', ']')
}

// field is a member of a struct as it is written.
type field struct {
	offset uintptr
	// name is the member's name with a comma before and a colon behind it.
	name string
	// absent reports whether the member is left out; nil for one that never is.
	absent func(at unsafe.Pointer) bool
	write  encoder
	// instead is written where there is no valid value, or none at all.
	instead string
	// needed says that nothing is written of the struct without this member.
	needed bool
}

func (p *planner) ofStruct(t reflect.Type, s *shape) encoder {
	var fields []field
	seen := map[string]bool{}
	for _, one := range membersOf(t, 0) {
		m, forbidden := s.member(one.name)
		if forbidden {
			continue
		}
		seen[one.name] = true
		f := field{offset: one.offset, name: "," + quoted(one.name) + ":", write: p.of(one.t, m.shape), instead: m.instead, needed: m.required && s.leftOut}
		if one.optional {
			f.absent = absence(one.t)
		}
		fields = append(fields, f)
	}
	if s != nil {
		for _, needed := range s.required {
			if !seen[needed.name] && needed.value != "" {
				fields = append(fields, field{name: "," + quoted(needed.name) + ":", write: nothing, instead: needed.value})
			}
		}
	}
	return func(dst []byte, at unsafe.Pointer) []byte { return appendStruct(dst, at, fields) }
}

// nothing is the encoder of a member that no value has.
func nothing(dst []byte, _ unsafe.Pointer) []byte { return dst }

func appendStruct(dst []byte, at unsafe.Pointer, fields []field) []byte {
	from := len(dst)
	for i := range fields {
		f := &fields[i]
		place := unsafe.Add(at, f.offset)
		absent := f.absent != nil && f.absent(place)
		if absent && f.instead == "" {
			continue
		}
		mark := len(dst)
		dst = append(dst, f.name...)
		begin := len(dst)
		if !absent {
			dst = f.write(dst, place)
		}
		if len(dst) == begin {
			dst = append(dst, f.instead...)
		}
		if len(dst) == begin && f.needed {
			return dst[:from]
		}
		if len(dst) == begin {
			dst = dst[:mark]
		}
	}
	return closed(dst, from, '{', '}')
}

// member is what a shape says of a member of its object.
func (s *shape) member(name string) (m member, forbidden bool) {
	if s == nil {
		return member{}, false
	}
	m, known := s.members[name]
	if !known {
		return member{shape: s.rest}, s.forbidden
	}
	return m, false
}

// structMember is a field of a struct under its JSON name.
type structMember struct {
	name     string
	offset   uintptr
	t        reflect.Type
	optional bool
}

// membersOf lists the fields of a struct. Those of an embedded struct are its
// own.
func membersOf(t reflect.Type, offset uintptr) []structMember {
	var list []structMember
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			list = append(list, membersOf(f.Type, offset+f.Offset)...)
			continue
		case !f.IsExported() || name == "-":
			continue
		case name == "":
			name = f.Name
		}
		optional := strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
		list = append(list, structMember{name: name, offset: offset + f.Offset, t: f.Type, optional: optional})
	}
	return list
}
