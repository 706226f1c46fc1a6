package audit

import (
	"tarn/store"
	"tarn/wire"
)

// A plan with more charges, or more filters of charges, is shown without its
// charges.
const (
	maxPlanCharges = 50
	maxPlanFilters = 100
)

// Plan is a plan as a subject of activities.
func Plan(row store.Plan) Subject {
	object := wire.Plan(row)
	filters := 0
	for _, charge := range row.Charges {
		filters += len(charge.Filters)
	}
	if len(row.Charges) > maxPlanCharges || filters > maxPlanFilters {
		object.Charges = nil
	}
	return Subject{Name: "plan", ResourceType: "Plan", ResourceID: row.ID, Object: object}
}
