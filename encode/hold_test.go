package encode_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"tarn/encode"
)

// A number stays as it is where numbers are valid, is rounded where only whole ones are, and
// is a text where none is.
func TestHold_Numbers(t *testing.T) {
	t.Parallel()
	const number = encode.Whole | encode.Fraction
	for _, c := range []struct {
		takes       encode.Kinds
		value, want string
	}{
		{number, "1.5", "1.5"},
		{number | encode.Text, "1.50", "1.50"},
		{number, "1e400", "1e400"},
		{encode.Whole, "1.5", "2"},
		{encode.Whole, "-2.5", "-3"},
		{encode.Whole, "1e3", "1000"},
		{encode.Whole | encode.Text, "1.4", "1"},
		{encode.Fraction, "1.5", "1.5"},
		{encode.Fraction | encode.Text, "1.5", "1.5"},
		{encode.Fraction | encode.Text, "2.0", `"2.0"`},
		{encode.Text, "1.5", `"1.5"`},
		{encode.Text, "20", `"20"`},
	} {
		assert.Equal(t, c.want, encode.HoldNumber(c.takes, c.value), "%s as %b", c.value, c.takes)
	}
}
