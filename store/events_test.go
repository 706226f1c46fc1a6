package store_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/event"
	"tarn/store"
	"tarn/store/storetest"
)

// newEvent is an event of a subscription; of none when that is empty.
func newEvent(transaction, subscription string) *store.Event {
	row := &store.Event{
		ID: store.NewID(), TransactionID: transaction, Code: "code", Timestamp: logEpoch, Properties: json.RawMessage(`{}`),
		RequestID: store.NewID(),
	}
	if subscription != "" {
		row.ExternalSubscriptionID = &subscription
	}
	return row
}

// events are those of the first organization.
func (w *logWorld) events(t *testing.T, filter store.EventFilter) []store.Event {
	t.Helper()
	var found []store.Event
	w.write(t, 0, func(tx *store.Tx) error {
		list, err := tx.Events(filter, store.Page{Size: 5000})
		found = list.Rows
		return err
	})
	return found
}

func TestInsertEvents_TellsWhatIsTaken(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		w := newLogWorld(t, dialect, nil)
		rows := make([]*store.Event, 450) // more than one statement holds on SQLite
		for i := range rows {
			rows[i] = newEvent(fmt.Sprintf("t%03d", i), "s")
		}
		w.write(t, 0, func(tx *store.Tx) error {
			taken, err := tx.InsertEvents(rows[:300])
			require.Empty(t, taken)
			return err
		})
		again := make([]*store.Event, len(rows))
		for i := range rows {
			again[i] = newEvent(rows[i].TransactionID, "s")
		}
		free := []*store.Event{newEvent("t000", "other"), newEvent("t000", ""), newEvent("t001", "")}
		w.write(t, 0, func(tx *store.Tx) error {
			taken, err := tx.InsertEvents(append(again, free...))
			require.Len(t, taken, 300)
			for _, row := range again[:300] {
				require.True(t, taken[row.ID])
			}
			return err
		})
		require.Len(t, w.events(t, store.EventFilter{}), 453)
		w.write(t, 1, func(tx *store.Tx) error {
			taken, err := tx.InsertEvents([]*store.Event{newEvent("t000", "s")})
			require.Empty(t, taken, "another organization has its own")
			return err
		})
		w.write(t, 0, func(tx *store.Tx) error { return tx.RemoveEvents(append(free, again[299:310]...)) })
		require.Len(t, w.events(t, store.EventFilter{}), 440)
	})
}

func TestInsertEvents_KeepsWhatItIsGiven(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		w := newLogWorld(t, dialect, nil)
		row := newEvent("t", "s")
		row.Timestamp = time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC)
		row.Properties = json.RawMessage(`{"n":0.10,"é":"\"","list":[1,null]}`)
		value, ok := event.Number(json.Number("0.1234567890123456789012345678901234567890"))
		require.True(t, ok)
		row.Value, row.PreciseTotalAmountCents = &value, &value
		w.write(t, 0, func(tx *store.Tx) error {
			_, err := tx.InsertEvents([]*store.Event{row})
			return err
		})
		w.write(t, 0, func(tx *store.Tx) error {
			found, err := tx.Event("t")
			require.Equal(t, row.ID, found.ID)
			require.Equal(t, row.RequestID, found.RequestID)
			require.Equal(t, tx.Now(), found.CreatedAt.UTC())
			require.Equal(t, row.Timestamp, found.Timestamp.UTC())
			require.Equal(t, value.String(), found.Value.String())
			require.Equal(t, value.String(), found.PreciseTotalAmountCents.String())
			require.Equal(t, string(row.Properties), compact(t, found.Properties))
			return err
		})
	})
}

// compact writes JSON without spaces and keeps its numbers as they are.
func compact(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	properties, err := event.ReadProperties(raw)
	require.NoError(t, err)
	text, err := event.Properties(properties)
	require.NoError(t, err)
	return string(text)
}

// The number of a property is the same whether it is taken when the event comes
// or by the database later, on both databases, for any JSON.
func TestSetEventValues_AgreesWithTheRule(t *testing.T) {
	t.Parallel()
	fields := []string{"n", "", `a"b`, "$.x", "a?b", "é", "a.b"}
	texts := rapid.OneOf(rapid.StringMatching(`[ +-]{0,2}[0-9]{0,3}\.?[0-9]{0,3}(e[0-9])?\n?`), rapid.String())
	values := rapid.OneOf(
		rapid.Map(texts, func(s string) any { return s }),
		rapid.Map(rapid.StringMatching(`-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?`), func(s string) any { return json.Number(s) }),
		rapid.SampledFrom([]any{nil, true, []any{json.Number("1")}, map[string]any{"n": json.Number("1")}}),
	)
	storetest.Each(t, func(t *testing.T, dialect string) {
		w := newLogWorld(t, dialect, nil)
		rapid.Check(t, func(rt *rapid.T) {
			field := rapid.SampledFrom(fields).Draw(rt, "field")
			objects := rapid.SliceOfN(rapid.MapOfN(rapid.SampledFrom(fields), values, 0, 4), 1, 8).Draw(rt, "events")
			code := uuid.NewString()
			want, rows := map[uuid.UUID]string{}, make([]*store.Event, len(objects))
			for i, object := range objects {
				rows[i] = newEvent(uuid.NewString(), "s")
				rows[i].Code = code
				raw, err := event.Properties(object)
				require.NoError(rt, err)
				rows[i].Properties = raw
				kept, err := event.ReadProperties(raw)
				require.NoError(rt, err)
				if number, ok := event.Number(kept[field]); ok {
					want[rows[i].ID] = number.String()
				}
			}
			got := map[uuid.UUID]string{}
			w.write(t, 0, func(tx *store.Tx) error {
				_, err := tx.InsertEvents(rows)
				require.NoError(rt, err)
				require.NoError(rt, tx.SetEventValues(code, &field))
				list, err := tx.Events(store.EventFilter{Code: &code}, store.Page{})
				for _, row := range list.Rows {
					if row.Value != nil {
						got[row.ID] = row.Value.String()
					}
				}
				return err
			})
			require.Equal(rt, want, got)
		})
	})
}

func TestSetEventValues_ClearsAndGoesByCode(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		w := newLogWorld(t, dialect, nil)
		rows := make([]*store.Event, 1200) // SQLite reads them in parts
		for i := range rows {
			rows[i] = newEvent(fmt.Sprint(i), "s")
			rows[i].Properties = json.RawMessage(fmt.Sprintf(`{"n":%d}`, i))
		}
		rows[0].Code = "other"
		field := "n"
		w.write(t, 0, func(tx *store.Tx) error {
			_, err := tx.InsertEvents(rows)
			require.NoError(t, err)
			return tx.SetEventValues("code", &field)
		})
		for _, row := range w.events(t, store.EventFilter{}) {
			if row.Code == "other" {
				require.Nil(t, row.Value)
				continue
			}
			require.Equal(t, row.TransactionID, row.Value.String())
		}
		w.write(t, 0, func(tx *store.Tx) error { return tx.SetEventValues("code", nil) })
		for _, row := range w.events(t, store.EventFilter{}) {
			require.Nil(t, row.Value)
		}
		w.write(t, 0, func(tx *store.Tx) error { return tx.DiscardEvents("code") })
		require.Len(t, w.events(t, store.EventFilter{}), 1)
	})
}
