package form

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Blank reports whether a text counts as missing.
func Blank(text string) bool { return strings.TrimSpace(text) == "" }

// Unfilled reports whether a text that may be null says nothing.
func Unfilled(text *string) bool { return text == nil || Blank(*text) }

// Equal compares two values that may be missing.
func Equal[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// Distinct keeps the first of equal texts, in their order.
func Distinct(texts []string) []string {
	kept := make([]string, 0, len(texts))
	seen := make(map[string]bool, len(texts))
	for _, text := range texts {
		if !seen[text] {
			seen[text] = true
			kept = append(kept, text)
		}
	}
	return kept
}

// SortedSet is a list without its order and repetitions.
func SortedSet(words []string) []string {
	set := append([]string{}, words...)
	slices.Sort(set)
	return slices.Compact(set)
}

// QuotedList writes texts as Lago shows lists to people: JSON with a space
// after each comma.
func QuotedList(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		encoded, _ := json.Marshal(text) // of a text: cannot fail
		quoted[i] = string(encoded)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// Identifier reads an identifier; one that is missing or malformed names
// nothing, as the zero UUID does.
func Identifier(input Optional[string]) uuid.UUID {
	text, _ := input.Get() // absent and null are empty
	id, err := uuid.Parse(text)
	if err != nil {
		return uuid.Nil
	}
	return id
}

// IsWebAddress reports whether a text is an http or https URL with a host.
func IsWebAddress(text string) bool {
	for i := range len(text) {
		if text[i] <= ' ' || text[i] > '~' {
			return false
		}
	}
	address, err := url.Parse(text)
	return err == nil && (address.Scheme == "http" || address.Scheme == "https") && address.Hostname() != ""
}
