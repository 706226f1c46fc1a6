package openapitest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestForms_TellApartWhatASchemaMayTellApart(t *testing.T) {
	t.Parallel()
	f := newForms()
	const body = `{"id":"0195d7a1-0000-7000-8000-000000000001","at":"2026-01-31T09:00:00Z","status":"paid","name":"a \"quoted\" 1","amount":"12.50","cents":1250}`
	for other, alike := range map[string]bool{
		`{"id":"0195d7a1-ffff-7000-8000-00000000000a","at":"2025-12-01T10:30:00Z","status":"paid","name":"a \"quoted\" 2","amount":"99.99","cents":1250}`: true,
		`{"id":"0195d7a1-0000-7000-8000-000000000001","at":"2026-1-31T09:00:00Z","status":"paid","name":"a \"quoted\" 1","amount":"12.50","cents":1250}`:  false,
		`{"id":"0195d7a1-0000-7000-8000-000000000001","at":"2026-01-31T09:00:00Z","status":"void","name":"a \"quoted\" 1","amount":"12.50","cents":1250}`: false,
		`{"id":"0195d7a1-0000-7000-8000-00000000000x","at":"2026-01-31T09:00:00Z","status":"paid","name":"a \"quoted\" 1","amount":"12.50","cents":1250}`: false,
		`{"id":"0195d7a1-0000-7000-8000-000000000001","at":"2026-02-31T09:00:00Z","status":"paid","name":"a \"quoted\" 1","amount":"12.50","cents":1250}`: false,
		`{"id":null,"at":"2026-01-31T09:00:00Z","status":"paid","name":"a \"quoted\" 1","amount":"12.50","cents":1250}`:                                   false,
		`{"id":"0195d7a1-0000-7000-8000-000000000001","at":"2026-01-31T09:00:00Z","status":"paid","name":"a \"quoted\" 1","amount":"12.50","cents":-1}`:   false,
		`{"id":"0195d7a1-0000-7000-8000-000000000001","at":"2026-01-31T09:00:00Z","status":"paid","name":"a \"quoted\" 1","amount":12.50,"cents":1250}`:   false,
	} {
		assert.Equal(t, alike, f.key("#/a", []byte(body)) == f.key("#/a", []byte(other)), other)
	}
	assert.NotEqual(t, f.key("#/a", []byte(body)), f.key("#/b", []byte(body)))
}
