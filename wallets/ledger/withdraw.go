package ledger

import (
	"github.com/shopspring/decimal"

	"tarn/audit"
	"tarn/billing/money"
	"tarn/billing/prepaid"
	"tarn/fault"
	"tarn/notify"
	"tarn/store"
)

// Withdrawal is what goes out of a wallet by one transaction.
type Withdrawal struct {
	Wallet      *store.Wallet
	Transaction *store.WalletTransaction
	// Uses say of what it is taken.
	Uses []prepaid.Use
}

// Funds are what is left in a wallet, in the order in which it is used up.
func Funds(rows []store.WalletTransaction) []prepaid.Fund {
	funds := make([]prepaid.Fund, len(rows))
	for i, row := range rows {
		funds[i] = prepaid.Fund{
			ID: row.ID, Cents: *row.RemainingAmountCents, Granted: row.TransactionStatus == store.TransactionGranted,
			Priority: row.Priority, CreatedAt: row.CreatedAt,
		}
	}
	prepaid.SortFunds(funds)
	return funds
}

// Void takes credits away. It returns a Validation fault where the wallet, or the one
// fund that is named, does not hold as much money as they are worth.
func Void(tx *store.Tx, wallet *store.Wallet, row *store.WalletTransaction, funds []store.WalletTransaction) error {
	uses, enough := prepaid.Consume(Funds(funds), row.AmountCents)
	if !enough {
		return fault.Invalid("amount_cents", "exceeds_available_amount")
	}
	row.TransactionStatus = store.TransactionVoided
	return Withdraw(tx, []Withdrawal{{Wallet: wallet, Transaction: row, Uses: uses}})
}

// Withdraw takes amounts out of wallets, of which each is there once. It returns a
// Validation fault where all that was ever taken out of one is more than an amount can be.
func Withdraw(tx *store.Tx, withdrawals []Withdrawal) error {
	rows := make([]*store.WalletTransaction, len(withdrawals))
	var consumed []*store.WalletTransactionConsumption
	now := tx.Now()
	for i, w := range withdrawals {
		w.spend(tx)
		if money.Beyond(w.Wallet.ConsumedAmountCents) {
			return fault.Invalid("amount_cents", fault.CodeOutOfRange)
		}
		rows[i] = w.Transaction
		for _, use := range w.Uses {
			consumed = append(consumed, &store.WalletTransactionConsumption{
				ID: store.NewID(), InboundTransactionID: use.ID, OutboundTransactionID: w.Transaction.ID, AmountCents: use.Cents, CreatedAt: now,
			})
		}
	}
	if err := tx.InsertWalletTransactions(rows); err != nil {
		return err
	}
	if err := tx.InsertConsumptions(consumed); err != nil {
		return err
	}
	if err := tx.UseFunds(consumed); err != nil {
		return err
	}
	for _, w := range withdrawals {
		if err := keepBalance(tx, w.Wallet); err != nil {
			return err
		}
		notify.Happened(tx, notify.WalletTransactionCreated(*w.Transaction))
		if err := audit.Created(tx, audit.WalletTransaction(*w.Transaction)); err != nil {
			return err
		}
	}
	return nil
}

// spend takes the amount out of the balance.
//
// Lago: credits and money drift apart where credits are worth parts of a cent. The
// credits that are left may be less than none there; tarn shows none.
func (w Withdrawal) spend(tx *store.Tx) {
	now, wallet, row := tx.Now(), w.Wallet, w.Transaction
	row.TransactionType, row.Status, row.SettledAt = store.TransactionOutbound, store.TransactionSettled, &now
	wallet.BalanceCents -= row.AmountCents
	wallet.CreditsBalance = decimal.Max(decimal.Zero, wallet.CreditsBalance.Sub(row.CreditAmount))
	wallet.ConsumedAmountCents = money.Add(wallet.ConsumedAmountCents, row.AmountCents)
	wallet.ConsumedCredits = wallet.ConsumedCredits.Add(row.CreditAmount)
	wallet.LastBalanceSyncAt, wallet.LastConsumedCreditAt = &now, &now
}
