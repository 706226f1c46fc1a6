package engine_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/engine"
	"tarn/fault"
	"tarn/store"
	"tarn/store/storetest"
)

// onEmpty runs a test on each database, without any organization.
func onEmpty(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, dialect string) {
		t.Helper()
		test(t, storetest.Open(t, dialect))
	})
}

// found makes an organization; nil leaves it on real time.
func found(t *testing.T, s *store.Store, frozenAt *time.Time, in engine.OrganizationInput) engine.NewOrganization {
	t.Helper()
	made, err := tryToFound(t, s, frozenAt, in)
	require.NoError(t, err)
	return made
}

func tryToFound(t *testing.T, s *store.Store, frozenAt *time.Time, in engine.OrganizationInput) (made engine.NewOrganization, err error) {
	t.Helper()
	err = s.System(t.Context(), func(sys *store.System) (err error) {
		made, err = engine.CreateOrganization(sys, uuid.Nil, frozenAt, in)
		return err
	})
	return made, err
}

// inside runs a transaction of an organization on behalf of the administrator.
func inside(t *testing.T, s *store.Store, organization uuid.UUID, fn func(tx *store.Tx) error) error {
	t.Helper()
	return s.Write(t.Context(), store.Scope{Organization: organization, Source: store.SourceSystem}, fn)
}

func called(name string) engine.OrganizationInput {
	return engine.OrganizationInput{Name: set(name)}
}

func TestCreateOrganization_FillsInDefaults(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, s *store.Store) {
		made := found(t, s, &noon, called("Crème Brûlée & Co"))
		org := made.Organization
		assert.Equal(t, "creme-brulee-co", org.Slug)
		assert.Equal(t, store.OrganizationPlanFree, org.Plan)
		assert.Equal(t, "USD", org.DefaultCurrency)
		assert.Equal(t, "UTC", org.Timezone)
		assert.Nil(t, org.AuditLogsPeriod)
		id := org.ID.String()
		assert.Equal(t, "CRÈ-"+strings.ToUpper(id[len(id)-4:]), org.DocumentNumberPrefix)
		assert.True(t, org.Premium())
		assert.Len(t, org.PremiumIntegrations, 30)
		assert.True(t, org.AddOn("api_permissions"))
		assert.True(t, org.CreatedAt.Equal(noon), "it is made at its own time")

		require.NoError(t, inside(t, s, org.ID, func(tx *store.Tx) error {
			assert.Equal(t, noon, tx.Now())
			stored := tx.Organization()
			assert.Equal(t, org.PremiumIntegrations, stored.PremiumIntegrations)
			entity, err := tx.DefaultBillingEntity()
			require.NoError(t, err)
			assert.Equal(t, "creme-brulee-co", entity.Code)
			assert.Equal(t, "Crème Brûlée & Co", entity.Name)
			list, err := tx.Jobs(engine.KindRetainLogs)
			require.NoError(t, err)
			require.Len(t, list, 1, "its logs have a schedule")
			assert.True(t, list[0].ScheduledAt.Equal(time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)), "the free plan keeps request logs 7 days")
			keys, err := tx.APIKeys()
			require.NoError(t, err)
			require.Len(t, keys, 1)
			assert.Equal(t, store.HashAPIKey(made.KeyValue), keys[0].Hash)
			logs, err := tx.ActivityLogs(store.ActivityLogFilter{}, store.Page{})
			require.NoError(t, err)
			require.Len(t, logs.Rows, 1)
			assert.Equal(t, "api_key.created", logs.Rows[0].ActivityType)
			assert.Equal(t, store.SourceSystem, logs.Rows[0].ActivitySource)
			return nil
		}))
	})
}

func TestCreateOrganization_TakesWhatIsGiven(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, s *store.Store) {
		org := found(t, s, nil, engine.OrganizationInput{
			Name: set("Acme"), Email: set(" billing@acme.test "), Plan: set("pro"), AuditLogsPeriod: set(30),
			DefaultCurrency: set("EUR"), Country: set("FR"), Timezone: set("Europe/Paris"),
			DocumentNumberPrefix: set("AC"), PremiumLicensed: set(false),
			PremiumIntegrations: set([]string{"xero", "okta", "xero"}),
		}).Organization
		assert.Equal(t, "billing@acme.test", *org.Email)
		assert.Equal(t, store.OrganizationPlanPro, org.Plan)
		assert.Equal(t, 30, *org.AuditLogsPeriod)
		assert.Equal(t, "EUR", org.DefaultCurrency)
		assert.Equal(t, "FR", *org.Country)
		assert.Equal(t, "Europe/Paris", org.Timezone)
		assert.Equal(t, "AC", org.DocumentNumberPrefix)
		assert.False(t, org.Premium())
		assert.Equal(t, []string{"okta", "xero"}, org.PremiumIntegrations)
		assert.Nil(t, org.FrozenAt)
	})
}

func TestCreateOrganization_Refuses(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 256)
	year2200 := time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
	cases := map[string]struct {
		clock *time.Time
		in    engine.OrganizationInput
		want  fault.Details
	}{
		"no name":     {in: engine.OrganizationInput{}, want: fault.Details{"name": codes(fault.CodeMandatory)}},
		"blank name":  {in: called(" \t"), want: fault.Details{"name": codes(fault.CodeMandatory)}},
		"long name":   {in: called(long), want: fault.Details{"name": codes(fault.CodeTooLong)}},
		"late clock":  {clock: &year2200, in: called("A"), want: fault.Details{"clock.now": codes(fault.CodeOutOfRange)}},
		"early clock": {clock: &time.Time{}, in: called("A"), want: fault.Details{"clock.now": codes(fault.CodeOutOfRange)}},
		"everything": {
			in: engine.OrganizationInput{
				Name: set("A"), Email: set("nobody"), Plan: set("gold"), AuditLogsPeriod: set(0), DefaultCurrency: set("euro"),
				Country: set("XX"), Timezone: set("Local"), DocumentNumberPrefix: set("12345678901"),
				PremiumIntegrations: set([]string{"okta", "alien"}),
			},
			want: fault.Details{
				"email": codes("invalid_email_format"), "plan": codes(fault.CodeInvalid),
				"audit_logs_period": codes(fault.CodeOutOfRange), "default_currency": codes(fault.CodeInvalid),
				"country": codes("not_a_valid_country_code"), "timezone": codes(fault.CodeInvalid),
				"document_number_prefix": codes(fault.CodeTooLong), "premium.integrations.1": codes(fault.CodeInvalid),
			},
		},
	}
	onEmpty(t, func(t *testing.T, s *store.Store) {
		for name, c := range cases {
			_, err := tryToFound(t, s, c.clock, c.in)
			t.Log(name)
			requireInvalid(t, err, c.want)
		}
		require.NoError(t, s.SystemRead(t.Context(), func(sys *store.System) error {
			exists, err := sys.HasOrganizations()
			assert.False(t, exists)
			return err
		}))
	})
}

func TestCreateOrganization_IsOneTransaction(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, s *store.Store) {
		var made engine.NewOrganization
		changedMind := errors.New("changed my mind")
		err := s.System(t.Context(), func(sys *store.System) (err error) {
			made, err = engine.CreateOrganization(sys, uuid.Nil, &noon, called("Never"))
			return errors.Join(err, changedMind)
		})
		require.ErrorIs(t, err, changedMind)
		require.NoError(t, s.SystemRead(t.Context(), func(sys *store.System) error {
			exists, err := sys.HasOrganizations()
			assert.False(t, exists)
			_, _, notFound := sys.APIKeyByHash(made.APIKey.Hash)
			assert.ErrorIs(t, notFound, store.ErrNotFound)
			return err
		}))
		assert.Zero(t, logsLeft(t, s, made.Organization))
	})
}

func TestCreateOrganization_MakesSlugsUnique(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, s *store.Store) {
		const many = 6
		slugs := make([]string, many)
		var founding sync.WaitGroup
		for i := range many {
			founding.Go(func() {
				made, err := tryToFound(t, s, nil, called("Acme"))
				assert.NoError(t, err)
				slugs[i] = made.Organization.Slug
			})
		}
		founding.Wait()
		different := map[string]bool{}
		for _, slug := range slugs {
			different[slug] = true
			assert.True(t, slug == "acme" || strings.HasPrefix(slug, "acme-"), slug)
		}
		assert.Len(t, different, many)
		assert.True(t, different["acme"])
		assert.Equal(t, "organization", found(t, s, nil, called("株式会社")).Organization.Slug)
		assert.Equal(t, strings.Repeat("a", 40), found(t, s, nil, called(strings.Repeat("a", 255))).Organization.Slug)
	})
}

func TestUpdateOrganization_ChangesWhatIsPresent(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		var org store.Organization
		w.write(t, func(tx *store.Tx) (err error) {
			org, err = engine.UpdateOrganization(tx, engine.OrganizationInput{
				Email: set("x@acme.test"), Country: set("DE"), PremiumLicensed: set(false),
			})
			return err
		})
		assert.Equal(t, "Acme", org.Name)
		assert.Equal(t, []string{"revenue_share"}, org.PremiumIntegrations)
		w.write(t, func(tx *store.Tx) (err error) {
			org, err = engine.UpdateOrganization(tx, engine.OrganizationInput{Country: null[string](), Name: set("Acme 2")})
			return err
		})
		assert.Nil(t, org.Country)
		assert.Equal(t, "x@acme.test", *org.Email)
		assert.Equal(t, w.organization.Slug, org.Slug, "the slug stays")
		require.NotNil(t, org.FrozenAt, "the clock stays")
		activities := w.activities(t)
		require.Len(t, activities, 4)
		assert.Equal(t, activity{Type: "billing_entities.updated", Changes: map[string][2]string{
			"email": {"null", `"x@acme.test"`}, "country": {"null", `"DE"`},
		}}, activities[0], "what both have changes for the default billing entity too")
		assert.Equal(t, activity{Type: "organization.updated", Changes: map[string][2]string{
			"name": {`"Acme"`, `"Acme 2"`}, "country": {`"DE"`, "null"},
		}}, activities[3])
		requireInvalid(t, w.try(t, func(tx *store.Tx) error {
			_, err := engine.UpdateOrganization(tx, engine.OrganizationInput{Plan: set("gold")})
			return err
		}), fault.Details{"plan": codes(fault.CodeInvalid)})
	})
}

func TestUpdateOrganization_LosesNoConcurrentUpdate(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, s *store.Store) {
		org := found(t, s, nil, called("Acme")).Organization
		inputs := []engine.OrganizationInput{
			{Name: set("Other")}, {Country: set("FR")}, {DefaultCurrency: set("CHF")}, {Plan: set("pro")}, {AuditLogsPeriod: set(3)},
		}
		var updating sync.WaitGroup
		for _, in := range inputs {
			updating.Go(func() {
				assert.NoError(t, inside(t, s, org.ID, func(tx *store.Tx) error {
					_, err := engine.UpdateOrganization(tx, in)
					return err
				}))
			})
		}
		updating.Wait()
		require.NoError(t, inside(t, s, org.ID, func(tx *store.Tx) error {
			org := tx.Organization()
			assert.Equal(t, "Other FR CHF pro 3", strings.Join([]string{org.Name, *org.Country, org.DefaultCurrency, string(org.Plan), "3"}, " "))
			assert.Equal(t, 3, *org.AuditLogsPeriod)
			return nil
		}))
	})
}

func TestDeleteOrganization_LeavesNothing(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, s *store.Store) {
		gone, stays := found(t, s, &noon, called("Gone")), found(t, s, &noon, called("Stays"))
		log := func(org uuid.UUID) store.RequestLog {
			return store.RequestLog{ID: store.NewID(), OrganizationID: org, APIKeyID: store.NewID(), Method: "GET", LoggedAt: noon}
		}
		for _, made := range []engine.NewOrganization{gone, stays} {
			require.NoError(t, inside(t, s, made.Organization.ID, func(tx *store.Tx) error {
				row := log(made.Organization.ID)
				return tx.InsertRequestLog(&row)
			}))
		}
		require.NoError(t, inside(t, s, gone.Organization.ID, func(tx *store.Tx) error {
			org, err := engine.DeleteOrganization(tx)
			assert.Equal(t, "Gone", org.Name)
			return err
		}))
		// A read of the deleted organization was still in the queue.
		rows := []store.RequestLog{log(gone.Organization.ID), log(stays.Organization.ID)}
		require.NoError(t, s.System(t.Context(), func(sys *store.System) error { return sys.InsertRequestLogs(rows) }))

		require.ErrorIs(t, inside(t, s, gone.Organization.ID, func(*store.Tx) error { return nil }), store.ErrNotFound)
		require.NoError(t, s.SystemRead(t.Context(), func(sys *store.System) error {
			_, _, err := sys.APIKeyByHash(store.HashAPIKey(gone.KeyValue))
			assert.ErrorIs(t, err, store.ErrNotFound)
			_, _, err = sys.APIKeyByHash(store.HashAPIKey(stays.KeyValue))
			return err
		}))
		assert.Zero(t, logsLeft(t, s, gone.Organization))
		assert.Equal(t, 3, logsLeft(t, s, stays.Organization), "a key's activity and two requests")
	})
}

// logsLeft counts the log rows that an organization has, or had: it is put back
// for the look.
func logsLeft(t *testing.T, s *store.Store, org store.Organization) int {
	t.Helper()
	err := s.System(t.Context(), func(sys *store.System) error {
		if _, err := sys.Organization(org.ID); err == nil {
			return nil
		}
		return sys.InsertOrganization(&org)
	})
	require.NoError(t, err)
	left := 0
	require.NoError(t, inside(t, s, org.ID, func(tx *store.Tx) error {
		requests, _, err := tx.RequestLogs(store.RequestLogFilter{To: noon.AddDate(1, 0, 0)}, nil, 100)
		require.NoError(t, err)
		activities, err := tx.ActivityLogs(store.ActivityLogFilter{}, store.Page{})
		require.Equal(t, int(activities.Total), len(activities.Rows), "the counts are those of the rows")
		left = len(requests) + len(activities.Rows)
		return err
	}))
	return left
}

func TestBootstrap_MakesOneOrganizationOnce(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		const processes = 3
		keys := make([]string, processes)
		var starting sync.WaitGroup
		for i := range processes {
			s, err := store.Open(t.Context(), store.Options{URL: url})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, s.Close()) })
			starting.Go(func() {
				var err error
				keys[i], err = engine.Bootstrap(t.Context(), s, "")
				assert.NoError(t, err)
			})
		}
		starting.Wait()
		key := strings.Join(keys, "")
		assert.Len(t, key, 57, "one of them has the key")

		s, err := store.Open(t.Context(), store.Options{URL: url})
		require.NoError(t, err)
		defer func() { require.NoError(t, s.Close()) }()
		require.NoError(t, s.SystemRead(t.Context(), func(sys *store.System) error {
			list, err := sys.Organizations(store.Page{})
			assert.Len(t, list.Rows, 1)
			if err == nil {
				_, _, err = sys.APIKeyByHash(store.HashAPIKey(key))
			}
			return err
		}))
		again, err := engine.Bootstrap(t.Context(), s, "a-key-of-my-own-choice")
		require.NoError(t, err)
		assert.Empty(t, again)
		_, err = engine.Bootstrap(t.Context(), s, "short")
		assert.ErrorContains(t, err, "a key has 16 to 255 characters, this one has 5")
	})
}
