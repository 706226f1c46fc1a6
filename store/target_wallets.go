package store

// TargetsNoWallet reports whether an event of a metric that names a wallet will be paid by
// none: a charge of the active subscription lets events choose, and the customer has no
// active wallet of that code.
func (tx *Tx) TargetsNoWallet(externalSubscriptionID, metricCode, wallet string) (bool, error) {
	chosen := tx.db.Model(&Charge{}).Select("1").
		Joins("JOIN billable_metrics m ON m.id = charges.billable_metric_id AND m.deleted_at IS NULL").
		Where("charges.plan_id = subscriptions.plan_id AND charges.accepts_target_wallet AND charges.deleted_at IS NULL AND m.code = ?", metricCode)
	present := tx.db.Model(&Wallet{}).Select("1").
		Where("wallets.customer_id = subscriptions.customer_id AND wallets.status = ? AND wallets.code = ?", WalletActive, wallet)
	return exists(tx.db.Model(&Subscription{}).
		Where("external_id = ? AND status = ?", externalSubscriptionID, SubscriptionActive).
		Where("EXISTS (?) AND NOT EXISTS (?)", chosen, present))
}
