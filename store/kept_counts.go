package store

import (
	"fmt"
	"reflect"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"tarn/store/internal/session"
)

// RowCount is the number of rows of a relation that are not deleted. Triggers keep it,
// so it is right at every moment; PostgreSQL spreads it over shards.
type RowCount struct {
	OrganizationID uuid.UUID
	Relation       string
	Shard          int
	RowsCounted    int64
}

// countsOf are the kept counts of a relation.
func (tx *Tx) countsOf(relation string) *gorm.DB {
	return tx.db.Model(&RowCount{}).Where("relation = ?", relation)
}

// kept is a sum of kept counts.
type kept struct{ RowsCounted int64 }

// listCounted is list for a query whose total is the sum of kept counts; nil where none
// can say it.
func listCounted[T any](query, counts *gorm.DB, page Page, order string) (List[T], error) {
	if counts == nil {
		return list[T](query, page, order)
	}
	result := List[T]{Page: page.Normalized()}
	rows := query.Order(order).Offset(result.Page.offset()).Limit(result.Page.Size)
	var totals []kept
	sum := counts.Select("CAST(COALESCE(SUM(rows_counted), 0) AS BIGINT) AS rows_counted")
	if err := session.Fetch(session.RowsOf(sum, &totals), session.RowsOf(rows, &result.Rows)); err != nil {
		return result, fmt.Errorf("read the list: %w", err)
	}
	for _, total := range totals {
		result.Total += total.RowsCounted
	}
	return result, nil
}

// blank reports whether no member of a filter has a value.
func blank(filter any) bool {
	members := reflect.ValueOf(filter)
	for i := range members.NumField() {
		member := members.Field(i)
		empty := member.IsZero()
		if kind := member.Kind(); kind == reflect.Map || kind == reflect.Slice {
			empty = member.Len() == 0
		}
		if !empty {
			return false
		}
	}
	return true
}
