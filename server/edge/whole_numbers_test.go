package edge

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWholeNumbers(t *testing.T) {
	t.Parallel()
	for sent, read := range map[string]string{
		`{"count":1999.0}`:             `{"count":1999}`,
		`{"count":1e3}`:                `{"count":1000}`,
		`{"count":-2.50e1}`:            `{"count":-25}`,
		`{"count":9007199254740993.0}`: `{"count":9007199254740993}`,
		`{"count":0.0}`:                `{"count":0}`,
		`{"count":0e-99}`:              `{"count":0}`,
		`{"count":-10.` + strings.Repeat("0", 45) + `}`:  `{"count":-10}`,
		`{"count":1` + strings.Repeat("0", 45) + `e-45}`: `{"count":1}`,
		`{"rate":1.0}`:                             `{"rate":1.0}`,
		`{"word":"1.0 1e3"}`:                       `{"word":"1.0 1e3"}`,
		`{"list":[{"n":1e1},{"n":2}]}`:             `{"list":[{"n":10},{"n":2}]}`,
		`{"part":{"n":3.00}}`:                      `{"part":{"n":3}}`,
		`{"properties":{"amount":"1","free":1.0}}`: `{"properties":{"amount":"1","free":1.0}}`,
	} {
		for _, asWire := range []bool{false, true} {
			body, err := lenientOperation(t, http.MethodPut).checkBody(named(t, sent), asWire)
			require.NoError(t, err, sent)
			require.JSONEq(t, string(named(t, read)), string(body), sent)
			require.Contains(t, string(body), read[1:len(read)-1], sent)
		}
	}
	// Nothing is written out that would take a page.
	body, err := lenientOperation(t, http.MethodPut).checkBody(named(t, `{"count":1e300}`), false)
	require.NoError(t, err)
	require.Contains(t, string(body), "1e300")
}
