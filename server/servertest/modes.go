package servertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"testing"

	"github.com/google/uuid"

	"tarn/compat"
	"tarn/encode"
	"tarn/notify"
	"tarn/openapi/openapitest"
	"tarn/store/storetest"
)

// modeCheck is what looks at every answer beyond the server's own validation. The first
// half of the tests runs with the race detector, under which that takes four times as
// long: the second half looks at what the same tests are answered by the other database.
func modeCheck() func(operation string, status int, value any) error {
	if storetest.FirstHalf() {
		return nil
	}
	return checkModes
}

// checkModes holds an answer of the billing API against the contracts: in the
// document's mode against the published document, on the wire against our own,
// where it must also be what encoding/json writes, but for the fractions of whole rates.
func checkModes(operation string, status int, value any) error {
	published, err := openapitest.Published()
	if err != nil {
		return err
	}
	served, err := openapitest.Served()
	if err != nil {
		return err
	}
	answer, err := encode.Answer(nil, compat.Document, operation, status, value)
	if err != nil {
		return err
	}
	if err := published.Check(operation, status, answer); err != nil {
		return fmt.Errorf("%w\n%s", err, answer)
	}
	answer, err = encode.Answer(nil, compat.Wire, operation, status, value)
	if err != nil {
		return err
	}
	if err := served.Check(operation, status, answer); err != nil {
		return fmt.Errorf("%w\n%s", err, answer)
	}
	if wanted, err := json.Marshal(value); err != nil || !bytes.Equal(withoutZeros(wanted), withoutZeros(answer)) {
		return fmt.Errorf("%s %d is not what encoding/json writes:\n%s\n%s", operation, status, answer, wanted)
	}
	return nil
}

// fractionOfZero ends a whole number that is written with a fraction, as rates are.
var fractionOfZero = regexp.MustCompile(`(\d)\.0([,}\]])`)

func withoutZeros(written []byte) []byte { return fractionOfZero.ReplaceAll(written, []byte("$1$2")) }

// webhookCheck is what looks at every webhook that a test causes, where modeCheck looks at
// answers. A benchmark's are not looked at, because that takes longer than making them.
func webhookCheck(t testing.TB) func(eventType, objectType string, object any) error {
	if _, measures := t.(*testing.B); measures || storetest.FirstHalf() {
		return nil
	}
	return checkWebhook
}

// checkWebhook holds a webhook against the contracts as checkModes does with an answer.
func checkWebhook(eventType, objectType string, object any) error {
	observed.noteWebhook(eventType)
	published, err := openapitest.Published()
	if err != nil {
		return err
	}
	served, err := openapitest.Served()
	if err != nil {
		return err
	}
	subject := notify.Subject{Type: eventType, ObjectType: objectType}
	for mode, contract := range map[compat.Mode]*openapitest.Contract{compat.Document: published, compat.Wire: served} {
		body, err := notify.Body(mode, uuid.New(), subject, object)
		if err != nil {
			return err
		}
		if err := contract.CheckWebhook(eventType, body); err != nil {
			return fmt.Errorf("%w\n%s", err, body)
		}
	}
	return nil
}
