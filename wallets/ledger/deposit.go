package ledger

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/audit"
	"tarn/billing/prepaid"
	"tarn/notify"
	"tarn/store"
)

// NewTransaction is a transaction of a wallet about an amount, without a direction. It
// was made by hand, has no priority over others and is paid for as the wallet is.
func NewTransaction(wallet *store.Wallet, amount prepaid.Amount) store.WalletTransaction {
	return store.WalletTransaction{
		ID: store.NewID(), WalletID: wallet.ID, Wallet: *wallet, PaymentMethodType: store.PaymentMethodProvider, Source: store.TransactionManual,
		Amount: Terms(wallet).Money(amount.Cents), AmountCents: amount.Cents, CreditAmount: amount.Credits,
		Priority: DefaultPriority, Metadata: store.TransactionMetadata{},
	}
}

// DefaultPriority is that of transactions which name none. It is the last one.
const DefaultPriority = 50

// Terms are what the credits of a wallet are worth.
func Terms(wallet *store.Wallet) prepaid.Terms {
	return prepaid.Terms{Rate: wallet.RateAmount, Currency: wallet.Currency}
}

// Purchase adds credits that wait for their payment. The balance stays.
func Purchase(tx *store.Tx, row *store.WalletTransaction) error {
	row.TransactionType, row.TransactionStatus, row.Status = store.TransactionInbound, store.TransactionPurchased, store.TransactionPending
	return insert(tx, row)
}

// Settle puts credits into their wallet that were paid. One that has failed before
// settles too, and keeps the instant at which it failed.
func Settle(tx *store.Tx, wallet *store.Wallet, row *store.WalletTransaction) error {
	before := audit.Before(audit.WalletTransaction(*row))
	settle(tx, wallet, row)
	if err := tx.UpdateWalletTransaction(row); err != nil {
		return err
	}
	notify.Happened(tx, notify.WalletTransactionUpdated(*row))
	if err := keepBalance(tx, wallet); err != nil {
		return err
	}
	return audit.Updated(tx, before, audit.WalletTransaction(*row))
}

// Fail notes that credits were not paid.
func Fail(tx *store.Tx, row *store.WalletTransaction) error {
	before, now := audit.Before(audit.WalletTransaction(*row)), tx.Now()
	row.Status, row.FailedAt = store.TransactionFailed, &now
	if err := tx.UpdateWalletTransaction(row); err != nil {
		return err
	}
	notify.Happened(tx, notify.WalletTransactionUpdated(*row))
	return audit.Updated(tx, before, audit.WalletTransaction(*row))
}

// Grant puts credits into a wallet that nobody pays.
func Grant(tx *store.Tx, wallet *store.Wallet, row *store.WalletTransaction) error {
	row.TransactionType, row.TransactionStatus = store.TransactionInbound, store.TransactionGranted
	settle(tx, wallet, row)
	if err := insert(tx, row); err != nil {
		return err
	}
	return keepBalance(tx, wallet)
}

// GiveBack grants wallets what they have paid of an invoice that nobody owes any
// more. Wallets that are over get nothing.
//
// Lago: credits that are worth less than half a cent are not given back. What was
// consumed is reckoned again of the credits.
func GiveBack(tx *store.Tx, invoice uuid.UUID) error {
	payments, err := tx.InvoicePayments(invoice)
	if err != nil || len(payments) == 0 {
		return err
	}
	ids := make([]uuid.UUID, len(payments))
	for i, payment := range payments {
		ids[i] = payment.WalletID
	}
	wallets, err := tx.WalletsByIDForUpdate(ids)
	if err != nil {
		return err
	}
	byID := make(map[uuid.UUID]*store.Wallet, len(wallets))
	for i := range wallets {
		byID[wallets[i].ID] = &wallets[i]
	}
	for i := range payments {
		if err := giveBack(tx, byID[payments[i].WalletID], &payments[i]); err != nil {
			return err
		}
	}
	return nil
}

// giveBack grants a wallet what one payment took.
func giveBack(tx *store.Tx, wallet *store.Wallet, payment *store.WalletTransaction) error {
	if wallet.Status != store.WalletActive {
		return nil
	}
	amount, _ := Terms(wallet).Sold(payment.CreditAmount) // it was an amount before
	if amount.Cents == 0 {
		return nil
	}
	unspend(wallet, payment.CreditAmount)
	row := NewTransaction(wallet, amount)
	row.VoidedInvoiceID, row.PurchaseOrderNumber = payment.InvoiceID, payment.PurchaseOrderNumber
	return Grant(tx, wallet, &row)
}

// unspend takes credits out of what a wallet has consumed.
func unspend(wallet *store.Wallet, credits decimal.Decimal) {
	left := decimal.Max(decimal.Zero, wallet.ConsumedCredits.Sub(credits))
	wallet.ConsumedCredits, wallet.ConsumedAmountCents = left, Terms(wallet).WholeCents(left)
}

// settle makes a transaction part of its wallet's balance.
func settle(tx *store.Tx, wallet *store.Wallet, row *store.WalletTransaction) {
	now, left := tx.Now(), row.AmountCents
	row.Status, row.SettledAt, row.RemainingAmountCents = store.TransactionSettled, &now, &left
	wallet.BalanceCents += row.AmountCents
	wallet.CreditsBalance = wallet.CreditsBalance.Add(row.CreditAmount)
	wallet.LastBalanceSyncAt = &now
}

// insert adds a transaction and tells of it.
func insert(tx *store.Tx, row *store.WalletTransaction) error {
	if err := tx.InsertWalletTransactions([]*store.WalletTransaction{row}); err != nil {
		return err
	}
	notify.Happened(tx, notify.WalletTransactionCreated(*row))
	return audit.Created(tx, audit.WalletTransaction(*row))
}

// keepBalance stores a balance that has changed, and lets everything follow that looks
// at it: ongoing balances, alerts, rules with a threshold.
//
// Lago records no activity of it: that of the transaction shows what came or went.
func keepBalance(tx *store.Tx, wallet *store.Wallet) error {
	if err := tx.UpdateWalletBalance(wallet); err != nil {
		return err
	}
	notify.Happened(tx, notify.WalletUpdated(*wallet))
	return BalanceMoved(tx, wallet.CustomerID)
}
