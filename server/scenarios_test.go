package server_test

import (
	"testing"

	"tarn/compat"
	"tarn/server/servertest"
	"tarn/store"
	"tarn/store/storetest"
)

// TestScenarios tells every story of testdata/scenarios on both databases, and in
// both modes: on SQLite as the document has it, on PostgreSQL as Lago's own
// server does.
func TestScenarios(t *testing.T) {
	t.Parallel()
	storetest.InSecondHalf(t)
	for name, scenario := range servertest.Scenarios(t, "../testdata/scenarios") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for dialect, mode := range map[string]compat.Mode{store.SQLite: compat.Document, store.Postgres: compat.Wire} {
				t.Run(dialect, func(t *testing.T) {
					t.Parallel()
					servertest.Borrow(t, dialect, mode).Play(t, scenario)
				})
			}
		})
	}
}
