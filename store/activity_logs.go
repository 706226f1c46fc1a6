package store

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// ActivityLog is one change to a resource.
type ActivityLog struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	// RequestID is the request that caused the change, and APIKeyID its key;
	// nil for due work.
	RequestID *uuid.UUID
	APIKeyID  *uuid.UUID
	// ActivityType is a resource and an action, such as "tax.created".
	ActivityType   string
	ActivitySource Source
	// ActivityObject is the resource as its own endpoint shows it after the
	// change, or as it last was for a deletion.
	ActivityObject json.RawMessage `gorm:"serializer:json"`
	// ActivityObjectChanges maps each changed field to its value before and
	// after.
	ActivityObjectChanges  map[string][2]json.RawMessage `gorm:"serializer:json"`
	UserEmail              *string
	ExternalCustomerID     *string
	ExternalSubscriptionID *string
	ResourceID             uuid.UUID
	ResourceType           string
	LoggedAt               time.Time
	CreatedAt              time.Time
}

// ActivityLogFilter limits a list of activity logs. Empty fields do not; values
// within a field are alternatives.
type ActivityLogFilter struct {
	// From and To are instants; a log at From is in, a log at To is not. Nil
	// leaves the side open.
	From, To               *time.Time
	Types                  []string
	Sources                []string
	UserEmails             []string
	ExternalCustomerID     *string
	ExternalSubscriptionID *string
	ResourceIDs            []uuid.UUID
	ResourceTypes          []string
	ActivityIDs            []uuid.UUID
	APIKeyIDs              []uuid.UUID
	RequestIDs             []uuid.UUID
}

// InsertActivityLog adds a log, which is written together with the other logs
// of the transaction.
func (tx *Tx) InsertActivityLog(row *ActivityLog) error {
	if err := tx.own(&row.OrganizationID); err != nil {
		return err
	}
	tx.trail.activities = append(tx.trail.activities, row)
	return nil
}

// ActivityLog finds a log; ErrNotFound when there is none, or when it is past
// the organization's retention.
func (tx *Tx) ActivityLog(id uuid.UUID) (ActivityLog, error) {
	var row ActivityLog
	if err := tx.writeTrail(); err != nil {
		return row, err
	}
	err := tx.db.Where("logged_at >= ?", tx.org.AuditLogsSince(tx.now)).Take(&row, "id = ?", id).Error
	return row, known(err)
}

// ActivityLogs lists logs, newest first.
func (tx *Tx) ActivityLogs(filter ActivityLogFilter, page Page) (List[ActivityLog], error) {
	uncounted := len(filter.UserEmails) + len(filter.ResourceIDs) + len(filter.ResourceTypes) +
		len(filter.ActivityIDs) + len(filter.APIKeyIDs) + len(filter.RequestIDs)
	return listLog[ActivityLog](tx, logQuery{
		log:       logActivity,
		filter:    filter,
		period:    tx.auditPeriod(filter.From, filter.To),
		countable: uncounted == 0 && filter.ExternalCustomerID == nil && filter.ExternalSubscriptionID == nil,
		where:     filter.apply,
		counts:    filter.applyToCounts,
	}, page)
}

func (f ActivityLogFilter) apply(query *gorm.DB) *gorm.DB {
	query = anyOf(query, "activity_type", f.Types)
	query = anyOf(query, "activity_source", f.Sources)
	query = anyOf(query, "user_email", f.UserEmails)
	query = anyOf(query, "resource_id", f.ResourceIDs)
	query = anyOf(query, "resource_type", f.ResourceTypes)
	query = anyOf(query, "id", f.ActivityIDs)
	query = anyOf(query, "api_key_id", f.APIKeyIDs)
	query = anyOf(query, "request_id", f.RequestIDs)
	if f.ExternalCustomerID != nil {
		query = query.Where("external_customer_id = ?", *f.ExternalCustomerID)
	}
	if f.ExternalSubscriptionID != nil {
		query = query.Where("external_subscription_id = ?", *f.ExternalSubscriptionID)
	}
	return query
}

func (f ActivityLogFilter) applyToCounts(query *gorm.DB) *gorm.DB {
	return anyOf(anyOf(query, "facet", f.Types), "value", f.Sources)
}
