package wire_test

import (
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/gen"
	"tarn/wire"
)

// The modulus of the example key in section 3.1 of RFC 7638, and its
// thumbprint.
const (
	exampleModulus = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMst" +
		"n64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbI" +
		"SD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
	exampleThumbprint = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
)

// encodePublicKey is a public key as a PEM text.
func encodePublicKey(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	require.NoError(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func TestWebhookPublicKeyObject_HasTheThumbprintOfTheStandard(t *testing.T) {
	t.Parallel()
	modulus, err := base64.RawURLEncoding.DecodeString(exampleModulus)
	require.NoError(t, err)
	text := encodePublicKey(t, &rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: 65537})

	object, err := wire.WebhookPublicKeyObject(text)

	require.NoError(t, err)
	require.Equal(t, wire.WebhookPublicKey(text), object.PublicKey)
	require.Equal(t, gen.JSONWebKey{
		Kty: "RSA", N: exampleModulus, E: "AQAB", Alg: "RS256", Use: "sig", Kid: exampleThumbprint,
	}, object.Jwk)
}

func TestWebhookPublicKeyObject_RefusesWhatIsNoKey(t *testing.T) {
	t.Parallel()
	public, _, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	for name, text := range map[string]string{
		"no PEM":      "key",
		"no key":      string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: []byte("key")})),
		"another key": encodePublicKey(t, public),
	} {
		_, err := wire.WebhookPublicKeyObject(text)
		require.Error(t, err, name)
	}
}
