package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// Filtered stands where a secret was.
const Filtered = "[FILTERED]"

// DefaultBodyLimit is the size in bytes up to which a body is kept itself.
const DefaultBodyLimit = 64 << 10

// Redactor decides what of a request is kept. The zero value is not ready; use
// NewRedactor. It is safe for concurrent use.
type Redactor struct {
	limit int
	names *secretNames
}

// NewRedactor returns a redactor that keeps bodies up to limit bytes
// (DefaultBodyLimit when it is not positive) and treats further words as
// secret beside its own, wherever they are part of a name.
func NewRedactor(limit int, further ...string) *Redactor {
	if limit <= 0 {
		limit = DefaultBodyLimit
	}
	return &Redactor{limit: limit, names: newSecretNames(further)}
}

// Body is a body as a log keeps it: compact JSON in the order it was sent,
// without secrets. A body that is not JSON becomes a JSON string that ends
// where a secret may begin, one over the limit an object that tells its size
// and SHA-256. An empty body stays empty.
func (r *Redactor) Body(body []byte) string {
	if len(body) == 0 {
		return ""
	}
	if len(body) > r.limit {
		return r.summary(body)
	}
	kept, _, err := r.rewrite(body)
	if err != nil {
		kept = appendQuoted(nil, r.names.cut(strings.ToValidUTF8(string(body), "\uFFFD")))
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

// text is a string value: as it is, unless it holds JSON or an address that
// have secrets of their own.
func (r *Redactor) text(value string) (string, bool) {
	if start := strings.TrimLeft(value, " \t\r\n"); strings.HasPrefix(start, "{") || strings.HasPrefix(start, "[") {
		if inner, filtered, err := r.rewrite([]byte(value)); err == nil && filtered {
			return string(inner), true
		}
		return value, false
	}
	return r.address(value)
}

// appendQuoted adds a text as JSON, without escaping <, > and &.
func appendQuoted(out []byte, text string) []byte {
	if !strings.ContainsFunc(text, needsEscape) {
		out = append(out, '"')
		out = append(out, text...)
		return append(out, '"')
	}
	var quoted bytes.Buffer
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text: cannot fail
	return append(out, bytes.TrimSuffix(quoted.Bytes(), []byte("\n"))...)
}

// needsEscape picks the characters that may have to be written in another way.
func needsEscape(c rune) bool {
	return c < ' ' || c > '~' || c == '"' || c == '\\'
}
