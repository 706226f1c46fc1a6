package engine

import (
	"time"

	"tarn/jobs"
	"tarn/store"
)

// KindRetainLogs is the job that removes logs when their time is over. Each
// organization has one waiting at any time.
const KindRetainLogs = "logs.retain"

// jobsKept is how long finished jobs can be looked at, webhooksKept is how long webhooks
// can be.
const (
	jobsKept     = 30 * 24 * time.Hour
	webhooksKept = 90 * 24 * time.Hour
)

// retainLogs removes the logs and the webhooks that are past their time and enqueues
// itself for the day on which the next ones will be.
func retainLogs(tx *store.Tx, _ store.Job) error {
	for _, kept := range keptLogs(tx) {
		if err := tx.DeleteLogsBefore(kept.log, tx.Now().Add(-kept.window)); err != nil {
			return err
		}
	}
	if err := tx.DeleteFinalizedJobs(tx.Now().Add(-jobsKept)); err != nil {
		return err
	}
	if err := tx.DeleteWebhookEventsBefore(tx.Now().Add(-webhooksKept)); err != nil {
		return err
	}
	at, err := nextRetention(tx)
	if err != nil {
		return err
	}
	return jobs.Enqueue(tx, retention(at))
}

// retainLogsLater keeps the chain of jobs from breaking when one of them is
// given up.
func retainLogsLater(tx *store.Tx, _ store.Job) error {
	return jobs.Enqueue(tx, retention(dayAfter(tx.Now())))
}

// scheduleRetention lets the job run now, because the rules have changed; it
// finds its next day itself.
func scheduleRetention(tx *store.Tx) error {
	return jobs.Reschedule(tx, retention(tx.Now()))
}

func retention(at time.Time) jobs.Job {
	return jobs.Job{Kind: KindRetainLogs, At: at, UniqueKey: KindRetainLogs}
}

// keptLog is a log and how long its rows are kept.
type keptLog struct {
	log    store.Log
	window time.Duration
}

// keptLogs are the logs that are not kept for ever. They come in the order in
// which requests write them: on PostgreSQL their tables are locked in it.
func keptLogs(tx *store.Tx) []keptLog {
	org, now := tx.Organization(), tx.Now()
	var logs []keptLog
	if since := org.AuditLogsSince(now); !since.IsZero() {
		window := now.Sub(since)
		logs = append(logs, keptLog{store.LogActivity, window}, keptLog{store.LogAPI, window})
	}
	return append(logs, keptLog{store.LogRequest, now.Sub(org.RequestLogsSince(now))})
}

// nextRetention is the first midnight (UTC) after the next row is past its
// time. Where a log is empty, that can be no earlier than a row written now;
// so a quiet organization has one job in each window, and no more.
func nextRetention(tx *store.Tx) (time.Time, error) {
	var next time.Time
	consider := func(oldest *time.Time, window time.Duration) {
		if oldest == nil {
			now := tx.Now()
			oldest = &now
		}
		if at := dayAfter(oldest.Add(window)); next.IsZero() || at.Before(next) {
			next = at
		}
	}
	for _, kept := range keptLogs(tx) {
		oldest, err := tx.OldestLog(kept.log)
		if err != nil {
			return next, err
		}
		consider(oldest, kept.window)
	}
	oldest, err := tx.OldestWebhookEventAt()
	consider(oldest, webhooksKept)
	return next, err
}

// dayAfter is the midnight (UTC) that ends the day of an instant.
func dayAfter(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, time.UTC)
}
