package engine

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// APIKeyInput is what the administrator says of a new key.
type APIKeyInput struct {
	Name *string
	// Permissions are what the key may do; nil is everything.
	Permissions store.Permissions
	// ExpiresAt is when the key stops working; nil is never.
	ExpiresAt *time.Time
	// Value is what the key is to be; empty is one by chance.
	Value string
}

// RotationInput is what the administrator says of a key's successor.
type RotationInput struct {
	// Name is the successor's; absent is the old one's.
	Name form.Optional[string]
	// ExpiresAt is when the successor stops working; nil is never.
	ExpiresAt *time.Time
	// Overlap is how long the old key goes on working.
	Overlap time.Duration
}

const (
	// keyPrefix begins the value of every key.
	keyPrefix = "tarn_"
	// keyBytes is how many random bytes a value has.
	keyBytes = 32
	// keyShown is how many characters of a value are kept to recognize it.
	keyShown = 12
	// minKeyLength and maxKeyLength bound a value that somebody chose.
	minKeyLength = 16
	maxKeyLength = 255
	// minKeyVariety is how many different characters such a value has at least.
	minKeyVariety = 6
	// maxOverlap is how long two keys may work side by side.
	maxOverlap = 30 * 24 * time.Hour
)

// permissionResources are what a key's permissions can name, besides billing,
// in alphabetical order.
var permissionResources = []string{
	"activity_log", "add_on", "alert", "analytic", "api_log", "applied_coupon", "billable_metric",
	"billing_entity", "coupon", "credit_note", "customer", "customer_usage", "event", "feature", "fee",
	"invoice", "invoice_custom_section", "lifetime_usage", "order", "order_form", "organization", "payment",
	"payment_method", "payment_receipt", "payment_request", "plan", "plan_rate_card", "product",
	"product_category", "quote", "rate_card", "security_log", "subscription", "tax", "wallet",
	"wallet_transaction", "webhook_endpoint", "webhook_jwt_public_key",
}

// billingResource is what the request logs ask for; only reading it means
// anything.
const billingResource = "billing"

// The modes of a permission.
const (
	modeRead  = "read"
	modeWrite = "write"
)

// CreateAPIKey adds a key and returns its value, which is kept nowhere. It
// refuses unknown resources and modes, and an expiry that is not in the future.
func CreateAPIKey(tx *store.Tx, in APIKeyInput) (store.APIKey, string, error) {
	details := fault.Details{}
	permissions := checkedPermissions(details, in.Permissions)
	checkKey(details, tx.Now(), in.Name, in.ExpiresAt)
	if err := details.Err(); err != nil {
		return store.APIKey{}, "", err
	}
	value := in.Value
	if value == "" {
		value = newKeyValue()
	}
	return insertAPIKey(tx, value, store.APIKey{Name: in.Name, Permissions: permissions, ExpiresAt: in.ExpiresAt})
}

// CheckAPIKeyValue refuses a value that cannot be sent as a key, or that is too
// easy to guess to be one. The refusal is a sentence and does not repeat the
// value.
func CheckAPIKeyValue(value string) error {
	seen := map[rune]bool{}
	for _, r := range value {
		if r <= ' ' || r > '~' {
			return errors.New("a key has no spaces and only the letters, digits and signs of ASCII")
		}
		seen[r] = true
	}
	switch {
	case len(value) < minKeyLength || len(value) > maxKeyLength:
		return fmt.Errorf("a key has %d to %d characters, this one has %d", minKeyLength, maxKeyLength, len(value))
	case len(seen) < minKeyVariety:
		return fmt.Errorf("a key has %d different characters at least, this one has %d", minKeyVariety, len(seen))
	}
	return nil
}

// RotateAPIKey adds a key with the permissions of another one, which is revoked,
// or expires when the overlap is over. It returns the new key and its value,
// and the old key. A key that was revoked before counts as missing.
func RotateAPIKey(tx *store.Tx, id uuid.UUID, in RotationInput) (successor store.APIKey, value string, old store.APIKey, err error) {
	if old, err = unrevokedAPIKey(tx, id); err != nil {
		return successor, "", old, err
	}
	successor = store.APIKey{Name: old.Name, Permissions: old.Permissions, ExpiresAt: in.ExpiresAt}
	form.AssignNullable(&successor.Name, in.Name)
	details := fault.Details{}
	checkKey(details, tx.Now(), successor.Name, in.ExpiresAt)
	if in.Overlap < 0 || in.Overlap > maxOverlap {
		details.Add("overlap_seconds", fault.CodeOutOfRange)
	}
	if err := details.Err(); err != nil {
		return successor, "", old, err
	}
	end := tx.Now().Add(in.Overlap)
	switch {
	case in.Overlap == 0:
		old.RevokedAt = &end
	case old.ExpiresAt == nil || old.ExpiresAt.After(end):
		old.ExpiresAt = &end
	}
	if err := tx.UpdateAPIKey(&old); err != nil {
		return successor, "", old, err
	}
	if err := audit.Happened(tx, audit.APIKey(old), "rotated"); err != nil {
		return successor, "", old, err
	}
	successor, value, err = insertAPIKey(tx, newKeyValue(), successor)
	return successor, value, old, err
}

// RevokeAPIKey ends a key. A key that was revoked before counts as missing.
func RevokeAPIKey(tx *store.Tx, id uuid.UUID) (store.APIKey, error) {
	key, err := unrevokedAPIKey(tx, id)
	if err != nil {
		return key, err
	}
	now := tx.Now()
	key.RevokedAt = &now
	if err := tx.UpdateAPIKey(&key); err != nil {
		return key, err
	}
	return key, audit.Happened(tx, audit.APIKey(key), "revoked")
}

func unrevokedAPIKey(tx *store.Tx, id uuid.UUID) (store.APIKey, error) {
	key, err := tx.APIKey(id)
	if err == nil && key.RevokedAt != nil {
		err = store.ErrNotFound
	}
	return key, form.NotFound(err, "api_key")
}

func insertAPIKey(tx *store.Tx, value string, key store.APIKey) (store.APIKey, string, error) {
	// Of a short value no more than half is shown.
	key.ID, key.Prefix, key.Hash = store.NewID(), value[:min(keyShown, len(value)/2)], store.HashAPIKey(value)
	if err := tx.InsertAPIKey(&key); err != nil {
		return key, "", err
	}
	return key, value, audit.Created(tx, audit.APIKey(key))
}

// newKeyValue makes a value that is easy to copy and to recognize.
func newKeyValue() string {
	var secret [keyBytes]byte
	_, _ = rand.Read(secret[:]) // never fails
	encoding := base32.StdEncoding.WithPadding(base32.NoPadding)
	return keyPrefix + strings.ToLower(encoding.EncodeToString(secret[:]))
}

func checkKey(details fault.Details, now time.Time, name *string, expiresAt *time.Time) {
	if name != nil && utf8.RuneCountInString(*name) > maxNameLength {
		details.Add("name", fault.CodeTooLong)
	}
	if expiresAt != nil && !expiresAt.After(now) {
		details.Add("expires_at", fault.CodeOutOfRange)
	}
}

// checkedPermissions holds permissions against what there is, and fills in
// those of a key that may do everything.
func checkedPermissions(details fault.Details, given store.Permissions) store.Permissions {
	permissions := store.Permissions{}
	if given == nil {
		for _, resource := range permissionResources {
			permissions[resource] = []string{modeRead, modeWrite}
		}
		permissions[billingResource] = []string{modeRead}
		return permissions
	}
	for resource, modes := range given {
		_, known := slices.BinarySearch(permissionResources, resource)
		unknownMode := func(mode string) bool { return mode != modeRead && mode != modeWrite }
		if !known && resource != billingResource || slices.ContainsFunc(modes, unknownMode) {
			details.Add("permissions."+resource, fault.CodeInvalid)
		}
		permissions[resource] = form.SortedSet(modes)
	}
	return permissions
}
