package usage

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPropertyText(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		`"aws"`:                        "aws",
		`""`:                           "",
		`"1.50"`:                       "1.50",
		`1.50`:                         "1.50",
		`-0`:                           "0",
		`-0.00`:                        "0.00",
		`1e3`:                          "1000",
		`1.50e1`:                       "15.0",
		`15E-1`:                        "1.5",
		`123456789012345678901234567`:  "123456789012345678901234567",
		`true`:                         "true",
		`false`:                        "false",
		`[]`:                           "[]",
		`{}`:                           "{}",
		`[1,"a",null,true,[2.0]]`:      `[1, "a", null, true, [2.0]]`,
		`{"bb":1,"a":{"c":2},"aa":[]}`: `{"a": {"c": 2}, "aa": [], "bb": 1}`,
		`["\u0001\u001f\b\f\n\r\t\"\\\/\u007fé<>&\u2028"]`: `["\u0001\u001f\b\f\n\r\t\"\\/` + "\u007fé<>&\u2028\"]",
		`{"\n":1}`: `{"\n": 1}`,
	} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			text := PropertyText(json.RawMessage(value))
			require.NotNil(t, text)
			require.Equal(t, want, *text)
		})
	}
	for _, value := range []string{``, `null`, `{`, `"`} {
		require.Nil(t, PropertyText(json.RawMessage(value)), value)
	}
}

// FuzzPropertyText: the text of an object or a list is JSON that means the same
// and has the same text.
func FuzzPropertyText(f *testing.F) {
	for _, seed := range []string{`{"bb":1,"a":{"c":2e2}}`, `["\u0000é"]`, `[1e999999999]`, `"x"`, `[-0.0]`, `{"a":1,"a":2}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		text := PropertyText(json.RawMessage(value))
		if text == nil || (value[0] != '[' && value[0] != '{') {
			return
		}
		require.True(t, json.Valid([]byte(*text)), *text)
		again := PropertyText(json.RawMessage(*text))
		require.NotNil(t, again)
		require.Equal(t, *text, *again)
	})
}
