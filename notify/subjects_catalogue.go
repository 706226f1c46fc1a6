package notify

import (
	"tarn/store"
	"tarn/wire"
)

// BillableMetricCreated tells of a new billable metric.
func BillableMetricCreated(row store.BillableMetric) Subject {
	return billableMetric("billable_metric.created", row)
}

// BillableMetricUpdated tells of an update of a billable metric, even of one that
// changed nothing.
func BillableMetricUpdated(row store.BillableMetric) Subject {
	return billableMetric("billable_metric.updated", row)
}

// BillableMetricDeleted tells that a billable metric is gone; the row shows it as it
// last was.
func BillableMetricDeleted(row store.BillableMetric) Subject {
	return billableMetric("billable_metric.deleted", row)
}

func billableMetric(eventType string, row store.BillableMetric) Subject {
	return Subject{Type: eventType, ObjectType: "billable_metric", ObjectID: row.ID, Object: rendered(row, wire.BillableMetric)}
}

// PlanCreated tells of a new plan of the catalogue.
func PlanCreated(row store.Plan) Subject { return plan("plan.created", row) }

// PlanUpdated tells of an update of a plan of the catalogue, or of what it grants.
func PlanUpdated(row store.Plan) Subject { return plan("plan.updated", row) }

// PlanDeleted tells that a plan of the catalogue is asked to go; the row shows it as it
// last was.
func PlanDeleted(row store.Plan) Subject {
	row.PendingDeletion = true
	subject := plan("plan.deleted", row)
	subject.Object = func(*store.Tx) (any, error) {
		object := wire.ListedPlan(row)
		object.Entitlements = nil
		return object, nil
	}
	return subject
}

// plan shows a plan without its fixed charges.
func plan(eventType string, row store.Plan) Subject {
	return Subject{Type: eventType, ObjectType: "plan", ObjectID: row.ID, Object: rendered(row, wire.ListedPlan)}
}

// FeatureCreated tells of a new feature.
func FeatureCreated(row store.Feature) Subject { return feature("feature.created", row) }

// FeatureUpdated tells of an update of a feature; the loss of a privilege is one.
func FeatureUpdated(row store.Feature) Subject { return feature("feature.updated", row) }

// FeatureDeleted tells that a feature is gone; the row shows it as it last was.
func FeatureDeleted(row store.Feature) Subject { return feature("feature.deleted", row) }

func feature(eventType string, row store.Feature) Subject {
	return Subject{Type: eventType, ObjectType: "feature", ObjectID: row.ID, Object: rendered(row, wire.Feature)}
}
