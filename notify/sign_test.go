package notify

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// theBody is a body whose signature is known.
const theBody = `{"webhook_type":"customer.created","object_type":"customer","organization_id":"9d1c6b0e-0000-4000-8000-000000000001","customer":{"external_id":"c1"}}`

// TestHMACOf_IsTheOriginals compares with a signature of the original.
func TestHMACOf_IsTheOriginals(t *testing.T) {
	t.Parallel()
	require.Equal(t, "0hBMCI9vhkbTqSY6uwQhBLSuM0BoMgnvzT+wBLVPZSI=", hmacOf("11111111-2222-3333-4444-555555555555", []byte(theBody)))
}

// TestTokenOf_HoldsTheBody takes a token apart: what it holds is known byte for byte.
func TestTokenOf_HoldsTheBody(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	token, err := tokenOf("https://api.example", []byte(`{"a":"b"}`), func(message []byte) ([]byte, error) {
		digest := sha256.Sum256(message)
		return rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	})
	require.NoError(t, err)
	parts := strings.Split(token, ".")
	require.Len(t, parts, 3)
	require.Equal(t, "eyJhbGciOiJSUzI1NiJ9", parts[0])
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	require.Equal(t, `{"data":"{\"a\":\"b\"}","iss":"https://api.example"}`, string(claims))
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	require.NoError(t, err)
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	require.NoError(t, rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signature))
}
