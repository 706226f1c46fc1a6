package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"tarn/jobs"
	"tarn/metering"
	"tarn/notify"
	"tarn/store"
)

// KindReportEvents is the job that tells what was wrong with the events that came in an
// hour. Each hour in which there are any has one.
const KindReportEvents = "events.report"

// reportRhythm is when that is told.
var reportRhythm = jobs.Rhythm{Every: time.Hour, After: 5 * time.Minute}

// mostReported is how many events a report names at most in each list.
//
// Lago: it names all.
const mostReported = 1000

// noteFaults notes what is wrong with events that were kept, for the report of the hour.
// It costs nothing where nobody wants to know, and where they are right no more than to
// read their metrics.
func noteFaults(tx *store.Tx, events []store.Event) error {
	if len(events) == 0 || !notify.Wanted(tx, notify.TypeEventsErrors) {
		return nil
	}
	metrics, err := metricsOf(tx, events)
	if err != nil {
		return err
	}
	faults := metering.FaultsOf(events, metrics)
	if faults.Empty() {
		return nil
	}
	hour := tx.Now().Truncate(time.Hour)
	job := jobs.Job{
		Kind: KindReportEvents, At: reportRhythm.From(hour.Add(time.Hour)), Args: metering.EventFaults{},
		UniqueKey: KindReportEvents + ":" + hour.Format(time.RFC3339),
	}
	tx.AtLast(func() error { return addFaults(tx, job, faults) }) // others who add to it wait until the commit
	return nil
}

// addFaults adds faults to those of the report that waits.
func addFaults(tx *store.Tx, job jobs.Job, faults metering.EventFaults) error {
	if err := jobs.Enqueue(tx, job); err != nil {
		return err
	}
	waiting, err := tx.WaitingJobForUpdate(job.UniqueKey)
	if errors.Is(err, store.ErrNotFound) {
		return nil // the hour is over
	}
	if err != nil {
		return err
	}
	var known metering.EventFaults
	if err := json.Unmarshal(waiting.Args, &known); err != nil {
		return fmt.Errorf("read the faults of events: %w", err)
	}
	all := known.With(&faults)
	job.Args = all.Limited(mostReported)
	return jobs.Reschedule(tx, job)
}

// metricsOf finds the billable metrics of events with their filters, by their codes.
func metricsOf(tx *store.Tx, events []store.Event) (map[string]store.BillableMetric, error) {
	codes := map[string]bool{}
	for i := range events {
		codes[events[i].Code] = true
	}
	return tx.BillableMetricsByCode(slices.Sorted(maps.Keys(codes)))
}

// reportEvents tells what was wrong with the events of an hour. An event whose metric has
// come meanwhile is right.
func reportEvents(tx *store.Tx, faults metering.EventFaults) error {
	metrics, err := tx.BillableMetricsByCode(slices.Sorted(maps.Keys(faults.InvalidCode)))
	if err != nil {
		return err
	}
	for code := range metrics {
		delete(faults.InvalidCode, code)
	}
	if !faults.Empty() {
		notify.Happened(tx, notify.EventsErrors(faults))
	}
	return nil
}

// tellLostTargets tells of events that name a wallet which shall pay for them and does not
// exist.
func tellLostTargets(tx *store.Tx, events []store.Event) error {
	if !tx.Organization().AddOn(addOnTargetWallets) || !notify.Wanted(tx, notify.TypeEventError) {
		return nil
	}
	type target struct{ subscription, metric, wallet string }
	judged := map[target]bool{}
	for i := range events {
		row := &events[i]
		wallet := metering.TargetWalletCode(row)
		if wallet == "" || row.ExternalSubscriptionID == nil {
			continue
		}
		named := target{*row.ExternalSubscriptionID, row.Code, wallet}
		lost, known := judged[named]
		if !known {
			var err error
			if lost, err = tx.TargetsNoWallet(named.subscription, named.metric, named.wallet); err != nil {
				return err
			}
			judged[named] = lost
		}
		if lost {
			notify.Happened(tx, notify.EventError(*row, map[string][]string{"target_wallet_code": {"target_wallet_code_not_found"}}))
		}
	}
	return nil
}
