package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/clock"
	"tarn/server/servertest"
	"tarn/wallets/ledger"
)

const walletAlertsPath = "/customers/c1/wallets/w/alerts"

// walletAlertWorld makes the wallet "w" of the customer "c1" with 90.00 in it.
func walletAlertWorld(t *testing.T, s *servertest.Server) (wallet map[string]any) {
	t.Helper()
	upsert(t, s, `{"external_id":"c1","currency":"USD"}`)
	return member(t, s.Post("/customers/c1/wallets", `{"wallet":{"name":"W","code":"w","currency":"USD","rate_amount":"1","granted_credits":"90"}}`), "wallet")
}

func TestWalletAlerts_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		wallet := walletAlertWorld(t, s)
		created := member(t, s.Post(walletAlertsPath, `{"alert":{"code":"low/1.0","name":"Low","alert_type":"wallet_balance_amount",
			"thresholds":[{"code":"warn","value":8000},{"value":"-3"},{"value":100,"recurring":true}]}}`), "alert")
		requireJSON(t, `{"lago_organization_id":"`+s.Organization.ID.String()+`","external_subscription_id":null,"subscription_external_id":null,
			"lago_wallet_id":"`+wallet["lago_id"].(string)+`","wallet_code":"w","alert_type":"wallet_balance_amount","direction":"decreasing",
			"code":"low/1.0","name":"Low","previous_value":"9000.0","last_processed_at":null,"created_at":"2026-01-15T10:30:00Z","billable_metric":null,
			"thresholds":[{"code":"warn","value":"8000.0","recurring":false},{"code":null,"value":"-3.0","recurring":false},
				{"code":null,"value":"100.0","recurring":true}]}`, identified(t, created))
		const path = walletAlertsPath + "/low%2F1.0"
		require.Equal(t, created, member(t, s.Get(path), "alert"))
		list := s.Get(walletAlertsPath)
		require.Equal(t, []map[string]any{created}, entries(t, list, "alerts"))
		require.Equal(t, meta(1, nil, nil, 1, 1), list.JSON(t)["meta"])
		changed := member(t, s.Put(path, `{"alert":{"thresholds":[{"code":"less","value":"5","recurring":true}]}}`), "alert")
		requireMembers(t, `{"name":"Low","thresholds":[{"code":"less","value":"5.0","recurring":true}]}`, changed)
		require.Equal(t, changed, member(t, s.Delete(path), "alert"))
		requireNotFound(t, "alert", s.Delete(path))
		requireNotFound(t, "alert", s.Get(path))
		requireNotFound(t, "alert", s.Put(path, `{"alert":{"name":"x"}}`))
	})
}

func TestWalletAlerts_RefuseTheFirstRuleThatIsBroken(t *testing.T) {
	t.Parallel()
	const money, one = `"alert_type":"wallet_balance_amount"`, `,"thresholds":[{"value":1}]`
	cases := map[string]struct{ members, details string }{
		"everything missing":       {`"name":"x"`, `{"alert_type":["value_is_mandatory","value_is_invalid"]}`},
		"a type of subscriptions":  {`"alert_type":"current_usage_amount"`, `{"alert_type":["invalid_type"]}`},
		"a type with an add-on":    {`"alert_type":"lifetime_usage_amount"`, `{"alert_type":["invalid_type"]}`},
		"no thresholds":            {money, `{"thresholds":["value_is_mandatory"]}`},
		"the same threshold twice": {money + `,"thresholds":[{"value":1},{"value":1}]`, `{"thresholds":["duplicate_threshold_values"]}`},
		"a value of no number":     {money + `,"thresholds":[{"value":"ten"}]`, `{"thresholds:value":["value_is_invalid"]}`},
		"recurring at zero":        {money + `,"thresholds":[{"value":0,"recurring":true}]`, `{"thresholds:value":["recurring_value_is_negative"]}`},
		"no code":                  {money + one, `{"code":["value_is_mandatory"]}`},
		"a metric of no use":       {money + `,"code":"x","billable_metric_code":"calls"` + one, `{"billable_metric":["value_must_be_blank"]}`},
		"a code that is taken":     {`"code":"low","alert_type":"wallet_credits_balance"` + one, `{"code":["value_already_exist"]}`},
		"what is watched already":  {money + `,"code":"x"` + one, `{"base":["alert_already_exists"]}`},
		"a code without end":       {`"alert_type":"wallet_credits_balance","code":"` + strings.Repeat("é", 1000) + `"` + one, `{"code":["value_is_too_long"]}`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		walletAlertWorld(t, s)
		newMetric(t, s, "calls", "")
		member(t, s.Post(walletAlertsPath, `{"alert":{"code":"low",`+money+one+`}}`), "alert")
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				requireDetails(t, c.details, s.Post(walletAlertsPath, `{"alert":{`+c.members+`}}`))
			})
		}
		requireNotFound(t, "billable_metric", s.Post(walletAlertsPath, `{"alert":{`+money+`,"code":"x","billable_metric_code":"none"`+one+`}}`))
		requireNoParameter(t, "alert", s.Post(walletAlertsPath, `{}`))
		requireNoParameter(t, "alert", s.Put(walletAlertsPath+"/low", `{"alert":[1]}`))
		for _, path := range []string{"/customers/nobody/wallets/w/alerts", "/customers/c1/wallets/none/alerts"} {
			what := "wallet"
			if strings.Contains(path, "nobody") {
				what = "customer"
			}
			requireNotFound(t, what, s.Get(path))
			requireNotFound(t, what, s.Post(path, `{"alert":{"code":"low",`+money+one+`}}`))
			requireNotFound(t, what, s.Delete(path))
			requireNotFound(t, what, s.Get(path+"/low"))
			requireNotFound(t, what, s.Put(path+"/low", `{"alert":{"name":"x"}}`))
			requireNotFound(t, what, s.Delete(path+"/low"))
		}
		require.Len(t, entries(t, s.Get(walletAlertsPath), "alerts"), 1)
	})
}

func TestWalletAlerts_ComeInBatchesAndAreDeletedTogether(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		walletAlertWorld(t, s)
		const money = `{"code":"a","alert_type":"wallet_balance_amount","thresholds":[{"value":1}]}`
		const again = `{"code":"b","alert_type":"wallet_balance_amount","thresholds":[{"value":2}]}`
		requireDetails(t, `{"1":{"params":`+again+`,"errors":"Validation errors: {\"base\":[\"alert_already_exists\"]}"}}`,
			s.Post(walletAlertsPath, `{"alerts":[`+money+`,`+again+`]}`))
		require.Empty(t, entries(t, s.Get(walletAlertsPath), "alerts"), "all or nothing")
		response := s.Post(walletAlertsPath, `{"alerts":[`+money+`,{"code":"c","name":"C","alert_type":"wallet_credits_ongoing_balance","thresholds":[{"code":"one","value":1}]}]}`)
		requireMembers(t, `{"name":"C","thresholds":[{"code":"one","value":"1.0","recurring":false}]}`, entries(t, response, "alerts")[1])
		require.Equal(t, []any{"a", "c"}, pluck(entries(t, response, "alerts"), "code"))
		require.NotContains(t, response.JSON(t), "meta")
		require.Equal(t, []any{"alert.created", "alert.created"}, pluck(activities(t, s, response), "activity_type"))
		requirePages(t, s.Get, walletAlertsPath, "alerts")
		deleted := s.Delete(walletAlertsPath).Status(t, http.StatusOK)
		require.Empty(t, deleted.Body)
		require.Len(t, activities(t, s, deleted), 2)
		require.Empty(t, entries(t, s.Get(walletAlertsPath), "alerts"))
	})
}

// TestWalletAlerts_AreNotLookedAtWithoutPremium, nor do ongoing balances follow usage;
// they follow balances.
func TestWalletAlerts_AreNotLookedAtWithoutPremium(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		watchedWorld(t, s, 1)
		wallet := walletAlertWorld(t, s)["lago_id"]
		s.Post(walletAlertsPath, `{"alert":{"code":"low","alert_type":"wallet_balance_amount","thresholds":[{"value":8500}]}}`).Status(t, http.StatusOK)
		setPremium(t, s, `{"licensed":false}`)
		use(t, s, "a", 7, "0")
		ongoing := func() any {
			return member(t, s.Get(fmt.Sprintf("/wallets/%s", wallet)), "wallet")["ongoing_balance_cents"]
		}
		require.Equal(t, "9000", fmt.Sprint(ongoing()))
		s.Post("/wallet_transactions", fmt.Sprintf(`{"wallet_transaction":{"wallet_id":%q,"voided_credits":"20"}}`, wallet)).Status(t, http.StatusOK)
		require.Equal(t, "9000.0", fmt.Sprint(member(t, s.Get(walletAlertsPath+"/low"), "alert")["previous_value"]))
		require.Equal(t, "6300", fmt.Sprint(ongoing()))
	})
}

// TestOngoingBalances_InRealTime follow usage every five minutes, once for all events
// until then, and balances at once.
func TestOngoingBalances_InRealTime(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s = inRealTime(t, s)
		watchedWorld(t, s, 1)
		settle := func() { require.NoError(t, s.Runner.RunDue(t.Context(), s.Organization.ID)) }
		wallet := walletAlertWorld(t, s)["lago_id"]
		settle()
		ongoing := func() string {
			return fmt.Sprint(member(t, s.Get(fmt.Sprintf("/wallets/%s", wallet)), "wallet")["ongoing_balance_cents"])
		}
		require.Equal(t, "9000", ongoing())
		before := clock.Real().Now()
		use(t, s, "a", 7, "0")
		use(t, s, "b", 1, "0")
		after := clock.Real().Now()
		settle()
		require.Equal(t, "9000", ongoing())
		waiting := waitingJobs(t, s, ledger.KindRefreshOngoing)
		require.NotEmpty(t, waiting)
		for _, job := range waiting {
			require.True(t, job.ScheduledAt.Equal(job.ScheduledAt.Truncate(5*time.Minute)))
			require.WithinRange(t, job.ScheduledAt, before, after.Add(5*time.Minute))
		}
		makeDue(t, s, waiting...)
		settle()
		require.Equal(t, "8200", ongoing())
		s.Post("/wallet_transactions", fmt.Sprintf(`{"wallet_transaction":{"wallet_id":%q,"voided_credits":"20"}}`, wallet)).Status(t, http.StatusOK)
		settle()
		require.Equal(t, "6200", ongoing())
	})
}
