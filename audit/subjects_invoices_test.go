package audit_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/audit"
	"tarn/store"
)

// TestInvoice_LargeInvoicesAreShownWithoutTheirFees in activities.
func TestInvoice_LargeInvoicesAreShownWithoutTheirFees(t *testing.T) {
	t.Parallel()
	for fees, want := range map[int]bool{0: true, 25: true, 26: false} {
		row := store.Invoice{ID: store.NewID(), Fees: make([]store.Fee, fees), Customer: store.Customer{ExternalID: "c"}}
		subject := audit.Invoice(row)
		require.Equal(t, "c", *subject.ExternalCustomerID)
		text, err := json.Marshal(subject.Object)
		require.NoError(t, err)
		var object map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(text, &object))
		_, shown := object["fees"]
		require.Equal(t, want, shown, "%d fees", fees)
		require.Contains(t, object, "credits")
	}
}
