package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf8"
)

// rewriter copies a JSON text value by value, so that order and numbers stay
// as they were sent, up to those that no reader can hold. It walks over text that is known to be valid.
type rewriter struct {
	redactor *Redactor
	in       []byte
	at       int
	out      []byte
	filtered bool
}

var errNotJSON = errors.New("not one JSON value")

// rewrite is a JSON text in compact form without secrets. It reports whether
// it has filtered anything, and fails for what is not JSON.
func (r *Redactor) rewrite(body []byte) ([]byte, bool, error) {
	if !json.Valid(body) {
		return nil, false, errNotJSON
	}
	w := rewriter{redactor: r, in: body, out: make([]byte, 0, len(body))}
	w.value()
	return w.out, w.filtered, nil
}

// next is the first character that is no space.
func (w *rewriter) next() byte {
	for {
		switch c := w.in[w.at]; c {
		case ' ', '\t', '\r', '\n':
			w.at++
		default:
			return c
		}
	}
}

// copy takes over as many characters as they are.
func (w *rewriter) copy(length int) {
	w.out = append(w.out, w.in[w.at:w.at+length]...)
	w.at += length
}

func (w *rewriter) value() {
	switch w.next() {
	case '{':
		w.list('}', w.member)
	case '[':
		w.list(']', w.value)
	case '"':
		w.text()
	default:
		rest := w.in[w.at:]
		if end := bytes.IndexAny(rest, ",]} \t\r\n"); end >= 0 {
			rest = rest[:end]
		}
		w.plain(rest)
	}
}

// plain copies a number, or a word. A number beyond those that readers of JSON can hold
// becomes a text: with it, they would read nothing of the log at all.
func (w *rewriter) plain(value []byte) {
	if !holdable(value) {
		w.at += len(value)
		w.out = appendQuoted(w.out, string(value))
		return
	}
	w.copy(len(value))
}

// holdable reports whether a number has a place among those of floating point. Words have,
// and so has whatever has no exponent and no more digits than the largest of them.
func holdable(value []byte) bool {
	const digits = 308
	word := value[0] >= 'a'
	if word || len(value) <= digits && !bytes.ContainsAny(value, "eE") {
		return true
	}
	_, err := strconv.ParseFloat(string(value), 64)
	return err == nil
}

// list copies an array or an object.
func (w *rewriter) list(end byte, entry func()) {
	w.copy(1)
	for w.next() != end {
		if w.in[w.at] == ',' {
			w.copy(1)
		}
		entry()
	}
	w.copy(1)
}

// member copies a member, or its name and what stands for its value.
func (w *rewriter) member() {
	w.next()
	quoted := w.quoted()
	name, plain := unquote(quoted)
	if plain {
		w.out = append(w.out, quoted...)
	} else {
		w.out = appendQuoted(w.out, string(name))
	}
	w.next()
	w.copy(1) // the colon
	if !w.redactor.names.has(string(name)) {
		w.value()
		return
	}
	start, filtered := len(w.out), w.filtered
	w.value()
	w.filtered = filtered
	if !harmless(string(name), w.out[start:]) {
		w.out = appendQuoted(w.out[:start], Filtered)
		w.filtered = true
	}
}

// text copies a string, or what is left of it without the secrets inside.
func (w *rewriter) text() {
	quoted := w.quoted()
	value, plain := unquote(quoted)
	if plain && !mayHide(value) {
		w.out = append(w.out, quoted...)
		return
	}
	text, filtered := w.redactor.text(string(value))
	w.filtered = w.filtered || filtered
	w.out = appendQuoted(w.out, text)
}

// quoted reads a string with its quotation marks.
func (w *rewriter) quoted() []byte {
	start := w.at
	for w.at++; w.in[w.at] != '"'; w.at++ {
		if w.in[w.at] == '\\' {
			w.at++
		}
	}
	w.at++
	return w.in[start:w.at]
}

// unquote is what a JSON string says. It is plain when the string is written
// as we write it.
func unquote(quoted []byte) (value []byte, plain bool) {
	value, plain = quoted[1:len(quoted)-1], true
	for _, c := range value {
		plain = plain && c != '\\' && c < utf8.RuneSelf
	}
	if plain {
		return value, true
	}
	var text string
	_ = json.Unmarshal(quoted, &text) // of a valid JSON string: cannot fail
	return []byte(text), false
}

// mayHide reports whether a text may hold JSON or an address.
func mayHide(text []byte) bool {
	start := bytes.TrimLeft(text, " ")
	return len(start) > 0 && (start[0] == '{' || start[0] == '[') || bytes.Contains(text, []byte("://"))
}
