package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/engine"
	"tarn/fault"
	"tarn/store"
)

// newKey makes a key in a world.
func (w *world) newKey(t *testing.T, in engine.APIKeyInput) (key store.APIKey, value string) {
	t.Helper()
	w.write(t, func(tx *store.Tx) (err error) {
		key, value, err = engine.CreateAPIKey(tx, in)
		return err
	})
	return key, value
}

// rotate replaces a key.
func (w *world) rotate(t *testing.T, key store.APIKey, in engine.RotationInput) (successor store.APIKey, value string, old store.APIKey, err error) {
	t.Helper()
	err = w.try(t, func(tx *store.Tx) (err error) {
		successor, value, old, err = engine.RotateAPIKey(tx, key.ID, in)
		return err
	})
	return successor, value, old, err
}

func TestCreateAPIKey_KeepsTheHashAlone(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		name := "CI"
		key, value := w.newKey(t, engine.APIKeyInput{Name: &name})
		assert.Regexp(t, `^tarn_[a-z2-7]{52}$`, value)
		assert.True(t, strings.HasPrefix(value, key.Prefix))
		assert.Len(t, key.Prefix, 12)
		assert.Regexp(t, `^[0-9a-f]{64}$`, key.Hash)
		require.NoError(t, w.SystemRead(t.Context(), func(sys *store.System) error {
			stored, org, err := sys.APIKeyByHash(store.HashAPIKey(value))
			assert.Equal(t, key.ID, stored.ID)
			assert.Equal(t, "CI", *stored.Name)
			assert.Equal(t, w.organization.ID, org.ID)
			return err
		}))
		_, other := w.newKey(t, engine.APIKeyInput{})
		assert.NotEqual(t, value, other)
		w.write(t, func(tx *store.Tx) error {
			logs, err := tx.ActivityLogs(store.ActivityLogFilter{}, store.Page{})
			for _, row := range logs.Rows {
				assert.NotContains(t, string(row.ActivityObject), value)
				assert.NotContains(t, string(row.ActivityObject), key.Hash)
			}
			return err
		})
	})
}

func TestCreateAPIKey_MayDoEverythingUnlessTold(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		key, _ := w.newKey(t, engine.APIKeyInput{})
		assert.Len(t, key.Permissions, 39)
		assert.True(t, key.Permissions.Allow("webhook_jwt_public_key", "write"))
		assert.True(t, key.Permissions.Allow("billing", "read"))
		assert.False(t, key.Permissions.Allow("billing", "write"))

		key, _ = w.newKey(t, engine.APIKeyInput{Permissions: store.Permissions{"tax": {"write", "read", "read"}, "plan": {}}})
		assert.Equal(t, store.Permissions{"tax": {"read", "write"}, "plan": {}}, key.Permissions)
		nothing, _ := w.newKey(t, engine.APIKeyInput{Permissions: store.Permissions{}})
		assert.Empty(t, nothing.Permissions)
	})
}

func TestCreateAPIKey_Refuses(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		long := strings.Repeat("n", 256)
		requireInvalid(t, w.try(t, func(tx *store.Tx) error {
			_, _, err := engine.CreateAPIKey(tx, engine.APIKeyInput{
				Name: &long, ExpiresAt: &noon, Permissions: store.Permissions{"tax": {"delete"}, "taxes": {"read"}, "plan": {"read"}},
			})
			return err
		}), fault.Details{
			"name": codes(fault.CodeTooLong), "expires_at": codes(fault.CodeOutOfRange),
			"permissions.tax": codes(fault.CodeInvalid), "permissions.taxes": codes(fault.CodeInvalid),
		})
		later := noon.Add(time.Microsecond)
		key, _ := w.newKey(t, engine.APIKeyInput{ExpiresAt: &later})
		assert.True(t, key.Active(noon))
		assert.False(t, key.Active(later))
	})
}

func TestRotateAPIKey_EndsTheOldKeyAtOnceOrAfterTheOverlap(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		name := "CI"
		in := engine.APIKeyInput{Name: &name, Permissions: store.Permissions{"tax": {"read"}}}
		key, value := w.newKey(t, in)

		successor, newValue, old, err := w.rotate(t, key, engine.RotationInput{Overlap: time.Hour})
		require.NoError(t, err)
		assert.NotEqual(t, value, newValue)
		assert.Equal(t, key.Permissions, successor.Permissions)
		assert.Equal(t, "CI", *successor.Name)
		assert.Nil(t, successor.ExpiresAt)
		assert.True(t, old.Active(noon.Add(time.Hour-1)))
		assert.False(t, old.Active(noon.Add(time.Hour)))

		third, _, second, err := w.rotate(t, successor, engine.RotationInput{Name: null[string]()})
		require.NoError(t, err)
		assert.Nil(t, third.Name)
		assert.False(t, second.Active(noon))
		require.NotNil(t, second.RevokedAt)

		types := []string{}
		for _, a := range w.activities(t) {
			types = append(types, a.Type)
		}
		assert.Equal(t, []string{
			"api_key.created", "api_key.rotated", "api_key.created", "api_key.rotated", "api_key.created",
		}, types)
	})
}

func TestRotateAPIKey_NeverProlongsTheOldKey(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		soon := noon.Add(time.Minute)
		key, _ := w.newKey(t, engine.APIKeyInput{ExpiresAt: &soon})
		_, _, old, err := w.rotate(t, key, engine.RotationInput{Overlap: time.Hour})
		require.NoError(t, err)
		assert.True(t, old.ExpiresAt.Equal(soon))
	})
}

func TestRotateAPIKey_Refuses(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		key, _ := w.newKey(t, engine.APIKeyInput{})
		for _, overlap := range []time.Duration{-1, 30*24*time.Hour + 1} {
			_, _, _, err := w.rotate(t, key, engine.RotationInput{Overlap: overlap, ExpiresAt: &noon})
			requireInvalid(t, err, fault.Details{
				"overlap_seconds": codes(fault.CodeOutOfRange), "expires_at": codes(fault.CodeOutOfRange),
			})
		}
		_, _, _, err := w.rotate(t, key, engine.RotationInput{})
		require.NoError(t, err)
		_, _, _, err = w.rotate(t, key, engine.RotationInput{})
		requireMissing(t, err, "api_key")
	})
}

func TestRevokeAPIKey_EndsAKeyOnce(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		key, _ := w.newKey(t, engine.APIKeyInput{})
		stranger := newWorld(t, w.Store, "stranger")
		revoke := func(w *world) (revoked store.APIKey, err error) {
			err = w.try(t, func(tx *store.Tx) (err error) {
				revoked, err = engine.RevokeAPIKey(tx, key.ID)
				return err
			})
			return revoked, err
		}
		_, err := revoke(stranger)
		requireMissing(t, err, "api_key")
		revoked, err := revoke(w)
		require.NoError(t, err)
		assert.True(t, revoked.RevokedAt.Equal(noon))
		_, err = revoke(w)
		requireMissing(t, err, "api_key")
		activities := w.activities(t)
		assert.Equal(t, "api_key.revoked", activities[len(activities)-1].Type)
		assert.Empty(t, stranger.activities(t))
	})
}
