package random

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// edges are values at which something may break, as JSON.
var edges = []string{
	// Nothing, and what is not expected.
	`null`, `""`, `" "`, `[]`, `{}`, `[[]]`, `[null]`, `[{}]`, `{"":null}`, `true`, `false`, `"null"`,
	// Numbers.
	`0`, `-1`, `-0`, `1`, `1.5`, `0.1`, `1e3`, `1E400`, `-1e400`, `1e-400`, `1e18`, `100.000`, `0.000000000000000000000000000001`, `2147483648`,
	`9223372036854775807`, `9223372036854775808`, `-9223372036854775808`, `-9223372036854775809`, `123456789012345678901234567890.123456789`,
	`"0"`, `"-1"`, `"1e3"`, `"1E400"`, `"NaN"`, `"Infinity"`, `"0x10"`, `"1_000"`, `"00012"`, `" 12 "`, `"12,5"`, `"١٢٣"`, `"99999999999999999999999999999"`,
	`"0.00000000000000000000001"`, `"-0"`, `"+5"`, `"."`,
	// Texts.
	`"\u0000"`, `"a\u0000b"`, `"\ud800"`, `"\udc00\ud800"`, `"é"`, `"e\u0301"`, `"💶"`, `"\u202e\u200b"`, `"\ufeff"`, `"İı"`, `"ß"`, `"line\nbreak\r\t"`, `"\\"`, `"%"`, `"_%_"`,
	`"' OR 1=1 --"`, `"../.."`, `"%00"`, `"a/b"`, `"a.b"`, `"<b>&amp;"`, `"=1+1"`, `"{{x}}"`, `"${x}"`, `"00000000-0000-0000-0000-000000000000"`,
	`"ffffffff-ffff-ffff-ffff-ffffffffffff"`, `"FFFFFFFF-FFFF-7FFF-BFFF-FFFFFFFFFFFF"`, `"{00000000-0000-0000-0000-000000000000}"`,
	// Days and instants.
	`"0000-01-01"`, `"0001-01-01T00:00:00Z"`, `"9999-12-31"`, `"9999-12-31T23:59:59.999999999Z"`, `"10000-01-01"`, `"2026-02-29"`, `"2024-02-29"`, `"2026-02-30"`,
	`"2026-13-01"`, `"1969-12-31T23:59:59Z"`, `"2026-03-29T02:30:00+02:00"`, `"2026-01-15T10:30:00+14:00"`, `"2026-01-15 10:30:00"`, `"2026-01-15T24:00:00Z"`,
	`"2016-12-31T23:59:60Z"`, `"today"`, `"20260115"`, `"2026-W03-4"`, `1769000000`, `"1769000000.123456789"`, `253402300800`, `-62135596801`,
	// Codes that exist elsewhere.
	`"EUR"`, `"eur"`, `"XXX"`, `"JPY"`, `"KWD"`, `"FR"`, `"fr"`, `"Europe/Paris"`, `"Mars/Phobos"`, `"PT0S"`, `"P1M"`, `"-P1D"`, `"P9999Y"`,
	`"a@b.test"`, `"@"`, `"http://"`, `"http://127.0.0.1:1/"`, `"http://[::1"`, `"ftp://a.test"`, `"data:image/png;base64,AAAA"`,
}

// junk are values that are no JSON, or too much of it.
func junk(r *rand.Rand) string {
	switch r.IntN(9) {
	case 0:
		return strings.Repeat("[", 20_000)
	case 1:
		return strings.Repeat(`{"a":`, 3000) + "1" + strings.Repeat("}", 3000)
	case 2:
		return "\"\xff\xfe\""
	case 3:
		return "\"\xed\xa0\x80\""
	case 4:
		return quoted(strings.Repeat("long ", 1+r.IntN(500)))
	case 5:
		return quoted(strings.Repeat("é", 255+r.IntN(3)))
	case 6:
		return quoted(strings.Repeat("x", 70_000))
	case 7:
		return "1" + strings.Repeat("0", 600)
	default:
		return "nul"
	}
}

// edge is a value at which something may break.
func edge(r *rand.Rand) value {
	if r.IntN(25) == 0 {
		return raw(junk(r))
	}
	return raw(edges[r.IntN(len(edges))])
}

// plain is an edge as the text of a query or a path.
func plain(r *rand.Rand) string {
	switch chosen := edges[r.IntN(len(edges))]; {
	case r.IntN(30) == 0:
		return "\xff"
	case r.IntN(40) == 0:
		return strings.Repeat("y", 3000)
	case strings.HasPrefix(chosen, `"`):
		var content string
		if _, err := fmt.Sscanf(chosen, "%q", &content); err == nil {
			return content
		}
		return strings.Trim(chosen, `"`)
	default:
		return chosen
	}
}

// spoil changes a text of JSON so that it may be none.
func spoil(r *rand.Rand, body string) string {
	at := 0
	if len(body) > 0 {
		at = r.IntN(len(body))
	}
	switch r.IntN(9) {
	case 0:
		return body[:at]
	case 1:
		return body + body
	case 2:
		return "\xef\xbb\xbf" + body
	case 3:
		return body[:at] + "\xff" + body[at:]
	case 4:
		return "[" + body + "]"
	case 5:
		return ""
	case 6:
		return quoted(body)
	case 7:
		return body[:at] + "\x00" + body[at:]
	default:
		return " \n" + body + "\n "
	}
}
