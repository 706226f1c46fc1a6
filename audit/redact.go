package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Filtered stands where a secret was.
const Filtered = "[FILTERED]"

// DefaultBodyLimit is the size in bytes from which a body is not kept itself.
const DefaultBodyLimit = 64 << 10

// secretWords are what the names of secret members contain, in lower case and
// without separators. They are matched as parts of a name, so "hmac_key",
// "signingSecret" and "X-Api-Key" are all caught.
var secretWords = []string{
	"apikey", "hmackey", "secret", "token", "password", "passphrase", "passwd", "authorization",
	"credential", "privatekey", "accesskey", "signingkey", "bearer", "cookie", "sessionid",
	"cardnumber", "cvv", "cvc", "iban", "accountnumber", "routingnumber", "creditcard", "pan",
}

// exactWords are names that are secret only as a whole: as parts of a name
// they are harmless ("pan" in "company").
var exactWords = map[string]bool{"pan": true, "cvc": true, "cvv": true, "iban": true}

// harmlessWords look like secrets and are not: identifiers and switches of the
// contract.
var harmlessWords = map[string]bool{"tokencount": true, "tokens": true, "totaltokens": true, "inputtokens": true, "outputtokens": true}

// Redactor decides what of a body is kept. The zero value is not ready; use
// NewRedactor.
type Redactor struct {
	limit int
	words []string
}

// NewRedactor returns a redactor that keeps bodies up to limit bytes
// (DefaultBodyLimit when it is not positive) and treats further words as
// secret beside its own.
func NewRedactor(limit int, further ...string) *Redactor {
	if limit <= 0 {
		limit = DefaultBodyLimit
	}
	r := &Redactor{limit: limit, words: append([]string(nil), secretWords...)}
	for _, word := range further {
		if word = squeeze(word); word != "" {
			r.words = append(r.words, word)
		}
	}
	return r
}

// Body is a body as a log keeps it: compact JSON in the order it was sent,
// without secrets. A body that is not JSON becomes a JSON string, one over the
// limit an object that tells its size and SHA-256. An empty body stays empty.
func (r *Redactor) Body(body []byte) string {
	if len(body) == 0 {
		return ""
	}
	if len(body) > r.limit {
		return r.summary(body)
	}
	kept, err := r.rewrite(body)
	if err != nil {
		kept = quote(strings.ToValidUTF8(string(body), "\uFFFD"))
	}
	if len(kept) > r.limit {
		return r.summary(body)
	}
	return string(kept)
}

func (r *Redactor) summary(body []byte) string {
	sum := sha256.Sum256(body)
	text, _ := json.Marshal(map[string]any{ // of strings and numbers: cannot fail
		"omitted": "the body is larger than the log keeps",
		"size":    len(body),
		"sha256":  hex.EncodeToString(sum[:]),
	})
	return string(text)
}

// tooLarge stands for a body of which only the size is known.
func tooLarge(size int64) string {
	text, _ := json.Marshal(map[string]any{ // of a string and a number: cannot fail
		"omitted": "the body is larger than the server reads",
		"size":    size,
	})
	return string(text)
}

// rewrite copies a JSON text token by token, so that order and numbers stay as
// they were sent.
func (r *Redactor) rewrite(body []byte) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	w := writer{out: make([]byte, 0, len(body))}
	if err := r.value(decoder, &w); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("more than one value: %w", err)
	}
	return w.out, nil
}

// writer collects the copy.
type writer struct{ out []byte }

func (w *writer) raw(text string) { w.out = append(w.out, text...) }
func (w *writer) json(value any)  { w.out = append(w.out, quote(value)...) }

func (r *Redactor) value(decoder *json.Decoder, w *writer) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		return r.object(decoder, w)
	case json.Delim('['):
		return r.array(decoder, w)
	}
	w.json(token)
	return nil
}

func (r *Redactor) array(decoder *json.Decoder, w *writer) error {
	w.raw("[")
	for first := true; decoder.More(); first = false {
		if !first {
			w.raw(",")
		}
		if err := r.value(decoder, w); err != nil {
			return err
		}
	}
	w.raw("]")
	_, err := decoder.Token()
	return err
}

func (r *Redactor) object(decoder *json.Decoder, w *writer) error {
	w.raw("{")
	for first := true; decoder.More(); first = false {
		if !first {
			w.raw(",")
		}
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		w.json(name)
		w.raw(":")
		target := w
		secret := r.secret(name)
		if secret {
			target = &writer{}
		}
		if err := r.value(decoder, target); err != nil {
			return err
		}
		switch {
		case secret && string(target.out) == "null":
			w.raw("null")
		case secret:
			w.json(Filtered)
		}
	}
	w.raw("}")
	_, err := decoder.Token()
	return err
}

// secret reports whether a member's value must not be kept.
func (r *Redactor) secret(name string) bool {
	name = squeeze(name)
	if harmlessWords[name] {
		return false
	}
	for _, word := range r.words {
		if name == word || !exactWords[word] && strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// squeeze brings a name into the form the words have.
func squeeze(name string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, name)
}

// quote writes a scalar as JSON without escaping <, > and &.
func quote(value any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // a scalar from a decoder: cannot fail
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
