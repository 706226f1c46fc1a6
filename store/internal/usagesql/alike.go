package usagesql

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"tarn/clock"
	"tarn/store/internal/named"
)

// alike are requests that are asked in the same words: those of customers with the
// same plan differ in their arguments alone. They are one part of a statement,
// whose text does not grow with their number, so that it is prepared and planned
// once and not for each of them.
type alike struct {
	query
	requests  []string
	arguments []named.Arguments
}

// alikes puts requests together that are asked in the same words, in the order of
// the first of each.
func alikes(requests []Counted) []*alike {
	var list []*alike
	known := map[string]*alike{}
	for i, counted := range requests {
		w := newWriter()
		q := queryOf(newPostgresSource(w, counted.Request), counted)
		same := known[q.text]
		if same == nil {
			same = &alike{query: q}
			known[q.text] = same
			list = append(list, same)
		}
		same.requests, same.arguments = append(same.requests, strconv.Itoa(i)), append(same.arguments, w.arguments)
	}
	return list
}

// queryOf is the query of one request.
func queryOf(s *source, counted Counted) query {
	if s.items() {
		return newItems(s, counted).query()
	}
	return s.tallies()
}

// part is the part of the statement for all of the requests.
func (a *alike) part(w *writer) string {
	if len(a.requests) == 1 {
		text := named.Replace(a.text, func(name string) string { return w.mark(name, a.arguments[0][name]) })
		return a.row(a.requests[0]) + " FROM (" + text + ") q"
	}
	columns, lists := []string{"request"}, []string{w.mark("requests", quotedArray(a.requests)) + "::int[]"}
	found := map[string]bool{}
	text := named.Replace(a.text, func(name string) string {
		if !found[name] {
			found[name] = true
			values, kind := a.column(name)
			columns, lists = append(columns, name), append(lists, w.mark(name, values)+"::"+kind+"[]")
		}
		return "asked." + name
	})
	return a.row("asked.request") + " FROM unnest(" + strings.Join(lists, ", ") + ") AS asked (" + strings.Join(columns, ", ") +
		") CROSS JOIN LATERAL (" + text + ") q"
}

// column are the requests' values of an argument, as PostgreSQL's array, and their
// type.
func (a *alike) column(name string) (values, kind string) {
	texts := make([]string, len(a.arguments))
	for i, arguments := range a.arguments {
		switch value := arguments[name].(type) {
		case time.Time:
			texts[i], kind = clock.Bounded(value).UTC().Format(time.RFC3339Nano), "timestamptz"
		case uuid.UUID:
			texts[i], kind = value.String(), "uuid"
		case int:
			texts[i], kind = strconv.Itoa(value), "int"
		default:
			texts[i], kind = fmt.Sprint(value), "text"
		}
	}
	return quotedArray(texts), kind
}
