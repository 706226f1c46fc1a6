package edge

import (
	"context"
	"sync"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"tarn/fault"
	"tarn/store"
)

// The bounds of a group.
const (
	mostRequestsOfGroup = 64
	mostEventsOfGroup   = 2000
)

// groupsAtOnce is how many groups of one organization are under way at the same
// time: while one waits for its commit, another works.
const groupsAtOnce = 2

// Ingester keeps events for the edge, which lets requests share transactions and
// need not know what an event is.
type Ingester interface {
	// Read reads the events that a request brings.
	Read(x *Exchange) (Batch, error)
	// Keep keeps the events of several requests in one transaction and notes in
	// each batch what became of it, for the handler. Its error undoes them all.
	Keep(tx *store.Tx, batches []Batch) error
}

// Batch is the events of one request.
type Batch interface {
	// Size is how many there are.
	Size() int
}

// ingestion lets concurrent requests that bring events of one organization
// share transactions: while a group of them is under way, those that come
// meanwhile gather to be the next. Nobody waits for company.
type ingestion struct {
	mu    sync.Mutex
	gates map[uuid.UUID]*gate
}

// gate is where the requests of one organization wait.
type gate struct {
	waiting []*arrival
	// running is the number of groups under way.
	running int
}

// arrival is a request that brings events.
type arrival struct {
	c    echo.Context
	x    *Exchange
	next echo.HandlerFunc
	// done is closed when err says what became of the request.
	done chan struct{}
	err  error
}

func newIngestion() *ingestion { return &ingestion{gates: map[uuid.UUID]*gate{}} }

// join adds a request to those that wait. First says that a new group has to
// be begun, because fewer are under way than may be.
func (i *ingestion) join(a *arrival) (first bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	g := i.gates[a.x.org.ID]
	if g == nil {
		g = &gate{}
		i.gates[a.x.org.ID] = g
	}
	g.waiting = append(g.waiting, a)
	if g.running >= groupsAtOnce {
		return false
	}
	g.running++
	return true
}

// withdraw takes back a request that still waits; false when it is under way.
func (i *ingestion) withdraw(a *arrival) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	g := i.gates[a.x.org.ID]
	if g == nil {
		return false
	}
	for n, waiting := range g.waiting {
		if waiting == a {
			g.waiting = append(g.waiting[:n:n], g.waiting[n+1:]...)
			return true
		}
	}
	return false
}

// take makes a group of those that have waited longest; none when nobody waits,
// which ends the turn of whoever asks.
func (i *ingestion) take(organization uuid.UUID) []*arrival {
	i.mu.Lock()
	defer i.mu.Unlock()
	g := i.gates[organization]
	count, events := 0, 0
	for count < len(g.waiting) && count < mostRequestsOfGroup && events < mostEventsOfGroup {
		events += g.waiting[count].x.batch.Size()
		count++
	}
	group := g.waiting[:count:count]
	g.waiting = g.waiting[count:]
	if count > 0 {
		return group
	}
	if g.running--; g.running == 0 {
		delete(i.gates, organization)
	}
	return nil
}

// ingest has the events of a request kept in a transaction that others may
// share, and returns when it has ended. A request whose client gives up while
// it waits is not carried out.
func (e *Edge) ingest(c echo.Context, x *Exchange, next echo.HandlerFunc) error {
	a := &arrival{c: c, x: x, next: next, done: make(chan struct{})}
	ctx := c.Request().Context()
	if e.ingestion.join(a) {
		// No request's end is that of the others in its group.
		go e.runGroups(context.WithoutCancel(ctx), x.org.ID)
	}
	select {
	case <-a.done:
	case <-ctx.Done():
		if e.ingestion.withdraw(a) {
			return ctx.Err()
		}
		<-a.done
	}
	return a.err
}

// runGroups carries out groups of an organization until nobody waits.
func (e *Edge) runGroups(ctx context.Context, organization uuid.UUID) {
	for {
		group := e.ingestion.take(organization)
		if len(group) == 0 {
			return
		}
		e.runGroup(ctx, group)
		for _, a := range group {
			close(a.done)
		}
	}
}

// runGroup carries out a group in one transaction. Where one request makes that
// fail, each is carried out alone, so that only this one fails.
func (e *Edge) runGroup(ctx context.Context, group []*arrival) {
	broken, err := e.commitGroup(ctx, group)
	if err == nil || !broken || len(group) == 1 {
		for _, a := range group {
			a.err = err
		}
		return
	}
	for _, a := range group {
		_, a.err = e.commitGroup(ctx, []*arrival{a})
	}
}

// commitGroup keeps the events of a group and lets each request answer, in one
// transaction. Broken says that a request or its events made it fail, and not
// the database.
func (e *Edge) commitGroup(ctx context.Context, group []*arrival) (broken bool, err error) {
	ctx, cancel := e.bounded(ctx)
	defer cancel()
	scope := store.Scope{Organization: group[0].x.org.ID, Source: store.SourceAPI, Ingests: true}
	err = e.Write(ctx, scope, func(tx *store.Tx) error { //nolint:contextcheck // each request has its own
		err := fault.Guard(func() error { return e.answerGroup(tx, group) })
		broken = err != nil
		return err
	})
	if err != nil {
		return broken, err
	}
	for _, a := range group {
		a.x.logged = true
	}
	return false, nil
}

// answerGroup keeps the events of a group and has each request answer and
// leave its log.
func (e *Edge) answerGroup(tx *store.Tx, group []*arrival) error {
	batches := make([]Batch, len(group))
	for n, a := range group {
		batches[n] = a.x.batch
	}
	if err := e.ingester.Keep(tx, batches); err != nil {
		return err
	}
	for _, a := range group {
		if err := e.answerEvents(a, tx); err != nil {
			return err
		}
	}
	return nil
}

// answerEvents lets the handler answer with what became of a request's events,
// and adds the request's log to the transaction.
func (e *Edge) answerEvents(a *arrival, tx *store.Tx) error {
	a.x.tx, a.x.failure = tx, nil
	a.x.begin(a.c)
	if err := a.next(a.c); err != nil {
		if _, isFault := fault.As(err); !isFault {
			return err
		}
		a.x.failure, a.x.answer = err, render(a.x, err)
	}
	if err := e.verify(a.c, a.x); err != nil {
		return err
	}
	return e.record(a.c, a.x, tx)
}
