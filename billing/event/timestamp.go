package event

import (
	"encoding/json"
	"time"

	"github.com/shopspring/decimal"
)

// The first and the last second that events may have: the years 1 to 9999,
// which every database can keep and compare and every client can read.
const (
	firstSecond = -62_135_596_800
	lastSecond  = 253_402_300_799
)

// Timestamp reads the time of an event: Unix seconds as a number or as a text,
// with or without a fraction, of which six digits are kept. Nil and false are
// no time; present is false for them. Ok is false for anything else that is no
// number, and for times outside the years 1 to 9999.
func Timestamp(value any) (at time.Time, present, ok bool) {
	var text string
	switch v := value.(type) {
	case nil:
		return time.Time{}, false, true
	case bool:
		return time.Time{}, v, !v
	case string:
		text = v
	case json.Number:
		text = v.String()
	}
	seconds, ok := parse(text)
	if !ok || !moderate(seconds) {
		return time.Time{}, true, false
	}
	if seconds.LessThan(decimal.NewFromInt(firstSecond)) || !seconds.LessThan(decimal.NewFromInt(lastSecond+1)) {
		return time.Time{}, true, false
	}
	return time.UnixMicro(seconds.Shift(6).Floor().IntPart()).UTC(), true, true
}
