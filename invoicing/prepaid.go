package invoicing

import (
	"slices"

	"github.com/google/uuid"

	"tarn/billing/invoice"
	"tarn/store"
	"tarn/wallets/ledger"
)

// findWallets finds the wallets of those customers that have any which can pay.
func findWallets(tx *store.Tx, bills []*bill, customers []uuid.UUID) error {
	found, err := tx.WalletsToDraw(customers)
	if err != nil {
		return err
	}
	for _, b := range bills {
		b.sources.wallets = slices.DeleteFunc(found[b.invoice.CustomerID], func(row store.FundedWallet) bool {
			return row.Currency != b.invoice.Currency
		})
		for i := range b.sources.wallets {
			row := &b.sources.wallets[i]
			row.Customer = b.invoice.Customer
			if row.BillingEntityID == nil {
				row.BillingEntity = row.Customer.BillingEntity
			}
		}
	}
	return nil
}

// walletInput is a wallet as the computation takes it.
func walletInput(row *store.FundedWallet) invoice.Wallet {
	wallet := invoice.Wallet{
		ID: row.ID, Code: row.Code, BalanceCents: row.BalanceCents, Metrics: row.BillableMetricIDs, Funds: ledger.Funds(row.Funds),
		Kinds: make([]invoice.Kind, len(row.AllowedFeeTypes)),
	}
	for i, kind := range row.AllowedFeeTypes {
		wallet.Kinds[i] = invoice.Kind(kind)
	}
	return wallet
}

// takePrepaidSplit says on the invoice which part of what wallets pay was given, and
// which was bought. A part that is nothing stays null.
func (b *bill) takePrepaidSplit() {
	var granted, purchased int64
	for _, draw := range b.result.Wallets {
		for _, use := range draw.Funds {
			if use.Granted {
				granted += use.Cents
			} else {
				purchased += use.Cents
			}
		}
	}
	b.invoice.PrepaidGrantedCreditAmountCents, b.invoice.PrepaidPurchasedCreditAmountCents = unlessZero(granted), unlessZero(purchased)
}

func unlessZero(cents int64) *int64 {
	if cents == 0 {
		return nil
	}
	return &cents
}

// payPrepaid takes what wallets pay out of them. The invoices are of different
// customers and have been stored, because the transactions name them.
func payPrepaid(tx *store.Tx, bills []*bill) error {
	var withdrawals []ledger.Withdrawal
	for _, b := range bills {
		for _, draw := range b.result.Wallets {
			withdrawals = append(withdrawals, b.withdrawal(draw))
		}
	}
	if len(withdrawals) == 0 {
		return nil
	}
	return ledger.Withdraw(tx, withdrawals)
}

// withdrawal is what a wallet pays of the invoice.
func (b *bill) withdrawal(draw invoice.WalletDraw) ledger.Withdrawal {
	at := slices.IndexFunc(b.sources.wallets, func(row store.FundedWallet) bool { return row.ID == draw.ID })
	wallet := &b.sources.wallets[at].Wallet
	paid := ledger.NewTransaction(wallet, ledger.Terms(wallet).Of(draw.Cents))
	paid.TransactionStatus, paid.InvoiceID = store.TransactionInvoiced, &b.invoice.ID
	return ledger.Withdrawal{Wallet: wallet, Transaction: &paid, Uses: draw.Funds}
}
