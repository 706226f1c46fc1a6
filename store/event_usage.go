package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"tarn/billing/usage"
)

// UsageCells counts the events of a request. PostgreSQL does so itself, and hands
// over single events only where something was taken away and their order decides
// what was paid in advance, or how long an item was in use. On SQLite all is a fold
// over the events in their order.
func (tx *Tx) UsageCells(request usage.Request) ([]usage.Cell, error) {
	switch {
	case tx.store.dialect != Postgres:
		return tx.foldCells(request)
	case request.Metric.Aggregation == usage.AggregationUniqueCount:
		return tx.countItemsInDatabase(request)
	default:
		return tx.tallyInDatabase(request)
	}
}

// foldCells counts the events one by one.
func (tx *Tx) foldCells(request usage.Request) ([]usage.Cell, error) {
	fold, advance := usage.NewFold(request), usage.NewAdvanceFold(request)
	err := tx.EachUsageEvent(request, nil, func(event usage.Event) bool {
		fold.Add(event)
		if request.InAdvance() {
			advance.Add(event)
		}
		return true
	})
	cells := fold.Cells()
	advance.Attach(cells)
	return cells, err
}

// How many events are asked for at once, to begin with and at most. Few at first
// are enough for whoever needs the first events only.
const (
	firstUsageEvents = 100
	mostUsageEvents  = 20_000
)

// EachUsageEvent hands over the events of a request in the order of their
// places, all of them or those that a selection picks, until each returns
// false. It keeps no event, and reads few that are not handed over. While each
// runs, the transaction can do nothing else.
func (tx *Tx) EachUsageEvent(request usage.Request, selection *usage.Selection, each func(usage.Event) bool) error {
	read := newUsageRead(tx, request)
	if selection != nil {
		layout := usage.NewLayout(request)
		all := each
		each = func(event usage.Event) bool {
			return !layout.Selects(*selection, event.Texts) || all(event)
		}
	}
	if tx.store.dialect == Postgres {
		if selection != nil {
			read.narrow(request.Conditions(*selection))
		}
		if err := tx.planForUsage(); err != nil {
			return err
		}
	}
	var last *usage.Place
	for size := firstUsageEvents; ; size = min(2*size, mostUsageEvents) {
		var err error
		last, err = read.page(last, size, each)
		if err != nil {
			return fmt.Errorf("read the events of %q: %w", request.Metric.Code, err)
		}
		if last == nil {
			return nil
		}
	}
}

// page hands over the events after a place, up to so many. It returns the place
// of the last one, or nil when there are no more or each has had enough.
func (u *usageRead) page(after *usage.Place, size int, each func(usage.Event) bool) (last *usage.Place, err error) {
	rows, err := u.stream(after, size)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	found := 0
	for ; rows.Next(); found++ {
		event, counts, err := u.scan(rows)
		if err != nil {
			return nil, err
		}
		if counts && !each(event) {
			return nil, nil
		}
		last = &usage.Place{Timestamp: event.Timestamp, ID: event.ID}
	}
	if found < size {
		last = nil
	}
	return last, rows.Err()
}

// usageRead makes the queries for the events of a request.
type usageRead struct {
	tx      *Tx
	request usage.Request
	keys    []usage.Key
	reader  *usage.Reader
	// conditions of the query, without the word WHERE, and their arguments.
	conditions string
	arguments  []any
}

// newUsageRead begins a query with the bounds of the request. On PostgreSQL it
// also has the conditions on properties; elsewhere scan checks them.
func newUsageRead(tx *Tx, request usage.Request) *usageRead {
	read := &usageRead{tx: tx, request: request, keys: request.Keys(), reader: usage.NewReader(request)}
	read.where("e.organization_id = ? AND e.external_subscription_id = ? AND e.code = ? AND e.deleted_at IS NULL",
		tx.organizationID(), request.Subscription, request.Metric.Code)
	if since, bounded := request.Since(); bounded {
		read.where("e.timestamp >= ?", since.UTC())
	}
	read.where("e.timestamp <= ?", request.Period.To.UTC())
	if until := request.Until; until != nil {
		read.where("(e.timestamp, e.id) <= (?, ?)", until.Timestamp.UTC(), until.ID)
	}
	if request.Metric.Aggregation.Numeric() {
		read.where("e.value IS NOT NULL")
	}
	if tx.store.dialect == Postgres {
		for _, key := range slices.Sorted(maps.Keys(request.Only)) {
			read.narrow([]usage.Condition{{Key: key, Texts: request.Only[key]}})
		}
	}
	return read
}

// where adds a condition.
func (u *usageRead) where(condition string, arguments ...any) {
	if u.conditions != "" {
		u.conditions += " AND "
	}
	u.conditions += condition
	u.arguments = append(u.arguments, arguments...)
}

// narrow adds conditions on properties, for PostgreSQL.
func (u *usageRead) narrow(conditions []usage.Condition) {
	for _, condition := range conditions {
		switch {
		case !storable(condition.Key):
			if !condition.None {
				u.where("FALSE")
			}
		case condition.None:
			u.where("coalesce(e.properties->>?::text, '') = ''", condition.Key)
		default:
			u.where("e.properties->>?::text = ANY (?::text[])", condition.Key, textArray(condition.Texts))
		}
	}
}

// stream reads so many events after a place in their order.
func (u *usageRead) stream(after *usage.Place, size int) (*sql.Rows, error) {
	query, arguments := "SELECT e.timestamp, e.id, e.value", []any{}
	if u.request.IsPrecise() {
		query += ", e.precise_total_amount_cents"
	} else {
		query += ", NULL"
	}
	columns := &textColumns{}
	switch {
	case !u.readsProperties():
		query += ", NULL FROM events e"
	case u.tx.store.dialect == Postgres:
		query += ", to_json(" + columns.tuple(u.keys) + ")"
		if u.request.Metric.Aggregation == usage.AggregationUniqueCount {
			query += ", e.properties->>?::text, e.properties->>'operation_type'"
			arguments = append(arguments, u.request.Metric.Field)
		}
		query += " FROM events e" + columns.join()
		arguments = append(arguments, columns.arguments()...)
	default:
		query += ", e.properties FROM events e"
	}
	query += " WHERE " + u.conditions
	arguments = append(arguments, u.arguments...)
	if after != nil {
		query += " AND (e.timestamp, e.id) > (?, ?)"
		arguments = append(arguments, after.Timestamp, after.ID)
	}
	query += " ORDER BY e.timestamp, e.id LIMIT ?"
	return u.tx.sql().Raw(query, append(arguments, size)...).Rows()
}

// scan makes an event of a row. It reports false for one that Only leaves out.
func (u *usageRead) scan(rows *sql.Rows) (event usage.Event, counts bool, err error) {
	var value, precise decimal.NullDecimal
	var texts []byte
	columns := []any{&event.Timestamp, &event.ID, &value, &precise, &texts}
	var operation usage.Text
	inDatabase := u.tx.store.dialect == Postgres
	if inDatabase && u.request.Metric.Aggregation == usage.AggregationUniqueCount {
		columns = append(columns, &event.Item, &operation)
	}
	if err := rows.Scan(columns...); err != nil {
		return event, false, err
	}
	event.Timestamp = event.Timestamp.UTC()
	event.PreciseTotalAmountCents = precise.Decimal
	if value.Valid {
		event.Value = &value.Decimal
	}
	switch {
	case !u.readsProperties():
		return event, true, nil
	case inDatabase:
		event.Removal = usage.IsRemoval(operation)
		return event, true, json.Unmarshal(texts, &event.Texts)
	}
	var properties map[string]json.RawMessage
	if err := json.Unmarshal(texts, &properties); err != nil {
		return event, false, err
	}
	counts = u.reader.Read(&event, properties)
	return event, counts, nil
}

// readsProperties reports whether the properties of the events matter. On
// PostgreSQL, Only is a condition of the query.
func (u *usageRead) readsProperties() bool {
	only := len(u.request.Only) > 0 && u.tx.store.dialect != Postgres
	return len(u.keys) > 0 || only || u.request.Metric.Aggregation == usage.AggregationUniqueCount
}

// storable reports whether PostgreSQL can hold a text. No event has one that it
// cannot.
func storable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsRune(text, 0)
}

// textArray writes texts as PostgreSQL's array, without those that cannot be
// in one.
func textArray(texts []string) string {
	var b strings.Builder
	b.WriteByte('{')
	for _, text := range texts {
		if !storable(text) {
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		for i := range len(text) {
			if text[i] == '"' || text[i] == '\\' {
				b.WriteByte('\\')
			}
			b.WriteByte(text[i])
		}
		b.WriteByte('"')
	}
	b.WriteByte('}')
	return b.String()
}

// timeArray writes instants as PostgreSQL's array.
func timeArray(instants []time.Time) string {
	texts := make([]string, len(instants))
	for i, instant := range instants {
		texts[i] = instant.UTC().Format(time.RFC3339Nano)
	}
	return textArray(texts)
}
