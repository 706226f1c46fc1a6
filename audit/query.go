package audit

import (
	"net/url"
	"strconv"
	"strings"
)

// Query is a query string as a log keeps it: its pairs in the order they were
// sent, without the values of secrets. One over the limit is only told by its
// size.
func (r *Redactor) Query(query string) string {
	if query == "" {
		return ""
	}
	if len(query) > r.limit {
		return "[OMITTED: " + strconv.Itoa(len(query)) + " bytes]"
	}
	var kept strings.Builder
	for rest := query; rest != ""; {
		end := strings.IndexAny(rest, "&;")
		if end < 0 {
			kept.WriteString(r.pair(rest))
			break
		}
		kept.WriteString(r.pair(rest[:end]))
		kept.WriteByte(rest[end])
		rest = rest[end+1:]
	}
	return kept.String()
}

// pair is one name and value of a query. What cannot be decoded is judged as
// text of unknown form.
func (r *Redactor) pair(pair string) string {
	escapedName, escapedValue, hasValue := strings.Cut(pair, "=")
	name, err := url.QueryUnescape(escapedName)
	if err != nil {
		return r.names.cut(pair)
	}
	if !hasValue {
		return pair
	}
	if r.names.has(name) {
		return escapedName + "=" + Filtered
	}
	value, err := url.QueryUnescape(escapedValue)
	if err != nil {
		return escapedName + "=" + r.names.cut(escapedValue)
	}
	if text, filtered := r.text(value); filtered {
		return escapedName + "=" + url.QueryEscape(text)
	}
	return pair
}

// address is a text without the user and the secret parameters that it has if
// it is the address of something. Any other text stays as it is.
func (r *Redactor) address(text string) (string, bool) {
	scheme, rest, isAddress := strings.Cut(text, "://")
	if !isAddress || scheme == "" || strings.ContainsAny(scheme, " /?#") {
		return text, false
	}
	authority := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority = rest[:end]
	}
	kept := rest[len(authority):]
	if at := strings.LastIndex(authority, "@"); at >= 0 {
		authority = Filtered + authority[at:]
	}
	path, query, hasQuery := strings.Cut(kept, "?")
	if hasQuery {
		query, fragment, hasFragment := strings.Cut(query, "#")
		kept = path + "?" + r.Query(query)
		if hasFragment {
			kept += "#" + fragment
		}
	}
	kept = scheme + "://" + authority + kept
	return kept, kept != text
}
