package metering_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/store"
	"tarn/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// noon is when the clocks of these tests stand still.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world is a database with one organization.
type world struct {
	*store.Store
	organization store.Organization
}

// newWorld makes a world on SQLite, for rules that ask the database for nothing
// but the time.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Store: storetest.Open(t, store.SQLite), organization: store.Organization{
		ID: store.NewID(), Name: "Acme", Slug: "acme", Plan: store.OrganizationPlanFree,
		DefaultCurrency: "EUR", Timezone: "UTC", DocumentNumberPrefix: "ACM-1234", PremiumIntegrations: []string{}, FrozenAt: &noon,
	}}
	require.NoError(t, w.System(t.Context(), func(sys *store.System) error {
		return sys.InsertOrganization(&w.organization)
	}))
	return w
}

// try runs a transaction of the organization and returns what it refuses.
func (w *world) try(t *testing.T, fn func(tx *store.Tx) error) error {
	t.Helper()
	return w.Write(t.Context(), store.Scope{Organization: w.organization.ID, Source: store.SourceAPI}, fn)
}
