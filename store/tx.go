package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"tarn/compat"
	"tarn/store/internal/named"
	"tarn/store/internal/session"
)

// attempts is how often a transaction is tried that the database gives up to
// resolve a conflict.
const attempts = 5

// Source says on whose behalf a transaction writes.
type Source string

// The sources, spelled as activity logs show them.
const (
	// SourceAPI is a request with an API key.
	SourceAPI Source = "api"
	// SourceSystem is due work: no request caused it.
	SourceSystem Source = "system"
)

// Scope says for whom a transaction runs.
type Scope struct {
	// Organization is the tenant. Nothing of another one can be reached.
	Organization uuid.UUID
	// Source is SourceAPI for requests and SourceSystem for jobs.
	Source Source
	// Request is the identifier of the request that caused the transaction;
	// the zero UUID for jobs.
	Request uuid.UUID
	// APIKey is the key that the request carried; the zero UUID for jobs.
	APIKey uuid.UUID
	// Exclusive says that the transaction will change the organization's own
	// row. It waits for others then before it begins, as due work does, because
	// two that share the row could not both go on to change it.
	Exclusive bool
	// Ingests says that the transaction will add events. What metrics mean for
	// events stays as it is meanwhile.
	Ingests bool
}

// Tx is one transaction of one organization. It carries the organization's
// settings and one frozen instant; its methods are the only way to the rows.
// A Tx is not safe for concurrent use and ends with the function that
// received it.
type Tx struct {
	db    *gorm.DB
	ctx   context.Context //nolint:containedctx // a transaction lives and dies with its request
	scope Scope
	org   Organization
	now   time.Time
	later []func(*Tx) error
	// reads says that nothing can be written.
	reads bool
	// workDue says that a job was added that is due at once.
	workDue bool
	// hastened are jobs that are not written yet, by their unique keys.
	hastened map[string]*Job
	// plannedForUsage says that PostgreSQL plans this transaction for usage.
	plannedForUsage bool
	// trail are log rows and webhooks that are not written yet.
	trail trail
	// last is what is to be done right before the commit.
	last []func() error
	// afterCommit is what the process remembers of the transaction once it is committed.
	afterCommit []func()
	// answers are what was asked outside, by the keys of the questions; question is what
	// is asked now.
	answers  map[string]answer
	question *question
	store    *Store
}

// Now is the organization's time, frozen for the whole transaction: UTC, in
// microseconds.
func (tx *Tx) Now() time.Time { return tx.now }

// Organization is the tenant with its settings as the transaction began.
func (tx *Tx) Organization() Organization { return tx.org }

// Scope says on whose behalf the transaction runs.
func (tx *Tx) Scope() Scope { return tx.scope }

// Compat says whom objects follow that the transaction keeps as JSON.
func (tx *Tx) Compat() compat.Mode { return tx.store.compat }

// Address is where clients and customers reach the server; empty where there is none.
func (tx *Tx) Address() string { return tx.store.address }

// AddressBelow is where something lies below Address. What is an address already stays
// as it is.
func (tx *Tx) AddressBelow(path string) string {
	if strings.Contains(path, "://") {
		return path
	}
	return strings.TrimSuffix(tx.Address(), "/") + "/" + path
}

// Context is the context the transaction was opened with.
func (tx *Tx) Context() context.Context { return tx.ctx }

// WorkDue reports whether the transaction added work that is due at its own
// instant. While the organization's clock is frozen, whoever opened the
// transaction lets it be done after the commit.
func (tx *Tx) WorkDue() bool { return tx.workDue }

// Postpone keeps a write that a reading transaction found out it needs; it
// runs in a transaction of its own right after this one.
func (tx *Tx) Postpone(write func(*Tx) error) { tx.later = append(tx.later, write) }

// AtLast keeps a step that is done when everything else of the transaction is, right
// before its commit. Steps are done in the order in which they came.
func (tx *Tx) AtLast(step func() error) { tx.last = append(tx.last, step) }

// Write runs fn in a transaction that may change rows, and commits it when fn
// returns nil. It tries again, from the start of fn, when the database gives
// the transaction up because of a conflict, or fn has asked something (see Ask); fn must
// therefore have no effects outside tx. Errors of fn are returned as they are.
//
// While the organization's clock is frozen, transactions of SourceAPI share
// its instant, and one of SourceSystem, or an exclusive one, has it alone: it
// waits for the others, and they for it. So due work happens one after the
// other, and the clock moves while nobody writes at the instant that it leaves.
// Whoever waits gets its turn: those that come later wait behind it.
func (s *Store) Write(ctx context.Context, scope Scope, fn func(*Tx) error) error {
	var answers map[string]answer
	for {
		err := s.retry(ctx, func() error {
			return s.run(ctx, lane{s.writer, s.writers}, nil, scope, asking(answers, fn))
		})
		asked, is := errors.AsType[*question](err)
		if !is {
			return err
		}
		if answers == nil {
			answers = map[string]answer{}
		}
		if len(answers) == mostQuestions {
			return fmt.Errorf("a transaction asks without end: %w", err)
		}
		value, err := asked.ask(ctx)
		answers[asked.key] = answer{value: value, err: err}
	}
}

// Read runs fn in a transaction that sees one unchanging state of the
// database and changes nothing.
func (s *Store) Read(ctx context.Context, scope Scope, fn func(*Tx) error) error {
	var later []func(*Tx) error
	opts := &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}
	if s.dialect == SQLite {
		opts = nil
	}
	err := s.run(ctx, lane{s.reader, s.readers}, opts, scope, func(tx *Tx) error {
		defer func() { later = tx.later }()
		return fn(tx)
	})
	if err != nil {
		return err
	}
	for _, write := range later {
		if err := s.Write(ctx, scope, write); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) retry(ctx context.Context, run func() error) error {
	var err error
	for range attempts {
		err = run()
		var month missingPartition
		switch {
		case errors.As(err, &month):
			if err := s.partitions.create(ctx, s.writer, month.month); err != nil {
				return err
			}
		case partitionGone(err):
			s.partitions.forgetAll()
		case !transient(err):
			return err
		}
		if ctx.Err() != nil {
			return err
		}
	}
	return err
}

// lane is where transactions run: connections, and the turns to get one.
type lane struct {
	db    *gorm.DB
	turns *turns
}

func (s *Store) run(ctx context.Context, on lane, opts *sql.TxOptions, scope Scope, fn func(*Tx) error) error {
	if scope.Organization == uuid.Nil {
		return ErrTenancy
	}
	end, err := on.turns.begin(ctx, scope.Source == SourceSystem)
	if err != nil {
		return err
	}
	defer end()
	var tx *Tx
	err = inTransaction(ctx, on.db, opts, func(db *gorm.DB) error {
		if tx, err = s.enter(ctx, db, scope, opts == nil); err != nil {
			return err
		}
		// Due work often writes no log; it finds out when it does.
		if opts == nil && scope.Source != SourceSystem {
			if err := s.partitions.require(tx.now); err != nil {
				return err
			}
		}
		if err := tx.finish(fn); !partitionGone(err) {
			return err
		}
		s.partitions.forget(monthOf(tx.now))
		return missingPartition{month: monthOf(tx.now)}
	})
	if err != nil {
		return err
	}
	for _, remember := range tx.afterCommit {
		remember()
	}
	return nil
}

// finish runs fn and writes what it has added.
func (tx *Tx) finish(fn func(*Tx) error) error {
	if err := fn(tx); err != nil {
		return err
	}
	return tx.conclude()
}

// conclude does the last steps, and writes the jobs and the trail that wait.
func (tx *Tx) conclude() error {
	if err := tx.doLast(); err != nil {
		return err
	}
	if err := tx.writeHastened(); err != nil {
		return err
	}
	return tx.writeTrail()
}

// doLast does the last steps, and those that these add.
func (tx *Tx) doLast() error {
	for len(tx.last) > 0 {
		step := tx.last[0]
		tx.last = tx.last[1:]
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// enter makes an open transaction that of one organization.
func (s *Store) enter(ctx context.Context, db *gorm.DB, scope Scope, writes bool) (*Tx, error) {
	tx := &Tx{ctx: ctx, scope: scope, store: s, reads: !writes}
	if err := s.loadTenant(db.Set(scopeKey, systemScope{}), tx, writes); err != nil {
		return nil, fmt.Errorf("load the organization: %w", known(err))
	}
	tx.now = s.Instant(tx.org)
	tx.db = db.Set(scopeKey, tenantScope{organization: scope.Organization}).
		Session(&gorm.Session{NowFunc: tx.Now})
	return tx, nil
}

// loadTenant reads the organization. Where several can write at once, a
// writing transaction keeps it from being deleted, and from moving its clock
// once that is frozen (see Write). The lock of a clock in real time is the one
// that foreign keys to the organization take anyway.
func (s *Store) loadTenant(db *gorm.DB, tx *Tx, writes bool) error {
	db = db.Session(&gorm.Session{})
	if s.dialect == SQLite || !writes {
		return db.Take(&tx.org, "id = ?", tx.scope.Organization).Error
	}
	if tx.scope.Ingests {
		db = tx.withEventLock(db).Session(&gorm.Session{})
	}
	err := db.Clauses(clause.Locking{Strength: "KEY SHARE"}).
		Take(&tx.org, "id = ? AND frozen_at IS NULL", tx.scope.Organization).Error
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return err
	}
	return tx.atFrozenClock(db)
}

// clockLock is the class of PostgreSQL's advisory locks at which transactions
// of an organization with a frozen clock queue.
const clockLock = 0x636c

// atFrozenClock reads an organization whose clock is frozen, when its
// transaction may go on at the instant that it shows.
//
// Locks of rows have no queue that holds for all: as long as some share a row,
// more may join them, and whoever wants it alone waits for ever. Advisory locks
// are given in the order of asking. So they decide whose turn it is, and the
// lock of the row, taken after it, sees the instant to which the clock has moved
// meanwhile.
func (tx *Tx) atFrozenClock(db *gorm.DB) error {
	queue, lock := "SELECT pg_advisory_xact_lock_shared({class}, {key})", clause.Locking{Strength: clause.LockingStrengthShare}
	if tx.scope.Source == SourceSystem || tx.scope.Exclusive {
		queue, lock = "SELECT pg_advisory_xact_lock({class}, {key})", forClock
	}
	tx.db = db // until it is the organization's own
	if err := tx.command(queue, named.Arguments{"class": clockLock, "key": tx.lockKey()}); err != nil {
		return err
	}
	return db.Clauses(lock).Take(&tx.org, "id = ?", tx.scope.Organization).Error
}

// Instant is the time at which a transaction of the organization happens.
func (s *Store) Instant(org Organization) time.Time {
	if org.FrozenAt != nil {
		return org.FrozenAt.UTC()
	}
	return s.clock.Now()
}

// inTransaction begins, commits and rolls back; a panic of fn rolls back too.
func inTransaction(ctx context.Context, db *gorm.DB, opts *sql.TxOptions, fn func(*gorm.DB) error) (err error) {
	if db.Name() == Postgres {
		if opts != nil && opts.ReadOnly {
			return session.Run(ctx, db, session.Reading, fn)
		}
		return session.Run(ctx, db, session.Writing, fn)
	}
	var begun *gorm.DB
	if opts == nil {
		begun = db.WithContext(ctx).Begin()
	} else {
		begun = db.WithContext(ctx).Begin(opts)
	}
	if begun.Error != nil {
		return fmt.Errorf("begin a transaction: %w", begun.Error)
	}
	done := false
	defer func() {
		if !done {
			begun.Rollback()
		}
	}()
	if err := fn(begun.Session(&gorm.Session{NewDB: true})); err != nil {
		return err
	}
	done = true
	if err := begun.Commit().Error; err != nil {
		return fmt.Errorf("commit the transaction: %w", err)
	}
	return nil
}

// Apart returns what runs transactions of the same organization that are not this one,
// also when this one is over.
func (tx *Tx) Apart() func(ctx context.Context, fn func(*Tx) error) error {
	s, scope := tx.store, Scope{Organization: tx.scope.Organization, Source: SourceAPI}
	return func(ctx context.Context, fn func(*Tx) error) error { return s.Write(ctx, scope, fn) }
}

func (tx *Tx) organizationID() uuid.UUID { return tx.scope.Organization }

// forUpdate locks the rows of a query; SQLite has no such clause and needs none.
var forUpdate = clause.Locking{Strength: clause.LockingStrengthUpdate}

// forClock locks an organization's row for a move of its clock and for due
// work. Rows that only refer to the organization can still be added.
var forClock = clause.Locking{Strength: "NO KEY UPDATE"}

// locked makes a query take its rows for this transaction alone. One that only reads sees
// one state anyway, and may lock nothing.
func (tx *Tx) locked() *gorm.DB {
	if tx.reads {
		return tx.db
	}
	return tx.db.Clauses(forUpdate)
}

// shared makes a query keep its rows from being changed, by anybody, until the
// transaction ends.
func (tx *Tx) shared() *gorm.DB {
	return tx.db.Clauses(clause.Locking{Strength: clause.LockingStrengthShare})
}

// NewID makes an identifier: a UUIDv7, whose order is the order of creation
// within one process.
func NewID() uuid.UUID {
	return uuid.Must(uuid.NewV7())
}
