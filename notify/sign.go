package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/google/uuid"

	"tarn/store"
)

// The ways in which endpoints choose to have webhooks signed.
const (
	algorithmJWT  = "jwt"
	algorithmHMAC = "hmac"
)

// signer signs what an endpoint is sent.
type signer struct {
	algorithm string
	// hmacKey is the text that is the key of HMACs.
	hmacKey string
	// issuer and rsa are for tokens.
	issuer string
	rsa    store.WebhookSigner
}

// signerFor is who signs what an endpoint is sent.
func signerFor(tx *store.Tx, endpoint store.WebhookEndpoint) (signer, error) {
	s := signer{algorithm: endpoint.SignatureAlgo, hmacKey: tx.Organization().HMACKey.String(), issuer: tx.Address()}
	if s.algorithm != algorithmJWT {
		return s, nil
	}
	var err error
	s.rsa, err = tx.WebhookSigner()
	return s, err
}

// sign is the signature of a body.
func (s signer) sign(body []byte) (string, error) {
	if s.algorithm == algorithmHMAC {
		return hmacOf(s.hmacKey, body), nil
	}
	return tokenOf(s.issuer, body, s.rsa.Sign)
}

// SignHMAC puts the headers of a webhook onto a request that carries a body: signed with
// an organization's HMAC key, under a unique key.
func SignHMAC(header http.Header, hmacKey string, key uuid.UUID, body []byte) {
	setHeaders(header, algorithmHMAC, hmacOf(hmacKey, body), key)
}

// hmacOf is the HMAC-SHA256 of a body in base64.
func hmacOf(key string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// tokenOf is a JSON Web Token (RFC 7519) in compact form that holds a body, as a text.
//
// Lago: its header says nothing but the algorithm, and it has no time.
func tokenOf(issuer string, body []byte, sign func([]byte) ([]byte, error)) (string, error) {
	claims, err := json.Marshal(struct {
		Data   string `json:"data"`
		Issuer string `json:"iss"`
	}{string(body), issuer})
	if err != nil {
		return "", fmt.Errorf("write the claims of a webhook: %w", err)
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims)
	signature, err := sign([]byte(text))
	if err != nil {
		return "", err
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}
