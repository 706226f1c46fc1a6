package main

import (
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSeed_FillsAnOrganizationOnce(t *testing.T) {
	t.Parallel()
	server := start(t, nil)
	env := environment{"TARN_URL": server.URL, "TARN_API_KEY": server.Key}

	require.Regexp(t, `^OBJECTS +MADE +ALREADY THERE\ntaxes +2 +0\n`, says(t, env, "seed", "--example", "--company=saas"))
	require.Regexp(t, `^OBJECTS +MADE +ALREADY THERE\ntaxes +2 +2\n`, says(t, env, "seed", "--example"))
	again := says(t, nil, "seed", "--example", "--url", server.URL, "--key", server.Key)
	require.Regexp(t, `(?m)^plans +0 +6$`, again)
	require.Regexp(t, `(?m)^customers +0 +7$`, again)
	require.Len(t, server.get(t, "/api/v1/customers").json(t)["customers"], 7)
}

func TestSeed_SaysWhyItIsRefused(t *testing.T) {
	t.Parallel()
	server := start(t, nil)
	// The code of a tax that was deleted stays taken, but nothing can have it.
	server.do(t, http.StatusOK, http.MethodPost, "/api/v1/taxes", `{"tax":{"name":"Umsatzsteuer","code":"de_vat","rate":"19"}}`)
	server.do(t, http.StatusOK, http.MethodDelete, "/api/v1/taxes/de_vat", "")
	p := run(t, environment{"TARN_URL": server.URL, "TARN_API_KEY": server.Key}, "seed", "--example", "--company=saas")
	require.NotZero(t, p.wait(t))
	require.Regexp(t, `(?m)^taxes +1 +1$`, p.output.String())
	require.Contains(t, p.log.String(), "404 Not Found: tax_not_found")

	p = run(t, nil, "seed", "--key", server.Key)
	require.NotZero(t, p.wait(t))
	require.Contains(t, p.log.String(), "--example")
}

// The command finds the server by the settings that the server was started
// with.
func TestSeed_FindsTheServerByItsSettings(t *testing.T) {
	t.Parallel()
	server := start(t, environment{"TARN_API_KEY": "the-key-of-this-test"})
	_, port, err := net.SplitHostPort(strings.TrimPrefix(server.URL, "http://"))
	require.NoError(t, err)
	for _, listen := range []string{"127.0.0.1:" + port, "0.0.0.0:" + port, ":" + port} {
		env := environment{"TARN_LISTEN": listen, "TARN_API_KEY": "the-key-of-this-test"}
		require.Contains(t, says(t, env, "seed", "--example", "--company=saas"), "taxes")
	}
}

func TestSeed_SaysThatItFindsNoServer(t *testing.T) {
	t.Parallel()
	for listen, refusal := range map[string]string{
		"127.0.0.1:1": "no server answers at http://127.0.0.1:1; --listen (TARN_LISTEN) or --url (TARN_URL) say where it is",
		"127.0.0.1:0": "--listen: 127.0.0.1:0 does not say which port the server has taken; give its address as --url",
		"somewhere":   "--listen: address somewhere: missing port",
	} {
		p := run(t, environment{"TARN_LISTEN": listen}, "seed", "--example", "--key", "the-key-of-this-test")
		require.Equal(t, 1, p.wait(t))
		require.Contains(t, p.log.String(), refusal)
		require.Equal(t, 1, strings.Count(p.log.String(), "\n"), "one line: %s", p.log)
	}
}

// A history has an invoice of each of its twelve months.
func TestSeed_TellsAYear(t *testing.T) {
	t.Parallel()
	server := start(t, environment{"TARN_ADMIN_KEY": "the-admin-key-of-this-test"})
	said := says(t, environment{"TARN_URL": server.URL, "TARN_ADMIN_KEY": "the-admin-key-of-this-test"}, "seed", "--example", "--company=ai", "--history")
	found := regexp.MustCompile(`^organization \S+, API key (\S+)\n`).FindStringSubmatch(said)
	require.NotNil(t, found, said)
	server.Key = found[1]
	months := map[string]bool{}
	for page := 1; ; page++ {
		invoices, _ := server.get(t, fmt.Sprintf("/api/v1/invoices?per_page=100&page=%d", page)).json(t)["invoices"].([]any)
		for _, entry := range invoices {
			invoice, _ := entry.(map[string]any)
			day, _ := invoice["issuing_date"].(string)
			months[day[:len("2006-01")]] = true
		}
		if len(invoices) == 0 {
			break
		}
	}
	require.GreaterOrEqual(t, len(months), 12)
}
