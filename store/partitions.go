package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"gorm.io/gorm"

	"tarn/store/internal/named"
)

// partitionedTables are the logs, which PostgreSQL keeps in one table a month,
// so that retention drops tables instead of deleting rows.
var partitionedTables = []string{"api_logs", "activity_logs", "request_logs"}

// lockPartitions is the statement that takes the advisory lock of the logs'
// tables until the transaction ends.
const lockPartitions = "SELECT pg_advisory_xact_lock(hashtext('tarn_log_partitions'))"

// missingPartition is the error of a transaction that would write logs into a
// month that has no tables yet.
type missingPartition struct{ month time.Time }

func (m missingPartition) Error() string {
	return "store: no log partitions for " + m.month.Format("2006-01")
}

// partitions remembers which months have tables. A nil *partitions is that of
// SQLite, which needs none.
type partitions struct {
	mu    sync.RWMutex
	known map[time.Time]bool
}

func newPartitions() *partitions {
	return &partitions{known: map[time.Time]bool{}}
}

func monthOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
}

// require fails with missingPartition when now's month may have no tables.
func (p *partitions) require(now time.Time) error {
	if p == nil {
		return nil
	}
	month := monthOf(now)
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.known[month] {
		return nil
	}
	return missingPartition{month: month}
}

// forget makes the next write of the month look for its tables again.
func (p *partitions) forget(month time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.known, month)
}

// forgetAll makes every month be looked for again.
func (p *partitions) forgetAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.known)
}

// create makes a month's tables where they do not exist. A table is made apart
// and then attached, which does not wait for running transactions. An advisory
// lock keeps two processes from making the same table.
func (p *partitions) create(ctx context.Context, db *gorm.DB, month time.Time) error {
	err := inTransaction(ctx, db, nil, func(db *gorm.DB) error {
		db = db.Set(scopeKey, systemScope{}).Set(sqlKey, true).Session(&gorm.Session{})
		if err := db.Exec(lockPartitions).Error; err != nil {
			return fmt.Errorf("lock the log partitions: %w", err)
		}
		for _, table := range partitionedTables {
			if err := createPartition(db, table, month); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known[month] = true
	return nil
}

// partitionSuffix is the month in a partition's name, as package time writes
// it. Names sort like their months.
const partitionSuffix = "_y2006m01"

func partitionName(table string, month time.Time) string {
	return table + month.Format(partitionSuffix)
}

func createPartition(db *gorm.DB, table string, month time.Time) error {
	name := partitionName(table, month)
	var exists bool
	if err := db.Raw("SELECT to_regclass(?) IS NOT NULL", name).Scan(&exists).Error; err != nil {
		return fmt.Errorf("look for partition %s: %w", name, err)
	}
	if exists {
		return nil
	}
	const day = "2006-01-02 15:04:05+00"
	for _, statement := range []string{
		fmt.Sprintf("CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS)", name, table),
		fmt.Sprintf("ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s')",
			table, name, month.Format(day), month.AddDate(0, 1, 0).Format(day)),
	} {
		if err := db.Exec(statement).Error; err != nil {
			return fmt.Errorf("create partition %s: %w", name, err)
		}
	}
	return nil
}

// lockPartitions lets one transaction at a time make or drop log tables. Two
// that drop them would wait for each other.
func (tx *Tx) lockPartitions() error {
	if err := tx.command(lockPartitions, nil); err != nil {
		return fmt.Errorf("lock the log partitions: %w", err)
	}
	return nil
}

// dropExpiredPartitions drops the tables of whole months before the limit
// that hold rows of no other organization, and returns those months.
func (tx *Tx) dropExpiredPartitions(table string, limit time.Time) ([]time.Time, error) {
	months, err := tx.monthsBefore(table, limit)
	if err != nil {
		return nil, err
	}
	var dropped []time.Time
	for _, month := range months {
		name := partitionName(table, month)
		mine, err := tx.alone(name)
		if err != nil {
			return nil, fmt.Errorf("inspect partition %s: %w", name, err)
		}
		if !mine {
			continue
		}
		if err := tx.command("DROP TABLE {partition}", partitionArgument(name)); err != nil {
			return nil, fmt.Errorf("drop partition %s: %w", name, err)
		}
		tx.store.partitions.forget(month)
		dropped = append(dropped, month)
	}
	return dropped, nil
}

// monthsBefore lists the months that have a table and end at the limit or
// before, oldest first.
func (tx *Tx) monthsBefore(table string, limit time.Time) ([]time.Time, error) {
	var names []string
	err := tx.answer(`SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
		WHERE i.inhparent = {table}::regclass AND c.relname < {end} ORDER BY c.relname`,
		named.Arguments{"table": table, "end": partitionName(table, monthOf(limit))}).Scan(&names).Error
	if err != nil {
		return nil, fmt.Errorf("list the partitions of %s: %w", table, err)
	}
	months := make([]time.Time, len(names))
	for i, name := range names {
		if months[i], err = time.Parse(table+partitionSuffix, name); err != nil {
			return nil, fmt.Errorf("read the name of partition %s: %w", name, err)
		}
	}
	return months, nil
}

// alone reports whether a partition holds no other organization's rows. When it
// does, writers are kept out until the transaction ends, so that it stays true.
func (tx *Tx) alone(partition string) (alone bool, err error) {
	probe := func() error {
		arguments := partitionArgument(partition)
		arguments["mine"] = tx.organizationID()
		return tx.answer(`SELECT NOT EXISTS (SELECT 1 FROM {partition} WHERE organization_id < {mine})
			AND NOT EXISTS (SELECT 1 FROM {partition} WHERE organization_id > {mine})`, arguments).Scan(&alone).Error
	}
	if err := probe(); err != nil || !alone {
		return false, err
	}
	if err := tx.command("LOCK TABLE {partition} IN ACCESS EXCLUSIVE MODE", partitionArgument(partition)); err != nil {
		return false, err
	}
	err = probe()
	return alone, err
}

func partitionArgument(partition string) named.Arguments {
	return named.Arguments{"partition": named.Identifier(partition)}
}
