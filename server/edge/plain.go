package edge

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"tarn/fault"
)

// Plain is a request in the form that routes know: without slashes doubled at
// the beginning or left at the end of its path, and GET for HEAD. Whoever sends
// the answer to a HEAD leaves its body out, as net/http does.
func Plain(r *http.Request) *http.Request {
	escaped := r.URL.EscapedPath()
	path := "/" + strings.Trim(escaped, "/")
	if path == escaped && r.Method != http.MethodHead || path == "/docs" {
		return r // the reference page lies in a folder
	}
	plain, address := *r, *r.URL
	plain.URL = &address
	if decoded, err := url.PathUnescape(path); err == nil {
		address.Path, address.RawPath = decoded, path
	}
	if r.Method == http.MethodHead {
		plain.Method = http.MethodGet
	}
	return &plain
}

// checkText refuses a request whose path, query or body is no text in UTF-8.
// Replaced by others, its bytes could make two names one.
func checkText(r *http.Request, query url.Values, body []byte) error {
	valid := utf8.ValidString(r.URL.Path) && utf8.Valid(body) && !halfCharacter(body)
	for name, values := range query {
		valid = valid && utf8.ValidString(name)
		for _, value := range values {
			valid = valid && utf8.ValidString(value)
		}
	}
	if !valid {
		return &fault.Error{Kind: fault.BadRequest, Message: "Bad Request"}
	}
	return nil
}

// halfCharacter reports whether JSON escapes one half of a character that needs
// two, which is none.
func halfCharacter(body []byte) bool {
	text := string(body)
	for {
		at := strings.IndexByte(text, '\\')
		if at < 0 || at+1 == len(text) {
			return false
		}
		text = text[at:]
		unit, isUnit := escapedUnit(text)
		switch {
		case !isUnit:
			text = text[2:]
		case !utf16.IsSurrogate(unit):
			text = text[6:]
		default:
			second, isUnit := escapedUnit(text[6:])
			if !isUnit || utf16.DecodeRune(unit, second) == utf8.RuneError {
				return true
			}
			text = text[12:]
		}
	}
}

// escapedUnit reads an escape such as \u00e9 at the beginning of a text.
func escapedUnit(text string) (unit rune, ok bool) {
	if len(text) < 6 || text[:2] != `\u` {
		return 0, false
	}
	value, err := strconv.ParseUint(text[2:6], 16, 16)
	return rune(value), err == nil
}
