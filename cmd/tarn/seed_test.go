package main

import (
	"net/http"
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
