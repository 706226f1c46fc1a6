package store

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// The secrets of an organization with which tarn signs lie here. What they
// sign leaves the store, they never do: their rows have no exported type.

// webhookKeyBits is the size of the keys that sign webhooks.
const webhookKeyBits = 2048

// portalSecretSize is the size of the keys that sign portal links, in bytes.
const portalSecretSize = 32

// errNoRSAKey is the error of a stored key that is of another kind; only a
// damaged database has one.
var errNoRSAKey = errors.New("store: the webhook key is no RSA key")

// webhookKey is the key pair that signs an organization's webhooks.
type webhookKey struct {
	OrganizationID uuid.UUID `gorm:"primaryKey"`
	// PrivateKey is in PKCS #8, DER.
	PrivateKey []byte
	CreatedAt  time.Time
}

// portalKey is the secret that signs an organization's links: into the
// customers' portal and to documents.
type portalKey struct {
	OrganizationID uuid.UUID `gorm:"primaryKey"`
	Secret         []byte
	CreatedAt      time.Time
}

// WebhookPublicKey is the public half of the key that signs the organization's
// webhooks, as a PEM text. The key is made when it is first asked for, so the
// transaction must be a writing one.
func (tx *Tx) WebhookPublicKey() (string, error) {
	key, err := tx.webhookKey()
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return "", fmt.Errorf("encode the public webhook key: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}

// WebhookSigner signs webhooks with an organization's key, also when its transaction is
// over.
type WebhookSigner struct{ key *rsa.PrivateKey }

// WebhookSigner is who signs the organization's webhooks. Like WebhookPublicKey it makes
// the key when there is none.
func (tx *Tx) WebhookSigner() (WebhookSigner, error) {
	key, err := tx.webhookKey()
	return WebhookSigner{key: key}, err
}

// Sign signs a message by RS256 (RSASSA-PKCS1-v1_5 with SHA-256).
func (s WebhookSigner) Sign(message []byte) ([]byte, error) {
	digest := sha256.Sum256(message)
	signature, err := rsa.SignPKCS1v15(nil, s.key, crypto.SHA256, digest[:])
	if err != nil {
		return nil, fmt.Errorf("sign with the webhook key: %w", err)
	}
	return signature, nil
}

// webhookKey reads the organization's webhook key, or makes it. Of several
// transactions that make it at once, the first one's is kept.
func (tx *Tx) webhookKey() (*rsa.PrivateKey, error) {
	row, err := one[webhookKey](tx.db)
	if errors.Is(err, ErrNotFound) {
		if err := tx.makeWebhookKey(); err != nil {
			return nil, err
		}
		row, err = one[webhookKey](tx.db)
	}
	if err != nil {
		return nil, fmt.Errorf("read the webhook key: %w", err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(row.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("decode the webhook key: %w", err)
	}
	key, isRSA := parsed.(*rsa.PrivateKey)
	if !isRSA {
		return nil, errNoRSAKey
	}
	return key, nil
}

func (tx *Tx) makeWebhookKey() error {
	key, err := rsa.GenerateKey(rand.Reader, webhookKeyBits)
	if err != nil {
		return fmt.Errorf("make a webhook key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("encode the webhook key: %w", err)
	}
	if err := tx.db.Clauses(ignoreDuplicates).Create(&webhookKey{PrivateKey: der}).Error; err != nil {
		return fmt.Errorf("insert the webhook key: %w", err)
	}
	return nil
}

// insertPortalKey makes the secret that comes with every organization.
func (sys *System) insertPortalKey(organization Organization) error {
	row := portalKey{OrganizationID: organization.ID, Secret: make([]byte, portalSecretSize), CreatedAt: organization.CreatedAt}
	_, _ = rand.Read(row.Secret) // never fails
	if err := sys.db.Create(&row).Error; err != nil {
		return fmt.Errorf("insert the portal key: %w", err)
	}
	return nil
}

// linkSigner makes the HMAC-SHA256 of what a link of a purpose says, under the
// organization's portal key.
func (tx *Tx) linkSigner(purpose LinkPurpose) (func(message []byte) []byte, error) {
	row, err := one[portalKey](tx.db)
	if err != nil {
		return nil, fmt.Errorf("read the portal key: %w", err)
	}
	return func(message []byte) []byte {
		mac := hmac.New(sha256.New, row.Secret)
		mac.Write([]byte(purpose))
		mac.Write(message)
		return mac.Sum(nil)
	}, nil
}
