package audit

import (
	"tarn/store"
	"tarn/wire"
)

// AddOn is an add-on as a subject of activities.
//
// Lago records no activities of add-ons; tarn does, under the same naming.
func AddOn(row store.AddOn) Subject {
	return Subject{Name: "add_on", ResourceType: "AddOn", ResourceID: row.ID, Object: wire.AddOn(row)}
}
