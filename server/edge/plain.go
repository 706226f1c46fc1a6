package edge

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Plain is a request in the form that routes know: without slashes doubled at
// the beginning or left at the end of its path, and GET for HEAD. Whoever sends
// the answer to a HEAD leaves its body out, as net/http does.
func Plain(r *http.Request) *http.Request {
	escaped := r.URL.EscapedPath()
	path := "/" + strings.Trim(escaped, "/")
	if path == "/docs" && strings.HasSuffix(escaped, "/") {
		path += "/" // the reference page lies in a folder
	}
	if path == escaped && r.Method != http.MethodHead {
		return r
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
func (x *Exchange) checkText(r *http.Request) error {
	if x.queryBroken {
		x.Hint("the query cannot be read: %s", hintSentence("it has a % before something else than two digits of a byte, or bytes that are no UTF-8"))
		return badRequest()
	}
	if !utf8.ValidString(r.URL.Path) || !utf8.Valid(x.body) || halfCharacter(x.body) {
		return badRequest()
	}
	return nil
}

// readQuery puts what a query says into values, and reports whether it could be read. Go
// leaves out what it cannot read, and everything with a semicolon in it.
func readQuery(raw string, values url.Values) bool {
	if !strings.ContainsAny(raw, "%;") && utf8.ValidString(raw) {
		return true // Go has read it
	}
	clear(values)
	return eachPair(raw, func(name, value string) bool {
		values[name] = append(values[name], value)
		return true
	})
}

// eachPair hands on the pairs of a query or a form. It stops with false at one that is
// broken, is no text in UTF-8 or is not taken.
func eachPair(written string, take func(name, value string) bool) bool {
	for pair := range strings.SplitSeq(written, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, nameErr := url.QueryUnescape(name)
		value, valueErr := url.QueryUnescape(value)
		if nameErr != nil || valueErr != nil || !utf8.ValidString(name) || !utf8.ValidString(value) || !take(name, value) {
			return false
		}
	}
	return true
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
