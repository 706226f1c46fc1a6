package seed_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/seed"
	"tarn/server/servertest"
	"tarn/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// clientOf is a client of a test's server.
func clientOf(s *servertest.Server) seed.Client {
	return seed.Client{URL: s.URL + "/", Key: s.Key, HTTP: http.DefaultClient}
}

// stepsOf are the steps of companies.
func stepsOf(t *testing.T, companies ...string) []seed.Step {
	t.Helper()
	steps, err := seed.Example(companies...)
	require.NoError(t, err)
	return steps
}

// sum adds a report up.
func sum(report seed.Report) (made, unchanged int) {
	for _, line := range report {
		made += line.Made
		unchanged += line.Unchanged
	}
	return made, unchanged
}

// listed are the objects of a list that fits on one page.
func listed(t *testing.T, s *servertest.Server, path, root string) []any {
	t.Helper()
	list, isList := s.Get(path+"?per_page=100").Status(t, http.StatusOK).JSON(t)[root].([]any)
	require.True(t, isList)
	return list
}

func TestApply_MakesEverythingOnce(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		steps := stepsOf(t, seed.AI, seed.SaaS)
		report, err := clientOf(s).Apply(t.Context(), steps)
		require.NoError(t, err)
		made, unchanged := sum(report)
		require.Equal(t, len(steps), made)
		require.Zero(t, unchanged)
		for _, line := range report {
			if line.Kind == "entitlements" {
				continue // they are listed with their plans
			}
			root := strings.ReplaceAll(line.Kind, " ", "_")
			require.Len(t, listed(t, s, "/"+root, root), line.Made, line.Kind)
		}

		report, err = clientOf(s).Apply(t.Context(), steps)
		require.NoError(t, err)
		made, unchanged = sum(report)
		require.Zero(t, made)
		require.Equal(t, len(steps), unchanged)
	})
}

func TestExample_ShowsWhatPlansCanDo(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, err := clientOf(s).Apply(t.Context(), stepsOf(t, seed.AI, seed.SaaS))
		require.NoError(t, err)
		models, parts := map[string]bool{}, map[string]bool{}
		for _, entry := range listed(t, s, "/plans", "plans") {
			code := entry.(map[string]any)["code"].(string)
			plan := s.Get("/plans/"+code).Status(t, http.StatusOK).JSON(t)["plan"].(map[string]any)
			for _, charge := range plan["charges"].([]any) {
				models[charge.(map[string]any)["charge_model"].(string)] = true
				parts["filters"] = parts["filters"] || len(charge.(map[string]any)["filters"].([]any)) > 0
			}
			for _, part := range []string{"fixed_charges", "usage_thresholds", "taxes"} {
				parts[part] = parts[part] || len(plan[part].([]any)) > 0
			}
			require.NotEmpty(t, plan["entitlements"], code)
			parts["minimum_commitment"] = parts["minimum_commitment"] || plan["minimum_commitment"] != nil
		}
		require.Equal(t, map[string]bool{"standard": true, "graduated": true, "package": true, "percentage": true, "volume": true}, models)
		require.Equal(t, map[string]bool{
			"filters": true, "fixed_charges": true, "usage_thresholds": true, "taxes": true, "minimum_commitment": true,
		}, parts)
	})
}

func TestApply_ResumesWhereItWasRefused(t *testing.T) {
	t.Parallel()
	s := servertest.New(t, storetest.URL(t, "sqlite"))
	good := stepsOf(t, seed.SaaS)
	bad, err := seed.Parse("bad.yaml", []byte("- method: POST\n  path: /plans\n  body:\n    plan: {code: odd, name: Odd, interval: monthly,\n"+
		"      amount_cents: 1, amount_currency: EUR, pay_in_advance: false,\n"+
		"      charges: [{billable_metric_id: !id billable_metrics/seats, charge_model: standard, properties: {amount: cheap}}]}\n"))
	require.NoError(t, err)

	report, err := clientOf(s).Apply(t.Context(), append(good[:8:8], bad...))
	var refusal *seed.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, http.StatusUnprocessableEntity, refusal.Status)
	require.EqualError(t, err, `bad.yaml:4: POST /plans: 422 Unprocessable Entity: validation_errors: {"properties":["invalid_amount"]}`)
	made, _ := sum(report)
	require.Equal(t, 8, made)

	report, err = clientOf(s).Apply(t.Context(), good)
	require.NoError(t, err)
	made, unchanged := sum(report)
	require.Equal(t, 8, unchanged)
	require.Equal(t, len(good)-8, made)
}

func TestApply_OnlyATakenCodeMeansThatItIsThere(t *testing.T) {
	t.Parallel()
	s := servertest.New(t, storetest.URL(t, "sqlite"))
	for name, test := range map[string]struct{ step, failure string }{
		"unknown reference": {
			"- {method: POST, path: /plans, body: {plan: {id: !id plans/none}}}",
			"x.yaml:1: GET /plans/none: 404 Not Found: plan_not_found",
		},
		"reference without identifier": {
			"- {method: POST, path: /plans, body: {plan: {id: !id taxes}}}",
			"x.yaml:1: GET /taxes: ",
		},
		"two findings": {
			"- {method: POST, path: /taxes, body: {tax: {code: null, name: null, rate: 1}}}",
			`x.yaml:1: POST /taxes: 422 Unprocessable Entity: validation_errors: {`,
		},
		"no such route": {
			"- {method: POST, path: /nothing, unless: /taxes/none, body: {}}",
			"x.yaml:1: POST /nothing: 404 Not Found",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps, err := seed.Parse("x.yaml", []byte(test.step))
			require.NoError(t, err)
			report, err := clientOf(s).Apply(t.Context(), steps)
			require.ErrorContains(t, err, test.failure)
			require.Empty(t, report)
		})
	}
}

func TestApply_NeedsAKeyAndAServer(t *testing.T) {
	t.Parallel()
	s := servertest.New(t, storetest.URL(t, "sqlite"))
	client := clientOf(s)
	client.Key = "wrong"
	_, err := client.Apply(t.Context(), stepsOf(t, seed.AI))
	var refusal *seed.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, http.StatusUnauthorized, refusal.Status)

	client.URL = "http://127.0.0.1:1"
	_, err = client.Apply(t.Context(), stepsOf(t, seed.AI))
	require.Error(t, err)
	require.NotErrorAs(t, err, &refusal)
}

func TestApply_ReportsAnswersThatAreNotTheAPIs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status  int
		body    string
		failure string
	}{
		"a proxy's error":     {http.StatusBadGateway, "<html>", "x.yaml:1: GET /customers/acme: 502 Bad Gateway"},
		"a reason":            {http.StatusBadRequest, `{"status":400,"error":"no such thing"}`, "x.yaml:1: GET /customers/acme: 400 no such thing"},
		"a page as a success": {http.StatusOK, "<html>", "x.yaml:1: GET /customers/acme: invalid character '<' looking for beginning of value"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.body)) // the client's failure would tell
			}))
			t.Cleanup(server.Close)
			steps, err := seed.Parse("x.yaml", []byte("- {method: POST, path: /customers, unless: /customers/acme, body: {}}"))
			require.NoError(t, err)
			_, err = seed.Client{URL: server.URL, HTTP: server.Client()}.Apply(t.Context(), steps)
			require.EqualError(t, err, test.failure)
		})
	}
}

func TestParse_Refuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no list":        "method: POST",
		"unknown member": "- {method: POST, path: /taxes, query: x}",
		"no method":      "- {path: /taxes}",
		"no path":        "- {method: POST, path: taxes}",
	} {
		_, err := seed.Parse("x.yaml", []byte(text))
		require.ErrorContains(t, err, "x.yaml", name)
	}
	_, err := seed.Example("bakery")
	require.ErrorContains(t, err, "bakery")
}
