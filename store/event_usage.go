package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"tarn/billing/usage"
	"tarn/store/internal/named"
	"tarn/store/internal/usagesql"
)

// UsageCells counts the events of requests, of whatever charges and
// subscriptions, and returns the cells of each. PostgreSQL does so itself, by one
// statement for all of them, and hands over single events only where something
// was taken away and their order decides what was paid in advance, or how long an
// item was in use. On SQLite all is a fold over the events in their order, which
// one statement reads.
func (tx *Tx) UsageCells(requests ...usage.Request) ([][]usage.Cell, error) {
	cells := make([][]usage.Cell, 0, len(requests))
	for part := range slices.Chunk(requests, usageRequestsAtOnce) {
		count := tx.countInDatabase
		if tx.store.dialect != Postgres {
			count = tx.foldStreams
		}
		some, err := count(part)
		if err != nil {
			return nil, err
		}
		cells = append(cells, some...)
	}
	return cells, nil
}

// usageRequestsAtOnce is how many requests one statement answers.
const usageRequestsAtOnce = 100

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
	read := usageRead{tx: tx, request: request, reader: usage.NewReader(request), stream: usagesql.StreamOf(request)}
	if selection != nil {
		layout := usage.NewLayout(request)
		all := each
		each = func(event usage.Event) bool {
			return !layout.Selects(*selection, event.Texts) || all(event)
		}
	}
	if tx.store.dialect == Postgres {
		if selection != nil {
			read.narrowed = request.Conditions(*selection)
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

// usageRead reads the events of a request.
type usageRead struct {
	tx       *Tx
	request  usage.Request
	reader   *usage.Reader
	stream   usagesql.Stream
	narrowed []usage.Condition
}

// page hands over the events after a place, up to so many. It returns the place
// of the last one, or nil when there are no more or each has had enough.
func (u *usageRead) page(after *usage.Place, size int, each func(usage.Event) bool) (last *usage.Place, err error) {
	rows, err := u.rows(usagesql.Page{After: after, Size: size, Narrowed: u.narrowed})
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

func (u *usageRead) rows(page usagesql.Page) (*sql.Rows, error) {
	if u.tx.store.dialect == Postgres {
		return u.tx.rows(usagesql.PostgresEvents(u.request, page))
	}
	return u.tx.rows(usagesql.SQLiteEvents(u.request, page, u.stream.Properties))
}

// rows runs a statement of usagesql.
func (tx *Tx) rows(statement named.Statement) (*sql.Rows, error) {
	return tx.sql(statement.Text, statement.Arguments).Rows()
}

// scan makes an event of a row. It reports false for one that Only leaves out.
func (u *usageRead) scan(rows *sql.Rows) (event usage.Event, counts bool, err error) {
	if u.tx.store.dialect != Postgres {
		properties, err := scanEvent(rows, &event, nil)
		if err != nil {
			return event, false, err
		}
		counts = u.reader.Read(&event, properties)
		return event, counts, nil
	}
	var value, precise decimal.NullDecimal
	var texts []byte
	columns := []any{&event.Timestamp, &event.ID, &value, &precise, &texts}
	var operation usage.Text
	if u.request.Metric.Aggregation == usage.AggregationUniqueCount {
		columns = append(columns, &event.Item, &operation)
	}
	if err := rows.Scan(columns...); err != nil {
		return event, false, err
	}
	setNumbers(&event, value, precise)
	event.Removal = usage.IsRemoval(operation)
	if texts == nil {
		return event, true, nil
	}
	err = json.Unmarshal(texts, &event.Texts)
	return event, true, err
}

// scanEvent reads a row of SQLite's into an event and returns its properties,
// nil where these were not read. A leading index of the row's stream goes to
// stream, when it is not nil.
func scanEvent(rows *sql.Rows, event *usage.Event, stream *int) (map[string]json.RawMessage, error) {
	var value, precise decimal.NullDecimal
	var encoded []byte
	columns := []any{&event.Timestamp, &event.ID, &value, &precise, &encoded}
	if stream != nil {
		columns = append([]any{stream}, columns...)
	}
	if err := rows.Scan(columns...); err != nil {
		return nil, err
	}
	setNumbers(event, value, precise)
	if encoded == nil {
		return nil, nil
	}
	var properties map[string]json.RawMessage
	err := json.Unmarshal(encoded, &properties)
	return properties, err
}

func setNumbers(event *usage.Event, value, precise decimal.NullDecimal) {
	event.Timestamp = event.Timestamp.UTC()
	event.PreciseTotalAmountCents = precise.Decimal
	if value.Valid {
		event.Value = &value.Decimal
	}
}
