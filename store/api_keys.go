package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Permissions maps a resource to the modes, "read" and "write", in which a key
// may use it.
type Permissions map[string][]string

// Allow reports whether the mode of the resource is permitted.
func (p Permissions) Allow(resource, mode string) bool {
	return slices.Contains(p[resource], mode)
}

// APIKey is a key of an organization. Its value is not kept, only a hash.
type APIKey struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	Name           *string
	// Prefix is the beginning of the value: enough to recognize the key, not
	// enough to use it.
	Prefix string
	// Hash is the SHA-256 of the value, in hexadecimal.
	Hash        string
	Permissions Permissions `gorm:"serializer:json"`
	ExpiresAt   *time.Time
	LastUsedAt  *time.Time
	RevokedAt   *time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Active reports whether the key opens anything at now.
func (k APIKey) Active(now time.Time) bool {
	return k.RevokedAt == nil && (k.ExpiresAt == nil || k.ExpiresAt.After(now))
}

// HashAPIKey is the form in which a key's value is kept and looked up.
func HashAPIKey(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:])
}

// APIKeyByHash finds a key and its organization by the hash of the key's
// value; ErrNotFound when there is none.
func (sys *System) APIKeyByHash(hash string) (APIKey, Organization, error) {
	var key APIKey
	if err := sys.db.Take(&key, "hash = ?", hash).Error; err != nil {
		return key, Organization{}, known(err)
	}
	org, err := sys.Organization(key.OrganizationID)
	return key, org, err
}

// TouchAPIKeys records when keys were last used.
func (sys *System) TouchAPIKeys(used map[uuid.UUID]time.Time) error {
	for id, at := range used {
		err := sys.db.Model(&APIKey{}).Where("id = ? AND (last_used_at IS NULL OR last_used_at < ?)", id, at).
			UpdateColumn("last_used_at", at).Error
		if err != nil {
			return fmt.Errorf("record the use of a key: %w", err)
		}
	}
	return nil
}

// APIKeys lists the organization's keys, newest first, revoked ones included.
func (tx *Tx) APIKeys() ([]APIKey, error) {
	var keys []APIKey
	err := tx.db.Order("created_at DESC, id DESC").Find(&keys).Error
	return keys, err
}

// APIKey finds a key and locks it; ErrNotFound when there is none.
func (tx *Tx) APIKey(id uuid.UUID) (APIKey, error) {
	var key APIKey
	err := tx.locked().Take(&key, "id = ?", id).Error
	return key, known(err)
}

// InsertAPIKey adds a key.
func (tx *Tx) InsertAPIKey(key *APIKey) error {
	if err := tx.db.Create(key).Error; err != nil {
		return fmt.Errorf("insert the API key: %w", known(err))
	}
	return nil
}

// UpdateAPIKey stores a key's name, expiry and revocation.
func (tx *Tx) UpdateAPIKey(key *APIKey) error {
	err := tx.db.Model(key).Select("name", "expires_at", "revoked_at", "updated_at").Updates(key).Error
	if err != nil {
		return fmt.Errorf("update the API key: %w", known(err))
	}
	return nil
}
