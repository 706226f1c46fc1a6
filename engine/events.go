package engine

import (
	"slices"

	"tarn/alerting"
	"tarn/invoicing"
	"tarn/metering"
	"tarn/store"
	"tarn/wallets/ledger"
)

// tellFaults lets be told what is wrong with events that were kept.
func tellFaults(tx *store.Tx, outcomes []metering.Ingested) error {
	if !tx.Organization().TellsOfEvents() {
		return nil
	}
	var events []store.Event
	for _, outcome := range outcomes {
		if outcome.Refusal == nil {
			events = append(events, outcome.Events...)
		}
	}
	if err := tellLostTargets(tx, events); err != nil {
		return err
	}
	return noteFaults(tx, events)
}

// FollowEvents lets come what events set off that were kept: fees in advance,
// progressive invoices, a look at the alerts that watch the usage, and the ongoing
// balances of the wallets that will pay for it.
func FollowEvents(tx *store.Tx, outcomes []metering.Ingested) error {
	if err := invoicing.FollowEvents(tx, outcomes); err != nil {
		return err
	}
	if err := tellFaults(tx, outcomes); err != nil {
		return err
	}
	if slices.ContainsFunc(outcomes, func(outcome metering.Ingested) bool { return outcome.Unplanned }) {
		if err := scheduleCounting(tx); err != nil {
			return err
		}
	}
	var names []string
	for _, outcome := range outcomes {
		for _, row := range outcome.Followed {
			names = append(names, *row.ExternalSubscriptionID)
		}
	}
	slices.Sort(names)
	followers, err := tx.EventFollowers(slices.Compact(names))
	if err != nil {
		return err
	}
	for _, one := range followers {
		if one.Alerted {
			err = alerting.Watch(tx, one.CustomerID, one.ExternalID)
		}
		if one.Prepaid && err == nil {
			err = ledger.UsageMoved(tx, one.CustomerID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
