package engine

import (
	"time"

	"tarn/jobs"
	"tarn/metering"
	"tarn/store"
)

// KindCountUsage is the job that counts by days what events have added to usage, for
// analytics. An organization has one waiting from its first event on.
const KindCountUsage = store.KindCountUsage

// countingRhythm is how often usage is counted by days. What came since is counted by
// whoever reads it.
var countingRhythm = jobs.Rhythm{Every: 5 * time.Minute}

// markedAtOnce is of how many metrics of subscriptions one transaction counts the usage.
const markedAtOnce = 200

// scheduleCounting lets usage be counted by days with the next tick that is a minute
// ahead. No transaction takes so long, so none that adds events waits for the row of a job
// that has begun, and so waits for their lock.
func scheduleCounting(tx *store.Tx) error {
	return countAt(tx, countingRhythm.Later(tx.Now().Add(time.Minute), tx.Now()))
}

func countAt(tx *store.Tx, at time.Time) error {
	return jobs.Hasten(tx, jobs.Job{Kind: KindCountUsage, At: at, UniqueKey: KindCountUsage})
}

// countUsage counts the usage that was marked when the run before took the marks, and
// then takes those that there are by now. It comes again at once until none are left.
// So events wait for the taking alone, and never for the counting. Where nobody can add
// any meanwhile, it takes them first.
func countUsage(tx *store.Tx, _ struct{}) error {
	if tx.Alone() {
		if _, err := tx.TakeUsageMarks(); err != nil {
			return err
		}
	}
	marks, err := tx.TakenUsageMarks(markedAtOnce)
	if err != nil {
		return err
	}
	if len(marks) > 0 {
		if err := metering.KeepUsageDays(tx, marks); err != nil {
			return err
		}
		if err := tx.DropUsageMarks(marks[len(marks)-1]); err != nil {
			return err
		}
	}
	taken := false
	if !tx.Alone() {
		taken, err = tx.TakeUsageMarks()
	}
	if err != nil || !taken && len(marks) < markedAtOnce {
		return err
	}
	return countAt(tx, tx.Now())
}

// settleUsage counts what is marked of the usage of a code, before its events count no
// more: what they came to until now stays.
func settleUsage(tx *store.Tx, code string) error {
	marks, err := tx.UsageMarksOf(code)
	if err != nil || len(marks) == 0 {
		return err
	}
	if err := metering.KeepUsageDays(tx, marks); err != nil {
		return err
	}
	return tx.DropUsageMarksOf(code)
}
