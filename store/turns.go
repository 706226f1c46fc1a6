package store

import (
	"context"
	"fmt"
	"sync"
)

// turns give the connections of a pool to transactions. Where all are in use,
// transactions wait in two queues, one for requests and one for due work, each
// in the order of coming. The queues take turns: a clock that moves lets a
// request in between two jobs, and many requests let a job in between two of
// them. The pool alone would choose among the waiting by chance.
type turns struct {
	mu   sync.Mutex
	free int
	// waiting are the queues; that of due work comes second.
	waiting [2][]chan struct{}
	// last is the index of the queue that had the last turn.
	last int
	// delayed says that a request has waited since due work began its last turn.
	delayed bool
}

// newTurns lets so many transactions run at a time.
func newTurns(limit int) *turns { return &turns{free: limit} }

// begin waits for the turn of a transaction, until ctx ends. The function that
// it returns ends the turn.
func (t *turns) begin(ctx context.Context, dueWork bool) (end func(), err error) {
	queue := 0
	if dueWork {
		queue = 1
	}
	mine := t.ask(queue)
	if mine == nil {
		return t.next, nil
	}
	select {
	case <-mine:
		return t.next, nil
	case <-ctx.Done():
		t.leave(queue, mine)
		return nil, fmt.Errorf("wait to begin a transaction: %w", ctx.Err())
	}
}

// ask takes a free turn, and returns nil then, or a place in a queue.
func (t *turns) ask(queue int) (place chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.free > 0 {
		t.free--
		t.give(queue)
		return nil
	}
	t.delayed = t.delayed || queue == 0
	place = make(chan struct{})
	t.waiting[queue] = append(t.waiting[queue], place)
	return place
}

// give lets a queue have the turn.
func (t *turns) give(queue int) {
	t.last = queue
	if queue == 1 {
		t.delayed = false
	}
}

// delays reports whether a request has waited since due work began its last turn.
func (t *turns) delays() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.delayed
}

// leave gives up a place, or the turn that has come meanwhile.
func (t *turns) leave(queue int, place chan struct{}) {
	t.mu.Lock()
	for i, other := range t.waiting[queue] {
		if other == place {
			t.waiting[queue] = append(t.waiting[queue][:i:i], t.waiting[queue][i+1:]...)
			t.mu.Unlock()
			return
		}
	}
	t.mu.Unlock()
	t.next()
}

// next passes an ended turn on: to the queue that did not have the last one, if
// somebody waits there.
func (t *turns) next() {
	t.mu.Lock()
	defer t.mu.Unlock()
	queue := 1 - t.last
	if len(t.waiting[queue]) == 0 {
		queue = t.last
	}
	if len(t.waiting[queue]) == 0 {
		t.free++
		return
	}
	t.give(queue)
	t.delayed = t.delayed || len(t.waiting[0]) > 0
	close(t.waiting[queue][0])
	t.waiting[queue] = t.waiting[queue][1:]
}
