package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// AggregationType says how a billable metric turns events into units.
type AggregationType string

// The aggregation types of the contract.
const (
	AggregationCount       AggregationType = "count_agg"
	AggregationSum         AggregationType = "sum_agg"
	AggregationMax         AggregationType = "max_agg"
	AggregationUniqueCount AggregationType = "unique_count_agg"
	AggregationWeightedSum AggregationType = "weighted_sum_agg"
	AggregationLatest      AggregationType = "latest_agg"
	AggregationCustom      AggregationType = "custom_agg"
)

// Numeric reports whether the aggregation takes numbers only.
func (a AggregationType) Numeric() bool {
	switch a {
	case AggregationSum, AggregationMax, AggregationWeightedSum, AggregationLatest:
		return true
	default:
		return false
	}
}

// BillableMetric says what is measured.
type BillableMetric struct {
	ID                uuid.UUID `gorm:"primaryKey"`
	OrganizationID    uuid.UUID
	Code              string
	Name              string
	Description       *string
	AggregationType   AggregationType
	FieldName         *string
	Recurring         bool
	WeightedInterval  *string
	RoundingFunction  *string
	RoundingPrecision *int
	Expression        *string
	DeletedAt         *time.Time
	CreatedAt         time.Time
	UpdatedAt         time.Time
	// Filters are read with the metric, sorted by key; ReplaceMetricFilters
	// writes them.
	Filters []BillableMetricFilter `gorm:"-"`
}

// BillableMetricFilter is an event property that prices may depend on, with
// its possible values.
type BillableMetricFilter struct {
	ID               uuid.UUID `gorm:"primaryKey"`
	OrganizationID   uuid.UUID
	BillableMetricID uuid.UUID
	Key              string
	Values           []string `gorm:"serializer:json"`
	CreatedAt        time.Time
	UpdatedAt        time.Time
}

// BillableMetrics lists the metrics that are not deleted, newest first.
func (tx *Tx) BillableMetrics(page Page) (List[BillableMetric], error) {
	query := tx.db.Model(&BillableMetric{}).Where("deleted_at IS NULL")
	result, err := list[BillableMetric](query, page, "created_at DESC, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadMetricFilters)
}

// BillableMetric finds a metric by its code; ErrNotFound when there is none or
// it is deleted.
func (tx *Tx) BillableMetric(code string) (BillableMetric, error) {
	return tx.billableMetric(tx.db, code)
}

// BillableMetricForUpdate is BillableMetric for a transaction that will change
// it: others that would do the same wait.
func (tx *Tx) BillableMetricForUpdate(code string) (BillableMetric, error) {
	return tx.billableMetric(tx.locked(), code)
}

func (tx *Tx) billableMetric(query *gorm.DB, code string) (BillableMetric, error) {
	row, err := one[BillableMetric](query.Where("code = ? AND deleted_at IS NULL", code))
	if err != nil {
		return row, err
	}
	rows := []BillableMetric{row}
	err = tx.loadMetricFilters(rows)
	return rows[0], err
}

// BillableMetricsByID finds those of the metrics that exist and are not
// deleted. Until the transaction ends, nobody else changes or deletes them.
func (tx *Tx) BillableMetricsByID(ids []uuid.UUID) ([]BillableMetric, error) {
	var rows []BillableMetric
	err := inBatches(ids, func(part []uuid.UUID) error {
		var found []BillableMetric
		err := tx.shared().Where("id IN ? AND deleted_at IS NULL", part).Order("id").Find(&found).Error
		rows = append(rows, found...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find billable metrics: %w", err)
	}
	return rows, inBatches(rows, tx.loadMetricFilters)
}

// anyBillableMetrics reads metrics, deleted ones included.
func (tx *Tx) anyBillableMetrics(ids []uuid.UUID) (map[uuid.UUID]BillableMetric, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []BillableMetric
	if err := tx.db.Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find billable metrics: %w", err)
	}
	if err := tx.loadMetricFilters(rows); err != nil {
		return nil, err
	}
	index := make(map[uuid.UUID]BillableMetric, len(rows))
	for _, row := range rows {
		index[row.ID] = row
	}
	return index, nil
}

// BillableMetricsByCode are the billable metrics of some codes with their filters, by
// their codes.
func (tx *Tx) BillableMetricsByCode(codes []string) (map[string]BillableMetric, error) {
	metrics := make(map[string]BillableMetric, len(codes))
	return metrics, inBatches(codes, func(part []string) error {
		var rows []BillableMetric
		if err := tx.db.Where("code IN ? AND deleted_at IS NULL", part).Find(&rows).Error; err != nil {
			return fmt.Errorf("find billable metrics: %w", err)
		}
		if err := inBatches(rows, tx.loadMetricFilters); err != nil {
			return err
		}
		for _, row := range rows {
			metrics[row.Code] = row
		}
		return nil
	})
}

// BillableMetricCodeTaken reports whether another metric that is not deleted
// has the code.
func (tx *Tx) BillableMetricCodeTaken(code string, except uuid.UUID) (bool, error) {
	var count int64
	err := tx.db.Model(&BillableMetric{}).
		Where("code = ? AND id <> ? AND deleted_at IS NULL", code, except).Count(&count).Error
	return count > 0, err
}

// InsertBillableMetric adds a metric; ErrDuplicate when the code is taken.
func (tx *Tx) InsertBillableMetric(row *BillableMetric) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the billable metric: %w", known(err))
	}
	return nil
}

// UpdateBillableMetric stores all fields of a metric but its filters;
// ErrDuplicate when the code is taken.
func (tx *Tx) UpdateBillableMetric(row *BillableMetric) error {
	err := tx.db.Model(row).Select("*").Omit("id", "organization_id", "created_at", "deleted_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the billable metric: %w", known(err))
	}
	return nil
}

// DeleteBillableMetric hides a metric and removes its filters. The row that is
// handed in keeps them, so that it can still be shown.
func (tx *Tx) DeleteBillableMetric(row *BillableMetric) error {
	now := tx.now
	row.DeletedAt = &now
	if err := tx.db.Model(row).Select("deleted_at", "updated_at").Updates(row).Error; err != nil {
		return fmt.Errorf("delete the billable metric: %w", err)
	}
	return tx.deleteMetricFilters(row.ID)
}

// ReplaceMetricFilters makes these the metric's filters. A filter whose key
// the metric has already keeps its identity.
func (tx *Tx) ReplaceMetricFilters(row *BillableMetric, filters []BillableMetricFilter) error {
	present := make(map[string]BillableMetricFilter, len(row.Filters))
	for _, filter := range row.Filters {
		present[filter.Key] = filter
	}
	if err := tx.deleteMetricFilters(row.ID); err != nil {
		return err
	}
	for i := range filters {
		filters[i].ID, filters[i].BillableMetricID = NewID(), row.ID
		if old, known := present[filters[i].Key]; known {
			filters[i].ID, filters[i].CreatedAt = old.ID, old.CreatedAt
		}
	}
	if len(filters) > 0 {
		if err := tx.db.CreateInBatches(&filters, batchSize).Error; err != nil {
			return fmt.Errorf("insert metric filters: %w", known(err))
		}
	}
	rows := []BillableMetric{*row}
	rows[0].Filters = nil
	err := tx.loadMetricFilters(rows)
	row.Filters = rows[0].Filters
	return err
}

func (tx *Tx) deleteMetricFilters(metric uuid.UUID) error {
	if err := tx.db.Where("billable_metric_id = ?", metric).Delete(&BillableMetricFilter{}).Error; err != nil {
		return fmt.Errorf("delete metric filters: %w", err)
	}
	return nil
}

func (tx *Tx) loadMetricFilters(metrics []BillableMetric) error {
	index := make(map[uuid.UUID]*BillableMetric, len(metrics))
	ids := make([]uuid.UUID, len(metrics))
	for i := range metrics {
		ids[i] = metrics[i].ID
		index[metrics[i].ID] = &metrics[i]
	}
	if len(ids) == 0 {
		return nil
	}
	var filters []BillableMetricFilter
	if err := tx.db.Where("billable_metric_id IN ?", ids).Order("key").Find(&filters).Error; err != nil {
		return fmt.Errorf("find metric filters: %w", err)
	}
	for _, filter := range filters {
		metric := index[filter.BillableMetricID]
		metric.Filters = append(metric.Filters, filter)
	}
	return nil
}
