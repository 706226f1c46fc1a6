package event_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/event"
)

// decode reads JSON with numbers that keep their digits.
func decode(t require.TestingT, text string) any {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	require.NoError(t, decoder.Decode(&value))
	return value
}

func TestNumber(t *testing.T) {
	t.Parallel()
	many := strings.Repeat("9", event.MaxNumberLength)
	for text, want := range map[string]string{
		`10`: "10", `-4`: "-4", `"2.5"`: "2.5", `"-0.50"`: "-0.5", `"007"`: "7", `1e3`: "1000", `1.5e-2`: "0.015", `-0`: "0",
		`"` + many + `"`: many, many[:308]: many[:308],
	} {
		number, ok := event.Number(decode(t, text))
		require.True(t, ok, text)
		require.Equal(t, want, number.String(), text)
	}
	for _, text := range []string{
		`"abc"`, `""`, `"+5"`, `".5"`, `"5."`, `"1e3"`, `" 5"`, `"5 "`, `"--5"`, `"-"`, `"1.2.3"`, `true`, `null`, `[1]`, `{}`, `"٣"`,
		`"9` + many + `"`, many[:309], `1e309`, `1e500`, `1e-600`, `1e999999999999`,
	} {
		_, ok := event.Number(decode(t, text))
		require.False(t, ok, text)
	}
}

func TestDigits(t *testing.T) {
	t.Parallel()
	for number, want := range map[json.Number]string{
		"1e3": "1000", "1.50e1": "15.0", "1.50": "1.50", "-0": "0", "-0.0": "0.0", "-0.10": "-0.10", "0e5": "0", "12E-1": "1.2",
		"1.7976931348623157e308": "17976931348623157" + strings.Repeat("0", 292),
	} {
		digits, ok := event.Digits(number)
		require.True(t, ok, number)
		require.Equal(t, want, digits, number)
	}
	smallest, ok := event.Digits("5e-324")
	require.True(t, ok)
	require.Len(t, smallest, 326)
}

func TestProperties(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		`{}`:                                     `{}`,
		`{"bb":1,"a":"x","c":null}`:              `{"a":"x","c":null,"bb":1}`,
		`{"a":1,"a":2}`:                          `{"a":2}`,
		`{"n":{"z":[1e2,2.50,true,false,null]}}`: `{"n":{"z":[100,2.50,true,false,null]}}`,
		`{"a\u0000b":"x\u0000y","ab":1}`:         `{"ab":"xy"}`,
		`{"q":"\"\\\n\ud800é"}`:                  "{\"q\":\"\\\"\\\\\\n\uFFFDé\"}",
		`{"":"empty"}`:                           `{"":"empty"}`,
	} {
		object, _ := decode(t, given).(map[string]any)
		raw, err := event.Properties(object)
		require.NoError(t, err)
		require.Equal(t, want, string(raw))
	}
	raw, err := event.Properties(nil)
	require.NoError(t, err)
	require.Equal(t, `{}`, string(raw))
}

func TestProperties_Refused(t *testing.T) {
	t.Parallel()
	nested := func(depth int) map[string]any {
		object, _ := decode(t, `{"a":`+strings.Repeat("[", depth)+strings.Repeat("]", depth)+`}`).(map[string]any)
		return object
	}
	_, err := event.Properties(nested(event.MaxDepth - 1))
	require.NoError(t, err)
	_, err = event.Properties(nested(event.MaxDepth))
	require.ErrorIs(t, err, event.ErrTooDeep)
	_, err = event.Properties(map[string]any{"n": json.Number("1e309")})
	require.ErrorIs(t, err, event.ErrTooLarge)
	_, err = event.ReadProperties(json.RawMessage(`[]`))
	require.ErrorIs(t, err, event.ErrNotObject)
}

// What is kept reads back as itself.
func TestProperties_AreStable(t *testing.T) {
	t.Parallel()
	values := rapid.Deferred(func() *rapid.Generator[any] {
		return rapid.OneOf(
			rapid.Map(rapid.String(), func(s string) any { return s }),
			rapid.Map(rapid.Bool(), func(b bool) any { return b }),
			rapid.Map(rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?`), func(s string) any { return json.Number(s) }),
			rapid.Just[any](nil),
		)
	})
	rapid.Check(t, func(t *rapid.T) {
		object := rapid.MapOf(rapid.String(), values).Draw(t, "properties")
		first, err := event.Properties(object)
		require.NoError(t, err)
		back, err := event.ReadProperties(first)
		require.NoError(t, err)
		second, err := event.Properties(back)
		require.NoError(t, err)
		require.Equal(t, string(first), string(second))
		require.NotContains(t, string(second), "\x00")
	})
}

func TestTimestamp(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`1651240791`:                "2022-04-29T13:59:51Z",
		`1651240791.123456`:         "2022-04-29T13:59:51.123456Z",
		`"1651240791.1234567"`:      "2022-04-29T13:59:51.123456Z",
		`"1651240791.9999999"`:      "2022-04-29T13:59:51.999999Z",
		`1.651240791e9`:             "2022-04-29T13:59:51Z",
		`0`:                         "1970-01-01T00:00:00Z",
		`-1`:                        "1969-12-31T23:59:59Z",
		`-0.0000001`:                "1969-12-31T23:59:59.999999Z",
		`-62135596800`:              "0001-01-01T00:00:00Z",
		`253402300799.999999`:       "9999-12-31T23:59:59.999999Z",
		`"` + "4102444800" + `.5"`:  "2100-01-01T00:00:00.5Z",
		`1651240791.12345678901234`: "2022-04-29T13:59:51.123456Z",
	} {
		at, present, ok := event.Timestamp(decode(t, text))
		require.True(t, ok && present, text)
		require.Equal(t, want, at.Format(time.RFC3339Nano), text)
	}
	for _, text := range []string{`null`, `false`} {
		_, present, ok := event.Timestamp(decode(t, text))
		require.True(t, ok && !present, text)
	}
	for _, text := range []string{
		`"2022-04-29T13:59:51Z"`, `""`, `"abc"`, `" 1"`, `true`, `[]`, `{}`, `"1_000"`, `"0x10"`, `"NaN"`, `"Infinity"`,
		`-62135596800.1`, `253402300800`, `1e30`, `1e999999999`, `-1e999999999`, `"1e-999999999"`, `1651240791123`,
	} {
		_, _, ok := event.Timestamp(decode(t, text))
		require.False(t, ok, text)
	}
}

func TestAmount(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"1234.56"`: "1234.56", `12`: "12", `"abc"`: "0", `"12abc"`: "0", `true`: "0", `" 5 "`: "5", `-3.5`: "-3.5",
		`"0.0000000000000005"`: "0.000000000000001", `"0.0000000000000004"`: "0", `1e-999`: "0", `1e24`: "1" + strings.Repeat("0", 24), `0e99`: "0",
	} {
		amount, ok := event.Amount(decode(t, text))
		require.True(t, ok, text)
		require.Equal(t, want, amount.String(), text)
	}
	for _, text := range []string{`null`, `""`, `"  "`, `{}`, `[1]`} {
		amount, ok := event.Amount(decode(t, text))
		require.True(t, ok, text)
		require.Nil(t, amount, text)
	}
	for _, text := range []string{`1e25`, `"12345678901234567890123456"`, `1e999999999`} {
		_, ok := event.Amount(decode(t, text))
		require.False(t, ok, text)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{`"a\u0000b"`: "ab", `12.50`: "12.50", `1e3`: "1000", `true`: "true", `false`: "false", `""`: ""} {
		text, ok := event.Text(decode(t, given))
		require.True(t, ok, given)
		require.Equal(t, want, text, given)
	}
	for _, given := range []string{`null`, `{}`, `[]`, `1e999`} {
		_, ok := event.Text(decode(t, given))
		require.False(t, ok, given)
	}
}

func ExampleProperties() {
	raw, _ := event.Properties(map[string]any{"gigabytes": json.Number("1.5e3"), "region": "eu"})
	fmt.Println(string(raw))
	// Output: {"region":"eu","gigabytes":1500}
}
