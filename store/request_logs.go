package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// RequestLog is one authenticated request to any of the APIs, reads included.
type RequestLog struct {
	// ID is the request's identifier.
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	APIKeyID       uuid.UUID
	APIKeyPrefix   string
	// ClientRequestID is the X-Request-Id that the client sent, if any.
	ClientRequestID *string
	// OperationID names the operation in its contract; empty for a path that
	// no contract has.
	OperationID string
	// Method is in upper case.
	Method string
	// Path is the whole path; Query is what followed it.
	Path       string
	Query      string
	StatusCode int
	// DurationMS is how long the request took, in milliseconds.
	DurationMS   int
	EndpointType string
	BilledUnits  int
	// ErrorType and ErrorDetail are nil for a successful request.
	ErrorType   *string
	ErrorDetail *string
	LoggedAt    time.Time
}

// RequestLogFilter limits a list of request logs. Empty fields do not.
type RequestLogFilter struct {
	// From is the oldest instant that is in, To the first that is not.
	From, To   time.Time
	StatusCode *int
	// Success keeps statuses below 400, or from 400 on when false.
	Success      *bool
	Method       *string
	APIKeyID     *uuid.UUID
	EndpointType *string
	// Text is looked for in path and identifier, in any case. TextIDs are
	// patterns of identifiers that contain it in another spelling: "?" stands
	// for one character, "[01]" for one of those listed, "*" at the end for
	// the rest.
	Text    string
	TextIDs []string
}

// RequestLogPosition is a row's place in the list, newest first.
type RequestLogPosition struct {
	LoggedAt time.Time
	ID       uuid.UUID
}

// InsertRequestLog adds a log, which is written together with the other logs of
// the transaction.
func (tx *Tx) InsertRequestLog(row *RequestLog) error {
	if err := tx.own(&row.OrganizationID); err != nil {
		return err
	}
	tx.trail.requests = append(tx.trail.requests, row)
	return nil
}

// InsertRequestLogs adds logs of any organizations at once. Those of an
// organization that is gone by now are gone with it.
func (sys *System) InsertRequestLogs(rows []RequestLog) error {
	for _, row := range rows {
		if err := sys.store.partitions.require(row.LoggedAt); err != nil {
			return err
		}
	}
	rows, err := sys.ofPresentOrganizations(rows)
	if err != nil || len(rows) == 0 {
		return err
	}
	if err := sys.db.CreateInBatches(rows, 200).Error; err != nil {
		return fmt.Errorf("insert request logs: %w", known(err))
	}
	return nil
}

// ofPresentOrganizations keeps the rows whose organization exists, and keeps
// those organizations from being deleted until the transaction ends.
func (sys *System) ofPresentOrganizations(rows []RequestLog) ([]RequestLog, error) {
	wanted := map[uuid.UUID]bool{}
	for _, row := range rows {
		wanted[row.OrganizationID] = true
	}
	var present []Organization
	err := sys.db.Clauses(clause.Locking{Strength: "KEY SHARE"}).Select("id").Order("id").
		Find(&present, "id IN ?", slices.Collect(maps.Keys(wanted))).Error
	if err != nil {
		return nil, fmt.Errorf("find the organizations of request logs: %w", err)
	}
	if len(present) == len(wanted) {
		return rows, nil
	}
	for _, org := range present {
		delete(wanted, org.ID)
	}
	return slices.DeleteFunc(slices.Clone(rows), func(row RequestLog) bool { return wanted[row.OrganizationID] }), nil
}

// RequestLog finds a log by its request's identifier; ErrNotFound when there
// is none, or when it is past the retention of the organization's plan.
func (tx *Tx) RequestLog(id uuid.UUID) (RequestLog, error) {
	var row RequestLog
	if err := tx.writeTrail(); err != nil {
		return row, err
	}
	err := tx.db.Where("logged_at >= ?", tx.org.RequestLogsSince(tx.now)).Take(&row, "id = ?", id).Error
	return row, known(err)
}

// RequestLogs lists at most limit logs, newest first, starting behind a
// position if one is given. More reports whether there are further ones.
func (tx *Tx) RequestLogs(filter RequestLogFilter, after *RequestLogPosition, limit int) (rows []RequestLog, more bool, err error) {
	if err := tx.writeTrail(); err != nil {
		return nil, false, err
	}
	query := filter.apply(tx.db.Model(&RequestLog{}))
	if after != nil {
		query = query.Where("(logged_at, id) < (?, ?)", after.LoggedAt.UTC(), after.ID)
	}
	err = query.Order("logged_at DESC, id DESC").Limit(limit + 1).Find(&rows).Error
	if err != nil {
		return nil, false, fmt.Errorf("read the request log: %w", err)
	}
	if len(rows) > limit {
		return rows[:limit], true, nil
	}
	return rows, false, nil
}

func (f RequestLogFilter) apply(query *gorm.DB) *gorm.DB {
	query = query.Where("logged_at >= ? AND logged_at < ?", f.From.UTC(), f.To.UTC())
	equal := func(column string, set bool, value any) {
		if set {
			query = query.Where(column+" = ?", value)
		}
	}
	equal("method", f.Method != nil, f.Method)
	equal("api_key_id", f.APIKeyID != nil, f.APIKeyID)
	equal("endpoint_type", f.EndpointType != nil, f.EndpointType)
	if f.StatusCode != nil {
		query = withStatus(query, "status_code", []StatusRange{{From: *f.StatusCode, To: *f.StatusCode}})
	}
	if f.Success != nil {
		comparison := "status_code >= 400"
		if *f.Success {
			comparison = "status_code < 400"
		}
		query = query.Where(comparison)
	}
	if f.Text != "" {
		query = query.Where(f.containing(query.Session(&gorm.Session{NewDB: true})))
	}
	return query
}

// containing are the conditions of a search for text, one of which must hold.
// SQLite knows the cases of ASCII letters only; of others it finds the one that
// was asked for.
func (f RequestLogFilter) containing(either *gorm.DB) *gorm.DB {
	pattern := "%" + escapeLike(f.Text) + "%"
	either = either.Where(`LOWER(path) LIKE ? ESCAPE '\'`, strings.ToLower(pattern)).
		Or(`path LIKE ? ESCAPE '\'`, pattern).
		Or(`CAST(id AS TEXT) LIKE ? ESCAPE '\'`, strings.ToLower(pattern))
	if either.Name() == SQLite {
		for _, ids := range f.TextIDs {
			either = either.Or("CAST(id AS TEXT) GLOB ?", ids)
		}
	} else if len(f.TextIDs) > 0 {
		ids := strings.NewReplacer("?", ".", "*", "").Replace(strings.Join(f.TextIDs, "|^"))
		either = either.Or("CAST(id AS TEXT) ~ ?", "^"+ids)
	}
	return either
}
