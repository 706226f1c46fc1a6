package notify

import (
	"tarn/store"
	"tarn/wire"
)

// WalletCreated tells of a new wallet.
func WalletCreated(row store.Wallet) Subject {
	return wallet("wallet.created", row, wire.WebhookWallet)
}

// WalletUpdated tells of an update of a wallet, or that its balance has changed. What it
// tells is what the wallet is when the transaction ends.
func WalletUpdated(row store.Wallet) Subject {
	subject := wallet("wallet.updated", row, wire.WebhookWallet)
	subject.Object = func(tx *store.Tx) (any, error) {
		last, err := tx.WalletByID(row.ID)
		return wire.WebhookWallet(last), err
	}
	return subject
}

// WalletTerminated tells that a wallet is over.
func WalletTerminated(row store.Wallet) Subject {
	return wallet("wallet.terminated", row, wire.WebhookWallet)
}

// WalletDepleted tells that nothing is left of a wallet's ongoing balance.
func WalletDepleted(row store.Wallet) Subject {
	return wallet("wallet.depleted_ongoing_balance", row, wire.DepletedWebhookWallet)
}

func wallet[Object any](eventType string, row store.Wallet, render func(store.Wallet) Object) Subject {
	return Subject{Type: eventType, ObjectType: "wallet", ObjectID: row.ID, Object: rendered(row, render)}
}

// WalletTransactionCreated tells of a new transaction of a wallet.
func WalletTransactionCreated(row store.WalletTransaction) Subject {
	return walletTransaction("wallet_transaction.created", row)
}

// WalletTransactionUpdated tells that a transaction of a wallet has settled or failed.
func WalletTransactionUpdated(row store.WalletTransaction) Subject {
	return walletTransaction("wallet_transaction.updated", row)
}

// walletTransaction shows a transaction with its wallet as the database transaction
// leaves it.
func walletTransaction(eventType string, row store.WalletTransaction) Subject {
	return Subject{
		Type: eventType, ObjectType: "wallet_transaction", ObjectID: row.ID,
		Object: func(tx *store.Tx) (any, error) {
			last, err := tx.WalletTransactionByID(row.ID)
			return wire.WebhookWalletTransaction(last), err
		},
	}
}
