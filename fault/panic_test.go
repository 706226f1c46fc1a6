package fault_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/fault"
)

// TestGuard_TurnsPanicsIntoErrors that say where they happened.
func TestGuard_TurnsPanicsIntoErrors(t *testing.T) {
	t.Parallel()
	err := fault.Guard(func() error { panic("planned") })
	var p *fault.Panic
	require.ErrorAs(t, err, &p)
	require.EqualError(t, err, "panic: planned")
	require.Contains(t, string(p.Stack), "TestGuard_TurnsPanicsIntoErrors")

	planned := errors.New("planned")
	require.Equal(t, planned, fault.Guard(func() error { return planned }))
	require.NoError(t, fault.Guard(func() error { return nil }))
}
