package alerting

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/audit"
	"tarn/store"
)

// OfWallet is the family of a wallet, which must be locked. A new alert begins with what
// the wallet holds, so it tells nothing of where the wallet stands already.
func OfWallet(wallet store.Wallet) Family {
	return Family{
		owner: store.AlertOwner{WalletID: &wallet.ID},
		rule: func(kind store.AlertType) (rule, bool) {
			_, known := held(&wallet, kind)
			return rule{direction: store.AlertDecreasing}, known
		},
		begin: func(row *store.Alert) {
			row.WalletCode = wallet.Code
			row.PreviousValue, _ = held(&wallet, row.AlertType)
		},
		subject: func(row store.Alert) audit.Subject { return audit.WalletAlert(row, wallet.Customer.ExternalID) },
		changed: func(*store.Tx) error { return nil }, // only balances move
	}
}

// held is what an alert of a type watches of a wallet; false for a type of another kind.
func held(wallet *store.Wallet, kind store.AlertType) (value decimal.Decimal, known bool) {
	switch kind {
	case store.AlertWalletBalanceAmount:
		return decimal.NewFromInt(wallet.BalanceCents), true
	case store.AlertWalletCreditsBalance:
		return wallet.CreditsBalance, true
	case store.AlertWalletOngoingBalanceAmount:
		return decimal.NewFromInt(wallet.OngoingBalanceCents), true
	case store.AlertWalletCreditsOngoingBalance:
		return wallet.CreditsOngoingBalance, true
	case store.AlertCurrentUsageAmount, store.AlertMetricCurrentUsageAmount, store.AlertMetricCurrentUsageUnits,
		store.AlertLifetimeUsageAmount, store.AlertMetricLifetimeUsageUnits:
	}
	return value, false
}

// LookAtWallets looks at the alerts of wallets whose balances have moved. The wallets
// must be locked.
func LookAtWallets(tx *store.Tx, wallets []*store.Wallet) error {
	if len(wallets) == 0 || !tx.Organization().Premium() {
		return nil
	}
	ids := make([]uuid.UUID, len(wallets))
	for i, wallet := range wallets {
		ids[i] = wallet.ID
	}
	alerts, err := tx.AlertsOfWallets(ids)
	if err != nil {
		return err
	}
	var readings []reading
	for _, wallet := range wallets {
		for i := range alerts[wallet.ID] {
			row := &alerts[wallet.ID][i]
			if value, known := held(wallet, row.AlertType); known {
				readings = append(readings, reading{alert: row, value: value, owner: owner{customer: wallet.Customer.ExternalID}})
			}
		}
	}
	return process(tx, readings)
}
