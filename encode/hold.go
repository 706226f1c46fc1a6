package encode

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"sync"
	"unsafe"

	"github.com/shopspring/decimal"
)

// scratch are buffers for values that are rewritten.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

// held is an encoder whose value is written first and then held against a
// shape.
func held(enc encoder, s *shape) encoder {
	return func(dst []byte, at unsafe.Pointer) []byte {
		from := len(dst)
		dst = enc(dst, at)
		if len(dst) == from || s.fits(dst[from:]) {
			return dst
		}
		buffer := scratch.Get().(*[]byte) //nolint:errcheck // nothing else is in it
		*buffer = append((*buffer)[:0], dst[from:]...)
		dst = s.append(dst[:from], *buffer)
		scratch.Put(buffer)
		return dst
	}
}

// fits reports whether a value is seen to be valid at one glance.
func (s *shape) fits(raw []byte) bool {
	kind := kindOf(raw)
	switch {
	case kind&structured != 0:
		return false
	case kind == whole|fraction:
		return s.takes&whole != 0 && (s.takes&fraction != 0 || !bytes.ContainsAny(raw, ".eE"))
	case kind == text && s.takes&text != 0:
		return s.validText(raw[1 : len(raw)-1])
	}
	return kind&s.takes != 0
}

func (s *shape) validText(word []byte) bool {
	if s.words != nil && !s.words[string(word)] {
		return false
	}
	for _, pattern := range s.patterns {
		if !pattern.Match(word) {
			return false
		}
	}
	return s.format == nil || s.format.fits(word)
}

// append appends the nearest valid value to one that is JSON without spaces;
// nothing where none is near.
func (s *shape) append(dst, raw []byte) []byte {
	switch kindOf(raw) {
	case null:
		if s.takes&null == 0 {
			return dst
		}
		return append(dst, raw...)
	case boolean:
		return s.appendOr(dst, raw, boolean)
	case text:
		return s.appendText(dst, raw)
	case object:
		if s.takes&object != 0 {
			return s.appendChosen(dst, raw)
		}
	case array:
		if s.takes&array != 0 {
			return s.appendArray(dst, raw)
		}
	default:
		return s.appendNumber(dst, raw)
	}
	return s.appendOr(dst, raw, 0)
}

// appendOr appends a value of a kind; where the kind does not fit and texts do,
// the value as a text.
func (s *shape) appendOr(dst, raw []byte, kind kinds) []byte {
	switch {
	case s.takes&kind != 0:
		return append(dst, raw...)
	case s.takes&text != 0:
		if s.validText(raw) {
			dst = appendText(dst, unescaped(raw))
		}
		return dst
	case s.takes&object != 0 && s.under != "":
		dst = append(appendText(append(dst, '{'), s.under), ':', '[')
		return append(append(dst, raw...), ']', '}')
	}
	return dst
}

// maxExponent bounds the numbers that are written in plain notation.
const maxExponent = 400

// number reads a number in any notation.
func number(spelled []byte) (decimal.Decimal, bool) {
	value, err := decimal.NewFromString(string(spelled))
	return value, err == nil && max(value.Exponent(), -value.Exponent()) <= maxExponent
}

// appendText appends a text: another word, a decimal in plain notation or a
// number instead of it, whichever is valid.
func (s *shape) appendText(dst, raw []byte) []byte {
	word := raw[1 : len(raw)-1]
	if s.takes&text == 0 {
		value, isNumber := number(word)
		if !isNumber || s.takes&(whole|fraction) == 0 {
			return s.appendOr(dst, raw, 0)
		}
		if !json.Valid(word) {
			word = []byte(value.String())
		}
		return s.appendNumber(dst, word)
	}
	if s.validText(word) {
		return append(dst, raw...)
	}
	if nearest := s.nearest[string(word)]; nearest != nil {
		return append(dst, nearest...)
	}
	if s.format != nil {
		if first := s.format.first(word); first != "" {
			dst = appendText(dst, first)
		}
		return dst
	}
	if value, isNumber := number(word); isNumber && s.validText([]byte(value.String())) {
		return appendText(dst, value.String())
	}
	return dst
}

// appendNumber appends a number, rounded or as a text where that is valid.
func (s *shape) appendNumber(dst, raw []byte) []byte {
	if s.takes&(whole|fraction) == whole|fraction {
		return append(dst, raw...)
	}
	value, isNumber := number(raw)
	switch {
	case !isNumber:
	case s.takes&whole != 0:
		return append(dst, value.Round(0).String()...)
	case s.takes&fraction != 0 && !isWhole(value):
		return append(dst, raw...)
	}
	return s.appendOr(dst, raw, 0)
}

// isWhole reports whether readers take a number for an integer: most of them read it as
// floating point, in which there is no fraction behind many digits.
func isWhole(value decimal.Decimal) bool {
	read := value.InexactFloat64()
	return value.IsInteger() || read == math.Trunc(read)
}

func (s *shape) appendArray(dst, raw []byte) []byte {
	if s.items == nil {
		return append(dst, raw...)
	}
	from := len(dst)
	for i := 1; i < len(raw)-1; {
		to := end(raw, i)
		dst = append(dst, ',')
		if mark := len(dst); s.items != nil {
			if dst = s.items.append(dst, raw[i:to]); len(dst) == mark {
				dst = dst[:mark-1]
			}
		}
		i = to + 1
	}
	return closed(dst, from, '[', ']')
}

// closed puts brackets round what was appended since from, each entry with a
// comma before it.
func closed(dst []byte, from int, opening, closing byte) []byte {
	if len(dst) == from {
		return append(dst, opening, closing)
	}
	dst[from] = opening
	return append(dst, closing)
}

// appendChosen holds an object against one of several shapes: the one that asks
// for the most members, all of which the object has.
func (s *shape) appendChosen(dst, raw []byte) []byte {
	if s.choices == nil {
		return s.appendObject(dst, raw)
	}
	var best *choice
	for i, one := range s.choices {
		lacks := func(name string) bool { return !hasMember(raw, name) }
		if !slices.ContainsFunc(one.required, lacks) && (best == nil || len(one.required) > len(best.required)) {
			best = &s.choices[i]
		}
	}
	switch {
	case best == nil:
		return s.appendObject(dst, raw)
	case best.shape == nil:
		return append(dst, raw...)
	}
	return best.shape.append(dst, raw)
}

// hasMember reports whether an object has a member.
func hasMember(raw []byte, name string) bool {
	found := false
	eachMember(raw, func(key, _ []byte) { found = found || string(key) == name })
	return found
}

// eachMember calls f with the name and the value of each member of an object.
func eachMember(raw []byte, f func(key, value []byte)) {
	for i := 1; i < len(raw)-1; {
		colon := end(raw, i)
		to := end(raw, colon+1)
		f(raw[i+1:colon-1], raw[colon+1:to])
		i = to + 1
	}
}

// appendObject appends the members that are valid; nothing where the object is
// rather left out than without one of them.
func (s *shape) appendObject(dst, raw []byte) []byte {
	from, lacks := len(dst), false
	eachMember(raw, func(key, value []byte) {
		mark := len(dst)
		dst = append(append(append(dst, ',', '"'), key...), '"', ':')
		begin := len(dst)
		m, known := s.members[string(key)]
		inner := m.shape
		if !known {
			inner = s.rest
		}
		switch {
		case !known && s.forbidden:
		case inner == nil:
			dst = append(dst, value...)
		default:
			dst = inner.append(dst, value)
		}
		if len(dst) == begin {
			dst = append(dst, m.instead...)
		}
		if len(dst) == begin {
			dst = dst[:mark]
			lacks = lacks || m.required
		}
	})
	if s.leftOut && lacks {
		return dst[:from]
	}
	for _, needed := range s.required {
		if needed.value != "" && !hasMember(raw, needed.name) {
			dst = append(append(appendText(append(dst, ','), needed.name), ':'), needed.value...)
		}
	}
	return closed(dst, from, '{', '}')
}
