package metering

import (
	"tarn/store"
)

// ValueEvents gives the events that came before their metric the numbers that
// the metric aggregates. Its expression is not for them: that is computed when
// an event comes, and never again.
func ValueEvents(tx *store.Tx, metric store.BillableMetric) error {
	if metric.FieldName != nil { // what has no metric has no numbers either
		if err := tx.SetEventValues(metric.Code, metric.FieldName); err != nil {
			return err
		}
	}
	return tx.MarkUsageOfCode(metric.Code)
}

// RevalueEvents does so when a metric changes the property that it aggregates,
// or the code by which events name it. Events of its former code have no metric
// any more.
func RevalueEvents(tx *store.Tx, before, after store.BillableMetric) error {
	moved := before.Code != after.Code
	if moved && before.FieldName != nil {
		if err := tx.SetEventValues(before.Code, nil); err != nil {
			return err
		}
	}
	if moved || fieldOf(before) != fieldOf(after) {
		if err := tx.SetEventValues(after.Code, after.FieldName); err != nil {
			return err
		}
		return tx.MarkUsageOfCode(after.Code)
	}
	return nil
}

// fieldOf is the property that a metric aggregates; empty for none.
func fieldOf(metric store.BillableMetric) string {
	if metric.FieldName == nil {
		return ""
	}
	return *metric.FieldName
}
