// Package clock is the only place that asks the operating system for the time.
// Business time is not read here: it is frozen once per transaction from an
// organization's own clock (see store.Tx.Now).
package clock

import (
	"sync"
	"time"
)

// Precision is the finest unit of time that tarn keeps; both databases store
// microseconds.
const Precision = time.Microsecond

// Clock tells the current time.
type Clock interface {
	// Now is the current time in UTC, truncated to Precision.
	Now() time.Time
}

// Real returns the clock of the operating system.
func Real() Clock { return real{} }

type real struct{}

func (real) Now() time.Time { return Normalize(time.Now()) }

// Normalize brings a time into the one form that is stored and compared: UTC,
// truncated to Precision, without a monotonic reading.
func Normalize(t time.Time) time.Time {
	return t.UTC().Truncate(Precision)
}

// The years of UTC whose instants can be stored and shown.
const (
	firstYear = 1
	lastYear  = 9999
)

// Representable reports whether an instant can be stored and shown: its year in
// UTC has four digits.
func Representable(t time.Time) bool {
	year := t.UTC().Year()
	return year >= firstYear && year <= lastYear
}

// Bounded is the Representable instant that is nearest to one.
func Bounded(t time.Time) time.Time {
	switch year := t.UTC().Year(); {
	case year < firstYear:
		return time.Date(firstYear, time.January, 1, 0, 0, 0, 0, time.UTC)
	case year > lastYear:
		return time.Date(lastYear+1, time.January, 1, 0, 0, 0, 0, time.UTC).Add(-Precision)
	}
	return t
}

// Manual is a clock that stands still until it is set. It is safe for
// concurrent use.
type Manual struct {
	mu  sync.Mutex
	now time.Time
}

// NewManual returns a Manual clock that shows now.
func NewManual(now time.Time) *Manual {
	return &Manual{now: Normalize(now)}
}

// Now is the time the clock was last set to.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Set moves the clock to t, forwards or backwards.
func (m *Manual) Set(t time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = Normalize(t)
}

// Advance moves the clock forward by d.
func (m *Manual) Advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
}

// Since is the real time that has passed since start, a reading of Monotonic.
// Durations of requests are measured with it, never with business time.
func Since(start time.Time) time.Duration { return time.Since(start) }

// Monotonic is a reading for measuring durations with Since.
func Monotonic() time.Time { return time.Now() }
