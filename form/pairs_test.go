package form_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// noted is a row of metadata.
type noted struct {
	id         uuid.UUID
	key, value string
	marked     bool
}

// notes keeps what is stored, and refuses the key "stored".
type notes struct{ inserted, updated []string }

func (n *notes) pairs() form.Pairs[noted] {
	save := func(into *[]string) func(*noted) error {
		return func(row *noted) error {
			if row.key == "stored" {
				return store.ErrDuplicate
			}
			*into = append(*into, row.key+"="+row.value)
			return nil
		}
	}
	return form.Pairs[noted]{
		MaxValue: 5,
		New:      func() noted { return noted{id: uuid.New()} },
		Pair:     func(row *noted) (uuid.UUID, *string, *string) { return row.id, &row.key, &row.value },
		Insert:   save(&n.inserted), Update: save(&n.updated),
	}
}

func TestPairs_ReplaceWhatIsThere(t *testing.T) {
	t.Parallel()
	kept, dropped := noted{id: uuid.New(), key: "a", value: "1"}, noted{id: uuid.New(), key: "b", value: "2"}
	var written notes
	rows, gone, err := written.pairs().Replace([]noted{kept, dropped}, []form.Pair{
		{ID: set(kept.id), Key: "a", Value: "3"}, {ID: set(uuid.New()), Key: "c", Value: "4"}, {Key: "d", Value: "5"},
	}, func(input int, row *noted) { row.marked = input == 2 })
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{dropped.id}, gone)
	require.Len(t, rows, 3)
	require.Equal(t, noted{id: kept.id, key: "a", value: "3"}, rows[0])
	require.True(t, rows[2].marked)
	require.Equal(t, notes{inserted: []string{"c=4", "d=5"}, updated: []string{"a=3"}}, written)
}

func TestPairs_RefuseTheFirstThatBreaksARule(t *testing.T) {
	t.Parallel()
	present := []noted{{id: uuid.New(), key: "a", value: "1"}}
	for name, c := range map[string]struct {
		input form.Pair
		field string
		code  string
	}{
		"no key":             {form.Pair{Value: "1"}, "key", fault.CodeMandatory},
		"a long value":       {form.Pair{Key: "k", Value: "123456"}, "value", fault.CodeTooLong},
		"a key that is sent": {form.Pair{Key: "a", Value: "1"}, "key", fault.CodeAlreadyExist},
		"a key in the store": {form.Pair{Key: "stored", Value: "1"}, "key", fault.CodeAlreadyExist},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var written notes
			_, _, err := written.pairs().Replace(present, []form.Pair{c.input}, nil)
			refusal, isFault := fault.As(err)
			require.True(t, isFault)
			require.Equal(t, fault.Details{c.field: []string{c.code}}, refusal.Details)
		})
	}
}
