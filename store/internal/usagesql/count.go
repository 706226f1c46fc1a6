package usagesql

import (
	"strings"

	"github.com/shopspring/decimal"

	"tarn/billing/usage"
	"tarn/store/internal/named"
)

// Counted is a request that PostgreSQL aggregates, with what its part of the
// statement needs besides.
type Counted struct {
	Request usage.Request
	// Assignments are the buckets of the tuples of filter texts, as JSON, for a
	// unique count. They are empty when the one bucket takes all events.
	Assignments string
	// ByOrder numbers all events of a unique count in their order, instead of
	// comparing their instants.
	ByOrder bool
}

// Row is what PostgreSQL says of a tuple of texts or, for a unique count, of a
// cell. Members that a request does not need have their zero values.
type Row struct {
	// Request is the index of the request.
	Request int
	// Texts are the tuple, or the texts of all grouping keys, as a JSON list.
	Texts string
	// Found is how many events were read, those that do not count included.
	Found        int64
	Events       int64
	Sum          decimal.NullDecimal
	Carried      decimal.NullDecimal
	Max          decimal.NullDecimal
	Position     int64
	Last         decimal.NullDecimal
	ValueDays    decimal.NullDecimal
	ValueSeconds decimal.NullDecimal
	Precise      decimal.NullDecimal

	// Begun, Falls, Risen and RisenProrated are the rise of a request that is
	// InAdvance.
	Begun bool
	Falls bool
	Risen decimal.NullDecimal
	// RisenProrated are units of the last of RisePlaces.
	RisenProrated decimal.NullDecimal

	// Advance says that the cell is one of usage.NewAdvanceLayout. It has a rise
	// and nothing else.
	Advance    bool
	Bucket     int
	Part       *string
	Active     int64
	ActiveDays int64
	// Undecided says that what became of some item cannot be told.
	Undecided bool
}

// column is one of a row, with its type in PostgreSQL.
type column struct{ name, kind string }

// rowColumns are all columns of a row but the request.
func rowColumns() []column {
	return []column{
		{"texts", "text"},
		{"found", "bigint"},
		{"events", "bigint"},
		{"sum", "numeric"},
		{"carried", "numeric"},
		{"max", "numeric"},
		{"position", "bigint"},
		{"last", "numeric"},
		{"value_days", "numeric"},
		{"value_seconds", "numeric"},
		{"precise", "numeric"},
		{"begun", "boolean"},
		{"falls", "boolean"},
		{"risen", "numeric"},
		{"risen_prorated", "numeric"},
		{"advance", "boolean"},
		{"bucket", "int"},
		{"part", "text"},
		{"active", "bigint"},
		{"active_days", "bigint"},
		{"undecided", "boolean"},
	}
}

// query is the statement of one request: its text and the columns it has.
type query struct {
	text    string
	columns map[string]bool
}

// Count aggregates the events of any number of requests by one statement, whose
// rows name the requests by their indexes.
func Count(requests []Counted) named.Statement {
	w := newWriter()
	var parts []string
	for _, same := range alikes(requests) {
		parts = append(parts, same.part(w))
	}
	return w.statement(strings.Join(parts, " UNION ALL "))
}

// row selects all columns of a row from the query q; request is an expression for
// the index of its request.
func (q query) row(request string) string {
	list := []string{request + " AS request"}
	for _, c := range rowColumns() {
		value := "NULL"
		if q.columns[c.name] {
			value = "q." + c.name
		}
		list = append(list, value+"::"+c.kind+" AS "+c.name)
	}
	return "SELECT " + strings.Join(list, ", ")
}

// columnList writes columns in their order.
type columnList struct {
	texts []string
	names map[string]bool
}

func (l *columnList) add(name, expression string) {
	if l.names == nil {
		l.names = map[string]bool{}
	}
	l.texts, l.names[name] = append(l.texts, expression+" AS "+name), true
}

func (l *columnList) String() string { return strings.Join(l.texts, ", ") }
