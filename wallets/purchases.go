package wallets

import (
	"errors"

	"github.com/google/uuid"

	"tarn/invoicing"
	"tarn/jobs"
	"tarn/store"
	"tarn/wallets/ledger"
)

// KindBillPurchase is the job that makes the invoice for credits that are paid.
const KindBillPurchase = "wallet_transaction.bill"

// transactionArgs say which transaction a job is for.
type transactionArgs struct {
	TransactionID uuid.UUID `json:"transaction_id"`
}

// scheduleInvoice lets the invoice for a purchase come at once.
func scheduleInvoice(tx *store.Tx, row *store.WalletTransaction) error {
	return jobs.Enqueue(tx, jobs.Job{Kind: KindBillPurchase, At: tx.Now(), Args: transactionArgs{TransactionID: row.ID}})
}

// billPurchase makes the invoice for a purchase that waits for its payment and has
// none yet.
func billPurchase(tx *store.Tx, args transactionArgs) error {
	row, err := tx.WalletTransactionForUpdate(args.TransactionID)
	if errors.Is(err, store.ErrNotFound) || err == nil && row.InvoiceID != nil {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := invoicing.BillPurchase(tx, &row); err != nil {
		return err
	}
	return tx.UpdateWalletTransaction(&row)
}

// FollowPayment does with a purchase what the payment of its invoice brings about: its
// credits come into the wallet when the invoice is paid, which then becomes final if it
// waited for that; the purchase has failed when the payment has. What is settled stays.
//
// Lago: credits come into a wallet that is over, too.
func FollowPayment(tx *store.Tx, invoice uuid.UUID, status store.PaymentStatus) error {
	row, err := tx.PurchaseForUpdate(invoice)
	if errors.Is(err, store.ErrNotFound) || err == nil && row.Status == store.TransactionSettled {
		return nil
	}
	if err != nil {
		return err
	}
	switch status {
	case store.PaymentSucceeded:
		return settlePurchase(tx, &row)
	case store.PaymentFailed:
		if row.Status == store.TransactionPending {
			return ledger.Fail(tx, &row)
		}
	case store.PaymentPending, store.PaymentProcessing, store.PaymentRefunded:
	}
	return nil
}

// settlePurchase puts what was paid into its wallet.
func settlePurchase(tx *store.Tx, row *store.WalletTransaction) error {
	if err := ledger.Settle(tx, &row.Wallet, row); err != nil {
		return err
	}
	invoice, err := tx.InvoiceForUpdate(*row.InvoiceID)
	if err != nil {
		return err
	}
	return invoicing.IssuePaid(tx, invoice)
}

// PurchaseToPay finds a transaction that buys credits and can be paid. It refuses one that
// does not exist with a NotFound fault, and what is no purchase, is settled or has no
// invoice with a Validation fault.
func PurchaseToPay(tx *store.Tx, id uuid.UUID) (store.WalletTransaction, error) {
	row, err := tx.WalletTransactionByID(id)
	if err != nil {
		return row, notFound(err)
	}
	switch {
	case row.TransactionStatus != store.TransactionPurchased:
		return row, errPayment("wallet_transaction_not_purchased")
	case row.Status == store.TransactionSettled:
		return row, errPayment("wallet_transaction_already_settled")
	case row.InvoiceID == nil:
		return row, errPayment("wallet_transaction_has_no_attached_invoice")
	}
	return row, nil
}
