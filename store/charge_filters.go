package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"tarn/billing/charge"
)

// AllFilterValues is the value that stands for all values of a metric's
// filter.
const AllFilterValues = "__ALL_FILTER_VALUES__"

// ChargeFilter gives those events of a charge a price of their own whose
// properties have certain values.
type ChargeFilter struct {
	ID                 uuid.UUID `gorm:"primaryKey"`
	OrganizationID     uuid.UUID
	ChargeID           uuid.UUID
	InvoiceDisplayName *string
	Properties         charge.Properties `gorm:"serializer:json"`
	// Values are those that the filter takes, by the key of a filter of the
	// billable metric.
	Values map[string][]string `gorm:"serializer:json"`
	// Position orders the filters of a charge.
	Position  int
	DeletedAt *time.Time
	CreatedAt time.Time
	UpdatedAt time.Time
	// ChargeCode is the code of the filter's charge; it is read with the
	// filter.
	ChargeCode string `gorm:"-"`
}

// ChargeFiltersOfMetric are the filters of all charges for a billable metric,
// on any plan; deleted filters are left out. Others that would change them
// wait.
func (tx *Tx) ChargeFiltersOfMetric(metric uuid.UUID) ([]ChargeFilter, error) {
	var filters []ChargeFilter
	charges := tx.db.Model(&Charge{}).Select("id").Where("billable_metric_id = ? AND deleted_at IS NULL", metric)
	err := tx.locked().Where("charge_id IN (?) AND deleted_at IS NULL", charges).Order("id").Find(&filters).Error
	if err != nil {
		return nil, fmt.Errorf("find the charge filters of the billable metric: %w", err)
	}
	return filters, nil
}

// SaveChargeFilters stores filters, new ones and changed ones, as they are. One
// with DeletedAt is hidden.
func (tx *Tx) SaveChargeFilters(filters []ChargeFilter) error {
	if len(filters) == 0 {
		return nil
	}
	err := tx.db.Clauses(replacing(
		"invoice_display_name", "properties", "values", "position", "deleted_at", "updated_at",
	)).CreateInBatches(&filters, batchSize).Error
	if err != nil {
		return fmt.Errorf("save charge filters: %w", known(err))
	}
	return nil
}

// ChargeFilters lists the filters of a charge that are not deleted, in their
// order.
func (tx *Tx) ChargeFilters(charge Charge, page Page) (List[ChargeFilter], error) {
	query := tx.db.Model(&ChargeFilter{}).Where("charge_id = ? AND deleted_at IS NULL", charge.ID)
	result, err := list[ChargeFilter](query, page, "position, id")
	for i := range result.Rows {
		result.Rows[i].ChargeCode = charge.Code
	}
	return result, err
}

// replaceChargeFilters makes the filters that charges have all that there are.
func (tx *Tx) replaceChargeFilters(charges []Charge) error {
	err := tx.db.Model(&ChargeFilter{}).Where("charge_id IN ? AND deleted_at IS NULL", chargeIDs(charges)).
		Update("deleted_at", tx.now).Error
	if err != nil {
		return fmt.Errorf("delete the filters of charges: %w", err)
	}
	var kept []ChargeFilter
	for i := range charges {
		for j := range charges[i].Filters {
			filter := &charges[i].Filters[j]
			filter.ChargeID, filter.ChargeCode, filter.Position = charges[i].ID, charges[i].Code, j
			if filter.CreatedAt.IsZero() {
				filter.CreatedAt, filter.UpdatedAt = tx.now, tx.now
			}
			kept = append(kept, *filter)
		}
	}
	return tx.SaveChargeFilters(kept)
}

// loadChargeFilters fills in the filters of charges.
func (tx *Tx) loadChargeFilters(charges []Charge) error {
	index := make(map[uuid.UUID]*Charge, len(charges))
	for i := range charges {
		charges[i].Filters = nil
		index[charges[i].ID] = &charges[i]
	}
	var filters []ChargeFilter
	err := tx.db.Where("charge_id IN ? AND deleted_at IS NULL", chargeIDs(charges)).Order("position, id").Find(&filters).Error
	if err != nil {
		return fmt.Errorf("find the filters of charges: %w", err)
	}
	for _, filter := range filters {
		owner := index[filter.ChargeID]
		filter.ChargeCode = owner.Code
		owner.Filters = append(owner.Filters, filter)
	}
	return nil
}
