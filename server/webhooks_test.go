package server_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"maps"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// publicKey reads the key from the text that the API shows.
func publicKey(t *testing.T, text string) *rsa.PublicKey {
	t.Helper()
	lines := strings.SplitAfter(text, "\n")
	require.Greater(t, len(lines), 2)
	require.Empty(t, lines[len(lines)-1], "the text ends with a line feed")
	for i, line := range lines[:len(lines)-1] {
		require.True(t, len(line) == 61 || i == len(lines)-2 && len(line) <= 61, "%q", line)
	}
	decoded, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(text, "\n", ""))
	require.NoError(t, err)
	block, rest := pem.Decode(decoded)
	require.NotNil(t, block)
	require.Empty(t, rest)
	require.Equal(t, "PUBLIC KEY", block.Type)
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	require.NoError(t, err)
	public, isRSA := key.(*rsa.PublicKey)
	require.True(t, isRSA)
	return public
}

// webKey rebuilds the key from a JSON Web Key, as RFC 7518 describes it.
func webKey(t *testing.T, jwk map[string]any) *rsa.PublicKey {
	t.Helper()
	number := func(name string) *big.Int {
		decoded, err := base64.RawURLEncoding.DecodeString(textOf(t, jwk, name))
		require.NoError(t, err)
		require.NotZero(t, decoded[0], "the fewest octets")
		return new(big.Int).SetBytes(decoded)
	}
	return &rsa.PublicKey{N: number("n"), E: int(number("e").Int64())}
}

// requireSameKey fails unless a JSON Web Key is the key, says what it is for
// and is named by its thumbprint.
func requireSameKey(t *testing.T, key *rsa.PublicKey, jwk map[string]any) {
	t.Helper()
	require.True(t, key.Equal(webKey(t, jwk)))
	thumbprint := sha256.Sum256([]byte(`{"e":"` + textOf(t, jwk, "e") + `","kty":"RSA","n":"` + textOf(t, jwk, "n") + `"}`))
	rest := maps.Clone(jwk)
	delete(rest, "n")
	require.Equal(t, map[string]any{
		"kty": "RSA", "alg": "RS256", "use": "sig", "e": "AQAB",
		"kid": base64.RawURLEncoding.EncodeToString(thumbprint[:]),
	}, rest)
}

func TestWebhooks_ShowThePublicKey(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		response := s.Get("/webhooks/public_key").Status(t, http.StatusOK)
		require.Equal(t, "text/plain", response.Header.Get("Content-Type"))
		text := string(response.Body)
		require.Equal(t, 2048, publicKey(t, text).Size()*8)
		shown := member(t, s.Get("/webhooks/json_public_key"), "webhook")
		require.Equal(t, text, shown["public_key"])
		require.ElementsMatch(t, []string{"public_key", "jwk"}, keys(shown))
		requireSameKey(t, publicKey(t, text), object(t, shown, "jwk"))
		require.Equal(t, text, string(s.Get("/webhooks/public_key").Body), "the key stays")

		_, other := s.NewOrganization(t, "Globex")
		theirs := s.DoAs(other, http.MethodGet, "/webhooks/public_key", "").Status(t, http.StatusOK)
		require.NotEqual(t, text, string(theirs.Body), "each organization has its own")
		requireClosed(t, s, "webhook_jwt_public_key", `GET /webhooks/public_key`, `GET /webhooks/json_public_key`)
	})
}

// TestWebhooks_AreSignedWithTheKeyThatIsShown checks a signature as a receiver
// of webhooks would.
func TestWebhooks_AreSignedWithTheKeyThatIsShown(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		message := []byte("header.claims")
		var signature []byte
		withinOrganization(t, s, func(tx *store.Tx) error {
			signer, err := tx.WebhookSigner()
			require.NoError(t, err)
			signature, err = signer.Sign(message)
			return err
		})
		shown := member(t, s.Get("/webhooks/json_public_key"), "webhook")
		for form, key := range map[string]*rsa.PublicKey{
			"PEM": publicKey(t, textOf(t, shown, "public_key")),
			"JWK": webKey(t, object(t, shown, "jwk")),
		} {
			digest := sha256.Sum256(message)
			require.NoError(t, rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature), form)
			digest[0]++
			require.Error(t, rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature), form)
		}
	})
}

// TestWebhooks_FirstUsesAtOnceMakeOneKey asks for the key from many sides
// before there is one.
func TestWebhooks_FirstUsesAtOnceMakeOneKey(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		answers := make([]string, 4)
		var group sync.WaitGroup
		for i := range answers {
			group.Go(func() { answers[i] = string(s.Get("/webhooks/public_key").Body) })
		}
		group.Wait()
		for _, answer := range answers {
			require.Equal(t, answers[0], answer)
		}
		publicKey(t, answers[0])
	})
}

// TestWebhooks_LogTheirReadsAsReads although the first one writes the key.
func TestWebhooks_LogTheirReadsAsReads(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.Get("/webhooks/json_public_key").Status(t, http.StatusOK)
		require.Empty(t, entries(t, s.Get("/api_logs"), "api_logs"))
		logs := entries(t, s.Logs(""), "data")
		require.Equal(t, "/api/v1/webhooks/json_public_key", logs[len(logs)-1]["path"])
	})
}
