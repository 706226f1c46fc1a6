package audit

import (
	"tarn/store"
	"tarn/wire"
)

// WalletTransaction is a transaction of a wallet as a subject of activities, which
// hang on the wallet.
func WalletTransaction(row store.WalletTransaction) Subject {
	return Subject{
		Name: "wallet_transaction", ResourceType: "Wallet", ResourceID: row.WalletID,
		ExternalCustomerID: &row.Wallet.Customer.ExternalID, Object: wire.WalletTransaction(row),
	}
}
