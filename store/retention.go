package store

import (
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Log names a log for retention.
type Log string

// The logs.
const (
	LogAPI      Log = "api_logs"
	LogActivity Log = "activity_logs"
	LogRequest  Log = "request_logs"
)

// counted is the name under which the log's rows are counted, if they are.
func (l Log) counted() string {
	switch l {
	case LogAPI:
		return logAPI
	case LogActivity:
		return logActivity
	case LogRequest:
	}
	return ""
}

// OldestLog is the instant of the organization's oldest row of a log; nil when
// it has none.
func (tx *Tx) OldestLog(log Log) (*time.Time, error) {
	if err := tx.writeTrail(); err != nil {
		return nil, err
	}
	var times []time.Time
	err := tx.table(log).Order("logged_at, id").Limit(1).Pluck("logged_at", &times).Error
	if err != nil {
		return nil, fmt.Errorf("find the oldest of %s: %w", log, err)
	}
	if len(times) == 0 {
		return nil, nil //nolint:nilnil // no instant is an answer
	}
	oldest := times[0].UTC()
	return &oldest, nil
}

// DeleteLogsBefore removes the organization's rows of a log that are older
// than the limit. On PostgreSQL a month that holds no other organization's
// rows goes as a whole, at no cost.
func (tx *Tx) DeleteLogsBefore(log Log, limit time.Time) error {
	if err := tx.writeTrail(); err != nil {
		return err
	}
	if tx.store.dialect == Postgres {
		if err := tx.lockPartitions(); err != nil {
			return err
		}
		oldest, err := tx.OldestLog(log)
		if err != nil || oldest == nil || !oldest.Before(limit) {
			return err
		}
		months, err := tx.dropExpiredPartitions(string(log), limit)
		if err != nil {
			return err
		}
		if err := tx.forgetCounts(log, months); err != nil {
			return err
		}
	}
	var row any
	switch log {
	case LogAPI:
		row = &APILog{}
	case LogActivity:
		row = &ActivityLog{}
	case LogRequest:
		row = &RequestLog{}
	}
	if err := tx.db.Where("logged_at < ?", limit.UTC()).Delete(row).Error; err != nil {
		return fmt.Errorf("delete old rows of %s: %w", log, err)
	}
	return nil
}

// forgetCounts removes the counts of months whose tables were dropped, which
// no trigger has seen.
func (tx *Tx) forgetCounts(log Log, months []time.Time) error {
	if log.counted() == "" {
		return nil
	}
	for _, month := range months {
		err := tx.db.Where("log = ? AND day >= ? AND day < ?", log.counted(),
			month.Format(time.DateOnly), month.AddDate(0, 1, 0).Format(time.DateOnly)).Delete(&LogCount{}).Error
		if err != nil {
			return fmt.Errorf("forget the counts of %s: %w", log, err)
		}
	}
	return nil
}

func (tx *Tx) table(log Log) *gorm.DB {
	switch log {
	case LogAPI:
		return tx.db.Model(&APILog{})
	case LogActivity:
		return tx.db.Model(&ActivityLog{})
	case LogRequest:
	}
	return tx.db.Model(&RequestLog{})
}
