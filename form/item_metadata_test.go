package form_test

import (
	"testing"

	"github.com/stretchr/testify/require"

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
