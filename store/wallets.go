package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"gorm.io/gorm"
)

// WalletStatus says whether a wallet can pay.
type WalletStatus string

// The statuses of the contract.
const (
	WalletActive     WalletStatus = "active"
	WalletTerminated WalletStatus = "terminated"
)

// Wallet holds what a customer has paid, or was given, before it is owed.
//
// Lago: the money and the credits are kept apart and may drift, because amounts
// round to the currency's smallest unit and credits do not.
type Wallet struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	CustomerID     uuid.UUID
	// BillingEntityID is nil where the customer's own billing entity bills.
	BillingEntityID   *uuid.UUID
	PaymentMethodID   *uuid.UUID
	PaymentMethodType string
	Status            WalletStatus
	Currency          string
	Name              *string
	// Code is unique among the active wallets of a customer.
	Code string
	// Priority orders the wallets of a customer, from 1, which pays first, to
	// 50.
	Priority            int
	PurchaseOrderNumber *string
	// RateAmount is what a credit is worth, in units of the currency.
	RateAmount decimal.Decimal

	// The balance is what can be spent; what was consumed went out of it.
	BalanceCents        int64
	CreditsBalance      decimal.Decimal
	ConsumedAmountCents int64
	ConsumedCredits     decimal.Decimal
	// The ongoing balance is the balance less the ongoing usage balance: what
	// is used and not billed yet. It can be below zero.
	OngoingBalanceCents        int64
	CreditsOngoingBalance      decimal.Decimal
	OngoingUsageBalanceCents   int64
	CreditsOngoingUsageBalance decimal.Decimal
	// DepletedOngoingBalance says that the ongoing balance is used up, and that
	// this was told.
	DepletedOngoingBalance bool

	InvoiceRequiresSuccessfulPayment bool
	SkipInvoiceCustomSections        bool
	// PaidTopUpMinAmountCents and PaidTopUpMaxAmountCents bound what is paid at
	// once; both are included, and nil is no bound.
	PaidTopUpMinAmountCents *int64
	PaidTopUpMaxAmountCents *int64
	// AllowedFeeTypes limit what the wallet pays for, beside its billable
	// metrics; with neither it pays for everything.
	AllowedFeeTypes []FeeType    `gorm:"serializer:json"`
	Metadata        ItemMetadata `gorm:"serializer:json"`

	ExpirationAt         *time.Time
	LastBalanceSyncAt    *time.Time
	LastConsumedCreditAt *time.Time
	TerminatedAt         *time.Time
	CreatedAt            time.Time
	UpdatedAt            time.Time

	// What follows is read with the wallet; methods of their own write it.

	// Customer is read also when it is deleted.
	Customer Customer `gorm:"-"`
	// BillingEntity is the one that bills: the wallet's own, or else the
	// customer's.
	BillingEntity BillingEntity `gorm:"-"`
	// BillableMetrics are what the wallet is limited to and not deleted, sorted
	// by code.
	BillableMetrics []Target `gorm:"-"`
	// BillableMetricIDs are the same with the deleted ones: a wallet for a
	// metric that is gone does not pay for everything else.
	BillableMetricIDs []uuid.UUID `gorm:"-"`
	// Rules are those that are active and not past their expiration, in the
	// order in which they were made.
	Rules []RecurringTransactionRule `gorm:"-"`
	// Sections are the custom sections that the wallet has picked, by name.
	Sections []PickedSection `gorm:"-"`
}

// WalletFilter says which wallets a list has. Empty members do not restrict it.
type WalletFilter struct {
	CustomerID *uuid.UUID
	Currency   string
	// BillingEntityIDs are alternatives: the wallet's own, or else the
	// customer's.
	BillingEntityIDs []uuid.UUID
}

// Wallets lists wallets in any status, newest first.
func (tx *Tx) Wallets(filter WalletFilter, page Page) (List[Wallet], error) {
	query := tx.db.Model(&Wallet{})
	if filter.CustomerID != nil {
		query = query.Where("customer_id = ?", *filter.CustomerID)
	}
	if filter.Currency != "" {
		query = query.Where("currency = ?", filter.Currency)
	}
	if len(filter.BillingEntityIDs) > 0 {
		owned := tx.db.Model(&Customer{}).Select("id").Where("billing_entity_id IN ?", filter.BillingEntityIDs)
		query = query.Where("(billing_entity_id IN ? OR billing_entity_id IS NULL AND customer_id IN (?))", filter.BillingEntityIDs, owned)
	}
	result, err := list[Wallet](query, page, "created_at DESC, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadWallets)
}

// WalletByID finds a wallet in any status; ErrNotFound when there is none.
func (tx *Tx) WalletByID(id uuid.UUID) (Wallet, error) {
	return tx.wallet(tx.db.Where("id = ?", id))
}

// WalletByCode finds a wallet of a customer by its code: the active one, or else
// the one that was made last. ErrNotFound when there is none.
func (tx *Tx) WalletByCode(customer uuid.UUID, code string) (Wallet, error) {
	return tx.wallet(tx.db.Where("customer_id = ? AND code = ?", customer, code).Order("status, created_at DESC, id DESC"))
}

// WalletForUpdate is WalletByID for a transaction that will change the wallet or
// what is in it: others that would do the same wait. Its customer is locked
// before it, so that everything that bills a customer follows one another.
func (tx *Tx) WalletForUpdate(id uuid.UUID) (Wallet, error) {
	found, err := one[Wallet](tx.db.Select("id", "customer_id").Where("id = ?", id))
	if err != nil {
		return found, err
	}
	if err := tx.LockCustomer(found.CustomerID); err != nil {
		return found, err
	}
	return tx.wallet(tx.locked().Where("id = ?", id))
}

// ActiveWallets are the active wallets of some customers, locked, in the order
// in which those of one customer pay: by priority, then by age. The customers
// must be locked.
func (tx *Tx) ActiveWallets(customers []uuid.UUID) ([]Wallet, error) {
	rows, err := tx.walletsInOrder(customers, tx.locked())
	if err != nil {
		return nil, err
	}
	return rows, inBatches(rows, tx.loadWallets)
}

// WalletsOf are the active wallets of a customer in the order in which they pay, and
// nothing that belongs to them.
func (tx *Tx) WalletsOf(customer uuid.UUID) ([]Wallet, error) {
	return tx.walletsInOrder([]uuid.UUID{customer}, tx.db)
}

// walletsInOrder are the active wallets of some customers that a query leaves, in the
// order in which those of one customer pay, and nothing that belongs to them.
func (tx *Tx) walletsInOrder(customers []uuid.UUID, query *gorm.DB) ([]Wallet, error) {
	query = query.Session(&gorm.Session{})
	var rows []Wallet
	err := inBatches(customers, func(part []uuid.UUID) error {
		var found []Wallet
		err := query.Where("customer_id IN ? AND status = ?", part, WalletActive).
			Order("customer_id, priority, created_at, id").Find(&found).Error
		rows = append(rows, found...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find active wallets: %w", err)
	}
	return rows, nil
}

// CountActiveWallets counts the active wallets of a customer.
func (tx *Tx) CountActiveWallets(customer uuid.UUID) (int, error) {
	var count int64
	err := tx.db.Model(&Wallet{}).Where("customer_id = ? AND status = ?", customer, WalletActive).Count(&count).Error
	if err != nil {
		return 0, fmt.Errorf("count active wallets: %w", err)
	}
	return int(count), nil
}

// WalletCodeTaken reports whether another active wallet of the customer has the
// code.
func (tx *Tx) WalletCodeTaken(customer uuid.UUID, code string, except uuid.UUID) (bool, error) {
	return exists(tx.db.Model(&Wallet{}).
		Where("customer_id = ? AND code = ? AND status = ? AND id <> ?", customer, code, WalletActive, except))
}

// CustomerHasWallet reports whether a customer has or had a wallet.
func (tx *Tx) CustomerHasWallet(customer uuid.UUID) (bool, error) {
	return exists(tx.db.Model(&Wallet{}).Where("customer_id = ?", customer))
}

// InsertWallet adds a wallet without its metrics and rules; ErrDuplicate when an
// active wallet of the customer has its code.
func (tx *Tx) InsertWallet(row *Wallet) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the wallet: %w", known(err))
	}
	return nil
}

// UpdateWallet stores the wallet's own fields; ErrDuplicate when an active wallet
// of the customer has its code.
func (tx *Tx) UpdateWallet(row *Wallet) error {
	err := tx.db.Model(row).Select("*").Omit("id", "organization_id", "customer_id", "created_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the wallet: %w", known(err))
	}
	return nil
}

func (tx *Tx) wallet(query *gorm.DB) (Wallet, error) {
	row, err := one[Wallet](query)
	if err != nil {
		return row, err
	}
	rows := []Wallet{row}
	err = tx.loadWallets(rows)
	return rows[0], err
}
