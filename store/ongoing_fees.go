package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"tarn/store/internal/named"
)

// OngoingFee is a fee that the ongoing balance of wallets has to do with: one that will
// have to be paid, or one that has billed usage of a period that runs.
type OngoingFee struct {
	Fee `gorm:"embedded"`

	// BillableMetricID is that of a charge. AcceptsTargetWallet says that its events may
	// name the wallet that pays for them.
	BillableMetricID    *uuid.UUID
	AcceptsTargetWallet bool
	InvoiceType         InvoiceType
}

// ongoingFees is the statement for the fees of drafts that ask for anything, and of the
// progressive invoices of subscriptions.
const ongoingFees = `SELECT f.*, c.billable_metric_id, COALESCE(c.accepts_target_wallet, FALSE) AS accepts_target_wallet, i.invoice_type
FROM invoices i
JOIN fees f ON {tenant:f} AND f.invoice_id = i.id AND f.deleted_at IS NULL
LEFT JOIN charges c ON {tenant:c} AND c.id = f.charge_id
WHERE {tenant:i} AND i.customer_id IN {customers} AND i.status = {draft} AND i.total_amount_cents <> 0
UNION ALL
SELECT f.*, c.billable_metric_id, COALESCE(c.accepts_target_wallet, FALSE), i.invoice_type
FROM invoices i
JOIN fees f ON {tenant:f} AND f.invoice_id = i.id AND f.deleted_at IS NULL AND f.to_datetime >= {now}
LEFT JOIN charges c ON {tenant:c} AND c.id = f.charge_id
WHERE {tenant:i} AND i.customer_id IN {customers} AND i.invoice_type = {progressive} AND i.status IN {billed}`

// OngoingFees are the fees of some customers that are on drafts which ask for anything,
// and those by which final and failed progressive invoices have billed usage of periods
// that still run.
func (tx *Tx) OngoingFees(customers []uuid.UUID) ([]OngoingFee, error) {
	var fees []OngoingFee
	err := inBatches(customers, func(part []uuid.UUID) error {
		var rows []OngoingFee
		err := tx.sql(ongoingFees, named.Arguments{
			"customers": part, "draft": InvoiceDraft, "progressive": InvoiceProgressiveBilling,
			"billed": []InvoiceStatus{InvoiceFinalized, InvoiceFailed}, "now": tx.now,
		}).Scan(&rows).Error
		fees = append(fees, rows...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find the fees of ongoing balances: %w", err)
	}
	return fees, nil
}

// CountTopUps counts what a source has put into a wallet at an instant or later, also
// what waits for its payment.
func (tx *Tx) CountTopUps(wallet uuid.UUID, source TransactionSource, since time.Time) (int, error) {
	var count int64
	err := tx.db.Model(&WalletTransaction{}).Where("wallet_id = ? AND transaction_type = ? AND source = ? AND created_at >= ?",
		wallet, TransactionInbound, source, since).Count(&count).Error
	if err != nil {
		return 0, fmt.Errorf("count the top-ups of a wallet: %w", err)
	}
	return int(count), nil
}

// UpdateWalletOngoing stores the ongoing balance of a wallet.
func (tx *Tx) UpdateWalletOngoing(row *Wallet) error {
	err := tx.db.Model(row).Select("ongoing_balance_cents", "credits_ongoing_balance", "ongoing_usage_balance_cents",
		"credits_ongoing_usage_balance", "depleted_ongoing_balance", "updated_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the ongoing balance of the wallet: %w", known(err))
	}
	return nil
}
