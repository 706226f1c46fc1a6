package servertest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"tarn/compat"
	"tarn/store"
	"tarn/store/storetest"
)

// servers are what the tests of this process borrow from each other, one after the
// other. To open a database, to teach PostgreSQL's sessions what lies in it, and to
// build a handler costs more than what most tests do with them.
var servers = &pool{idle: map[kind][]*pooled{}}

// kind is what a test can ask for.
type kind struct {
	dialect string
	mode    compat.Mode
}

// pooled is a server with a database of its own, which is not bound to a test.
type pooled struct {
	*running
	drop func() error
}

func (p *pooled) close() error { return errors.Join(p.running.close(), p.drop()) }

// pool holds the servers that nobody uses at the moment.
type pool struct {
	mu   sync.Mutex
	open bool
	idle map[kind][]*pooled
}

// Borrow returns a server on a database of a dialect, for this test alone until it
// ends, with a new organization. It has worked for other tests before, which have
// left their organizations, and works for others later; not when the test fails,
// or takes its Handler. Where Main does not run the tests it is a new one.
func Borrow(t testing.TB, dialect string, mode compat.Mode) *Server {
	t.Helper()
	if !servers.isOpen() {
		return serve(t, storetest.URL(t, dialect), mode, delivering, nil)
	}
	p := servers.take(kind{dialect, mode})
	if p == nil {
		url, drop := storetest.Lasting(t, dialect)
		p = &pooled{running: start(t, url, mode, delivering, nil), drop: drop}
	}
	p.watcher.workFor(t)
	p.oneByOne.Store(false)
	storetest.Closing(t, func() error {
		p.handler.Flush()
		err := p.vacate()
		p.watcher.workFor(nil)
		if err != nil || t.Failed() || p.taken {
			return errors.Join(err, p.close())
		}
		return servers.put(kind{dialect, mode}, p)
	})
	return p.serverOf(t)
}

// vacate takes the short names of a test's organizations away, which are unique in
// the database and are seen in its documents.
func (p *pooled) vacate() error {
	const few = 4
	for page := 1; ; page++ {
		var made store.List[store.Organization]
		err := p.store.SystemRead(context.Background(), func(sys *store.System) (err error) {
			made, err = sys.Organizations(store.Page{Number: page, Size: few})
			return err
		})
		if err != nil {
			return err
		}
		for _, org := range made.Rows {
			if org.Slug == org.ID.String() {
				return nil // it was there before, like all that are older
			}
			org.Slug = org.ID.String()
			scope := store.Scope{Organization: org.ID, Source: store.SourceSystem}
			if err := p.store.Write(context.Background(), scope, func(tx *store.Tx) error { return tx.UpdateOrganization(org) }); err != nil {
				return err
			}
		}
		if len(made.Rows) < few {
			return nil
		}
	}
}

func (p *pool) isOpen() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open
}

// take returns an idle server, or nil where there is none.
func (p *pool) take(of kind) *pooled {
	p.mu.Lock()
	defer p.mu.Unlock()
	idle := p.idle[of]
	if len(idle) == 0 {
		return nil
	}
	last := len(idle) - 1
	p.idle[of] = idle[:last]
	return idle[last]
}

// put takes a server back.
func (p *pool) put(of kind, server *pooled) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.open {
		return server.close()
	}
	p.idle[of] = append(p.idle[of], server)
	return nil
}

// begin lets servers be borrowed until end is called.
func (p *pool) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = true
}

// end closes all servers.
func (p *pool) end() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = false
	var errs []error
	for _, idle := range p.idle {
		for _, server := range idle {
			errs = append(errs, server.close())
		}
	}
	clear(p.idle)
	return errors.Join(errs...)
}
