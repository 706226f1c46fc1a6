package form_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// TestItemMetadata_ChangesLeaveTheirInputsAlone since the activity of a change
// compares what was with what is.
func TestItemMetadata_ChangesLeaveTheirInputsAlone(t *testing.T) {
	t.Parallel()
	one, two := "1", "2"
	input := store.ItemMetadata{"a": &two, "c": nil}
	for name, c := range map[string]struct {
		change form.ItemMetadataChange
		want   store.ItemMetadata
	}{
		"replace":              {form.ReplaceItemMetadata(set(input)), store.ItemMetadata{"a": &two, "c": nil}},
		"replace with nothing": {form.ReplaceItemMetadata(set(store.ItemMetadata{})), store.ItemMetadata{}},
		"replace, absent":      {form.ReplaceItemMetadata(form.Optional[store.ItemMetadata]{}), store.ItemMetadata{"a": &one, "b": nil}},
		"merge":                {form.MergeItemMetadata(set(input)), store.ItemMetadata{"a": &two, "b": nil, "c": nil}},
		"merge, absent":        {form.MergeItemMetadata(null[store.ItemMetadata]()), store.ItemMetadata{"a": &one, "b": nil}},
		"remove":               {form.RemoveItemMetadata(), nil},
		"remove a key":         {form.RemoveItemMetadataKey("b"), store.ItemMetadata{"a": &one}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := store.ItemMetadata{"a": &one, "b": nil}
			after, err := c.change(before)
			require.NoError(t, err)
			require.Equal(t, c.want, after)
			if len(after) > 0 {
				after["added"] = nil
			}
			if name != "replace, absent" && name != "merge, absent" {
				require.Equal(t, store.ItemMetadata{"a": &one, "b": nil}, before)
			}
			require.Equal(t, store.ItemMetadata{"a": &two, "c": nil}, input)
		})
	}
}

// TestItemMetadata_Refusals: what is over the limits is told all at once, and a key
// cannot be taken from what an item never had.
func TestItemMetadata_Refusals(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("ü", 256)
	fits := text[:len("ü")*255]
	within, over := store.ItemMetadata{strings.Repeat("k", 100): &fits}, store.ItemMetadata{strings.Repeat("k", 101): &text}
	for i := range 50 {
		over[strconv.Itoa(i)] = nil
	}
	for _, change := range []func(form.Optional[store.ItemMetadata]) form.ItemMetadataChange{form.ReplaceItemMetadata, form.MergeItemMetadata} {
		_, err := change(set(within))(nil)
		require.NoError(t, err)
		_, err = change(set(over))(nil)
		refusal := fault.Details{}
		refusal.Add("value", "cannot have more than 50 keys", "cannot have keys longer than 100 characters", "cannot have values longer than 255 characters")
		require.Equal(t, refusal.Err(), err)
	}
	_, err := form.RemoveItemMetadataKey("k")(nil)
	require.Equal(t, fault.Missing("metadata"), err)
}
