package openapitest

import (
	"hash/maphash"
	"regexp"
	"sync"
	"time"

	"github.com/google/uuid"
)

// forms remember what bodies looked like that were found valid. Tests see the same bodies
// again and again, with other identifiers and at other instants: on both databases, and
// in every test that begins with the same customer.
type forms struct {
	seed  maphash.Seed
	valid sync.Map
}

func newForms() *forms { return &forms{seed: maphash.MakeSeed()} }

// key is the form of a body at a place: of two that differ in digits of texts or in
// identifiers alone, no schema takes one and refuses the other.
func (f *forms) key(pointer string, body []byte) uint64 {
	form := make([]byte, 0, len(pointer)+len(body))
	form = append(form, pointer...)
	for len(body) > 0 {
		if body[0] != '"' {
			form, body = append(form, body[0]), body[1:]
			continue
		}
		end := endOfText(body)
		form, body = appendText(form, body[:end]), body[end:]
	}
	return maphash.Bytes(f.seed, form)
}

// endOfText is where the text ends with which a body begins.
func endOfText(body []byte) int {
	for i := 1; i < len(body); i++ {
		switch body[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(body)
}

// dayOf is what a day or an instant begins with, behind its quote.
var dayOf = regexp.MustCompile(`^"\d{4}-\d\d-\d\d`)

// appendText adds the form of a quoted text. A day that no calendar has differs from
// others in its digits alone, so it keeps them.
func appendText(form, text []byte) []byte {
	const quotedUUID = 38
	if day := dayOf.Find(text); day != nil && parse(time.DateOnly, string(day[1:])) != nil {
		return append(form, text...)
	}
	if len(text) == quotedUUID && uuid.Validate(string(text[1:quotedUUID-1])) == nil {
		return append(form, "uuid"...)
	}
	for _, c := range text {
		if c >= '0' && c <= '9' {
			c = '0'
		}
		form = append(form, c)
	}
	return form
}

// known reports whether a body of the same form was found valid.
func (f *forms) known(key uint64) bool {
	_, known := f.valid.Load(key)
	return known
}

// remember keeps that a body of this form is valid.
func (f *forms) remember(key uint64) { f.valid.Store(key, struct{}{}) }
