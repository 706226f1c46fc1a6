package audit

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// secretParts are what the names of secret members contain, in lower case and
// without separators, so that "hmac_key", "signingSecret" and "X-Api-Key" are
// all caught.
var secretParts = []string{
	"apikey", "hmackey", "secret", "token", "password", "passphrase", "passwd", "authorization",
	"credential", "privatekey", "accesskey", "signingkey", "encryptionkey", "sshkey", "licensekey",
	"bearer", "cookie", "sessionid", "securitycode",
	"cardnumber", "ccnumber", "accountnumber", "routingnumber", "creditcard", "debitcard",
}

// secretTokens are secret only as a word of their own: "pan" in "card_pan" and
// "cardPan", but not in "company".
var secretTokens = map[string]bool{
	"pan": true, "cvc": true, "cvv": true, "iban": true, "pin": true, "otp": true, "ssn": true, "pwd": true, "jwt": true,
}

// secretWholes are secret only as the whole name: a "card" holds a number, a
// "rate_card" prices.
var secretWholes = map[string]bool{"card": true, "pass": true, "auth": true}

// secretNames tells the names of secrets from others. It remembers its
// judgement of the names that it has met first, which are those of the API's
// own fields.
type secretNames struct {
	parts  []string
	mu     sync.RWMutex
	judged map[string]bool
}

// The limits of what secretNames remembers: names, and bytes of a name.
const (
	judgedNames  = 4096
	judgedLength = 64
)

func newSecretNames(further []string) *secretNames {
	names := &secretNames{parts: append([]string(nil), secretParts...), judged: map[string]bool{}}
	for _, word := range further {
		if word = squeeze(word); word != "" {
			names.parts = append(names.parts, word)
		}
	}
	return names
}

// has reports whether what goes by the name must not be kept.
func (s *secretNames) has(name string) bool {
	s.mu.RLock()
	secret, known := s.judged[name]
	s.mu.RUnlock()
	if known {
		return secret
	}
	secret = s.judge(name)
	if len(name) <= judgedLength {
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.judged) < judgedNames {
			s.judged[name] = secret
		}
	}
	return secret
}

// judge decides about a name. The names of nested form fields, "card[number]",
// are judged as a whole and level by level.
func (s *secretNames) judge(name string) bool {
	squeezed := squeeze(name)
	for _, part := range s.parts {
		if strings.Contains(squeezed, part) {
			return true
		}
	}
	for whole := range secretWholes {
		if strings.Contains(squeezed, whole) && slices.ContainsFunc(strings.FieldsFunc(name, isLevel), isWhole) {
			return true
		}
	}
	for token := range secretTokens {
		if strings.Contains(squeezed, token) && slices.Contains(tokens(name), token) {
			return true
		}
	}
	return false
}

func isWhole(level string) bool { return secretWholes[squeeze(level)] }

func isLevel(c rune) bool { return c == '[' || c == ']' || c == '.' }

// harmless reports whether a value is kept although its name is that of a
// secret: nothing, or a number of tokens, by which language models are billed.
func harmless(name string, value []byte) bool {
	if string(value) == "null" {
		return true
	}
	name = squeeze(name)
	counts := strings.HasSuffix(name, "tokens") || strings.HasSuffix(name, "tokencount")
	var number json.Number
	return counts && value[0] != '"' && json.Unmarshal(value, &number) == nil
}

// cut ends a text, of which the form is not known, where a secret may begin:
// behind the first word that names one.
func (s *secretNames) cut(text string) string {
	end := -1
	endAt := func(at int) {
		if end < 0 || at < end {
			end = at
		}
	}
	squeezed, ends := squeezeWithEnds(text)
	for _, part := range s.parts {
		if at := strings.Index(squeezed, part); at >= 0 {
			endAt(ends[at+len(part)-1])
		}
	}
	at := 0
	for _, word := range strings.FieldsFunc(text, isNoLetter) {
		at += strings.Index(text[at:], word) + len(word)
		for _, token := range tokens(word) {
			if secretTokens[token] || secretWholes[token] {
				endAt(at)
			}
		}
	}
	if end < 0 {
		return text
	}
	return text[:end] + Filtered
}

func isNoLetter(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }

// squeeze brings a name into the form that secretParts have.
func squeeze(name string) string {
	return strings.Map(func(c rune) rune {
		if isNoLetter(c) {
			return -1
		}
		return unicode.ToLower(c)
	}, name)
}

// squeezeWithEnds also tells, for each byte of the result, where in the text
// the character that it comes from ends.
func squeezeWithEnds(text string) (string, []int) {
	var squeezed strings.Builder
	var ends []int
	for i, c := range text {
		if isNoLetter(c) {
			continue
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		written, _ := squeezed.WriteRune(unicode.ToLower(c))
		for range written {
			ends = append(ends, i+size)
		}
	}
	return squeezed.String(), ends
}

// tokens are the words of a name in lower case, however they are joined.
func tokens(name string) []string {
	var words []string
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	lower := false
	for _, c := range name {
		if isNoLetter(c) || unicode.IsUpper(c) && lower {
			end()
		}
		if !isNoLetter(c) {
			word.WriteRune(unicode.ToLower(c))
		}
		lower = unicode.IsLower(c) || unicode.IsDigit(c)
	}
	end()
	return words
}
