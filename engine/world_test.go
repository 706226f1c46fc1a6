package engine_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"tarn/fault"
	"tarn/form"
	"tarn/nullable"
	"tarn/store"
	"tarn/store/storetest"
)

// world is one organization with its default billing entity in a database of
// its own. Its clock stands still.
type world struct {
	*store.Store

	organization store.Organization
}

// noon is when a world's clock stands still.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// onEveryDialect runs a test in a world of its own on each database.
func onEveryDialect(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, dialect string) {
		t.Helper()
		test(t, newWorld(t, storetest.Open(t, dialect), "Acme"))
	})
}

// newWorld adds an organization to a database.
func newWorld(t *testing.T, s *store.Store, name string) *world {
	t.Helper()
	w := &world{Store: s, organization: store.Organization{
		ID: store.NewID(), Name: name, Slug: name, Plan: store.OrganizationPlanFree,
		DefaultCurrency: "EUR", Timezone: "UTC", DocumentNumberPrefix: "ACM-1234",
		PremiumLicensed: true, PremiumIntegrations: []string{"revenue_share"}, FrozenAt: &noon,
	}}
	require.NoError(t, s.System(t.Context(), func(sys *store.System) error {
		return sys.InsertOrganization(&w.organization)
	}))
	w.write(t, func(tx *store.Tx) error {
		return tx.InsertBillingEntity(&store.BillingEntity{
			ID: store.NewID(), Code: "main", Name: name, Timezone: "Europe/Paris", IsDefault: true,
		})
	})
	return w
}

// try runs a transaction of the organization and returns what it refuses.
func (w *world) try(t *testing.T, fn func(tx *store.Tx) error) error {
	t.Helper()
	return w.Write(t.Context(), store.Scope{Organization: w.organization.ID, Source: store.SourceAPI}, fn)
}

// write runs a transaction that must succeed.
func (w *world) write(t *testing.T, fn func(tx *store.Tx) error) {
	t.Helper()
	require.NoError(t, w.try(t, fn))
}

// change stores other settings of the organization.
func (w *world) change(t *testing.T, set func(*store.Organization)) {
	t.Helper()
	w.write(t, func(tx *store.Tx) error {
		organization := tx.Organization()
		set(&organization)
		return tx.UpdateOrganization(organization)
	})
}

// activity is what a test looks at of an activity log.
type activity struct {
	Type    string
	Changes map[string][2]string
}

// activities are those of the world, oldest first.
func (w *world) activities(t *testing.T) []activity {
	t.Helper()
	var found []activity
	w.write(t, func(tx *store.Tx) error {
		list, err := tx.ActivityLogs(store.ActivityLogFilter{}, store.Page{})
		for i := len(list.Rows) - 1; i >= 0; i-- {
			changes := map[string][2]string{}
			for field, values := range list.Rows[i].ActivityObjectChanges {
				changes[field] = [2]string{compact(t, values[0]), compact(t, values[1])}
			}
			found = append(found, activity{Type: list.Rows[i].ActivityType, Changes: changes})
		}
		return err
	})
	return found
}

// compact writes JSON without the spaces that a database may add.
func compact(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var value any
	require.NoError(t, json.Unmarshal(raw, &value))
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}

// requireInvalid fails unless an error is a validation fault with just these
// details.
func requireInvalid(t *testing.T, err error, details fault.Details) {
	t.Helper()
	refusal, isFault := fault.As(err)
	require.True(t, isFault, "want a fault, got %v", err)
	require.Equal(t, fault.Validation, refusal.Kind)
	require.Equal(t, details, refusal.Details)
}

// requireMissing fails unless an error is the 404 of a resource.
func requireMissing(t *testing.T, err error, resource string) {
	t.Helper()
	require.Equal(t, fault.Missing(resource), err)
}

// requireSame fails unless two rows say the same. Times are compared as
// instants: the databases return them in different zones.
func requireSame[T any](t *testing.T, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("rows differ (-want +got):\n%s", diff)
	}
}

// codes are the codes of one field.
func codes(list ...string) []string { return list }

// set is an input with a value.
func set[T any](value T) form.Optional[T] { return nullable.NewNullableWithValue(value) }

// null is an input that is null.
func null[T any]() form.Optional[T] { return nullable.NewNullNullable[T]() }
