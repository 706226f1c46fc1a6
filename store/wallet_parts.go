package store

import (
	"fmt"

	"github.com/google/uuid"

	"tarn/store/internal/session"
)

// walletBillableMetric limits a wallet to a billable metric.
type walletBillableMetric struct {
	OrganizationID   uuid.UUID
	WalletID         uuid.UUID `gorm:"primaryKey"`
	BillableMetricID uuid.UUID `gorm:"primaryKey"`
}

// SetWalletMetrics makes these the billable metrics that a wallet is limited to.
func (tx *Tx) SetWalletMetrics(row *Wallet, metrics []Target) error {
	if err := tx.db.Where("wallet_id = ?", row.ID).Delete(&walletBillableMetric{}).Error; err != nil {
		return fmt.Errorf("remove the billable metrics of the wallet: %w", err)
	}
	links := make([]walletBillableMetric, len(metrics))
	row.BillableMetrics, row.BillableMetricIDs = append([]Target(nil), metrics...), nil
	for i, metric := range metrics {
		links[i] = walletBillableMetric{WalletID: row.ID, BillableMetricID: metric.ID}
		row.BillableMetricIDs = append(row.BillableMetricIDs, metric.ID)
	}
	sortTargets(row.BillableMetrics)
	if len(links) == 0 {
		return nil
	}
	if err := tx.db.CreateInBatches(&links, batchSize).Error; err != nil {
		return fmt.Errorf("limit the wallet to billable metrics: %w", known(err))
	}
	return nil
}

// walletTarget is a metric with the wallet that is limited to it.
type walletTarget struct {
	WalletID uuid.UUID
	Deleted  bool
	Target
}

// loadWallets fills in what is read with wallets, in a fixed number of queries
// for any number of them.
func (tx *Tx) loadWallets(rows []Wallet) error {
	if len(rows) == 0 {
		return nil
	}
	if err := tx.loadWalletTargets(rows); err != nil {
		return err
	}
	index := make(map[uuid.UUID]*Wallet, len(rows))
	for i := range rows {
		index[rows[i].ID] = &rows[i]
	}
	ids := rowIDs(rows, func(row *Wallet) uuid.UUID { return row.ID })
	var rules []RecurringTransactionRule
	if err := session.Fetch(session.RowsOf(tx.runningRules(ids), &rules)); err != nil {
		return fmt.Errorf("find the rules of wallets: %w", err)
	}
	for _, rule := range rules {
		row := index[rule.WalletID]
		row.Rules = append(row.Rules, rule)
	}
	if err := tx.loadWalletSections(rows); err != nil {
		return err
	}
	return tx.loadWalletOwners(rows)
}

// loadWalletTargets fills in the billable metrics of wallets.
func (tx *Tx) loadWalletTargets(rows []Wallet) error {
	index := make(map[uuid.UUID]*Wallet, len(rows))
	for i := range rows {
		index[rows[i].ID] = &rows[i]
	}
	ids := rowIDs(rows, func(row *Wallet) uuid.UUID { return row.ID })
	var targets []walletTarget
	err := tx.db.Model(&walletBillableMetric{}).
		Select("wallet_billable_metrics.wallet_id, m.id, m.code, m.deleted_at IS NOT NULL AS deleted").
		Joins("JOIN billable_metrics m ON m.id = wallet_billable_metrics.billable_metric_id").
		Where("wallet_billable_metrics.wallet_id IN ?", ids).Scan(&targets).Error
	if err != nil {
		return fmt.Errorf("find the billable metrics of wallets: %w", err)
	}
	for _, target := range targets {
		row := index[target.WalletID]
		row.BillableMetricIDs = append(row.BillableMetricIDs, target.ID)
		if !target.Deleted {
			row.BillableMetrics = append(row.BillableMetrics, target.Target)
		}
	}
	for i := range rows {
		sortTargets(rows[i].BillableMetrics)
	}
	return nil
}

// loadWalletOwners fills in the customers and the billing entities of wallets.
func (tx *Tx) loadWalletOwners(rows []Wallet) error {
	customers, err := tx.customersByID(rowIDs(rows, func(row *Wallet) uuid.UUID { return row.CustomerID }))
	if err != nil {
		return err
	}
	owners := make(map[uuid.UUID]Customer, len(customers))
	for _, customer := range customers {
		owners[customer.ID] = customer
	}
	for i := range rows {
		rows[i].Customer = owners[rows[i].CustomerID]
	}
	return tx.loadWalletEntities(rows)
}

// loadWalletEntities fills in the billing entities of wallets, whose customers are
// there.
func (tx *Tx) loadWalletEntities(rows []Wallet) error {
	var further []uuid.UUID
	for i := range rows {
		if rows[i].BillingEntityID != nil {
			further = append(further, *rows[i].BillingEntityID)
		}
	}
	others, err := tx.ownBillingEntities(further)
	if err != nil {
		return err
	}
	for i := range rows {
		row := &rows[i]
		row.BillingEntity = row.Customer.BillingEntity
		if row.BillingEntityID != nil {
			row.BillingEntity = others[*row.BillingEntityID]
		}
	}
	return nil
}
