package main

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestClock_IsMovedBesideARunningServer(t *testing.T) {
	t.Parallel()
	onDatabases(t, func(t *testing.T, m manager) {
		server := start(t, m.env)
		key := keyShape.FindString(m.says(t, "org", "create", "Traveller", "--clock=2030-01-31T09:00:00Z"))
		stands := func(instant string) string {
			return "organization  traveller\nclock         " + instant + "   (stands until it is moved)\n"
		}
		require.Equal(t, stands("2030-01-31T09:00:00Z"), m.says(t, "clock", "show", "--org=traveller"))
		server.as(key).do(t, http.StatusOK, http.MethodPost, "/api/v1/plans",
			`{"plan":{"name":"Pro","code":"pro","interval":"monthly","amount_cents":100,"amount_currency":"EUR","pay_in_advance":false}}`)
		server.as(key).do(t, http.StatusOK, http.MethodPost, "/api/v1/customers", `{"customer":{"external_id":"acme"}}`)
		server.as(key).do(t, http.StatusOK, http.MethodPost, "/api/v1/subscriptions",
			`{"subscription":{"external_customer_id":"acme","plan_code":"pro","external_id":"s","ending_at":"2030-02-15T00:00:00Z"}}`)

		require.Equal(t, stands("2030-02-28T09:00:00Z"), m.says(t, "clock", "advance", "P1M", "--org=traveller"))
		list := server.as(key).get(t, "/api/v1/subscriptions?status[]=terminated").json(t)["subscriptions"]
		require.Len(t, list, 1, "what fell due on the way was done")
		require.Equal(t, stands("2030-03-01T00:00:00Z"), m.says(t, "clock", "set", "2030-03-01T01:00:00+01:00", "--org=traveller"))
		tax := server.as(key).do(t, http.StatusOK, http.MethodPost, "/api/v1/taxes", `{"tax":{"name":"VAT","code":"vat","rate":1}}`).json(t)["tax"]
		object, _ := tax.(map[string]any)
		require.Equal(t, "2030-03-01T00:00:00Z", object["created_at"])
	})
}

func TestClock_OnRealTimeStandsOnceItIsMoved(t *testing.T) {
	t.Parallel()
	onDatabases(t, func(t *testing.T, m manager) {
		m.says(t, "org", "create", "Acme")
		require.Regexp(t, `^organization  acme\nclock         \S+   \(real time\)\n$`, m.says(t, "clock", "show"))
		require.Regexp(t, `\(stands until it is moved\)`, m.says(t, "clock", "advance", "PT1S"))
		require.Equal(t, m.says(t, "clock", "show"), m.says(t, "clock", "show"))
	})
}

func TestClock_Refuses(t *testing.T) {
	t.Parallel()
	onDatabases(t, func(t *testing.T, m manager) {
		m.says(t, "org", "create", "Acme", "--clock=2030-01-01T00:00:00Z")
		for _, refusal := range []struct {
			args []string
			why  string
		}{
			{[]string{"advance", "1M"}, `"1M" is no duration of ISO 8601; one month is P1M`},
			{[]string{"advance", "P6Y"}, "a clock only moves forward, and by five years at most at once"},
			{[]string{"advance", "P0D"}, "a clock only moves forward"},
			{[]string{"set", "2029-12-31T00:00:00Z"}, "a clock only moves forward"},
			{[]string{"set", "tomorrow"}, "<to>"},
			{[]string{"show", "--org=other"}, "no such organization: other"},
		} {
			assert.Contains(t, m.refuses(t, append([]string{"clock"}, refusal.args...)...), refusal.why)
		}
		assert.Contains(t, m.says(t, "clock", "show"), "2030-01-01T00:00:00Z")
	})
}
