package store_test

import (
	"bytes"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/store"
)

// newEntity adds a billing entity.
func newEntity(t *testing.T, s *store.Store, scope store.Scope, code string) store.BillingEntity {
	t.Helper()
	row := store.BillingEntity{ID: store.NewID(), Code: code, Name: code, DefaultCurrency: "EUR", Timezone: "UTC", DocumentLocale: "en"}
	require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.InsertBillingEntity(&row) }))
	return row
}

// TestSigningKeys_AreMadeOnceAndKept for each organization.
func TestSigningKeys_AreMadeOnceAndKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		message, keys := []byte("message"), map[string]bool{}
		for _, slug := range []string{"a", "b"} {
			scope := tenant(t, s, slug)
			var key string
			var signature []byte
			for range 2 {
				require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
					public, err := tx.WebhookPublicKey()
					require.NoError(t, err)
					require.True(t, key == "" || key == public, "the key stays")
					signer, err := tx.WebhookSigner()
					require.NoError(t, err)
					signed, err := signer.Sign(message)
					require.NoError(t, err)
					require.True(t, signature == nil || bytes.Equal(signature, signed), "the algorithm has no chance in it")
					key, signature = public, signed
					return nil
				}))
			}
			require.NoError(t, s.Read(t.Context(), scope, func(tx *store.Tx) error {
				public, err := tx.WebhookPublicKey()
				require.Equal(t, key, public, "once there is a key, reading it writes nothing")
				return err
			}))
			keys[key] = true
		}
		require.Len(t, keys, 2)
	})
}

func TestSigningKeys_GoWithTheirOrganization(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
			_, err := tx.WebhookPublicKey()
			return err
		}))
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.DeleteOrganization() }))
		require.NoError(t, s.System(t.Context(), func(sys *store.System) error {
			for _, table := range []any{&store.WebhookKey{}, &store.PortalKey{}} {
				var count int64
				require.NoError(t, sys.DB().Model(table).Count(&count).Error)
				require.Zero(t, count)
			}
			return nil
		}))
	})
}

func TestBillingEntities_LogoIsReadWithTheEntityItselfOnly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		newEntity(t, s, scope, "plain")
		entity := newEntity(t, s, scope, "pictured")
		for _, content := range []string{"first", "second", ""} {
			require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
				if content == "" {
					return tx.SetBillingEntityLogo(&entity, nil)
				}
				return tx.SetBillingEntityLogo(&entity, &store.BillingEntityLogo{ContentType: "image/png", Content: []byte(content)})
			}))
			require.NoError(t, s.Read(t.Context(), scope, func(tx *store.Tx) error {
				shown, err := tx.ShownBillingEntity("pictured")
				require.NoError(t, err)
				all, err := tx.BillingEntities()
				require.NoError(t, err)
				require.Len(t, all, 2)
				for _, row := range []store.BillingEntity{shown, all[1]} {
					if content == "" {
						require.Nil(t, row.Logo)
						continue
					}
					require.Equal(t, []byte(content), row.Logo.Content)
				}
				require.Nil(t, all[0].Logo)
				bare, err := tx.BillingEntity("pictured")
				require.Nil(t, bare.Logo)
				return err
			}))
		}
	})
}

func TestBillingEntities_TaxesAreFoundInAnyCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
			for _, code := range []string{"vat", "VAT", "Île", "gone"} {
				tax := newTax(code)
				require.NoError(t, tx.InsertTax(tax))
				if code == "gone" {
					require.NoError(t, tx.DeleteTax(tax))
				}
			}
			found, err := tx.TaxesByCodeInAnyCase([]string{"Vat", "Île", "GONE", "nothing"})
			require.NoError(t, err)
			codes := make([]string, len(found))
			for i, tax := range found {
				codes[i] = tax.Code
			}
			require.Equal(t, []string{"VAT", "vat", "Île"}, codes)
			none, err := tx.TaxesByCodeInAnyCase(nil)
			require.Empty(t, none)
			return err
		}))
	})
}

// TestWebhookEndpoints_TellNoTypesFromAll keeps nothing and everything apart.
func TestWebhookEndpoints_TellNoTypesFromAll(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
			for address, types := range map[string][]string{"https://all.example": nil, "https://none.example": {}, "https://one.example": {"plan.created"}} {
				row := store.WebhookEndpoint{ID: store.NewID(), WebhookURL: address, SignatureAlgo: "jwt", EventTypes: types}
				require.NoError(t, tx.InsertWebhookEndpoint(&row))
				read, err := tx.WebhookEndpoint(row.ID)
				require.NoError(t, err)
				require.Equal(t, types, read.EventTypes, address)
			}
			return nil
		}))
		again := store.WebhookEndpoint{ID: store.NewID(), WebhookURL: "https://all.example", SignatureAlgo: "jwt"}
		require.ErrorIs(t, s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.InsertWebhookEndpoint(&again) }), store.ErrDuplicate)
	})
}

// TestPaymentMethods_OneDefault is kept by the database itself.
func TestPaymentMethods_OneDefault(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		entity := newEntity(t, s, scope, "main")
		customer := store.Customer{ID: store.NewID(), BillingEntityID: entity.ID, ExternalID: "c", AccountType: "customer", SequentialID: 1}
		method := func() *store.PaymentMethod {
			return &store.PaymentMethod{ID: store.NewID(), CustomerID: customer.ID, PaymentProviderType: "stripe", ProviderMethodID: "pm", IsDefault: true}
		}
		first := method()
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
			require.NoError(t, tx.InsertCustomer(&customer))
			return tx.InsertPaymentMethod(first)
		}))
		require.ErrorIs(t, s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.InsertPaymentMethod(method()) }), store.ErrDuplicate)
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
			require.NoError(t, tx.DeletePaymentMethod(first))
			second := method()
			require.NoError(t, tx.InsertPaymentMethod(second))
			third := method()
			third.IsDefault = false
			require.NoError(t, tx.InsertPaymentMethod(third))
			require.NoError(t, tx.SetDefaultPaymentMethod(third))
			list, err := tx.PaymentMethods(customer.ID, store.Page{})
			require.NoError(t, err)
			defaults := map[uuid.UUID]bool{}
			for _, row := range list.Rows {
				defaults[row.ID] = row.IsDefault
			}
			require.Equal(t, map[uuid.UUID]bool{second.ID: false, third.ID: true}, defaults)
			_, err = tx.PaymentMethodForUpdate(customer.ID, first.ID)
			require.ErrorIs(t, err, store.ErrNotFound, "deleted ones are not found")
			return nil
		}))
	})
}
