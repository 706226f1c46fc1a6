package audit

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"tarn/store"
)

const (
	queueLength = 4096
	batchLength = 200
	// flushAfter bounds how long a read's log row is in memory only.
	flushAfter = 200 * time.Millisecond
	// writeAttempts is how often a batch is tried before it is given up; the
	// pause between two attempts begins with firstPause and doubles, six
	// seconds in all, so that a database may restart meanwhile.
	writeAttempts = 8
	firstPause    = 50 * time.Millisecond
	// touchEvery is how exactly the last use of a key is known.
	touchEvery = time.Minute
)

// Behind writes the request logs of reads behind their answers: a bounded
// queue, written in batches. When the queue is full, callers wait; nothing is
// dropped. On the way it keeps when keys were last used.
type Behind struct {
	store *store.Store
	log   *slog.Logger
	rows  chan *store.RequestLog
	// kick asks the writer not to wait for a fuller batch.
	kick chan struct{}
	done chan struct{}

	mu      sync.Mutex
	settled *sync.Cond
	queued  uint64
	written uint64
	used    map[uuid.UUID]time.Time
	touched map[uuid.UUID]time.Time
}

// NewBehind starts the writer; Close ends it.
func NewBehind(s *store.Store, log *slog.Logger) *Behind {
	b := &Behind{
		store: s, log: log,
		rows: make(chan *store.RequestLog, queueLength), kick: make(chan struct{}, 1), done: make(chan struct{}),
		used: map[uuid.UUID]time.Time{}, touched: map[uuid.UUID]time.Time{},
	}
	b.settled = sync.NewCond(&b.mu)
	go b.run()
	return b
}

// Add queues a row, and waits while the queue is full. It must not be called
// after Close.
func (b *Behind) Add(row store.RequestLog) {
	b.mu.Lock()
	b.queued++
	b.mu.Unlock()
	b.rows <- &row
}

// Used notes that a key was used; it is written with a later batch, at most
// once in touchEvery of the organization's time.
func (b *Behind) Used(key uuid.UUID, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if last, ok := b.touched[key]; ok && at.Sub(last) < touchEvery {
		return
	}
	b.used[key], b.touched[key] = at, at
}

// Flush waits until every row that was added before is written, or is given
// up.
func (b *Behind) Flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for target := b.queued; b.written < target; {
		select {
		case b.kick <- struct{}{}:
		default:
		}
		b.settled.Wait()
	}
}

// Close writes what is queued and ends the writer.
func (b *Behind) Close() {
	close(b.rows)
	<-b.done
}

func (b *Behind) run() {
	defer close(b.done)
	for row := range b.rows {
		b.write(b.collect(row))
	}
	b.touch()
}

// collect gathers a batch: until it is full, time is up, somebody waits, or
// the queue is closed.
func (b *Behind) collect(first *store.RequestLog) []store.RequestLog {
	batch := []store.RequestLog{*first}
	timer := time.NewTimer(flushAfter)
	defer timer.Stop()
	hurry := false
	for len(batch) < batchLength {
		if hurry && len(b.rows) == 0 {
			return batch
		}
		select {
		case row, open := <-b.rows:
			if !open {
				return batch
			}
			batch = append(batch, *row)
		case <-b.kick:
			hurry = true
		case <-timer.C:
			return batch
		}
	}
	return batch
}

func (b *Behind) write(batch []store.RequestLog) {
	ctx := context.Background()
	var err error
	pause := firstPause
	for attempt := range writeAttempts {
		if attempt > 0 {
			<-time.After(pause)
			pause *= 2
		}
		err = b.store.System(ctx, func(sys *store.System) error { return sys.InsertRequestLogs(batch) })
		if err == nil {
			break
		}
	}
	if err != nil {
		b.log.ErrorContext(ctx, "request logs of reads are lost", "rows", len(batch), "error", err)
	}
	b.touch()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.written += uint64(len(batch))
	b.settled.Broadcast()
}

// touch stores when keys were last used.
func (b *Behind) touch() {
	b.mu.Lock()
	used := b.used
	b.used = map[uuid.UUID]time.Time{}
	b.mu.Unlock()
	if len(used) == 0 {
		return
	}
	ctx := context.Background()
	err := b.store.System(ctx, func(sys *store.System) error { return sys.TouchAPIKeys(used) })
	if err != nil {
		b.log.WarnContext(ctx, "the last use of keys is not recorded", "error", err)
	}
}
