package encode

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// plain are the bytes of a text that stand for themselves. As encoding/json
// does, the signs of HTML are escaped.
//
//nolint:gochecknoglobals // a table
var plain = func() (table [utf8.RuneSelf]bool) {
	for b := range table {
		table[b] = b >= ' ' && b != '"' && b != '\\' && b != '<' && b != '>' && b != '&'
	}
	return table
}()

const hexadecimal = "0123456789abcdef"

// appendText appends a text with its quotes.
func appendText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		if b := s[i]; b < utf8.RuneSelf {
			if plain[b] {
				i++
				continue
			}
			dst = appendEscape(append(dst, s[start:i]...), b)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			dst = append(append(dst, s[start:i]...), `\ufffd`...)
			start = i + size
		case r == '\u2028' || r == '\u2029':
			dst = append(append(dst, s[start:i]...), `\u202`...)
			dst = append(dst, hexadecimal[r&0xf])
			start = i + size
		}
		i += size
	}
	return append(append(dst, s[start:]...), '"')
}

func appendEscape(dst []byte, b byte) []byte {
	switch b {
	case '"', '\\':
		return append(dst, '\\', b)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexadecimal[b>>4], hexadecimal[b&0xf])
}

// appendFloat writes a number like JavaScript does, as encoding/json has it.
func appendFloat(dst []byte, f float64, bits int) []byte {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		fail(&json.UnsupportedValueError{Str: strconv.FormatFloat(f, 'g', -1, bits)})
	}
	format, size := byte('f'), math.Abs(f)
	if size != 0 && (bits == 64 && (size < 1e-6 || size >= 1e21) || bits == 32 && (float32(size) < 1e-6 || float32(size) >= 1e21)) {
		format = 'e'
	}
	dst = strconv.AppendFloat(dst, f, format, -1, bits)
	if n := len(dst); format == 'e' && n >= 4 && (dst[n-4 : n-1][0] == 'e' && dst[n-3] == '-' && dst[n-2] == '0') {
		dst[n-2] = dst[n-1] // e-09 becomes e-9
		dst = dst[:n-1]
	}
	return dst
}

// appendFraction writes a number that may have a fraction as one that has.
//
// Lago: a rate of twenty percent is 20.0.
func appendFraction(dst []byte, f float64, bits int) []byte {
	from := len(dst)
	dst = appendFloat(dst, f, bits)
	if bytes.ContainsAny(dst[from:], ".e") {
		return dst
	}
	return append(dst, ".0"...)
}

// appendRaw appends JSON without the spaces between its values.
func appendRaw(dst, raw []byte) []byte {
	if raw == nil {
		return append(dst, "null"...)
	}
	if !json.Valid(raw) {
		fail(errors.New("the text is no JSON"))
	}
	inText := false
	for i := 0; i < len(raw); i++ {
		b := raw[i]
		switch {
		case !inText && (b == ' ' || b == '\t' || b == '\n' || b == '\r'):
		case b == '<' || b == '>' || b == '&':
			dst = append(dst, '\\', 'u', '0', '0', hexadecimal[b>>4], hexadecimal[b&0xf])
		case b == 0xe2 && i+2 < len(raw) && raw[i+1] == 0x80 && raw[i+2]&^1 == 0xa8:
			dst = append(dst, '\\', 'u', '2', '0', '2', hexadecimal[raw[i+2]&0xf])
			i += 2
		case inText && b == '\\':
			dst = append(dst, b, raw[i+1])
			i++
		default:
			inText = inText != (b == '"')
			dst = append(dst, b)
		}
	}
	return dst
}

// unescaped is JSON in which the characters that appendRaw escapes stand for
// themselves, for one that becomes a text itself.
func unescaped(raw []byte) string {
	var b strings.Builder
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			b.WriteByte(raw[i])
			i++
			continue
		}
		if raw[i+1] == 'u' {
			if plain := escaped[string(raw[i+2:i+6])]; plain != "" {
				b.WriteString(plain)
				i += 6
				continue
			}
		}
		b.Write(raw[i : i+2])
		i += 2
	}
	return b.String()
}

// escaped are the characters that appendRaw escapes, by their codes.
var escaped = map[string]string{"003c": "<", "003e": ">", "0026": "&", "2028": "\u2028", "2029": "\u2029"}

// end is where the value that begins at i ends, in JSON without spaces.
func end(raw []byte, i int) int {
	depth := 0
	for {
		switch raw[i] {
		case '"':
			for i++; raw[i] != '"'; i++ {
				if raw[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case ',', ':':
		default:
			for i+1 < len(raw) && raw[i+1] != ',' && raw[i+1] != '}' && raw[i+1] != ']' {
				i++
			}
		}
		i++
		if depth == 0 {
			return i
		}
	}
}

// quoted is a name as JSON.
func quoted(name string) string { return string(appendText(nil, name)) }
