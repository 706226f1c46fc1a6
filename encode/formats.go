package encode

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"
	"unsafe"

	"github.com/google/uuid"
)

// format is a form of texts that validators assert. Formats that are not among
// these mean nothing to them.
type format struct {
	// valid reports whether a text has the form.
	valid func(text string) bool
	// nothing is the valid text that says least.
	nothing string
}

var formats = map[string]format{
	// Nobody can have an address below .invalid (RFC 2606).
	"email":     {validEmail, "none@example.invalid"},
	"uri":       {validURI, "about:blank"},
	"uuid":      {func(text string) bool { return len(text) == 36 && uuid.Validate(text) == nil }, uuid.Nil.String()},
	"date-time": {func(text string) bool { return parses(time.RFC3339, text) }, "1970-01-01T00:00:00Z"},
	"date":      {func(text string) bool { return parses(time.DateOnly, text) }, "1970-01-01"},
}

func parses(layout, text string) bool {
	_, err := time.Parse(layout, text)
	return err == nil
}

func validURI(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.IsAbs()
}

// The most that an address, its local part and a label of its domain may have.
const (
	longestEmail = 254
	longestLocal = 64
	longestLabel = 63
)

// validEmail reports whether every validator takes a text for an address: most know
// neither quotes nor a domain without a dot, though the standard does.
func validEmail(text string) bool {
	local, domain, _ := strings.Cut(text, "@")
	if len(text) > longestEmail || len(local) > longestLocal {
		return false
	}
	labels := 0
	for label := range strings.SplitSeq(domain, ".") {
		labels++
		if label == "" || len(label) > longestLabel || label[0] == '-' || label[len(label)-1] == '-' || !hasOnly(label, "-") {
			return false
		}
	}
	for part := range strings.SplitSeq(local, ".") {
		if part == "" || !hasOnly(part, "!#$%&'*+-/=?^_`{|}~") {
			return false
		}
	}
	return labels > 1
}

// hasOnly reports whether a text has nothing but letters and digits, and some further
// signs.
func hasOnly(text, further string) bool {
	for i := range len(text) {
		b := text[i]
		letter := b|0x20 >= 'a' && b|0x20 <= 'z'
		if !letter && (b < '0' || b > '9') && strings.IndexByte(further, b) < 0 {
			return false
		}
	}
	return true
}

// lostFormat is the format that only the published document has; nil where validators
// assert none.
func lostFormat(published, ours []*schema) *format {
	for _, one := range published {
		f, asserted := formats[one.Format]
		if asserted && !slices.ContainsFunc(ours, func(own *schema) bool { return own.Format == one.Format }) {
			return &f
		}
	}
	return nil
}

// plainText is the text that stands between the quotes of JSON. It is good for as long as
// these bytes stay.
func plainText(word []byte) string {
	if len(word) == 0 || bytes.IndexByte(word, '\\') < 0 {
		return unsafe.String(unsafe.SliceData(word), len(word))
	}
	var plain string
	if err := json.Unmarshal(slices.Concat([]byte{'"'}, word, []byte{'"'}), &plain); err != nil {
		return string(word)
	}
	return plain
}

// fits reports whether the text between the quotes of JSON has the form.
func (f *format) fits(word []byte) bool { return f.valid(plainText(word)) }

// first is the first entry of a list of texts that has the form; empty for none.
//
// Lago: a customer may have several addresses, with commas between them.
func (f *format) first(word []byte) string {
	for entry := range strings.FieldsFuncSeq(plainText(word), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		if f.valid(entry) {
			return entry
		}
	}
	return ""
}
