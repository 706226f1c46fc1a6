package engine

import (
	"slices"

	"tarn/alerting"
	"tarn/invoicing"
	"tarn/metering"
	"tarn/store"
)

// FollowEvents lets come what events set off that were kept: fees in advance,
// progressive invoices, and a look at the alerts that watch the usage.
func FollowEvents(tx *store.Tx, outcomes []metering.Ingested) error {
	if err := invoicing.FollowEvents(tx, outcomes); err != nil {
		return err
	}
	var names []string
	for _, outcome := range outcomes {
		for _, row := range outcome.Alerted {
			names = append(names, *row.ExternalSubscriptionID)
		}
	}
	slices.Sort(names)
	alerted, err := tx.AlertedSubscriptions(slices.Compact(names))
	if err != nil {
		return err
	}
	for _, one := range alerted {
		if err := alerting.Watch(tx, one); err != nil {
			return err
		}
	}
	return nil
}
