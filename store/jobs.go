package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"tarn/clock"
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
	// LeaseID names who works on the job between two transactions; until LeasedUntil,
	// an instant of real time, nobody else does.
	LeaseID     *uuid.UUID
	LeasedUntil *time.Time
	FinalizedAt *time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// ignoreDuplicates makes an insertion pass over rows whose key is taken.
var ignoreDuplicates = clause.OnConflict{DoNothing: true}

// InsertJob adds a job. One whose unique key is waiting already is passed
// over, and so is one that will never be due: no clock gets beyond the year 9999.
func (tx *Tx) InsertJob(job *Job) error {
	if neverDue(job.ScheduledAt) {
		return nil
	}
	if err := tx.db.Clauses(ignoreDuplicates).Create(job).Error; err != nil {
		return fmt.Errorf("insert the job %s: %w", job.Kind, known(err))
	}
	tx.noteDue(job.ScheduledAt)
	return nil
}

// InsertJobs adds jobs by one statement; see InsertJob.
func (tx *Tx) InsertJobs(jobs []*Job) error {
	jobs = slices.DeleteFunc(jobs, func(job *Job) bool { return neverDue(job.ScheduledAt) })
	if len(jobs) == 0 {
		return nil
	}
	if err := tx.db.Clauses(ignoreDuplicates).CreateInBatches(&jobs, batchSize).Error; err != nil {
		return fmt.Errorf("insert jobs: %w", known(err))
	}
	for _, job := range jobs {
		tx.noteDue(job.ScheduledAt)
	}
	return nil
}

func (tx *Tx) noteDue(at time.Time) {
	tx.workDue = tx.workDue || !at.After(tx.now)
}

// neverDue reports whether no clock gets to an instant.
func neverDue(at time.Time) bool { return at.After(clock.Bounded(at)) }

// RescheduleJob lets a job with a unique key be due at its instant, whether it waits
// already or not, and removes the one that waits when it will never be due.
func (tx *Tx) RescheduleJob(job *Job) error {
	if neverDue(job.ScheduledAt) {
		if err := tx.db.Where("unique_key = ? AND state = ?", job.UniqueKey, JobAvailable).Delete(&Job{}).Error; err != nil {
			return fmt.Errorf("remove the job %s: %w", *job.UniqueKey, err)
		}
		return nil
	}
	if err := tx.db.Clauses(reschedules).Create(job).Error; err != nil {
		return fmt.Errorf("reschedule the job %s: %w", *job.UniqueKey, known(err))
	}
	tx.noteDue(job.ScheduledAt)
	return nil
}

// reschedules makes the insertion of a job move the one that waits under its key, which
// does what the new one says then. The index is named by constants: PostgreSQL would not
// find it by parameters.
var reschedules = clause.OnConflict{
	Columns:     []clause.Column{{Name: "organization_id"}, {Name: "unique_key"}},
	TargetWhere: clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "unique_key IS NOT NULL AND state = 'available'"}}},
	DoUpdates:   clause.AssignmentColumns([]string{"args", "scheduled_at", "attempt", "updated_at"}),
}

// hastens is the same for a job that waits for a later instant.
func hastens() clause.OnConflict {
	moves := reschedules
	moves.Where = clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "jobs.scheduled_at > excluded.scheduled_at"}}}
	return moves
}

// HastenJob lets a job with a unique key be due at its instant at the latest: one
// that waits for an earlier instant goes on to do so. What a transaction hastens is
// written by one statement, right before the commit.
func (tx *Tx) HastenJob(job *Job) {
	if neverDue(job.ScheduledAt) {
		return
	}
	tx.noteDue(job.ScheduledAt)
	if first, waits := tx.hastened[*job.UniqueKey]; waits && !job.ScheduledAt.Before(first.ScheduledAt) {
		return
	}
	if tx.hastened == nil {
		tx.hastened = map[string]*Job{}
	}
	tx.hastened[*job.UniqueKey] = job
}

// writeHastened writes the jobs that were hastened, in one order everywhere.
func (tx *Tx) writeHastened() error {
	if len(tx.hastened) == 0 {
		return nil
	}
	rows := make([]*Job, 0, len(tx.hastened))
	for _, key := range slices.Sorted(maps.Keys(tx.hastened)) {
		rows = append(rows, tx.hastened[key])
	}
	tx.hastened = nil
	if err := tx.db.Clauses(hastens()).CreateInBatches(&rows, batchSize).Error; err != nil {
		return fmt.Errorf("hasten jobs: %w", known(err))
	}
	return nil
}

// WaitingJobForUpdate finds the job that waits under a unique key, locked against other
// changes; ErrNotFound when there is none.
func (tx *Tx) WaitingJobForUpdate(key string) (Job, error) {
	return one[Job](tx.locked().Where("unique_key = ? AND state = ?", key, JobAvailable))
}

// UnreadableJobError is returned in place of a job whose row does not hold what
// a job's row must. It names the row, and what of it could be read.
type UnreadableJobError struct {
	// Key is the row's identifier as it is stored.
	Key string
	// Kind and Args are what they are in a Job; Args may be no JSON.
	Kind string
	Args json.RawMessage
	// Cause says what could not be read.
	Cause error
}

// Error names the row and the cause.
func (e *UnreadableJobError) Error() string {
	return fmt.Sprintf("the job %s (%s) cannot be read: %v", e.Key, e.Kind, e.Cause)
}

// Unwrap returns the cause.
func (e *UnreadableJobError) Unwrap() error { return e.Cause }

// PassedOver says which jobs are not looked at: those of some kinds, and those under some
// unique keys.
type PassedOver struct{ Kinds, Keys []string }

// With is what is passed over when a job is too: those under its key, or of its kind if it
// has none.
func (o PassedOver) With(job Job) PassedOver {
	if job.UniqueKey != nil {
		return PassedOver{Kinds: o.Kinds, Keys: append(slices.Clone(o.Keys), *job.UniqueKey)}
	}
	return PassedOver{Kinds: append(slices.Clone(o.Kinds), job.Kind), Keys: o.Keys}
}

// apply limits a query to the other jobs.
func (o PassedOver) apply(query *gorm.DB) *gorm.DB {
	if len(o.Kinds) > 0 {
		query = query.Where("kind NOT IN ?", o.Kinds)
	}
	if len(o.Keys) > 0 {
		query = query.Where("unique_key IS NULL OR unique_key NOT IN ?", o.Keys)
	}
	return query
}

// DueJob takes the first job that is due at or before an instant, and keeps it
// from other workers until the transaction ends. On real time it passes over
// jobs that others work on; on a frozen clock, where order counts, it waits for
// them. Those that are leased are passed over. Found is false when no job is
// left; the error is an UnreadableJobError when the first job cannot be read.
func (tx *Tx) DueJob(until time.Time, over PassedOver) (job Job, found bool, err error) {
	return tx.firstJob(until, over.apply(tx.unleased(tx.db)))
}

// unleased limits a query to jobs that nobody works on between two transactions.
func (tx *Tx) unleased(query *gorm.DB) *gorm.DB {
	return query.Where("leased_until IS NULL OR leased_until <= ?", tx.store.clock.Now())
}

// NextJob is DueJob for a frozen clock: it passes over no job that is leased.
func (tx *Tx) NextJob(until time.Time, over PassedOver) (job Job, found bool, err error) {
	return tx.firstJob(until, over.apply(tx.db))
}

// Leased reports whether somebody works on a job.
func (tx *Tx) Leased(job Job) bool {
	return job.LeasedUntil != nil && job.LeasedUntil.After(tx.store.clock.Now())
}

func (tx *Tx) firstJob(until time.Time, query *gorm.DB) (job Job, found bool, err error) {
	lock := clause.Locking{Strength: clause.LockingStrengthUpdate}
	if tx.org.FrozenAt == nil {
		lock.Options = clause.LockingOptionsSkipLocked
	}
	due := query.Clauses(lock).Where("state = ? AND scheduled_at <= ?", JobAvailable, until.UTC()).
		Order("scheduled_at, priority, id").Limit(1).Session(&gorm.Session{})
	job, err = one[Job](due)
	switch {
	case err == nil:
		return job, true, nil
	case errors.Is(err, ErrNotFound):
		return job, false, nil
	}
	return job, false, unreadable(due, err)
}

// DueJobsBeside are the jobs that come next after one that was taken and are due at
// the same instant: as long as they are of its kind and were never tried, and so many
// at most. They are kept from other workers until the transaction ends; those that
// others work on are passed over.
func (tx *Tx) DueJobsBeside(job Job, limit int) ([]Job, error) {
	var rows []Job
	err := tx.db.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}).
		Where("state = ? AND scheduled_at = ? AND id <> ?", JobAvailable, job.ScheduledAt.UTC(), job.ID).
		Order("scheduled_at, priority, id").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find more jobs: %w", err)
	}
	other := slices.IndexFunc(rows, func(row Job) bool { return row.Kind != job.Kind || row.Attempt > 0 })
	if other >= 0 {
		rows = rows[:other]
	}
	return rows, nil
}

// PeekDueJob is DueJob for a transaction that lets go of the job again, because
// it takes other locks before it: see ClaimJob. It passes over jobs that others
// work on.
func (tx *Tx) PeekDueJob(until time.Time, over PassedOver) (job Job, found bool, err error) {
	if tx.store.dialect == SQLite {
		return tx.DueJob(until, over) // nobody else writes
	}
	if err := tx.command("SAVEPOINT peek", nil); err != nil {
		return job, false, fmt.Errorf("look for a job: %w", err)
	}
	job, found, err = tx.DueJob(until, over)
	return job, found, errors.Join(err, tx.command("ROLLBACK TO SAVEPOINT peek", nil))
}

// ClaimJob keeps a job that PeekDueJob has found from other workers until the
// transaction ends, and reports whether it still waits as it was found.
func (tx *Tx) ClaimJob(job Job) (claimed bool, err error) {
	_, err = one[Job](tx.unleased(tx.locked()).Where("id = ? AND state = ? AND attempt = ? AND scheduled_at = ?",
		job.ID, JobAvailable, job.Attempt, job.ScheduledAt.UTC()))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// LeaseJob keeps a job that the transaction has taken from others beyond its end, for
// so long of real time. It gives the job the lease.
func (tx *Tx) LeaseJob(job *Job, length time.Duration) error {
	id, until := NewID(), tx.store.clock.Now().Add(length)
	job.LeaseID, job.LeasedUntil = &id, &until
	if err := tx.db.Model(job).Select("lease_id", "leased_until", "updated_at").Updates(job).Error; err != nil {
		return fmt.Errorf("lease the job: %w", known(err))
	}
	return nil
}

// ClaimLeasedJob locks a job and reports whether it still has the lease that it was
// given.
func (tx *Tx) ClaimLeasedJob(job Job) (leased bool, err error) {
	_, err = one[Job](tx.locked().Where("id = ? AND state = ? AND lease_id = ?", job.ID, JobAvailable, job.LeaseID))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// unreadable finds out whether it was the row that made the reading of a job
// fail: then its texts can still be read. Otherwise it returns the error as it
// was.
func unreadable(due *gorm.DB, cause error) error {
	var row struct{ RowKey, Kind, Args string }
	found := due.Model(&Job{}).Select("CAST(id AS TEXT) AS row_key, CAST(kind AS TEXT) AS kind, CAST(args AS TEXT) AS args").Scan(&row)
	if found.Error != nil || found.RowsAffected == 0 {
		return cause
	}
	return &UnreadableJobError{Key: row.RowKey, Kind: row.Kind, Args: json.RawMessage(row.Args), Cause: cause}
}

// DiscardUnreadableJob gives up a waiting job that cannot be read, and writes
// anew what may be the reason. It reports whether the job was waiting still.
func (tx *Tx) DiscardUnreadableJob(job *UnreadableJobError, reason string) (waiting bool, err error) {
	reasons, err := json.Marshal([]string{reason})
	if err != nil {
		return false, fmt.Errorf("write the errors of a job: %w", err)
	}
	args := job.Args
	if !json.Valid(args) {
		args = json.RawMessage("{}")
	}
	now := tx.now
	done := tx.db.Model(&Job{}).Where("CAST(id AS TEXT) = ? AND state = ?", job.Key, JobAvailable).UpdateColumns(map[string]any{
		"state": JobDiscarded, "args": string(args), "errors": string(reasons), "priority": 0, "attempt": 0, "max_attempts": 0,
		"scheduled_at": now, "finalized_at": now, "created_at": now, "updated_at": now,
	})
	if done.Error != nil {
		return false, fmt.Errorf("give up an unreadable job: %w", known(done.Error))
	}
	return done.RowsAffected > 0, nil
}

// JobByID finds a job; ErrNotFound when there is none.
func (tx *Tx) JobByID(id uuid.UUID) (Job, error) {
	return one[Job](tx.locked().Where("id = ?", id))
}

// UpdateJob stores a job's state after an attempt.
func (tx *Tx) UpdateJob(job *Job) error {
	err := tx.db.Model(job).Select("state", "attempt", "errors", "scheduled_at", "lease_id", "leased_until", "finalized_at", "updated_at").Updates(job).Error
	if err != nil {
		return fmt.Errorf("update the job: %w", known(err))
	}
	return nil
}

// CompleteJobs stores that jobs are done.
func (tx *Tx) CompleteJobs(jobs []Job) error {
	ids := rowIDs(jobs, func(row *Job) uuid.UUID { return row.ID })
	err := tx.db.Model(&Job{}).Where("id IN ?", ids).
		Updates(map[string]any{"state": JobCompleted, "attempt": gorm.Expr("attempt + 1"), "finalized_at": tx.now}).Error
	if err != nil {
		return fmt.Errorf("complete jobs: %w", known(err))
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

// jobIsFree keeps jobs j that wait and that nobody does at the moment.
const jobIsFree = "j.state = @available AND (j.leased_until IS NULL OR j.leased_until <= @now)"

// OrganizationsWithDueJobs lists the organizations that have work due at their
// own time.
func (sys *System) OrganizationsWithDueJobs() ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := sys.sql().Raw(`SELECT DISTINCT o.id FROM organizations o JOIN jobs j ON j.organization_id = o.id
		WHERE `+jobIsFree+` AND j.scheduled_at <= COALESCE(o.frozen_at, @now)`,
		sql.Named("available", JobAvailable), sql.Named("now", sys.clock.Now())).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("find organizations with due work: %w", err)
	}
	return ids, nil
}

// DueWorkWaits is how long that work has waited which is due and has waited longest, of the
// organizations on real time; zero when nothing waits. Work that somebody does at the
// moment does not wait.
func (sys *System) DueWorkWaits() (time.Duration, error) {
	now := sys.clock.Now()
	var waiting []Job
	err := sys.sql().Raw(`SELECT j.scheduled_at FROM organizations o JOIN jobs j ON j.organization_id = o.id
		WHERE `+jobIsFree+` AND o.frozen_at IS NULL AND j.scheduled_at <= @now
		ORDER BY j.scheduled_at LIMIT 1`,
		sql.Named("available", JobAvailable), sql.Named("now", now)).Scan(&waiting).Error
	if err != nil {
		return 0, fmt.Errorf("find the oldest due work: %w", err)
	}
	if len(waiting) == 0 {
		return 0, nil
	}
	return now.Sub(waiting[0].ScheduledAt), nil
}
