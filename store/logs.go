package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// The logs whose rows are counted as they are written.
const (
	logAPI      = "api"
	logActivity = "activity"
)

// LogCount is the number of rows of a log on one day that share two values:
// method and status for API logs, type and source for activity logs. Triggers
// keep it, so it is right at every moment; PostgreSQL spreads it over shards.
type LogCount struct {
	OrganizationID uuid.UUID
	Log            string
	Day            string
	Facet          string
	Value          string
	Shard          int
	RowsCounted    int64
}

// logBookmark says where a page of a list ended for a reader.
type logBookmark struct {
	OrganizationID uuid.UUID `gorm:"primaryKey"`
	APIKeyID       uuid.UUID `gorm:"primaryKey"`
	QueryHash      string    `gorm:"primaryKey"`
	Page           int       `gorm:"primaryKey"`
	// ReadingID is new with every first page; pages of one reading share it.
	ReadingID    uuid.UUID
	LastLoggedAt time.Time
	LastID       uuid.UUID
	// Total is the number of rows when the reading began.
	Total  int64
	ReadAt time.Time
}

// bookmarkLife is how long after its last page a reading can go on.
const bookmarkLife = time.Hour

// period is a range of time: from in, to out; nil leaves a side open.
type period struct{ from, to *time.Time }

// auditPeriod is the asked-for period without what retention has removed.
func (tx *Tx) auditPeriod(from, to *time.Time) period {
	if since := tx.org.AuditLogsSince(tx.now); !since.IsZero() && (from == nil || from.Before(since)) {
		from = &since
	}
	return period{from: from, to: to}
}

func (p period) apply(query *gorm.DB, column string) *gorm.DB {
	if p.from != nil {
		query = query.Where(column+" >= ?", p.from.UTC())
	}
	if p.to != nil {
		query = query.Where(column+" < ?", p.to.UTC())
	}
	return query
}

// logQuery is a list of one of the counted logs.
type logQuery struct {
	log    string
	filter any
	period period
	// countable says that the filter can be answered from LogCount.
	countable bool
	where     func(*gorm.DB) *gorm.DB
	counts    func(*gorm.DB) *gorm.DB
}

// logRow is a row of a counted log.
type logRow interface {
	APILog | ActivityLog
	position() (time.Time, uuid.UUID)
}

func (row APILog) position() (time.Time, uuid.UUID)      { return row.LoggedAt, row.ID }
func (row ActivityLog) position() (time.Time, uuid.UUID) { return row.LoggedAt, row.ID }

// listLog reads one page of a log, newest first. A page that follows one which
// the same key has just read starts where that one ended, so that rows which
// arrive in between make nothing appear twice or not at all; any other page is
// found by counting.
func listLog[T logRow](tx *Tx, q logQuery, page Page) (List[T], error) {
	result := List[T]{Page: page.Normalized()}
	if err := tx.writeTrail(); err != nil {
		return result, err
	}
	hash := q.hash(result.Page.Size)
	var model T
	query := q.where(q.period.apply(tx.db.Model(&model), "logged_at")).
		Order("logged_at DESC, id DESC").Limit(result.Page.Size + 1)
	reading := logBookmark{ReadingID: NewID()}
	previous, found, err := tx.bookmark(hash, result.Page.Number-1)
	switch {
	case err != nil:
		return result, err
	case found:
		reading = previous
		query = query.Where("(logged_at, id) < (?, ?)", previous.LastLoggedAt.UTC(), previous.LastID)
	default:
		if reading.Total, err = tx.countLog(q, model); err != nil {
			return result, err
		}
		query = query.Offset(result.Page.offset())
	}
	// No index leads quickly to rows that do not exist.
	if found || reading.Total > 0 {
		if err := query.Find(&result.Rows).Error; err != nil {
			return result, fmt.Errorf("read the %s log: %w", q.log, err)
		}
	}
	result.Total = reading.Total
	if len(result.Rows) > result.Page.Size {
		result.Rows = result.Rows[:result.Page.Size]
		result.Total = max(result.Total, int64(result.Page.offset()+result.Page.Size+1))
		last, id := result.Rows[result.Page.Size-1].position()
		reading.QueryHash, reading.Page = hash, result.Page.Number
		reading.LastLoggedAt, reading.LastID = last, id
		tx.keepBookmark(reading)
	} else if result.Page.Number == 1 {
		return result, tx.dropBookmarks(hash)
	}
	return result, nil
}

// hash tells one list from another: the log, its filter and the page size.
func (q logQuery) hash(size int) string {
	text, _ := json.Marshal(q.filter) // of strings, times and identifiers: cannot fail
	sum := sha256.Sum256(fmt.Appendf(text, "|%s|%d", q.log, size))
	return hex.EncodeToString(sum[:16])
}

// bookmark finds where the page before ended, if this key has read it and its
// first page lately.
func (tx *Tx) bookmark(hash string, page int) (logBookmark, bool, error) {
	// Nobody reads so many pages that a 32-bit number could not name them.
	if page < 1 || page > math.MaxInt32 || tx.scope.APIKey == uuid.Nil {
		return logBookmark{}, false, nil
	}
	var marks []logBookmark
	err := tx.db.Where("api_key_id = ? AND query_hash = ? AND page IN ? AND read_at > ?",
		tx.scope.APIKey, hash, []int{1, page}, tx.store.clock.Now().Add(-bookmarkLife)).Order("page").Find(&marks).Error
	if err != nil {
		return logBookmark{}, false, fmt.Errorf("find the bookmark: %w", err)
	}
	if len(marks) == 0 || marks[0].Page != 1 {
		return logBookmark{}, false, nil
	}
	last := marks[len(marks)-1]
	return last, last.Page == page && last.ReadingID == marks[0].ReadingID, nil
}

// keepBookmark stores where a page ended, after the reading transaction.
func (tx *Tx) keepBookmark(mark logBookmark) {
	if tx.scope.APIKey == uuid.Nil {
		return
	}
	mark.APIKeyID, mark.ReadAt = tx.scope.APIKey, tx.store.clock.Now()
	tx.Postpone(func(tx *Tx) error {
		old := tx.db.Where("api_key_id = ? AND read_at <= ?", mark.APIKeyID, mark.ReadAt.Add(-bookmarkLife)).Delete(&logBookmark{})
		err := errors.Join(old.Error, tx.db.Clauses(clause.OnConflict{UpdateAll: true}).Create(&mark).Error)
		if err != nil {
			return fmt.Errorf("keep the bookmark: %w", err)
		}
		return nil
	})
}

// dropBookmarks ends the reading of a list that has shrunk to one page.
func (tx *Tx) dropBookmarks(hash string) error {
	_, begun, err := tx.bookmark(hash, 1)
	if err != nil || !begun {
		return err
	}
	key := tx.scope.APIKey
	tx.Postpone(func(tx *Tx) error {
		err := tx.db.Where("api_key_id = ? AND query_hash = ?", key, hash).Delete(&logBookmark{}).Error
		if err != nil {
			return fmt.Errorf("drop the bookmarks: %w", err)
		}
		return nil
	})
	return nil
}

// countLog is the exact number of rows of a list. Whole days come from the
// kept counts where the filter allows it; only the days in which the period
// begins or ends are counted row by row.
func (tx *Tx) countLog(q logQuery, model any) (int64, error) {
	if !q.countable {
		return tx.countLogRows(q, model, q.period)
	}
	days, edges := q.period.wholeDays()
	counts := q.counts(tx.db.Model(&LogCount{}).Where("log = ?", q.log))
	if days.from != nil {
		counts = counts.Where("day >= ?", days.from.Format(time.DateOnly))
	}
	if days.to != nil {
		counts = counts.Where("day < ?", days.to.Format(time.DateOnly))
	}
	var total int64
	if err := counts.Select("COALESCE(SUM(rows_counted), 0)").Scan(&total).Error; err != nil {
		return 0, fmt.Errorf("add up the counts of the %s log: %w", q.log, err)
	}
	for _, edge := range edges {
		rows, err := tx.countLogRows(q, model, edge)
		if err != nil {
			return 0, err
		}
		total += rows
	}
	return total, nil
}

func (tx *Tx) countLogRows(q logQuery, model any, within period) (int64, error) {
	var rows int64
	err := q.where(within.apply(tx.db.Model(model), "logged_at")).Count(&rows).Error
	if err != nil {
		return 0, fmt.Errorf("count the %s log: %w", q.log, err)
	}
	return rows, nil
}

// wholeDays splits a period into the whole days (UTC) inside it and what is
// left at its two ends.
func (p period) wholeDays() (days period, edges []period) {
	const day = 24 * time.Hour
	days = p
	if p.from != nil && !p.from.Equal(p.from.Truncate(day)) {
		next := p.from.Truncate(day).Add(day)
		days.from = &next
		edges = append(edges, period{from: p.from, to: &next})
	}
	if p.to != nil && !p.to.Equal(p.to.Truncate(day)) {
		start := p.to.Truncate(day)
		days.to = &start
		edges = append(edges, period{from: &start, to: p.to})
	}
	if days.from != nil && days.to != nil && days.to.Before(*days.from) {
		return period{from: days.from, to: days.from}, []period{p}
	}
	return days, edges
}

// anyOf keeps rows whose column has one of the values, if there are any.
func anyOf[V any](query *gorm.DB, column string, values []V) *gorm.DB {
	if len(values) == 0 {
		return query
	}
	return query.Where(column+" IN ?", values)
}

// matching keeps rows whose column fits one of the patterns, if there are any.
// In a pattern "*" stands for any run of characters.
func matching(query *gorm.DB, column string, patterns []string) *gorm.DB {
	if len(patterns) == 0 {
		return query
	}
	either := query.Session(&gorm.Session{NewDB: true})
	for _, pattern := range patterns {
		switch {
		case !strings.Contains(pattern, "*"):
			either = either.Or(column+" = ?", pattern)
		case query.Name() == SQLite:
			// Its LIKE does not tell upper from lower case.
			either = either.Or(column+" GLOB ?", strings.NewReplacer("[", "[[]", "?", "[?]").Replace(pattern))
		default:
			either = either.Or(column+` LIKE ? ESCAPE '\'`, strings.ReplaceAll(escapeLike(pattern), "*", "%"))
		}
	}
	return query.Where(either)
}

// escapeLike takes the meaning from the characters that LIKE treats as
// patterns.
func escapeLike(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}
