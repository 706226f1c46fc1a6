package store

import (
	"fmt"
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

// InsertAPILog adds a log.
func (tx *Tx) InsertAPILog(row *APILog) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the API log: %w", known(err))
	}
	return nil
}

// APILog finds a log by its request's identifier; ErrNotFound when there is
// none, or when it is past the organization's retention.
func (tx *Tx) APILog(id uuid.UUID) (APILog, error) {
	var row APILog
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

func (f APILogFilter) apply(query *gorm.DB) *gorm.DB {
	query = anyOf(query, "http_method", f.Methods)
	query = anyOf(query, "client", f.Clients)
	query = anyOf(query, "id", f.RequestIDs)
	query = anyOf(query, "api_key_id", f.APIKeyIDs)
	query = matching(query, "request_path", f.Paths)
	if f.APIVersion != nil {
		query = query.Where("api_version = ?", *f.APIVersion)
	}
	return inRanges(query, "http_status", f.Statuses)
}

func (f APILogFilter) applyToCounts(query *gorm.DB) *gorm.DB {
	return inRanges(anyOf(query, "facet", f.Methods), "CAST(value AS INTEGER)", f.Statuses)
}

// inRanges keeps rows whose column lies in one of the ranges, if there are any.
func inRanges(query *gorm.DB, column string, ranges []StatusRange) *gorm.DB {
	if len(ranges) == 0 {
		return query
	}
	either := query.Session(&gorm.Session{NewDB: true})
	for _, r := range ranges {
		either = either.Or(column+" BETWEEN ? AND ?", r.From, r.To)
	}
	return query.Where(either)
}
