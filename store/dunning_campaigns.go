package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// DunningCampaign says how customers are reminded of what is overdue.
type DunningCampaign struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	Code           string
	Name           string
	Description    *string
	// MaxAttempts is how often a customer is reminded in each currency.
	MaxAttempts         int
	DaysBetweenAttempts int
	DeletedAt           *time.Time
	CreatedAt           time.Time
	UpdatedAt           time.Time

	// Thresholds are read with the campaign; a method of their own writes them.
	Thresholds []DunningCampaignThreshold `gorm:"-"`
}

// DunningCampaignThreshold is what must be overdue in a currency for a reminder.
type DunningCampaignThreshold struct {
	ID                uuid.UUID `gorm:"primaryKey"`
	OrganizationID    uuid.UUID
	DunningCampaignID uuid.UUID
	Currency          string
	AmountCents       int64
	CreatedAt         time.Time
}

// DunningAttempt is how often a customer was reminded of what is overdue in a currency.
type DunningAttempt struct {
	OrganizationID uuid.UUID
	CustomerID     uuid.UUID `gorm:"primaryKey"`
	Currency       string    `gorm:"primaryKey"`
	Attempts       int
	LastAttemptAt  time.Time
}

// DunnedBy is the campaign that reminds a customer of what is overdue: its own, or that
// of its billing entity; nil where nothing does.
//
// Lago: partners, who bill the organization themselves, are left out.
func (c *Customer) DunnedBy() *uuid.UUID {
	switch {
	case c.ExcludeFromDunningCampaign || c.AccountType == accountPartner || c.DeletedAt != nil:
		return nil
	case c.DunningCampaignID != nil:
		return c.DunningCampaignID
	}
	return c.BillingEntity.DunningCampaignID
}

// accountPartner is the account of a customer who bills the organization.
const accountPartner = "partner"

// DunningCampaigns are the organization's campaigns that are not deleted, newest first.
func (tx *Tx) DunningCampaigns() ([]DunningCampaign, error) {
	var rows []DunningCampaign
	if err := tx.db.Where("deleted_at IS NULL").Order("created_at DESC, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find the dunning campaigns: %w", err)
	}
	return rows, inBatches(rows, tx.loadDunningThresholds)
}

// DunningCampaign finds a campaign by its code; ErrNotFound when there is none or it is
// deleted.
func (tx *Tx) DunningCampaign(code string) (DunningCampaign, error) {
	return tx.dunningCampaign(tx.db.Where("code = ?", code))
}

// DunningCampaignForUpdate is DunningCampaign for a transaction that will change it.
func (tx *Tx) DunningCampaignForUpdate(code string) (DunningCampaign, error) {
	return tx.dunningCampaign(tx.locked().Where("code = ?", code))
}

// DunningCampaignByID is DunningCampaign by the campaign's own identifier.
func (tx *Tx) DunningCampaignByID(id uuid.UUID) (DunningCampaign, error) {
	return tx.dunningCampaign(tx.db.Where("id = ?", id))
}

func (tx *Tx) dunningCampaign(query *gorm.DB) (DunningCampaign, error) {
	row, err := one[DunningCampaign](query.Where("deleted_at IS NULL"))
	if err != nil {
		return row, err
	}
	rows := []DunningCampaign{row}
	err = tx.loadDunningThresholds(rows)
	return rows[0], err
}

// loadDunningThresholds fills in the thresholds of campaigns, by currency, the lowest
// first.
func (tx *Tx) loadDunningThresholds(rows []DunningCampaign) error {
	index := make(map[uuid.UUID]*DunningCampaign, len(rows))
	for i := range rows {
		index[rows[i].ID] = &rows[i]
	}
	var thresholds []DunningCampaignThreshold
	ids := rowIDs(rows, func(row *DunningCampaign) uuid.UUID { return row.ID })
	if err := tx.db.Where("dunning_campaign_id IN ?", ids).Order("currency, amount_cents, id").Find(&thresholds).Error; err != nil {
		return fmt.Errorf("find the thresholds of dunning campaigns: %w", err)
	}
	for _, threshold := range thresholds {
		row := index[threshold.DunningCampaignID]
		row.Thresholds = append(row.Thresholds, threshold)
	}
	return nil
}

// InsertDunningCampaign adds a campaign without its thresholds; ErrDuplicate when the
// code is taken.
func (tx *Tx) InsertDunningCampaign(row *DunningCampaign) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the dunning campaign: %w", known(err))
	}
	return nil
}

// UpdateDunningCampaign stores a campaign without its thresholds; ErrDuplicate when the
// code is taken.
func (tx *Tx) UpdateDunningCampaign(row *DunningCampaign) error {
	err := tx.db.Model(row).Select("*").Omit("id", "organization_id", "created_at", "deleted_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the dunning campaign: %w", known(err))
	}
	return nil
}

// SetDunningThresholds makes these the thresholds of a campaign.
func (tx *Tx) SetDunningThresholds(row *DunningCampaign, thresholds []DunningCampaignThreshold) error {
	if err := tx.db.Where("dunning_campaign_id = ?", row.ID).Delete(&DunningCampaignThreshold{}).Error; err != nil {
		return fmt.Errorf("remove the thresholds of the dunning campaign: %w", err)
	}
	row.Thresholds = thresholds
	return insertAll(tx, thresholds, batchSize, "the thresholds of the dunning campaign")
}

// DeleteDunningCampaign hides a campaign; its code is free again, and nobody is reminded
// by it any more.
func (tx *Tx) DeleteDunningCampaign(row *DunningCampaign) error {
	now := tx.now
	row.DeletedAt = &now
	if err := tx.db.Model(row).Select("deleted_at", "updated_at").Updates(row).Error; err != nil {
		return fmt.Errorf("delete the dunning campaign: %w", err)
	}
	if err := tx.db.Model(&Customer{}).Where("dunning_campaign_id = ?", row.ID).Update("dunning_campaign_id", nil).Error; err != nil {
		return fmt.Errorf("take the dunning campaign from its customers: %w", err)
	}
	if err := tx.db.Model(&BillingEntity{}).Where("dunning_campaign_id = ?", row.ID).Update("dunning_campaign_id", nil).Error; err != nil {
		return fmt.Errorf("take the dunning campaign from its billing entities: %w", err)
	}
	return nil
}

// DunningAttempts are how often a customer was reminded, by currency.
func (tx *Tx) DunningAttempts(customer uuid.UUID) ([]DunningAttempt, error) {
	var rows []DunningAttempt
	if err := tx.db.Where("customer_id = ?", customer).Order("currency").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find the dunning attempts of a customer: %w", err)
	}
	return rows, nil
}

// SaveDunningAttempts stores how often a customer was reminded.
func (tx *Tx) SaveDunningAttempts(rows []DunningAttempt) error {
	if len(rows) == 0 {
		return nil
	}
	err := tx.db.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "customer_id"}, {Name: "currency"}},
		DoUpdates: clause.AssignmentColumns([]string{"attempts", "last_attempt_at"}),
	}).Create(&rows).Error
	if err != nil {
		return fmt.Errorf("store dunning attempts: %w", known(err))
	}
	return nil
}

// ForgetDunningAttempts forgets how often customers were reminded.
func (tx *Tx) ForgetDunningAttempts(customers []uuid.UUID) error {
	return inBatches(customers, func(part []uuid.UUID) error {
		if err := tx.db.Where("customer_id IN ?", part).Delete(&DunningAttempt{}).Error; err != nil {
			return fmt.Errorf("forget dunning attempts: %w", err)
		}
		return nil
	})
}

// ForgetDunningOf forgets how often the customer of an invoice was reminded in its
// currency, if the invoice was among what a campaign has asked for, and reports whether
// there was something to forget.
func (tx *Tx) ForgetDunningOf(row *Invoice) (forgotten bool, err error) {
	reminders := tx.db.Model(&PaymentRequest{}).Select("id").Where("dunning_campaign_id IS NOT NULL")
	links := tx.db.Model(&paymentRequestInvoice{}).Select("1").Where("invoice_id = ? AND payment_request_id IN (?)", row.ID, reminders)
	done := tx.db.Where("customer_id = ? AND currency = ? AND EXISTS (?)", row.CustomerID, row.Currency, links).Delete(&DunningAttempt{})
	if done.Error != nil {
		return false, fmt.Errorf("forget the dunning attempts of a currency: %w", done.Error)
	}
	return done.RowsAffected > 0, nil
}

// OverdueInvoices are the invoices of a customer that are overdue and that nobody bills
// himself, oldest first, with their billing entities. They are locked; the customer must
// be already.
func (tx *Tx) OverdueInvoices(customer uuid.UUID) ([]Invoice, error) {
	var rows []Invoice
	err := tx.locked().Where("customer_id = ? AND payment_overdue AND NOT self_billed AND status <> ?", customer, InvoiceDeleted).
		Order("created_at, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find the overdue invoices of a customer: %w", err)
	}
	return rows, inBatches(rows, tx.loadInvoiceOwners)
}

// OverdueCustomers are the customers that owe something overdue, with their billing
// entities.
func (tx *Tx) OverdueCustomers() ([]Customer, error) {
	owing := tx.db.Model(&Invoice{}).Select("customer_id").Where("payment_overdue AND NOT self_billed")
	var rows []Customer
	if err := tx.db.Where("deleted_at IS NULL AND id IN (?)", owing).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find customers with overdue invoices: %w", err)
	}
	return rows, inBatches(rows, tx.loadCustomers)
}

// FinishedDunning is what is told when a campaign has reminded a customer for the last
// time. No table has it.
type FinishedDunning struct {
	Campaign DunningCampaign
	Customer Customer
	// Currency is that of the customer, in which the balance is told.
	Currency string
	// Balances are the totals of what is overdue, in cents, by currency.
	Balances map[string]decimal.Decimal
}

// ForgetDunningOfEntity forgets how often those customers of a billing entity were
// reminded that have no campaign of their own.
func (tx *Tx) ForgetDunningOfEntity(entity uuid.UUID) error {
	customers := tx.db.Model(&Customer{}).Select("id").Where("billing_entity_id = ? AND dunning_campaign_id IS NULL", entity)
	if err := tx.db.Where("customer_id IN (?)", customers).Delete(&DunningAttempt{}).Error; err != nil {
		return fmt.Errorf("forget the dunning attempts of a billing entity: %w", err)
	}
	return nil
}
