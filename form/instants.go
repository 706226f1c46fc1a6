package form

import (
	"errors"
	"time"

	"tarn/clock"
)

// instantLayouts are the spellings in which clients may write an instant. Go
// reads a fraction of a second wherever a layout has seconds.
var instantLayouts = [...]string{
	time.RFC3339,
	"2006-01-02T15:04:05Z0700",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04",
	"2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05 -0700",
	"2006-01-02 15:04:05 UTC",
	"2006-01-02 15:04:05",
	time.DateOnly,
}

var errNoInstant = errors.New("not an instant")

// Instant reads an instant in any spelling of ISO 8601 that Lago's clients
// use: without an offset it is UTC, and a day alone is its beginning.
func Instant(text string) (time.Time, error) {
	for _, layout := range instantLayouts {
		at, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if at = clock.Normalize(at); clock.Representable(at) {
			return at, nil
		}
	}
	return time.Time{}, errNoInstant
}
