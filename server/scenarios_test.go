package server_test

import (
	"testing"

	"tarn/server/servertest"
)

// TestScenarios tells every story of testdata/scenarios, on both databases.
func TestScenarios(t *testing.T) {
	t.Parallel()
	for name, scenario := range servertest.Scenarios(t, "../testdata/scenarios") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			servertest.Run(t, func(t *testing.T, s *servertest.Server) {
				t.Helper()
				s.Play(t, scenario)
			})
		})
	}
}
