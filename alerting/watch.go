package alerting

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"tarn/fault"
	"tarn/invoicing"
	"tarn/jobs"
	"tarn/store"
)

// KindWatchUsage is the job that looks at the alerts of a subscription whose usage may
// have moved. A subscription has one waiting for each minute in which it was active.
const KindWatchUsage = "subscription.watch_usage"

// watchRhythm is how often the alerts of active subscriptions are looked at in real
// time.
var watchRhythm = jobs.Rhythm{Every: time.Minute}

// watchArgs say whose alerts are looked at.
type watchArgs struct {
	invoicing.CustomerArgs

	ExternalSubscriptionID string `json:"external_subscription_id"`
}

// Watch lets the alerts of a subscription be looked at: in real time with the next
// minute, once for all that happens until then; while the clock is frozen, at once.
//
// Each minute has a job of its own, so that nobody who brings events waits for the one
// that is being done. Hasten locks the job until the commit: it cannot be done before
// the events are there that it is for.
func Watch(tx *store.Tx, customer uuid.UUID, externalID string) error {
	at := tx.Now()
	if tx.Organization().FrozenAt == nil {
		at = watchRhythm.Later(at, at)
	}
	return jobs.Hasten(tx, jobs.Job{
		Kind: KindWatchUsage, At: at, UniqueKey: KindWatchUsage + ":" + externalID + ":" + strconv.FormatInt(at.Unix(), 10),
		Args: watchArgs{CustomerArgs: invoicing.CustomerArgs{CustomerID: customer}, ExternalSubscriptionID: externalID},
	})
}

// watchWorker looks at alerts. What is given up is done with the next event.
func watchWorker() jobs.Worker {
	return jobs.Worker{
		Lock:     jobs.Locking(func(tx *store.Tx, args watchArgs) error { return tx.LockCustomer(args.CustomerID) }),
		Run:      watchAlone,
		Together: &jobs.Together{Lock: invoicing.LockFreeCustomers, Run: watchDue},
	}
}

// Workers carry out the jobs of alerts, by the kinds of these.
func Workers() jobs.Workers {
	return jobs.Workers{KindWatchUsage: watchWorker()}
}

// watchAlone looks at the alerts of one subscription. Usage that no fee can hold
// cannot be told.
func watchAlone(tx *store.Tx, job store.Job) error {
	err := watchDue(tx, []store.Job{job})
	if _, refused := fault.As(err); refused {
		return nil
	}
	return err
}

// watchDue looks at the alerts of the subscriptions of jobs together. Those that run no
// more, or belong to others by now, are passed over.
func watchDue(tx *store.Tx, due []store.Job) error {
	if !tx.Organization().Premium() {
		return nil
	}
	wanted := make(map[string]uuid.UUID, len(due))
	for _, job := range due {
		var args watchArgs
		if err := json.Unmarshal(job.Args, &args); err != nil {
			return fmt.Errorf("read the arguments: %w", err)
		}
		wanted[args.ExternalSubscriptionID] = args.CustomerID
	}
	customers := slices.Compact(slices.SortedFunc(maps.Values(wanted), compareIDs))
	if err := tx.LockCustomers(customers); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	names := slices.Sorted(maps.Keys(wanted))
	alerts, err := tx.AlertsOfSubscriptions(names)
	if err != nil || len(alerts) == 0 {
		return err
	}
	subscriptions, err := tx.MeteredSubscriptions(names)
	if err != nil {
		return err
	}
	readings, err := readUsage(tx, slices.DeleteFunc(subscriptions, func(row store.Subscription) bool {
		return wanted[row.ExternalID] != row.CustomerID
	}), alerts)
	if err != nil {
		return err
	}
	return process(tx, readings)
}

func compareIDs(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }
