package nullable_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/nullable"
)

// object has a member that may be left out and one that may not.
type object struct {
	Optional nullable.Nullable[string] `json:"optional,omitzero"`
	Required nullable.Nullable[int]    `json:"required"`
}

func TestNullable_KeepsAbsentNullAndValuesApart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, read, written string
		want                object
	}{
		{"absent", `{}`, `{"required":0}`, object{}},
		{
			"null", `{"optional":null,"required":null}`, `{"optional":null,"required":null}`,
			object{Optional: nullable.NewNullNullable[string](), Required: nullable.NewNullNullable[int]()},
		},
		{
			"values", `{"optional":"a","required":1}`, `{"optional":"a","required":1}`,
			object{Optional: nullable.NewNullableWithValue("a"), Required: nullable.NewNullableWithValue(1)},
		},
		{
			"zero values", `{"optional":"","required":0}`, `{"optional":"","required":0}`,
			object{Optional: nullable.NewNullableWithValue(""), Required: nullable.NewNullableWithValue(0)},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var read object
			require.NoError(t, json.Unmarshal([]byte(c.read), &read))
			require.Equal(t, c.want, read)
			written, err := json.Marshal(c.want)
			require.NoError(t, err)
			require.Equal(t, c.written, string(written))
		})
	}
}

func TestNullable_TellsItsState(t *testing.T) {
	t.Parallel()
	var member nullable.Nullable[string]
	check := func(specified, null bool) {
		t.Helper()
		require.Equal(t, specified, member.IsSpecified())
		require.Equal(t, !specified, member.IsZero())
		require.Equal(t, null, member.IsNull())
		value, err := member.Get()
		if specified && !null {
			require.NoError(t, err)
			require.Equal(t, value, member.MustGet())
			return
		}
		require.Error(t, err)
		require.Empty(t, value)
		require.Panics(t, func() { member.MustGet() })
	}

	check(false, false)
	member.Set("a")
	check(true, false)
	member.SetNull()
	check(true, true)
	member.Set("")
	check(true, false)
	member.SetUnspecified()
	check(false, false)
}

func TestNullable_RefusesOtherTypes(t *testing.T) {
	t.Parallel()
	var read object
	require.Error(t, json.Unmarshal([]byte(`{"required":"one"}`), &read))
	require.False(t, read.Required.IsSpecified())
}
