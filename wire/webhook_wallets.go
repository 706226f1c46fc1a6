package wire

import (
	"tarn/gen"
	"tarn/store"
)

// WebhookWallet is a wallet as its webhooks show it: without its limitations.
func WebhookWallet(row store.Wallet) gen.WalletObject {
	object := Wallet(row)
	object.AppliesTo, object.AppliedInvoiceCustomSections = nil, nil
	return object
}

// DepletedWebhookWallet is WebhookWallet without the rules of the wallet.
func DepletedWebhookWallet(row store.Wallet) gen.WalletObject {
	object := WebhookWallet(row)
	object.RecurringTransactionRules = nil
	return object
}

// WalletTransactionWebhook is a transaction of a wallet as webhooks show it.
type WalletTransactionWebhook struct {
	gen.WalletTransactionObject

	Wallet gen.WalletObject `json:"wallet"`
}

// WebhookWalletTransaction is a transaction of a wallet with its wallet, which comes
// without rules and limitations.
func WebhookWalletTransaction(row store.WalletTransaction) WalletTransactionWebhook {
	return WalletTransactionWebhook{WalletTransactionObject: WalletTransaction(row), Wallet: DepletedWebhookWallet(row.Wallet)}
}
