package audit_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/audit"
	"tarn/store"
)

// TestPlan_LargePlansAreShownWithoutTheirCharges in activities.
func TestPlan_LargePlansAreShownWithoutTheirCharges(t *testing.T) {
	t.Parallel()
	filtered := func(filters int) store.Charge { return store.Charge{Filters: make([]store.ChargeFilter, filters)} }
	for name, c := range map[string]struct {
		charges []store.Charge
		shown   bool
	}{
		"no charges":              {nil, true},
		"50 charges":              {make([]store.Charge, 50), true},
		"51 charges":              {make([]store.Charge, 51), false},
		"100 filters of a charge": {[]store.Charge{filtered(100)}, true},
		"101 filters of a charge": {[]store.Charge{filtered(101)}, false},
		"101 filters in all":      {[]store.Charge{filtered(50), filtered(51)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := json.Marshal(audit.Plan(store.Plan{ID: store.NewID(), Charges: c.charges}).Object)
			require.NoError(t, err)
			var object map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(text, &object))
			_, shown := object["charges"]
			require.Equal(t, c.shown, shown)
			require.Contains(t, object, "fixed_charges")
		})
	}
}
