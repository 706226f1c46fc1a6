// Package audit is the trail: the identifiers of requests, what of a request
// may be kept (redaction, size), the rows of API logs, request logs and
// activity logs. It decides what a row says; the store keeps it and the server
// decides when.
package audit

import (
	"encoding/base32"
	"strings"

	"github.com/google/uuid"
)

// requestPrefix begins the identifier of a request in the request-log
// contract's spelling.
const requestPrefix = "req_"

// ulidLength is the length of 128 bits in Crockford's base 32.
const ulidLength = 26

// crockfordDigits are the digits of base 32 without the letters I, L, O and U.
const crockfordDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var crockford = base32.NewEncoding(crockfordDigits).WithPadding(base32.NoPadding)

// FormatRequestID spells an identifier as the request-log contract does:
// "req_" and the 128 bits in Crockford's base 32, most significant bits first.
func FormatRequestID(id uuid.UUID) string {
	// 26 digits hold 130 bits: two zero bits come first. Shifting the 16 bytes
	// right by two bits over 17 bytes lines them up with whole digits.
	var shifted [17]byte
	var carry byte
	for i, b := range id {
		shifted[i] = carry | b>>2
		carry = b << 6
	}
	shifted[16] = carry
	return requestPrefix + crockford.EncodeToString(shifted[:])[:ulidLength]
}

// ParseRequestID reads an identifier in either spelling, in any case. OK is
// false for anything else.
func ParseRequestID(text string) (id uuid.UUID, ok bool) {
	if len(text) != len(requestPrefix)+ulidLength || !strings.EqualFold(text[:len(requestPrefix)], requestPrefix) {
		if len(text) != len(uuid.Nil.String()) {
			return uuid.Nil, false
		}
		id, err := uuid.Parse(text)
		return id, err == nil
	}
	digits := plainDigits(text[len(requestPrefix):])
	// Two more digits complete the last byte; the first digit may use three of
	// its five bits only.
	shifted, err := crockford.DecodeString(digits + "00")
	if err != nil || shifted[0]>>6 != 0 {
		return uuid.Nil, false
	}
	for i := range id {
		id[i] = shifted[i]<<2 | shifted[i+1]>>6
	}
	return id, true
}

// plainDigits are base 32 digits in the one form that we write.
func plainDigits(text string) string {
	return strings.NewReplacer("I", "1", "L", "1", "O", "0").Replace(strings.ToUpper(text))
}

// RequestIDPatterns are patterns for the lower-case UUIDs of all identifiers
// whose spelling in the request-log contract contains a text, in any case; one
// that begins with "req_" is its beginning. In a pattern "?" stands for one
// character, "[01]" for one of those listed and "*" at the end for the rest.
// There are none for what no spelling contains.
func RequestIDPatterns(text string) []string {
	anchored := len(text) >= len(requestPrefix) && strings.EqualFold(text[:len(requestPrefix)], requestPrefix)
	if anchored {
		text = text[len(requestPrefix):]
	}
	digits := plainDigits(text)
	if len(digits) > ulidLength || digits == "" || strings.Trim(digits, crockfordDigits) != "" {
		return nil
	}
	last := ulidLength - len(digits)
	if anchored {
		last = 0
	}
	var patterns []string
	for offset := range last + 1 {
		if pattern, fits := uuidPattern(digits, offset); fits {
			patterns = append(patterns, pattern)
		}
	}
	return patterns
}

// uuidPattern is the pattern of UUIDs in whose other spelling the digits begin
// at an offset. It does not fit where the digits would need more than 128
// bits.
func uuidPattern(digits string, offset int) (pattern string, fits bool) {
	// Each half-byte has the bits that are known and what they are. The first
	// digit's two upper bits lie before the UUID.
	var known, bits [32]byte
	for i, digit := range digits {
		value := strings.IndexRune(crockfordDigits, digit)
		for j := range 5 {
			at := 5*(offset+i) + j - 2
			bit := byte(value>>(4-j)) & 1
			if at < 0 {
				if bit != 0 {
					return "", false
				}
				continue
			}
			known[at/4] |= 8 >> (at % 4)
			bits[at/4] |= bit << (3 - at%4)
		}
	}
	var text strings.Builder
	end := (5*(offset+len(digits))-2+3)/4 - 1
	for i := range end + 1 {
		if i == 8 || i == 12 || i == 16 || i == 20 {
			text.WriteByte('-')
		}
		text.WriteString(halfByte(known[i], bits[i]))
	}
	return text.String() + "*", true
}

// halfByte is the pattern of a hexadecimal digit of which some bits are known.
func halfByte(known, bits byte) string {
	const digits = "0123456789abcdef"
	switch known {
	case 0:
		return "?"
	case 0xf:
		return digits[bits : bits+1]
	}
	class := "["
	for i := range byte(16) {
		if i&known == bits {
			class += digits[i : i+1]
		}
	}
	return class + "]"
}
