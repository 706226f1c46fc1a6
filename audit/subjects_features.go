package audit

import (
	"tarn/store"
	"tarn/wire"
)

// Feature is a feature as a subject of activities.
//
// Lago: what a plan grants hangs on the plan, and has no activities of its own.
func Feature(row store.Feature) Subject {
	return Subject{Name: "feature", ResourceType: "Entitlement::Feature", ResourceID: row.ID, Object: wire.Feature(row)}
}
