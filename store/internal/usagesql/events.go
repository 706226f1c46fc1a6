package usagesql

import (
	"maps"
	"slices"
	"strings"

	"tarn/billing/usage"
	"tarn/store/internal/named"
)

// source are the events of a request, as the table e.
type source struct {
	request    usage.Request
	keys       []usage.Key
	writer     *writer
	conditions []string
	// start is the mark of the first instant of the period.
	start string
}

// newSource finds the events within the bounds of a request.
func newSource(w *writer, request usage.Request) *source {
	s := &source{request: request, keys: request.Keys(), writer: w}
	s.where("{tenant:e}")
	s.where("e.external_subscription_id = " + w.mark("subscription", request.Subscription))
	s.where("e.code = " + w.mark("code", request.Metric.Code))
	s.where("e.deleted_at IS NULL")
	if since, bounded := request.Since(); bounded {
		s.where("e.timestamp >= " + w.mark("since", since.UTC()))
	}
	s.where("e.timestamp <= " + w.mark("until", request.Period.To.UTC()))
	if until := request.Until; until != nil {
		s.where("(e.timestamp, e.id) <= (" + w.mark("until", until.Timestamp.UTC()) + ", " + w.mark("until_id", until.ID) + ")")
	}
	if request.Metric.Aggregation.Numeric() {
		s.where("e.value IS NOT NULL")
	}
	return s
}

// newPostgresSource is newSource with the conditions on properties, which only
// PostgreSQL can check.
func newPostgresSource(w *writer, request usage.Request) *source {
	s := newSource(w, request)
	for _, key := range slices.Sorted(maps.Keys(request.Only)) {
		s.narrow([]usage.Condition{{Key: key, Texts: request.Only[key]}})
	}
	return s
}

// where adds a condition.
func (s *source) where(condition string) { s.conditions = append(s.conditions, condition) }

// narrow adds conditions on properties.
func (s *source) narrow(conditions []usage.Condition) {
	for _, condition := range conditions {
		if !Storable(condition.Key) {
			if !condition.None {
				s.where("FALSE")
			}
			continue
		}
		text := "e.properties->>" + s.writer.mark("key", condition.Key) + "::text"
		if condition.None {
			s.where("coalesce(" + text + ", '') = ''")
		} else {
			s.where(text + " = ANY (" + s.writer.mark("texts", textArray(condition.Texts)) + "::text[])")
		}
	}
}

// condition are all conditions as one.
func (s *source) condition() string { return strings.Join(s.conditions, " AND ") }

// from is the part of a statement that reads the events.
func (s *source) from(columns *textColumns) string {
	return " FROM events e" + columns.join(s.writer) + " WHERE " + s.condition()
}

// inPeriod is the mark of the instant from which on events are those of the
// period.
func (s *source) inPeriod() string {
	if s.start == "" {
		s.start = s.writer.mark("start", s.request.Start().UTC())
	}
	return s.start
}

// items reports whether the events add and remove items.
func (s *source) items() bool { return s.request.Metric.Aggregation == usage.AggregationUniqueCount }

// Page says which events of a request are wanted.
type Page struct {
	// After is the place behind which the page begins; nil is the beginning.
	After *usage.Place
	// Size is how many events it has at most.
	Size int
	// Narrowed are conditions on properties, for PostgreSQL.
	Narrowed []usage.Condition
}

// PostgresEvents reads single events in their order: timestamp, id, value,
// precise amount and, as a JSON list, the texts of the keys. For a unique count
// the item and the operation follow.
func PostgresEvents(request usage.Request, page Page) named.Statement {
	s := newPostgresSource(newWriter(), request)
	s.narrow(page.Narrowed)
	columns := &textColumns{}
	texts := "NULL"
	if len(s.keys) > 0 || s.items() {
		texts = "to_json(" + columns.tuple(s.keys) + ")"
	}
	if s.items() {
		texts += ", e.properties->>" + s.writer.mark("field", request.Metric.Field) + "::text, e.properties->>'operation_type'"
	}
	return s.page(page, texts, columns)
}

// SQLiteEvents reads single events in their order: timestamp, id, value, precise
// amount and the properties, where these matter. It knows nothing of
// request.Only.
func SQLiteEvents(request usage.Request, page Page, properties bool) named.Statement {
	s := newSource(newWriter(), request)
	if properties {
		return s.page(page, "e.properties", &textColumns{})
	}
	return s.page(page, "NULL", &textColumns{})
}

func (s *source) page(page Page, texts string, columns *textColumns) named.Statement {
	precise := "NULL"
	if s.request.IsPrecise() {
		precise = "e.precise_total_amount_cents"
	}
	if page.After != nil {
		s.where("(e.timestamp, e.id) > (" + s.writer.mark("after", page.After.Timestamp) + ", " + s.writer.mark("after_id", page.After.ID) + ")")
	}
	return s.writer.statement("SELECT e.timestamp, e.id, e.value, " + precise + ", " + texts + s.from(columns) +
		" ORDER BY e.timestamp, e.id LIMIT " + s.writer.mark("size", page.Size))
}
