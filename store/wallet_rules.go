package store

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"gorm.io/gorm"
)

// RuleTrigger says what makes a recurring rule top up its wallet.
type RuleTrigger string

// The triggers of the contract.
const (
	// RuleInterval tops up on certain days.
	RuleInterval RuleTrigger = "interval"
	// RuleThreshold tops up when the ongoing balance has fallen so low.
	RuleThreshold RuleTrigger = "threshold"
)

// RuleMethod says how much a recurring rule tops up.
type RuleMethod string

// The methods of the contract.
const (
	// RuleFixed tops up by amounts that the rule names.
	RuleFixed RuleMethod = "fixed"
	// RuleTarget tops up until the ongoing balance is what the rule names.
	RuleTarget RuleMethod = "target"
)

// RecurringTransactionRule tops a wallet up by itself.
type RecurringTransactionRule struct {
	ID                uuid.UUID `gorm:"primaryKey"`
	OrganizationID    uuid.UUID
	WalletID          uuid.UUID
	PaymentMethodID   *uuid.UUID
	PaymentMethodType string
	Status            WalletStatus
	Trigger           RuleTrigger
	Method            RuleMethod
	// Interval is nil for a rule with a threshold that was made without one.
	Interval *PlanInterval
	// PaidCredits and GrantedCredits are what a fixed rule tops up.
	PaidCredits    decimal.Decimal
	GrantedCredits decimal.Decimal
	// ThresholdCredits is what the ongoing balance must have fallen to.
	ThresholdCredits *decimal.Decimal
	// TargetOngoingBalance is in credits.
	TargetOngoingBalance *decimal.Decimal
	// GrantsTargetTopUp says that what a target needs is given, not paid.
	GrantsTargetTopUp                bool
	IgnorePaidTopUpLimits            bool
	InvoiceRequiresSuccessfulPayment bool
	SkipInvoiceCustomSections        bool
	// TransactionMetadata, TransactionName and PurchaseOrderNumber are those of
	// the transactions that the rule makes.
	TransactionMetadata TransactionMetadata `gorm:"serializer:json"`
	TransactionName     *string
	PurchaseOrderNumber *string
	// StartedAt is the anchor of the days of an interval; nil takes the day on
	// which the wallet was made.
	StartedAt    *time.Time
	ExpirationAt *time.Time
	TerminatedAt *time.Time
	CreatedAt    time.Time
	UpdatedAt    time.Time

	// Sections are the custom sections that the rule has picked, by name. They are read
	// with the rule; a method of their own writes them.
	Sections []PickedSection `gorm:"-"`
}

// TransactionMetadata are pairs that a client notes on a transaction, in the
// order in which they were sent. It is never nil in a row.
type TransactionMetadata []TransactionPair

// TransactionPair is one pair of a transaction's metadata.
type TransactionPair struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// runningRules are the rules of wallets that are active and not past their
// expiration, in the order in which they were made.
func (tx *Tx) runningRules(wallets []uuid.UUID) *gorm.DB {
	return tx.db.Where("wallet_id IN ? AND status = ? AND (expiration_at IS NULL OR expiration_at > ?)", wallets, WalletActive, tx.now).
		Order("created_at, id")
}

// SaveRule stores a rule of a wallet, a new or a changed one.
func (tx *Tx) SaveRule(row *RecurringTransactionRule) error {
	var err error
	if row.CreatedAt.IsZero() {
		err = tx.db.Create(row).Error
	} else {
		err = tx.db.Model(row).Select("*").Omit("id", "organization_id", "wallet_id", "created_at").Updates(row).Error
	}
	if err != nil {
		return fmt.Errorf("save the recurring rule: %w", known(err))
	}
	return nil
}

// RuleForUpdate finds a rule in any status for a transaction that will change it.
// The wallet must be locked. ErrNotFound when there is none.
func (tx *Tx) RuleForUpdate(id uuid.UUID) (RecurringTransactionRule, error) {
	row, err := one[RecurringTransactionRule](tx.locked().Where("id = ?", id))
	if err != nil {
		return row, err
	}
	picked, err := tx.SectionsPicked([]uuid.UUID{id})
	row.Sections = picked[id]
	return row, err
}

// TerminateRules ends the active rules of wallets now, but for those that are to
// be kept.
func (tx *Tx) TerminateRules(wallets, kept []uuid.UUID) error {
	return inBatches(wallets, func(part []uuid.UUID) error {
		query := tx.db.Model(&RecurringTransactionRule{}).Where("wallet_id IN ? AND status = ?", part, WalletActive)
		if len(kept) > 0 {
			query = query.Where("id NOT IN ?", kept)
		}
		err := query.Updates(map[string]any{"status": WalletTerminated, "terminated_at": tx.now}).Error
		if err != nil {
			return fmt.Errorf("terminate recurring rules: %w", err)
		}
		return nil
	})
}

// ToppedUpSince reports whether something came into a wallet, or waits to, that a
// source has made at an instant or later.
func (tx *Tx) ToppedUpSince(wallet uuid.UUID, source TransactionSource, since time.Time) (bool, error) {
	return exists(tx.db.Model(&WalletTransaction{}).Where("wallet_id = ? AND transaction_type = ? AND source = ? AND created_at >= ?",
		wallet, TransactionInbound, source, since))
}

// TopUpDeclined reports whether the payment of what a source had bought has failed at
// an instant or later, and no purchase was paid after it.
func (tx *Tx) TopUpDeclined(wallet uuid.UUID, source TransactionSource, since time.Time) (bool, error) {
	purchases := func() *gorm.DB {
		return tx.db.Where("wallet_id = ? AND transaction_status = ?", wallet, TransactionPurchased)
	}
	failed, err := one[WalletTransaction](purchases().
		Where("status = ? AND source = ? AND failed_at >= ?", TransactionFailed, source, since).Order("failed_at DESC"))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	paid, err := exists(purchases().Model(&WalletTransaction{}).Where("settled_at >= ?", *failed.FailedAt))
	return !paid, err
}
