package wire

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"tarn/gen"
)

// publicKeyLine is the length of the lines into which a public key is broken.
const publicKeyLine = 60

// errNoPublicKey is the error of a text that holds no RSA public key; the store
// gives none such.
var errNoPublicKey = errors.New("wire: the webhook key is no RSA public key in PEM")

// WebhookPublicKey is the key that webhooks are checked with, as the API shows
// it: its PEM text in base64, broken into lines.
//
// Lago: what is encoded is the PEM text, not the key in it, and every line ends
// with a line feed, the last one too.
func WebhookPublicKey(pemText string) string {
	encoded := base64.StdEncoding.EncodeToString([]byte(pemText))
	var lines strings.Builder
	for len(encoded) > 0 {
		length := min(publicKeyLine, len(encoded))
		lines.WriteString(encoded[:length] + "\n")
		encoded = encoded[length:]
	}
	return lines.String()
}

// WebhookPublicKeyObject is the same key as the API shows it in JSON. Beside the
// text it has the key as a JSON Web Key, which is tarn's own addition: the
// original's clients pass over it.
func WebhookPublicKeyObject(pemText string) (gen.WebhookPublicKeyObject, error) {
	key, err := parsePublicKey(pemText)
	if err != nil {
		return gen.WebhookPublicKeyObject{}, err
	}
	jwk, err := jsonWebKey(key)
	return gen.WebhookPublicKeyObject{PublicKey: WebhookPublicKey(pemText), Jwk: jwk}, err
}

func parsePublicKey(pemText string) (*rsa.PublicKey, error) {
	block, _ := pem.Decode([]byte(pemText))
	if block == nil {
		return nil, errNoPublicKey
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("decode the public webhook key: %w", err)
	}
	key, isRSA := parsed.(*rsa.PublicKey)
	if !isRSA {
		return nil, errNoPublicKey
	}
	return key, nil
}

// jsonWebKey is a key by RFC 7517 and 7518. Its identifier is its thumbprint by
// RFC 7638: the SHA-256 of the members that make the key, in alphabetical order
// and without spaces.
func jsonWebKey(key *rsa.PublicKey) (gen.JSONWebKey, error) {
	jwk := gen.JSONWebKey{
		Kty: gen.JSONWebKeyKtyRSA, Alg: gen.JSONWebKeyAlgRS256, Use: gen.JSONWebKeyUseSig,
		N: base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
		E: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
	}
	essence, err := json.Marshal(struct {
		E   string            `json:"e"`
		Kty gen.JSONWebKeyKty `json:"kty"`
		N   string            `json:"n"`
	}{jwk.E, jwk.Kty, jwk.N})
	if err != nil {
		return jwk, fmt.Errorf("encode the webhook key for its thumbprint: %w", err)
	}
	thumbprint := sha256.Sum256(essence)
	jwk.Kid = base64.RawURLEncoding.EncodeToString(thumbprint[:])
	return jwk, nil
}
