package form_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"tarn/form"
	"tarn/nullable"
)

func TestCustomSections(t *testing.T) {
	t.Parallel()
	none := form.CustomSections{}
	assert.False(t, none.Given())
	assert.Empty(t, none.Named())
	null := form.CustomSections{Codes: nullable.NewNullNullable[[]string]()}
	assert.Empty(t, null.Named())
	skips := form.CustomSections{Skip: nullable.NewNullableWithValue(false)}
	assert.True(t, skips.Given())
	picks := form.CustomSections{Codes: nullable.NewNullableWithValue([]string{"b", "a", "b"})}
	assert.True(t, picks.Given())
	assert.Equal(t, []string{"b", "a"}, picks.Named())
}
