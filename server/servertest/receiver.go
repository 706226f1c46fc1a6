package servertest

import (
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Receiver is an endpoint that webhooks can be sent to. It checks the signature of each
// as a receiver would, with what the API shows of the keys, and fails the test where one
// is wrong.
type Receiver struct {
	// URL is its address.
	URL string

	t       testing.TB
	hmacKey []byte
	rsaKey  *rsa.PublicKey

	mu     sync.Mutex
	got    []Webhook
	answer func(w http.ResponseWriter, got Webhook)
	news   chan Webhook
}

// Webhook is what a Receiver was sent.
type Webhook struct {
	// Type is the type that the body names.
	Type string
	// Key is the unique key, Algorithm how it was signed.
	Key, Algorithm string
	Body           []byte
}

// JSON is the body as decoded JSON.
func (w Webhook) JSON(t testing.TB) map[string]any {
	t.Helper()
	var value map[string]any
	require.NoError(t, json.Unmarshal(w.Body, &value))
	return value
}

// NewReceiver makes a receiver for the organization's webhooks that answers 200. It is no
// endpoint yet.
func (s *Server) NewReceiver(t testing.TB) *Receiver {
	t.Helper()
	settings := s.Admin(http.MethodGet, "/admin/organizations/"+s.Organization.ID.String(), "").Status(t, http.StatusOK).JSON(t)
	organization, _ := settings["organization"].(map[string]any)
	key, _ := organization["hmac_key"].(string)
	require.NotEmpty(t, key)
	r := &Receiver{t: t, hmacKey: []byte(key), rsaKey: s.webhookKey(t), news: make(chan Webhook, 10_000)}
	listener := httptest.NewServer(r)
	t.Cleanup(listener.Close)
	r.URL = listener.URL
	return r
}

// NewEndpoint is NewReceiver for one that is an endpoint with more members, such as
// `"signature_algo":"hmac"`.
func (s *Server) NewEndpoint(t testing.TB, members ...string) *Receiver {
	t.Helper()
	r := s.NewReceiver(t)
	body := strings.Join(append([]string{fmt.Sprintf(`"webhook_url":%q`, r.URL)}, members...), ",")
	s.Post("/webhook_endpoints", `{"webhook_endpoint":{`+body+`}}`).Status(t, http.StatusOK)
	return r
}

// webhookKey is the key that signs tokens, read as clients do.
func (s *Server) webhookKey(t testing.TB) *rsa.PublicKey {
	t.Helper()
	text := s.Get("/webhooks/public_key").Status(t, http.StatusOK).Body
	decoded, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(string(text), "\n", ""))
	require.NoError(t, err)
	block, _ := pem.Decode(decoded)
	require.NotNil(t, block)
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	require.NoError(t, err)
	public, isRSA := key.(*rsa.PublicKey)
	require.True(t, isRSA)
	return public
}

// Answer lets a function answer from now on.
func (r *Receiver) Answer(answer func(w http.ResponseWriter, got Webhook)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

// AnswerStatus lets the receiver answer with a status from now on.
func (r *Receiver) AnswerStatus(status int) {
	r.Answer(func(w http.ResponseWriter, _ Webhook) { w.WriteHeader(status) })
}

// Received is everything that has come, in order.
func (r *Receiver) Received() []Webhook {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Webhook(nil), r.got...)
}

// Types are the types of everything that has come, in order.
func (r *Receiver) Types() []string {
	types := []string{}
	for _, one := range r.Received() {
		types = append(types, one.Type)
	}
	return types
}

// Next waits for what comes next.
func (r *Receiver) Next() Webhook { return <-r.news }

// ServeHTTP takes a webhook.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	assert.NoError(r.t, err)
	got := Webhook{Key: request.Header.Get("X-Lago-Unique-Key"), Algorithm: request.Header.Get("X-Lago-Signature-Algorithm"), Body: body}
	assert.Equal(r.t, http.MethodPost, request.Method)
	assert.Equal(r.t, "application/json", request.Header.Get("Content-Type"))
	assert.NoError(r.t, r.verify(got, request.Header.Get("X-Lago-Signature")))
	var head struct {
		Type string `json:"webhook_type"`
	}
	assert.NoError(r.t, json.Unmarshal(body, &head))
	got.Type = head.Type
	r.mu.Lock()
	r.got = append(r.got, got)
	answer := r.answer
	r.mu.Unlock()
	r.news <- got
	if answer != nil {
		answer(w, got)
	}
}

// verify checks a signature.
func (r *Receiver) verify(got Webhook, signature string) error {
	switch got.Algorithm {
	case "hmac":
		mac := hmac.New(sha256.New, r.hmacKey)
		mac.Write(got.Body)
		if want := base64.StdEncoding.EncodeToString(mac.Sum(nil)); want != signature {
			return fmt.Errorf("the HMAC is %s, not %s", signature, want)
		}
		return nil
	case "jwt":
		return r.verifyToken(got.Body, signature)
	}
	return fmt.Errorf("no such algorithm: %q", got.Algorithm)
}

// verifyToken checks a token and that it holds the body.
func (r *Receiver) verifyToken(body []byte, token string) error {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return fmt.Errorf("no compact token: %s", token)
	}
	decoded := make([][]byte, len(parts))
	for i, part := range parts {
		var err error
		if decoded[i], err = base64.RawURLEncoding.DecodeString(part); err != nil {
			return fmt.Errorf("decode part %d of a token: %w", i, err)
		}
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(r.rsaKey, crypto.SHA256, digest[:], decoded[2]); err != nil {
		return err
	}
	if string(decoded[0]) != `{"alg":"RS256"}` {
		return fmt.Errorf("the header of the token is %s", decoded[0])
	}
	var claims map[string]string
	if err := json.Unmarshal(decoded[1], &claims); err != nil {
		return fmt.Errorf("read the claims: %w", err)
	}
	if len(claims) != 2 || claims["iss"] != Address || claims["data"] != string(body) {
		return fmt.Errorf("the claims are %s", decoded[1])
	}
	return nil
}
