package edge

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"tarn/clock"
	"tarn/fault"
	"tarn/store"
)

// KeyLife is how long a found key is remembered: a key that another process
// revokes goes on opening this one for so long at most. On the process that
// revokes a key, or moves a clock, it is forgotten at once.
const KeyLife = 2 * time.Second

// keyringLimit bounds how many keys are remembered.
const keyringLimit = 10_000

// keyring remembers keys for a moment, so that not every request reads its key
// from the database.
type keyring struct {
	mu      sync.RWMutex
	entries map[string]keyEntry
}

type keyEntry struct {
	key   store.APIKey
	org   store.Organization
	found time.Time
}

func newKeyring() *keyring { return &keyring{entries: map[string]keyEntry{}} }

func (k *keyring) get(hash string) (keyEntry, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	entry, ok := k.entries[hash]
	return entry, ok && clock.Since(entry.found) < KeyLife
}

func (k *keyring) put(hash string, entry keyEntry) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.entries) >= keyringLimit {
		clear(k.entries)
	}
	k.entries[hash] = entry
}

// forgetOrganization drops all keys of an organization.
func (k *keyring) forgetOrganization(id uuid.UUID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for hash, entry := range k.entries {
		if entry.org.ID == id {
			delete(k.entries, hash)
		}
	}
}

// unauthorized is the one refusal of whoever has no key, with a hint at why.
func unauthorized(hint string) error {
	return &fault.Error{Kind: fault.Unauthorized, Hint: hint}
}

// unknownKey is the hint at a key that is not there, or no longer.
const unknownKey = "the API key is unknown or no longer active"

// authenticate finds the organization by the key. An unknown path needs no
// key, but a request that has one is in its organization's log all the same.
func (e *Edge) authenticate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		x := exchangeOf(c)
		if x == nil {
			return next(c)
		}
		if x.api.kind == AdminAPI {
			if err := e.authenticateAdmin(c); err != nil {
				return err
			}
			return next(c)
		}
		err := e.findKey(c, x)
		if err != nil && (x.op != nil || !fault.Is(err, fault.Unauthorized)) {
			return err
		}
		if err := e.limiter.admit(x); err != nil {
			return err
		}
		return next(c)
	}
}

// findKey reads the second word of the Authorization header.
//
// Lago: the first word, the scheme, is not looked at.
func (e *Edge) findKey(c echo.Context, x *Exchange) error {
	words := strings.Fields(c.Request().Header.Get(echo.HeaderAuthorization))
	if len(words) == 0 {
		return unauthorized("there is no API key: send the header Authorization: Bearer KEY")
	}
	if len(words) == 1 {
		return unauthorized("the API key is malformed: the header is Authorization: Bearer KEY")
	}
	// The look-up goes by the hash, so its time tells nothing about other keys.
	hash := store.HashAPIKey(words[1])
	entry, known := e.keys.get(hash)
	if !known {
		err := e.store.SystemRead(c.Request().Context(), func(sys *store.System) (err error) {
			entry.key, entry.org, err = sys.APIKeyByHash(hash)
			return err
		})
		if errors.Is(err, store.ErrNotFound) {
			return unauthorized(unknownKey)
		}
		if err != nil {
			return err
		}
		entry.found = clock.Monotonic()
		e.keys.put(hash, entry)
	}
	if !entry.key.Active(e.store.Instant(entry.org)) {
		return unauthorized(unknownKey)
	}
	x.key, x.org, x.authenticated = entry.key, entry.org, true
	return nil
}

// authenticateAdmin compares the administrator's key. Without one configured
// there is no administration: its paths do not exist.
func (e *Edge) authenticateAdmin(c echo.Context) error {
	if e.opts.AdminKey == "" {
		return &fault.Error{Kind: fault.NotFound, Code: "resource_not_found"}
	}
	given := sha256.Sum256([]byte(c.Request().Header.Get("X-Admin-API-Key")))
	wanted := sha256.Sum256([]byte(e.opts.AdminKey))
	if subtle.ConstantTimeCompare(given[:], wanted[:]) != 1 {
		return unauthorized("the administrator's key, in the header X-Admin-API-Key, is missing or wrong")
	}
	return nil
}

// permit holds the operation against the key's permissions and the
// organization's licence.
//
// Lago: permissions count only with the add-on api_permissions.
func (e *Edge) permit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		x := exchangeOf(c)
		if x == nil || x.op == nil || x.op.resource == "" {
			return next(c)
		}
		allowed := x.key.Permissions.Allow(x.op.resource, x.op.mode)
		switch {
		case x.api.kind == RequestLogAPI && !allowed:
			return fault.Denied("forbidden")
		case !allowed && x.org.AddOn("api_permissions"):
			return fault.Denied(x.op.mode + "_action_not_allowed_for_" + x.op.resource)
		case x.op.licensed && !x.org.Premium():
			return fault.Denied("feature_unavailable")
		}
		return next(c)
	}
}
