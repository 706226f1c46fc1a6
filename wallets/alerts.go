package wallets

import (
	"tarn/alerting"
	"tarn/store"
)

// AlertsOf finds the alerts of a wallet, which a request will change.
func AlertsOf(wallet Finder) alerting.Finder {
	return func(tx *store.Tx) (alerting.Family, error) {
		row, err := wallet.lock(tx)
		return alerting.OfWallet(row), err
	}
}
