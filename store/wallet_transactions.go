package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// TransactionType says which way credits go.
type TransactionType string

// The types of the contract.
const (
	TransactionInbound  TransactionType = "inbound"
	TransactionOutbound TransactionType = "outbound"
)

// TransactionKind says why credits go, in the contract's words for
// transaction_status.
type TransactionKind string

// The kinds of the contract. The first two come in, the others go out.
const (
	TransactionPurchased TransactionKind = "purchased"
	TransactionGranted   TransactionKind = "granted"
	TransactionVoided    TransactionKind = "voided"
	TransactionInvoiced  TransactionKind = "invoiced"
)

// TransactionStatus says whether a transaction has changed its wallet.
type TransactionStatus string

// The statuses of the contract.
const (
	// TransactionPending waits for its payment.
	TransactionPending TransactionStatus = "pending"
	// TransactionSettled is part of the balance, for good.
	TransactionSettled TransactionStatus = "settled"
	// TransactionFailed was not paid. It settles after all when it is paid
	// later.
	TransactionFailed TransactionStatus = "failed"
)

// TransactionSource says what made a transaction.
type TransactionSource string

// The sources of the contract. What goes out is manual.
const (
	TransactionManual      TransactionSource = "manual"
	TransactionByInterval  TransactionSource = "interval"
	TransactionByThreshold TransactionSource = "threshold"
)

// WalletTransaction is what goes into a wallet or out of it.
type WalletTransaction struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	WalletID       uuid.UUID
	// InvoiceID is the invoice that sells the credits, or that they pay.
	InvoiceID *uuid.UUID
	// VoidedInvoiceID is the invoice whose payment is given back, and
	// CreditNoteID the credit note that takes a purchase back.
	VoidedInvoiceID   *uuid.UUID
	CreditNoteID      *uuid.UUID
	PaymentMethodID   *uuid.UUID
	PaymentMethodType string
	TransactionType   TransactionType
	// TransactionStatus is named as in the contract; it says why.
	TransactionStatus TransactionKind
	Status            TransactionStatus
	Source            TransactionSource
	// Amount is in units of the currency, and AmountCents the same in its
	// smallest unit.
	Amount       decimal.Decimal
	AmountCents  int64
	CreditAmount decimal.Decimal
	// RemainingAmountCents is what is left of a settled inbound transaction; nil
	// for all others.
	RemainingAmountCents *int64
	// Priority orders what is left in a wallet; 1 is used up first.
	Priority            int
	Name                *string
	PurchaseOrderNumber *string
	Metadata            TransactionMetadata `gorm:"serializer:json"`

	InvoiceRequiresSuccessfulPayment bool
	SkipInvoiceCustomSections        bool
	SettledAt                        *time.Time
	FailedAt                         *time.Time
	CreatedAt                        time.Time
	UpdatedAt                        time.Time

	// Wallet is read with the transaction.
	Wallet Wallet `gorm:"-"`
	// Sections are the custom sections that the transaction has picked, by name. Only who
	// looks for a single transaction reads them.
	Sections []PickedSection `gorm:"-"`
}

// WalletTransactionConsumption says how much of what came into a wallet an
// outbound transaction has used.
type WalletTransactionConsumption struct {
	ID                    uuid.UUID `gorm:"primaryKey"`
	OrganizationID        uuid.UUID
	InboundTransactionID  uuid.UUID
	OutboundTransactionID uuid.UUID
	AmountCents           int64
	CreatedAt             time.Time
}

// InsertWalletTransactions adds transactions of wallets, which must be locked.
func (tx *Tx) InsertWalletTransactions(rows []*WalletTransaction) error {
	return insertAll(tx, rows, batchSize, "wallet transactions")
}

// UpdateWalletTransaction stores the transaction's own fields.
func (tx *Tx) UpdateWalletTransaction(row *WalletTransaction) error {
	err := tx.db.Model(row).Select("*").Omit("id", "organization_id", "wallet_id", "created_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the wallet transaction: %w", known(err))
	}
	return nil
}

// InsertConsumptions notes what outbound transactions have used.
func (tx *Tx) InsertConsumptions(rows []*WalletTransactionConsumption) error {
	return insertAll(tx, rows, batchSize, "consumptions of wallets")
}

// WalletFunds are the settled inbound transactions of wallets of which something
// is left, oldest first. In which order they are used up says prepaid.SortFunds. The
// wallets must be locked.
func (tx *Tx) WalletFunds(wallets []uuid.UUID) ([]WalletTransaction, error) {
	var rows []WalletTransaction
	err := inBatches(wallets, func(part []uuid.UUID) error {
		var found []WalletTransaction
		err := tx.db.Where("wallet_id IN ? AND remaining_amount_cents > 0", part).
			Order("created_at, id").Find(&found).Error
		rows = append(rows, found...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find what is left in wallets: %w", err)
	}
	return rows, nil
}
