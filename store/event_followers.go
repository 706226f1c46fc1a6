package store

import (
	"fmt"

	"github.com/google/uuid"
)

// EventFollower is an active subscription whose events somebody hears of.
type EventFollower struct {
	CustomerID uuid.UUID
	ExternalID string
	// Alerted says that the subscription has alerts, Prepaid that its customer has an
	// active wallet.
	Alerted, Prepaid bool
}

// EventFollowers are those of the active subscriptions under some external ids that
// have alerts, or whose customers have active wallets.
func (tx *Tx) EventFollowers(externalIDs []string) ([]EventFollower, error) {
	var found []EventFollower
	err := inBatches(externalIDs, func(part []string) error {
		alerts := tx.db.Model(&Alert{}).Select("1").
			Where("alerts.subscription_external_id = subscriptions.external_id AND alerts.deleted_at IS NULL")
		wallets := tx.db.Model(&Wallet{}).Select("1").
			Where("wallets.customer_id = subscriptions.customer_id AND wallets.status = ?", WalletActive)
		var rows []EventFollower
		err := tx.db.Model(&Subscription{}).Select("customer_id, external_id, EXISTS (?) AS alerted, EXISTS (?) AS prepaid", alerts, wallets).
			Where("external_id IN ? AND status = ?", part, SubscriptionActive).Order("external_id").Scan(&rows).Error
		for _, row := range rows {
			if row.Alerted || row.Prepaid {
				found = append(found, row)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find who hears of events: %w", err)
	}
	return found, nil
}
