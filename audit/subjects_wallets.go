package audit

import (
	"tarn/store"
	"tarn/wire"
)

// Wallet is a wallet as a subject of activities.
func Wallet(row store.Wallet) Subject {
	return Subject{
		Name: "wallet", ResourceType: "Wallet", ResourceID: row.ID,
		ExternalCustomerID: &row.Customer.ExternalID, Object: wire.Wallet(row),
	}
}
