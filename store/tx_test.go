package store_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"tarn/clock"
	"tarn/store"
	"tarn/store/storetest"
)

var epoch = time.Date(2026, time.March, 1, 9, 30, 0, 123456000, time.UTC)

// each runs a conformance case on both dialects with a store of its own.
func each(t *testing.T, f func(t *testing.T, s *store.Store)) {
	t.Helper()
	storetest.Run(t, func(t *testing.T, url string) {
		t.Helper()
		s, err := store.Open(t.Context(), store.Options{URL: url, Clock: clock.NewManual(epoch), Statement: storetest.Statement(t)})
		require.NoError(t, err)
		storetest.Closing(t, s.Close)
		f(t, s)
	})
}

// tenant adds an organization and returns a scope of it.
func tenant(t *testing.T, s *store.Store, slug string) store.Scope {
	t.Helper()
	org := store.Organization{
		ID: store.NewID(), Name: slug, Slug: slug, Plan: store.OrganizationPlanFree, DefaultCurrency: "USD", Timezone: "UTC",
		DocumentNumberPrefix: "ACM-0001", PremiumIntegrations: []string{},
	}
	require.NoError(t, s.System(t.Context(), func(sys *store.System) error { return sys.InsertOrganization(&org) }))
	return store.Scope{Organization: org.ID, Source: store.SourceAPI, Request: store.NewID(), APIKey: store.NewID()}
}

func newTax(code string) *store.Tax {
	return &store.Tax{ID: store.NewID(), Code: code, Name: code, Rate: decimal.RequireFromString("12345678901234567.890123456789")}
}

func TestTx_CommitsAndRollsBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		scope, refused := tenant(t, s, "a"), errors.New("refused")
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.InsertTax(newTax("kept")) }))
		err := s.Write(t.Context(), scope, func(tx *store.Tx) error {
			return errors.Join(tx.InsertTax(newTax("undone")), refused)
		})
		require.ErrorIs(t, err, refused)
		require.Panics(t, func() {
			_ = s.Write(t.Context(), scope, func(tx *store.Tx) error {
				require.NoError(t, tx.InsertTax(newTax("panicked")))
				panic("defect")
			})
		})
		require.NoError(t, s.Read(t.Context(), scope, func(tx *store.Tx) error {
			taxes, err := tx.Taxes(store.Page{})
			require.Len(t, taxes.Rows, 1)
			require.Equal(t, "kept", taxes.Rows[0].Code)
			require.Equal(t, "12345678901234567.890123456789", taxes.Rows[0].Rate.String(), "decimals are exact")
			require.Equal(t, epoch, taxes.Rows[0].CreatedAt.UTC(), "times keep their microseconds")
			return err
		}))
	})
}

func TestTx_TimeIsFrozenAndTheOrganizationsOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		frozen, running := tenant(t, s, "frozen"), tenant(t, s, "running")
		at := time.Date(2031, time.December, 31, 23, 59, 59, 0, time.FixedZone("east", 9*3600))
		require.NoError(t, s.Write(t.Context(), frozen, func(tx *store.Tx) error {
			if err := tx.SetClock(&at); err != nil {
				return err // the first write of a month makes its partitions and begins again
			}
			require.Equal(t, at.UTC(), tx.Now())
			return nil
		}))
		for scope, want := range map[store.Scope]time.Time{frozen: at.UTC(), running: epoch} {
			require.NoError(t, s.Read(t.Context(), scope, func(tx *store.Tx) error {
				require.Equal(t, want, tx.Now())
				return nil
			}))
		}
	})
}

func TestTx_ReaderSeesOneState(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		require.NoError(t, s.Read(t.Context(), scope, func(tx *store.Tx) error {
			before, err := tx.Taxes(store.Page{})
			require.NoError(t, err)
			require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.InsertTax(newTax("new")) }))
			after, err := tx.Taxes(store.Page{})
			require.Equal(t, before.Total, after.Total)
			return err
		}))
	})
}

func TestTx_RetriesConflicts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		const writers, times = 8, 10
		var group sync.WaitGroup
		for range writers {
			group.Go(func() {
				for range times {
					err := s.Write(context.Background(), scope, func(tx *store.Tx) error {
						_, err := tx.NextInSequence("numbers")
						return err
					})
					require.NoError(t, err)
				}
			})
		}
		group.Wait()
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
			next, err := tx.NextInSequence("numbers")
			require.Equal(t, int64(writers*times+1), next)
			return err
		}))
	})
}

func TestTenancy_CannotBeForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		mine, theirs := tenant(t, s, "mine"), tenant(t, s, "theirs")
		require.NoError(t, s.Write(t.Context(), theirs, func(tx *store.Tx) error { return tx.InsertTax(newTax("shared")) }))
		require.NoError(t, s.Write(t.Context(), mine, func(tx *store.Tx) error {
			_, err := tx.Tax("shared")
			require.ErrorIs(t, err, store.ErrNotFound)
			require.NoError(t, tx.InsertTax(newTax("shared")), "codes are unique within an organization only")
			foreign := newTax("foreign")
			foreign.OrganizationID = theirs.Organization
			require.ErrorIs(t, tx.InsertTax(foreign), store.ErrTenancy)
			changed := tx.DB().Model(&store.Tax{}).Where("code = ?", "shared").Update("name", "changed")
			require.NoError(t, changed.Error)
			require.Equal(t, int64(1), changed.RowsAffected)
			require.ErrorIs(t, tx.DB().Exec("DELETE FROM taxes").Error, store.ErrTenancy)
			require.ErrorIs(t, tx.DB().Raw("SELECT 1").Scan(new(int)).Error, store.ErrTenancy)
			require.ErrorIs(t, tx.DB().Find(&[]store.Organization{}).Error, store.ErrTenancy)
			return nil
		}))
		require.ErrorIs(t, s.Bare().Find(&[]store.Tax{}).Error, store.ErrTenancy)
		require.ErrorIs(t, s.Bare().Create(newTax("bare")).Error, store.ErrTenancy)
		require.ErrorIs(t, s.Write(t.Context(), store.Scope{}, func(*store.Tx) error { return nil }), store.ErrTenancy)
		require.NoError(t, s.Read(t.Context(), theirs, func(tx *store.Tx) error {
			tax, err := tx.Tax("shared")
			require.Equal(t, "shared", tax.Name)
			return err
		}))
	})
}

func TestErrors_AreTheStoresOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		err := s.Write(t.Context(), scope, func(tx *store.Tx) error {
			require.NoError(t, tx.InsertTax(newTax("twice")))
			return tx.InsertTax(newTax("twice"))
		})
		require.ErrorIs(t, err, store.ErrDuplicate)
		err = s.Write(t.Context(), scope, func(tx *store.Tx) error {
			return tx.InsertCustomer(&store.Customer{ID: store.NewID(), BillingEntityID: uuid.New(), ExternalID: "x", SequentialID: 1})
		})
		require.ErrorIs(t, err, store.ErrReferenced)
	})
}

// A query that breaks off before its first row has not found nothing.
func TestErrors_AreNoMissingRows(t *testing.T) {
	t.Parallel()
	breaks := map[string]string{
		store.SQLite:   "abs(-9223372036854775807 - length(code)) > 0",
		store.Postgres: "1 / (length(code) - 1) > 0",
	}
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.InsertTax(newTax("a")) }))
		err := s.Read(t.Context(), scope, func(tx *store.Tx) error {
			return tx.DB().Where(breaks[s.Dialect()]).Take(&store.Tax{}).Error
		})
		require.Error(t, err)
		require.NotErrorIs(t, err, gorm.ErrRecordNotFound)
	})
}

func TestTimes_CompareAcrossZones(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		instants := []string{"2026-03-01T09:30:00+09:00", "2026-03-01T00:30:00.5Z", "2026-02-28T19:30:01-05:00"}
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
			for _, text := range instants {
				at, err := time.Parse(time.RFC3339Nano, text)
				require.NoError(t, err)
				frozen := at
				require.NoError(t, tx.SetClock(&frozen))
				require.NoError(t, tx.InsertAPILog(&store.APILog{ID: store.NewID(), LoggedAt: tx.Now(), CreatedAt: tx.Now()}))
			}
			from := time.Date(2026, time.March, 1, 9, 30, 0, 1000, time.FixedZone("east", 9*3600))
			logs, err := tx.APILogs(store.APILogFilter{From: &from}, store.Page{})
			require.Equal(t, int64(2), logs.Total)
			require.Len(t, logs.Rows, 2)
			require.True(t, slices.IsSortedFunc(logs.Rows, func(a, b store.APILog) int { return b.LoggedAt.Compare(a.LoggedAt) }))
			return err
		}))
	})
}

func TestNewID_OrdersByCreation(t *testing.T) {
	t.Parallel()
	previous := store.NewID()
	for range 10_000 {
		next := store.NewID()
		require.Equal(t, uuid.Version(7), next.Version())
		require.Negative(t, slices.Compare(previous[:], next[:]))
		previous = next
	}
}

func TestTexts_ThatIndexesCannotHoldAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		noise := make([]byte, 1000)
		_, err := rand.Read(noise)
		require.NoError(t, err)
		fits, tooLong := newTax(hex.EncodeToString(noise)), newTax("x"+hex.EncodeToString(noise))
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.InsertTax(fits) }))
		var refused *store.TooLongError
		err = s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.InsertTax(tooLong) })
		require.ErrorAs(t, err, &refused)
		fits.Name = tooLong.Name
		err = s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.UpdateTax(fits) })
		require.ErrorAs(t, err, &refused)
		require.Equal(t, "name", refused.Field)
	})
}
