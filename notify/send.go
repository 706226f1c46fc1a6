package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// The headers of webhooks.
const (
	headerSignature = "X-Lago-Signature"
	headerAlgorithm = "X-Lago-Signature-Algorithm"
	headerUniqueKey = "X-Lago-Unique-Key"
)

const (
	// answerKept is how much of an answer is kept, in bytes.
	answerKept = 64 << 10
	// answerHeaders bounds the headers of an answer, in bytes.
	answerHeaders = 64 << 10
	// idleConnections and idleTime are for how many connections are kept open, and for
	// how long.
	idleConnections = 256
	idleTime        = 90 * time.Second
	// errorKept is how much of an error is kept, in bytes.
	errorKept = 2000
)

// accepted are the statuses with which an endpoint says that it has got a webhook.
//
// Lago: no other success counts, and no redirect is followed.
var accepted = []int{http.StatusOK, http.StatusCreated, http.StatusAccepted, http.StatusNoContent}

// newClient makes the client that sends webhooks. It takes no proxy from the environment,
// which would connect to what it must not connect to.
func newClient(options Options) *http.Client {
	dialer := &net.Dialer{Timeout: options.Timeout}
	if !options.AllowPrivate {
		dialer.Control = refusePrivate
	}
	return &http.Client{
		Timeout: options.Timeout,
		Transport: &http.Transport{
			DialContext: dialing(dialer), ForceAttemptHTTP2: true, DisableCompression: true,
			TLSHandshakeTimeout: options.Timeout, ResponseHeaderTimeout: options.Timeout,
			MaxIdleConns: idleConnections, MaxIdleConnsPerHost: sideBySide, IdleConnTimeout: idleTime,
			MaxResponseHeaderBytes: answerHeaders,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// outcome is what an attempt has come to.
type outcome struct {
	// sent says that it was made at all.
	sent bool
	// status is nil when there was no answer.
	status *int
	body   string
	// failure says why the webhook was not got; empty when it was.
	failure string
}

// send makes one attempt.
func (s *Sender) send(ctx context.Context, address string, by signer, key uuid.UUID, body []byte) outcome {
	signature, err := by.sign(body)
	if err != nil {
		return outcome{sent: true, failure: kept(err.Error(), errorKept)}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return outcome{sent: true, failure: kept(reason(err), errorKept)}
	}
	setHeaders(request.Header, by.algorithm, signature, key)
	response, err := s.client.Do(request)
	if err != nil {
		return outcome{sent: true, failure: kept(reason(err), errorKept)}
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(io.LimitReader(response.Body, answerKept))
	result := outcome{sent: true, status: &response.StatusCode, body: kept(string(content), answerKept)}
	switch {
	case !slices.Contains(accepted, response.StatusCode):
		result.failure = fmt.Sprintf("the endpoint has answered %d", response.StatusCode)
	case err != nil:
		result.failure = kept("read the answer: "+reason(err), errorKept)
	}
	return result
}

// setHeaders puts the headers of a webhook onto a request.
func setHeaders(header http.Header, algorithm, signature string, key uuid.UUID) {
	header.Set("Content-Type", "application/json")
	header.Set("User-Agent", "tarn")
	header.Set(headerSignature, signature)
	header.Set(headerAlgorithm, algorithm)
	header.Set(headerUniqueKey, key.String())
}

// reason is an error of a request without the method and the address, which the attempt
// keeps already.
func reason(err error) string {
	var failed *url.Error
	if errors.As(err, &failed) {
		if failed.Timeout() {
			return "the endpoint has not answered in time"
		}
		err = failed.Err
	}
	return err.Error()
}

// kept is a text that both databases take, and not too much of it.
func kept(text string, length int) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "�"), "\x00", "")
	if len(text) <= length {
		return text
	}
	end := length
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}
