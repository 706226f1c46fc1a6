package server_test

import (
	"strings"
	"testing"

	"tarn/server/servertest"
	"tarn/store/storetest"
)

// TestScenarios tells every story of testdata/scenarios on both databases, and in
// both modes: on SQLite as the document has it, on PostgreSQL as Lago's own
// server does.
func TestScenarios(t *testing.T) {
	t.Parallel()
	for name, scenario := range servertest.Scenarios(t, "../testdata/scenarios") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Run(t, func(t *testing.T, url string) {
				t.Helper()
				serve := servertest.New
				if strings.HasPrefix(url, "postgres") {
					serve = servertest.NewOnWire
				}
				serve(t, url).Play(t, scenario)
			})
		})
	}
}
