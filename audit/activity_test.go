package audit_test

import (
	"encoding/json"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/audit"
	"tarn/store"
	"tarn/store/storetest"
)

// TestUpdated_SeesWhatHappensToTheRowItself: a snapshot shares no list and no
// pointer with the row that it was made of.
func TestUpdated_SeesWhatHappensToTheRowItself(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	org := newOrganization(t, s)
	before, after := "first", "second"
	object := map[string]any{
		"name": &before, "codes": []string{"a", "b"}, "kept": 1, "lost": true, "updated_at": 1,
	}
	subject := audit.Subject{Name: "thing", ResourceType: "Thing", ResourceID: uuid.New(), Object: object}
	require.NoError(t, s.Write(t.Context(), store.Scope{Organization: org, Source: store.SourceAPI}, func(tx *store.Tx) error {
		snapshot := audit.Before(subject)
		codes, _ := object["codes"].([]string)
		codes[0] = "c"
		before = after
		object["updated_at"], object["new"] = 2, nil
		delete(object, "lost")
		return audit.Updated(tx, snapshot, subject)
	}))
	var list store.List[store.ActivityLog]
	require.NoError(t, s.Read(t.Context(), store.Scope{Organization: org}, func(tx *store.Tx) (err error) {
		list, err = tx.ActivityLogs(store.ActivityLogFilter{}, store.Page{})
		return err
	}))
	require.Len(t, list.Rows, 1)
	require.Equal(t, "thing.updated", list.Rows[0].ActivityType)
	text, err := json.Marshal(list.Rows[0].ActivityObjectChanges)
	require.NoError(t, err)
	require.JSONEq(t, `{"name": ["first", "second"], "codes": [["a", "b"], ["c", "b"]], "lost": [true, null]}`, string(text))
}

// TestUpdated_RefusesWhatCannotBeRendered before and after the change.
func TestUpdated_RefusesWhatCannotBeRendered(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	org := newOrganization(t, s)
	whole, broken := audit.Subject{Name: "thing", Object: struct{}{}}, audit.Subject{Name: "thing", Object: make(chan int)}
	require.NoError(t, s.Write(t.Context(), store.Scope{Organization: org, Source: store.SourceAPI}, func(tx *store.Tx) error {
		require.Error(t, audit.Updated(tx, audit.Before(broken), whole))
		require.Error(t, audit.Updated(tx, audit.Before(whole), broken))
		return nil
	}))
}
