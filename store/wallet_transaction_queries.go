package store

import (
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"tarn/store/internal/session"
)

// WalletTransactionFilter says which transactions a list has. Empty members do not
// restrict it.
type WalletTransactionFilter struct {
	WalletID uuid.UUID
	Status   TransactionStatus
	Kind     TransactionKind
	Type     TransactionType
	// Metadata are pairs that a transaction must have; an empty value is a key that
	// it must not have.
	Metadata map[string]string
}

// WalletTransactions lists the transactions of a wallet, newest first.
func (tx *Tx) WalletTransactions(filter WalletTransactionFilter, page Page) (List[WalletTransaction], error) {
	query := tx.db.Model(&WalletTransaction{}).Where("wallet_id = ?", filter.WalletID)
	if filter.Status != "" {
		query = query.Where("status = ?", filter.Status)
	}
	if filter.Kind != "" {
		query = query.Where("transaction_status = ?", filter.Kind)
	}
	if filter.Type != "" {
		query = query.Where("transaction_type = ?", filter.Type)
	}
	for key, value := range filter.Metadata {
		query = tx.withPair(query, key, value)
	}
	result, err := list[WalletTransaction](query, page, "created_at DESC, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadTransactions)
}

// withPair keeps the transactions that have a pair, or lack a key where the value is
// empty.
func (tx *Tx) withPair(query *gorm.DB, key, value string) *gorm.DB {
	elements, member := "json_each(wallet_transactions.metadata)", "json_extract(value, '$.%s')"
	if tx.store.dialect == Postgres {
		elements, member = "jsonb_array_elements(wallet_transactions.metadata)", "value ->> '%s'"
	}
	isKey, isValue := fmt.Sprintf(member, "key")+" = ?", fmt.Sprintf(member, "value")+" = ?"
	if value == "" {
		return query.Where("NOT EXISTS (SELECT 1 FROM "+elements+" WHERE "+isKey+")", key)
	}
	return query.Where("EXISTS (SELECT 1 FROM "+elements+" WHERE "+isKey+" AND "+isValue+")", key, value)
}

// WalletTransactionByID finds a transaction with its wallet; ErrNotFound when there
// is none.
func (tx *Tx) WalletTransactionByID(id uuid.UUID) (WalletTransaction, error) {
	return tx.walletTransaction(tx.db.Where("id = ?", id))
}

// WalletTransactionForUpdate is WalletTransactionByID for a transaction that will
// change it. Its customer and its wallet are locked before it.
func (tx *Tx) WalletTransactionForUpdate(id uuid.UUID) (WalletTransaction, error) {
	return tx.lockedTransaction(tx.db.Where("id = ?", id))
}

// PurchaseForUpdate finds the transaction whose credits an invoice sells, as
// WalletTransactionForUpdate does.
func (tx *Tx) PurchaseForUpdate(invoice uuid.UUID) (WalletTransaction, error) {
	return tx.lockedTransaction(tx.db.Where("invoice_id = ? AND transaction_status = ?", invoice, TransactionPurchased))
}

func (tx *Tx) lockedTransaction(query *gorm.DB) (WalletTransaction, error) {
	found, err := one[WalletTransaction](query.Select("id", "wallet_id"))
	if err != nil {
		return found, err
	}
	wallet, err := tx.WalletForUpdate(found.WalletID)
	if err != nil {
		return found, err
	}
	row, err := one[WalletTransaction](tx.locked().Where("id = ?", found.ID))
	row.Wallet = wallet
	return row, err
}

// LockWalletOwner is LockCustomer for the customer of a wallet; ErrNotFound when there
// is no such wallet.
func (tx *Tx) LockWalletOwner(wallet uuid.UUID) error {
	found, err := one[Wallet](tx.db.Select("id", "customer_id").Where("id = ?", wallet))
	if err != nil {
		return err
	}
	return tx.LockCustomer(found.CustomerID)
}

// PendingPurchases are the transactions of a wallet that wait for their payment.
func (tx *Tx) PendingPurchases(wallet uuid.UUID) ([]WalletTransaction, error) {
	var rows []WalletTransaction
	err := tx.db.Where("wallet_id = ? AND status = ?", wallet, TransactionPending).Order("created_at, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find pending wallet transactions: %w", err)
	}
	return rows, nil
}

// InvoicePayments are the transactions by which wallets have paid an invoice, the
// oldest first.
func (tx *Tx) InvoicePayments(invoice uuid.UUID) ([]WalletTransaction, error) {
	var rows []WalletTransaction
	err := tx.db.Where("invoice_id = ? AND transaction_status = ?", invoice, TransactionInvoiced).Order("created_at, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find what wallets have paid of an invoice: %w", err)
	}
	return rows, nil
}

// Consumption is what went from an inbound transaction into an outbound one, with the
// other side of it.
type Consumption struct {
	WalletTransactionConsumption

	Transaction WalletTransaction
}

// Consumptions lists what outbound transactions have used of an inbound one, newest
// first.
func (tx *Tx) Consumptions(inbound uuid.UUID, page Page) (List[Consumption], error) {
	return tx.consumptions("inbound_transaction_id = ?", inbound, page, func(row *WalletTransactionConsumption) uuid.UUID { return row.OutboundTransactionID })
}

// Fundings lists of which inbound transactions an outbound one was made, newest first.
func (tx *Tx) Fundings(outbound uuid.UUID, page Page) (List[Consumption], error) {
	return tx.consumptions("outbound_transaction_id = ?", outbound, page, func(row *WalletTransactionConsumption) uuid.UUID { return row.InboundTransactionID })
}

func (tx *Tx) consumptions(condition string, id uuid.UUID, page Page, other func(*WalletTransactionConsumption) uuid.UUID) (List[Consumption], error) {
	links, err := list[WalletTransactionConsumption](tx.db.Model(&WalletTransactionConsumption{}).Where(condition, id), page, "created_at DESC, id")
	result := List[Consumption]{Page: links.Page, Total: links.Total, Rows: make([]Consumption, len(links.Rows))}
	if err != nil || len(links.Rows) == 0 {
		return result, err
	}
	var rows []WalletTransaction
	err = inBatches(rowIDs(links.Rows, other), func(part []uuid.UUID) error {
		var found []WalletTransaction
		err := session.Fetch(session.RowsOf(tx.db.Where("id IN ?", part), &found))
		rows = append(rows, found...)
		return err
	})
	if err != nil {
		return result, fmt.Errorf("find the transactions behind consumptions: %w", err)
	}
	if err := inBatches(rows, tx.loadTransactions); err != nil {
		return result, err
	}
	byID := make(map[uuid.UUID]WalletTransaction, len(rows))
	for _, row := range rows {
		byID[row.ID] = row
	}
	for i, link := range links.Rows {
		result.Rows[i] = Consumption{WalletTransactionConsumption: link, Transaction: byID[other(&link)]}
	}
	return result, nil
}

func (tx *Tx) walletTransaction(query *gorm.DB) (WalletTransaction, error) {
	row, err := one[WalletTransaction](query)
	if err != nil {
		return row, err
	}
	rows := []WalletTransaction{row}
	if err := tx.loadTransactions(rows); err != nil {
		return row, err
	}
	picked, err := tx.SectionsPicked([]uuid.UUID{row.ID})
	rows[0].Sections = picked[row.ID]
	return rows[0], err
}

// loadTransactions fills in the wallets of transactions.
func (tx *Tx) loadTransactions(rows []WalletTransaction) error {
	if len(rows) == 0 {
		return nil
	}
	var wallets []Wallet
	if err := tx.db.Where("id IN ?", rowIDs(rows, func(row *WalletTransaction) uuid.UUID { return row.WalletID })).Find(&wallets).Error; err != nil {
		return fmt.Errorf("find the wallets of transactions: %w", err)
	}
	if err := inBatches(wallets, tx.loadWalletOwners); err != nil {
		return err
	}
	byID := make(map[uuid.UUID]Wallet, len(wallets))
	for _, wallet := range wallets {
		byID[wallet.ID] = wallet
	}
	for i := range rows {
		rows[i].Wallet = byID[rows[i].WalletID]
	}
	return nil
}
