package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// FeeFilter says which fees a list has. Empty members do not restrict it.
type FeeFilter struct {
	// ExternalCustomerID is that of the fee's customer, ExternalSubscriptionID
	// that of its subscription; both find deleted and ended ones too.
	ExternalCustomerID     string
	ExternalSubscriptionID string
	Currency               string
	FeeType                FeeType
	// BillableMetricCode also names deleted metrics.
	BillableMetricCode string
	PaymentStatus      PaymentStatus
	EventTransactionID string
	// The bounds of each period are included.
	Created, Succeeded, Failed, Refunded FeePeriod
}

// FeePeriod bounds an instant; nil is no bound.
type FeePeriod struct {
	From, To *time.Time
}

// Fees lists the fees that are not deleted, oldest first, also those of invoices
// that nobody sees.
func (tx *Tx) Fees(filter FeeFilter, page Page) (List[Fee], error) {
	query := filter.apply(tx, tx.db.Model(&Fee{}).Where("deleted_at IS NULL"))
	result, err := list[Fee](query, page, "created_at, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadShownFees)
}

func (f FeeFilter) apply(tx *Tx, query *gorm.DB) *gorm.DB {
	for _, is := range []struct{ column, value string }{
		{"amount_currency", f.Currency},
		{"fee_type", string(f.FeeType)},
		{"payment_status", string(f.PaymentStatus)},
		{"event_transaction_id", f.EventTransactionID},
	} {
		if is.value != "" {
			query = query.Where(is.column+" = ?", is.value)
		}
	}
	if f.ExternalCustomerID != "" {
		query = query.Where("customer_id IN (?)", tx.db.Model(&Customer{}).Select("id").Where("external_id = ?", f.ExternalCustomerID))
	}
	if f.ExternalSubscriptionID != "" {
		query = query.Where("subscription_id IN (?)",
			tx.db.Model(&Subscription{}).Select("id").Where("external_id = ?", f.ExternalSubscriptionID))
	}
	if f.BillableMetricCode != "" {
		metrics := tx.db.Model(&BillableMetric{}).Select("id").Where("code = ?", f.BillableMetricCode)
		query = query.Where("charge_id IN (?)", tx.db.Model(&Charge{}).Select("id").Where("billable_metric_id IN (?)", metrics))
	}
	for _, within := range []struct {
		column string
		period FeePeriod
	}{{"created_at", f.Created}, {"succeeded_at", f.Succeeded}, {"failed_at", f.Failed}, {"refunded_at", f.Refunded}} {
		if within.period.From != nil {
			query = query.Where(within.column+" >= ?", *within.period.From)
		}
		if within.period.To != nil {
			query = query.Where(within.column+" <= ?", *within.period.To)
		}
	}
	return query
}

// Fee finds a fee that is not deleted, with everything that belongs to it;
// ErrNotFound when there is none.
func (tx *Tx) Fee(id uuid.UUID) (Fee, error) { return tx.fee(tx.db, id) }

// FeeForUpdate is Fee for a transaction that will change it: others that would do
// the same wait. Its customer is locked before it.
func (tx *Tx) FeeForUpdate(id uuid.UUID) (Fee, error) {
	found, err := one[Fee](tx.db.Select("id", "customer_id").Where("id = ? AND deleted_at IS NULL", id))
	if err != nil {
		return found, err
	}
	if err := tx.LockCustomer(found.CustomerID); err != nil {
		return found, err
	}
	return tx.fee(tx.locked(), id)
}

func (tx *Tx) fee(query *gorm.DB, id uuid.UUID) (Fee, error) {
	row, err := one[Fee](query.Where("id = ? AND deleted_at IS NULL", id))
	if err != nil {
		return row, err
	}
	rows := []Fee{row}
	err = tx.loadShownFees(rows)
	return rows[0], err
}

// UpdateFee stores how a fee is paid.
func (tx *Tx) UpdateFee(row *Fee) error {
	err := tx.db.Model(row).Select("payment_status", "succeeded_at", "failed_at", "refunded_at", "updated_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the fee: %w", err)
	}
	return nil
}

// DeleteFee hides a fee.
func (tx *Tx) DeleteFee(row *Fee) error {
	now := tx.now
	row.DeletedAt = &now
	if err := tx.db.Model(row).Select("deleted_at", "updated_at").Updates(row).Error; err != nil {
		return fmt.Errorf("delete the fee: %w", err)
	}
	return nil
}

// loadShownFees fills in what is read with fees that are shown without their
// invoices.
func (tx *Tx) loadShownFees(fees []Fee) error {
	if err := tx.loadFees(fees); err != nil {
		return err
	}
	var ids []uuid.UUID
	for i := range fees {
		if fees[i].InvoiceID != nil {
			ids = append(ids, *fees[i].InvoiceID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var invoices []Invoice
	if err := tx.db.Select("id", "self_billed").Where("id IN ?", ids).Find(&invoices).Error; err != nil {
		return fmt.Errorf("find the invoices of fees: %w", err)
	}
	index := make(map[uuid.UUID]bool, len(invoices))
	for i := range invoices {
		index[invoices[i].ID] = invoices[i].SelfBilled
	}
	for i := range fees {
		if fees[i].InvoiceID != nil {
			fees[i].SelfBilled = index[*fees[i].InvoiceID]
		}
	}
	return nil
}
