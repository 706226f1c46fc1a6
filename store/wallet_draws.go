package store

import (
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// FundedWallet is a wallet with what its balance is made of.
type FundedWallet struct {
	Wallet

	// Funds are the transactions of which something is left.
	Funds []WalletTransaction
}

// WalletsToDraw are the active wallets of customers that have a balance, by customer
// and in the order in which they pay, with their billable metrics, billing entities of
// their own and funds. They are locked; the customers must be.
func (tx *Tx) WalletsToDraw(customers []uuid.UUID) (map[uuid.UUID][]FundedWallet, error) {
	rows, err := tx.walletsInOrder(customers, tx.locked().Where("balance_cents > 0"))
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, nil //nolint:nilnil // no rows are an answer
	}
	if err := inBatches(rows, tx.loadWalletTargets); err != nil {
		return nil, err
	}
	if err := tx.loadWalletEntities(rows); err != nil {
		return nil, err
	}
	funds, err := tx.WalletFunds(rowIDs(rows, func(row *Wallet) uuid.UUID { return row.ID }))
	if err != nil {
		return nil, err
	}
	ofWallet := map[uuid.UUID][]WalletTransaction{}
	for _, fund := range funds {
		ofWallet[fund.WalletID] = append(ofWallet[fund.WalletID], fund)
	}
	found := map[uuid.UUID][]FundedWallet{}
	for _, row := range rows {
		found[row.CustomerID] = append(found[row.CustomerID], FundedWallet{Wallet: row, Funds: ofWallet[row.ID]})
	}
	return found, nil
}

// WalletsByIDForUpdate are wallets in any status with their customers and billing
// entities, locked, in the order of their identifiers. Their customers must be locked.
func (tx *Tx) WalletsByIDForUpdate(ids []uuid.UUID) ([]Wallet, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []Wallet
	if err := tx.locked().Where("id IN ?", ids).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("lock wallets: %w", err)
	}
	return rows, inBatches(rows, tx.loadWalletOwners)
}

// UseFunds takes what outbound transactions have consumed out of what is left of
// inbound ones.
func (tx *Tx) UseFunds(consumptions []*WalletTransactionConsumption) error {
	return inBatches(consumptions, func(part []*WalletTransactionConsumption) error {
		inbound, outbound := make([]uuid.UUID, len(part)), make([]uuid.UUID, len(part))
		for i, row := range part {
			inbound[i], outbound[i] = row.InboundTransactionID, row.OutboundTransactionID
		}
		used := tx.db.Model(&WalletTransactionConsumption{}).Select("SUM(amount_cents)").
			Where("inbound_transaction_id = wallet_transactions.id AND outbound_transaction_id IN ?", outbound)
		err := tx.db.Model(&WalletTransaction{}).Where("id IN ?", inbound).
			Update("remaining_amount_cents", gorm.Expr("remaining_amount_cents - (?)", used)).Error
		if err != nil {
			return fmt.Errorf("use what is left in wallets: %w", err)
		}
		return nil
	})
}

// UpdateWalletBalance stores what of a wallet changes when credits come or go.
func (tx *Tx) UpdateWalletBalance(row *Wallet) error {
	err := tx.db.Model(row).Select("balance_cents", "credits_balance", "consumed_amount_cents", "consumed_credits",
		"last_balance_sync_at", "last_consumed_credit_at", "updated_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the balance of a wallet: %w", err)
	}
	return nil
}
