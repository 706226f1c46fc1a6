package store

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// APILog is one request that was not a read, as the billing API shows it.
type APILog struct {
	// ID is the request's identifier.
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	APIKeyID       uuid.UUID
	// ClientRequestID is the X-Request-Id that the client sent, if any.
	ClientRequestID *string
	APIVersion      string
	// Client is the User-Agent.
	Client string
	// HTTPMethod is in lower case.
	HTTPMethod    string
	HTTPStatus    int
	RequestOrigin string
	// RequestPath lies below the API's base and has no query.
	RequestPath string
	// RequestBody and RequestResponse are compact JSON without secrets;
	// RequestResponse is nil where the response had no body.
	RequestBody     string
	RequestResponse *string
	LoggedAt        time.Time
	CreatedAt       time.Time
}

// StatusRange is an inclusive range of HTTP statuses.
type StatusRange struct{ From, To int }

// APILogFilter limits a list of API logs. Empty fields do not; values within a
// field are alternatives.
type APILogFilter struct {
	// From and To are instants; a log at From is in, a log at To is not. Nil
	// leaves the side open.
	From, To   *time.Time
	Methods    []string
	Statuses   []StatusRange
	APIVersion *string
	// Paths lie below the API's base; "*" stands for any run of characters.
	Paths      []string
	Clients    []string
	RequestIDs []uuid.UUID
	APIKeyIDs  []uuid.UUID
}

// InsertAPILog adds a log, which is written together with the other logs of the
// transaction.
func (tx *Tx) InsertAPILog(row *APILog) error {
	if err := tx.own(&row.OrganizationID); err != nil {
		return err
	}
	tx.trail.apiLogs = append(tx.trail.apiLogs, row)
	return nil
}

// APILog finds a log by its request's identifier; ErrNotFound when there is
// none, or when it is past the organization's retention.
func (tx *Tx) APILog(id uuid.UUID) (APILog, error) {
	var row APILog
	if err := tx.writeTrail(); err != nil {
		return row, err
	}
	err := tx.db.Where("logged_at >= ?", tx.org.AuditLogsSince(tx.now)).Take(&row, "id = ?", id).Error
	return row, known(err)
}

// APILogs lists logs, newest first.
func (tx *Tx) APILogs(filter APILogFilter, page Page) (List[APILog], error) {
	return listLog[APILog](tx, logQuery{
		log:       logAPI,
		filter:    filter,
		period:    tx.auditPeriod(filter.From, filter.To),
		countable: filter.APIVersion == nil && len(filter.Paths)+len(filter.Clients)+len(filter.RequestIDs)+len(filter.APIKeyIDs) == 0,
		where:     filter.apply,
		counts:    filter.applyToCounts,
	}, page)
}

// EachAPILog gives the logs since an instant to fn, oldest first, one at a time;
// all of them where it is nil. Logs past the organization's retention are left
// out.
func (tx *Tx) EachAPILog(since *time.Time, fn func(APILog) error) error {
	if err := tx.writeTrail(); err != nil {
		return err
	}
	query := tx.auditPeriod(since, nil).apply(tx.db.Model(&APILog{}), "logged_at").Order("logged_at, id")
	rows, err := query.Rows()
	if err != nil {
		return fmt.Errorf("read the API log: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var row APILog
		if err := tx.db.ScanRows(rows, &row); err != nil {
			return fmt.Errorf("read the API log: %w", err)
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (f APILogFilter) apply(query *gorm.DB) *gorm.DB {
	query = anyOf(query, "http_method", f.Methods)
	query = anyOf(query, "client", f.Clients)
	query = anyOf(query, "id", f.RequestIDs)
	query = anyOf(query, "api_key_id", f.APIKeyIDs)
	query = matching(query, "request_path", f.Paths)
	if f.APIVersion != nil {
		query = query.Where("api_version = ?", *f.APIVersion)
	}
	return withStatus(query, "http_status", f.Statuses)
}

func (f APILogFilter) applyToCounts(query *gorm.DB) *gorm.DB {
	return inRanges(anyOf(query, "facet", f.Methods), "CAST(value AS INTEGER)", f.Statuses)
}

// inRanges keeps rows whose column lies in one of the ranges, if there are any.
func inRanges(query *gorm.DB, column string, ranges []StatusRange) *gorm.DB {
	if len(ranges) == 0 {
		return query
	}
	alternatives := make([]string, len(ranges))
	for i, r := range ranges {
		alternatives[i] = fmt.Sprintf("%s BETWEEN %d AND %d", column, r.From, r.To)
	}
	return query.Where("(" + strings.Join(alternatives, " OR ") + ")")
}

// success is the status of nearly all requests, failures the first of those
// that stand for a refusal. Indexes of the logs are made for them.
const (
	success  = 200
	failures = 400
)

// withStatus keeps log rows whose status lies in one of the ranges, if there
// are any. The numbers are part of the statement, and so is what follows from
// them, because a database uses a partial index only where it can see that the
// index has all the rows.
func withStatus(query *gorm.DB, column string, ranges []StatusRange) *gorm.DB {
	failed := len(ranges) > 0
	for _, r := range ranges {
		failed = failed && r.From >= failures
	}
	if len(ranges) == 1 && ranges[0].From == ranges[0].To && ranges[0].From != success {
		return query.Where(fmt.Sprintf("%s = %d AND %[1]s <> %[3]d", column, ranges[0].From, success))
	}
	if failed {
		query = query.Where(fmt.Sprintf("%s >= %d", column, failures))
	}
	return inRanges(query, column, ranges)
}
