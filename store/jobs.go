package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// JobState is where a job is in its life.
type JobState string

// The states of a job. A running job is an available one whose row is locked.
const (
	JobAvailable JobState = "available"
	JobCompleted JobState = "completed"
	// JobDiscarded failed for the last time; its errors say why.
	JobDiscarded JobState = "discarded"
)

// Job is a piece of work that is due at an instant of the organization's time.
type Job struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	// Kind names the work; Args are its JSON arguments.
	Kind string
	Args json.RawMessage `gorm:"serializer:json"`
	// Priority orders jobs of the same instant: smaller first.
	Priority    int
	State       JobState
	Attempt     int
	MaxAttempts int
	// UniqueKey lets at most one available job of the organization have it.
	UniqueKey *string
	// Errors are what went wrong, one entry for each failed attempt.
	Errors      []string `gorm:"serializer:json"`
	ScheduledAt time.Time
	FinalizedAt *time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// ignoreDuplicates makes an insertion pass over rows whose key is taken.
var ignoreDuplicates = clause.OnConflict{DoNothing: true}

// InsertJob adds a job. One whose unique key is waiting already is passed
// over.
func (tx *Tx) InsertJob(job *Job) error {
	if err := tx.db.Clauses(ignoreDuplicates).Create(job).Error; err != nil {
		return fmt.Errorf("insert the job %s: %w", job.Kind, known(err))
	}
	tx.noteDue(job.ScheduledAt)
	return nil
}

func (tx *Tx) noteDue(at time.Time) {
	tx.workDue = tx.workDue || !at.After(tx.now)
}

// RescheduleJob moves a waiting job to another instant.
func (tx *Tx) RescheduleJob(uniqueKey string, at time.Time) error {
	err := tx.db.Model(&Job{}).Where("unique_key = ? AND state = ?", uniqueKey, JobAvailable).
		Updates(map[string]any{"scheduled_at": at.UTC(), "attempt": 0}).Error
	if err != nil {
		return fmt.Errorf("reschedule the job %s: %w", uniqueKey, err)
	}
	tx.noteDue(at)
	return nil
}

// HastenJob moves a waiting job to an instant, unless it is due before that.
func (tx *Tx) HastenJob(uniqueKey string, at time.Time) error {
	err := tx.db.Model(&Job{}).Where("unique_key = ? AND state = ? AND scheduled_at > ?", uniqueKey, JobAvailable, at.UTC()).
		Updates(map[string]any{"scheduled_at": at.UTC(), "attempt": 0}).Error
	if err != nil {
		return fmt.Errorf("hasten the job %s: %w", uniqueKey, err)
	}
	tx.noteDue(at)
	return nil
}

// DueJob takes the first job that is due at the transaction's time, and keeps
// it from other workers until the transaction ends. On real time it passes over
// jobs that others work on; on a frozen clock, where order counts, it waits for
// them. Found is false when no job is left.
func (tx *Tx) DueJob() (job Job, found bool, err error) {
	lock := clause.Locking{Strength: clause.LockingStrengthUpdate}
	if tx.org.FrozenAt == nil {
		lock.Options = clause.LockingOptionsSkipLocked
	}
	job, err = one[Job](tx.db.Clauses(lock).
		Where("state = ? AND scheduled_at <= ?", JobAvailable, tx.now).Order("scheduled_at, priority, id"))
	if errors.Is(err, ErrNotFound) {
		return job, false, nil
	}
	return job, err == nil, err
}

// JobByID finds a job; ErrNotFound when there is none.
func (tx *Tx) JobByID(id uuid.UUID) (Job, error) {
	return one[Job](tx.locked().Where("id = ?", id))
}

// NextJobAt is the instant of the first waiting job that is due at or before
// the limit; nil when there is none.
func (tx *Tx) NextJobAt(limit time.Time) (*time.Time, error) {
	job, err := one[Job](tx.db.Where("state = ? AND scheduled_at <= ?", JobAvailable, limit.UTC()).
		Order("scheduled_at, priority, id"))
	if errors.Is(err, ErrNotFound) {
		return nil, nil //nolint:nilnil // no instant is an answer
	}
	if err != nil {
		return nil, err
	}
	at := job.ScheduledAt.UTC()
	return &at, nil
}

// UpdateJob stores a job's state after an attempt.
func (tx *Tx) UpdateJob(job *Job) error {
	err := tx.db.Model(job).Select("state", "attempt", "errors", "scheduled_at", "finalized_at", "updated_at").Updates(job).Error
	if err != nil {
		return fmt.Errorf("update the job: %w", known(err))
	}
	return nil
}

// DeleteFinalizedJobs removes jobs that were completed or given up before the
// limit.
func (tx *Tx) DeleteFinalizedJobs(limit time.Time) error {
	err := tx.db.Where("state <> ? AND finalized_at < ?", JobAvailable, limit.UTC()).Delete(&Job{}).Error
	if err != nil {
		return fmt.Errorf("delete old jobs: %w", err)
	}
	return nil
}

// Jobs lists the organization's jobs of a kind, in the order they are due.
func (tx *Tx) Jobs(kind string) ([]Job, error) {
	var jobs []Job
	err := tx.db.Where("kind = ?", kind).Order("scheduled_at, priority, id").Find(&jobs).Error
	return jobs, err
}

// OrganizationsWithDueJobs lists the organizations that have work due at their
// own time.
func (sys *System) OrganizationsWithDueJobs() ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := sys.sql().Raw(`SELECT DISTINCT o.id FROM organizations o JOIN jobs j ON j.organization_id = o.id
		WHERE j.state = ? AND j.scheduled_at <= COALESCE(o.frozen_at, ?)`, JobAvailable, sys.clock.Now()).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("find organizations with due work: %w", err)
	}
	return ids, nil
}
