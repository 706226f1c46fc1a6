package store_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"tarn/store"
	"tarn/store/storetest"
)

// rowsOfFirstVersion are an organization with a plan that has a threshold and
// grants a feature, and with two customers, one of them deleted, as the first migration
// kept them.
var rowsOfFirstVersion = []string{
	`INSERT INTO organizations (id, name, slug, plan, default_currency, timezone, document_number_prefix, premium_licensed,
		premium_integrations, created_at, updated_at)
		VALUES ('00000000-0000-7000-8000-000000000001', 'Acme', 'acme', 'free', 'USD', 'UTC', 'ACM-0001', true, '[]',
		'2026-01-15 10:30:00', '2026-01-15 10:30:00')`,
	`INSERT INTO plans (id, organization_id, code, name, interval, amount_cents, amount_currency, pay_in_advance, pending_deletion,
		created_at, updated_at)
		VALUES ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001', 'pro', 'Pro', 'monthly', 100, 'EUR',
		false, false, '2026-01-15 10:30:00', '2026-01-15 10:30:00')`,
	`INSERT INTO usage_thresholds (id, organization_id, plan_id, amount_cents, recurring, created_at, updated_at)
		VALUES ('00000000-0000-7000-8000-000000000003', '00000000-0000-7000-8000-000000000001',
		'00000000-0000-7000-8000-000000000002', 500, true, '2026-01-15 10:30:00', '2026-01-15 10:30:00')`,
	`INSERT INTO features (id, organization_id, code, search_text, created_at, updated_at)
		VALUES ('00000000-0000-7000-8000-000000000004', '00000000-0000-7000-8000-000000000001', 'seats', 'seats',
		'2026-01-15 10:30:00', '2026-01-15 10:30:00')`,
	`INSERT INTO privileges (id, organization_id, feature_id, code, value_type, config, created_at, updated_at)
		VALUES ('00000000-0000-7000-8000-000000000005', '00000000-0000-7000-8000-000000000001',
		'00000000-0000-7000-8000-000000000004', 'max', 'integer', '{}', '2026-01-15 10:30:00', '2026-01-15 10:30:00')`,
	`INSERT INTO entitlements (id, organization_id, plan_id, feature_id, created_at, updated_at)
		VALUES ('00000000-0000-7000-8000-000000000006', '00000000-0000-7000-8000-000000000001',
		'00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000004', '2026-01-15 10:30:00', '2026-01-15 10:30:00')`,
	`INSERT INTO entitlement_values (organization_id, entitlement_id, privilege_id, value, created_at)
		VALUES ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000006',
		'00000000-0000-7000-8000-000000000005', '7', '2026-01-15 10:30:00')`,
	`INSERT INTO billing_entities (id, organization_id, code, name, default_currency, timezone, document_locale, document_numbering,
		document_number_prefix, net_payment_term, finalize_zero_amount_invoice, invoice_grace_period, issuing_date_anchor,
		issuing_date_adjustment, email_settings, einvoicing, eu_tax_management, is_default, created_at, updated_at)
		VALUES ('00000000-0000-7000-8000-000000000007', '00000000-0000-7000-8000-000000000001', 'acme', 'Acme', 'USD', 'UTC', 'en',
		'per_customer', 'ACM-0001', 0, true, 0, 'next_period_start', 'align_with_finalization_date', '[]', false, false, true,
		'2026-01-15 10:30:00', '2026-01-15 10:30:00')`,
	`INSERT INTO customers (id, organization_id, billing_entity_id, external_id, account_type, sequential_id, slug,
		finalize_zero_amount_invoice, skip_invoice_custom_sections, search_text, deleted_at, created_at, updated_at)
		VALUES ('00000000-0000-7000-8000-000000000008', '00000000-0000-7000-8000-000000000001',
		'00000000-0000-7000-8000-000000000007', 'live', 'customer', 1, 'ACM-0001-001', 'inherit', false, 'live', NULL,
		'2026-01-15 10:30:00', '2026-01-15 10:30:00'),
		('00000000-0000-7000-8000-000000000009', '00000000-0000-7000-8000-000000000001',
		'00000000-0000-7000-8000-000000000007', 'gone', 'customer', 2, 'ACM-0001-002', 'inherit', false, 'gone',
		'2026-01-16 10:30:00', '2026-01-15 10:30:00', '2026-01-16 10:30:00')`,
}

// TestMigrate_KeepsWhatTheFirstVersionWrote fills a database of the first
// version and brings it to the newest.
func TestMigrate_KeepsWhatTheFirstVersionWrote(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		t.Helper()
		s, db, _ := emptied(t, url)
		require.NoError(t, s.MigrateTo(t.Context(), 1))
		for _, statement := range rowsOfFirstVersion {
			_, err := db.ExecContext(t.Context(), statement)
			require.NoError(t, err, statement)
		}
		require.NoError(t, s.Migrate(t.Context()))

		var organization store.Organization
		require.NoError(t, s.System(t.Context(), func(sys *store.System) error {
			return sys.DB().Take(&organization, "slug = ?", "acme").Error
		}))
		scope := store.Scope{Organization: organization.ID, Source: store.SourceAPI}
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
			plan, err := tx.Plan("pro")
			require.NoError(t, err)
			require.Len(t, plan.UsageThresholds, 1)
			require.EqualValues(t, 500, plan.UsageThresholds[0].AmountCents)
			require.Len(t, plan.Entitlements, 1)
			require.Equal(t, "seats", plan.Entitlements[0].Feature.Code)
			require.Equal(t, "7", plan.Entitlements[0].Values[0].Value)
			customers, err := tx.Customers(store.CustomerFilter{}, store.Page{Size: 1})
			require.NoError(t, err)
			require.Len(t, customers.Rows, 1)
			require.Equal(t, "live", customers.Rows[0].ExternalID)
			require.EqualValues(t, 1, customers.Total)
			return tx.DeleteEntitlements(plan.Entitlements)
		}))
		// The tables that were made anew still hang together.
		var left int
		require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM entitlement_values`).Scan(&left))
		require.Zero(t, left)
	})
}

// Whether a database is one of ours can be asked without making it one.
func TestHasSchema(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		t.Helper()
		s, _, _ := emptied(t, url)
		for range 2 {
			has, err := s.HasSchema(t.Context())
			require.NoError(t, err)
			require.False(t, has)
		}
		require.NoError(t, s.MigrateTo(t.Context(), 1))
		has, err := s.HasSchema(t.Context())
		require.NoError(t, err)
		require.True(t, has)
	})
}

// A program does not work on a schema that a later one has made.
func TestMigrate_RefusesASchemaOfALaterProgram(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		t.Helper()
		s, db, _ := emptied(t, url)
		require.NoError(t, s.Migrate(t.Context()))
		_, err := db.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)`)
		require.NoError(t, err)
		require.ErrorContains(t, s.Migrate(t.Context()), "the schema has version 9999, and this tarn knows")
	})
}

// Processes that start at the same time make every step once, together.
func TestMigrate_ManyAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		t.Helper()
		_, db, url := emptied(t, url)
		var processes errgroup.Group
		for range 4 {
			processes.Go(func() error {
				s, err := store.Open(t.Context(), store.Options{URL: url})
				if err != nil {
					return err
				}
				return errors.Join(s.Migrate(t.Context()), s.Close())
			})
		}
		require.NoError(t, processes.Wait())

		var steps, versions int
		require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*), count(DISTINCT version_id) FROM goose_db_version`).Scan(&steps, &versions))
		require.Equal(t, versions, steps)
	})
}

// A step that was made meanwhile is taken back, whatever it did.
func TestMigrate_NotesAStepOnce(t *testing.T) {
	t.Parallel()
	s, _, _ := emptied(t, filepath.Join(t.TempDir(), "once.db"))
	require.NoError(t, s.MigrateTo(t.Context(), 1))
	require.ErrorContains(t, s.NoteStep(t.Context(), 1), "another process has made this step")
	require.NoError(t, s.NoteStep(t.Context(), 2))
}

// emptied opens a database without a schema, through the store and beside it, and says
// where it is.
func emptied(t *testing.T, url string) (s *store.Store, db *sql.DB, at string) {
	t.Helper()
	if filepath.Base(t.Name()) == store.SQLite {
		url = filepath.Join(t.TempDir(), "first.db")
	}
	s, err := store.Open(t.Context(), store.Options{URL: url})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	db, dialect := openSQL(t, url)
	if dialect == store.Postgres {
		_, err := db.ExecContext(t.Context(), "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
		require.NoError(t, err)
	}
	return s, db, url
}
