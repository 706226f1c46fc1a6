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

// crockford is base 32 without the letters I, L, O and U.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

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
	digits := strings.NewReplacer("I", "1", "L", "1", "O", "0").Replace(strings.ToUpper(text[len(requestPrefix):]))
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
