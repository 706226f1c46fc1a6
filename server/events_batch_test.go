package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// uniqueText is a text of letters and digits that does not compress.
func uniqueText(seed uint64, length int) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	random := rand.New(rand.NewPCG(seed, seed))
	text := make([]byte, length)
	for i := range text {
		text[i] = letters[random.IntN(len(letters))]
	}
	return string(text)
}

// batchOf is the body for events of one subscription.
func batchOf(transactions ...string) string {
	entries := make([]string, len(transactions))
	for i, transaction := range transactions {
		entries[i] = fmt.Sprintf(`{"transaction_id":%q,"code":"api","external_subscription_id":"sub"}`, transaction)
	}
	return `{"events":[` + strings.Join(entries, ",") + `]}`
}

// numbered are so many transactions.
func numbered(count int) []string {
	transactions := make([]string, count)
	for i := range transactions {
		transactions[i] = fmt.Sprintf("t%03d", i)
	}
	return transactions
}

func TestEventBatches_Create(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		var answer struct{ Events []map[string]any }
		s.Post("/events/batch", batchOf(numbered(100)...)).Status(t, http.StatusOK).Decode(t, &answer)
		require.Len(t, answer.Events, 100)
		for i, event := range answer.Events {
			require.Equal(t, fmt.Sprintf("t%03d", i), event["transaction_id"])
		}
		require.Equal(t, answer.Events[7], anyOf(t, s.Get("/events/t007"))["event"])
		// Entries that are null count as not sent.
		s.Post("/events/batch", `{"events":[null,{"transaction_id":"u","code":"api"}]}`).Status(t, http.StatusOK).Decode(t, &answer)
		require.Len(t, answer.Events, 1)
	})
}

// anyOf is a body with plain numbers.
func anyOf(t *testing.T, response *servertest.Response) map[string]any {
	t.Helper()
	var value map[string]any
	response.Decode(t, &value)
	return value
}

func TestEventBatches_Refuse(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.Post("/billable_metrics", `{"billable_metric":{"name":"Sum","code":"sum","aggregation_type":"sum_agg","field_name":"total",`+
			`"expression":"event.properties.a + event.properties.b"}}`).Status(t, http.StatusOK)
		s.Post("/events", eventBody("there", ``)).Status(t, http.StatusOK)
		for body, want := range map[string]string{
			``:                        `{"events":["no_events"]}`,
			`{}`:                      `{"events":["no_events"]}`,
			`{"events":[]}`:           `{"events":["no_events"]}`,
			`{"events":[null]}`:       `{"events":["no_events"]}`,
			`{"events":{"0":{}}}`:     `{"events":["no_events"]}`,
			batchOf(numbered(101)...): `{"events":["too_many_events"]}`,
			`{"events":[{"transaction_id":"a","code":"api"},{"transaction_id":"b","code":"api","timestamp":"x"}]}`: `{"1":{"timestamp":["invalid_format"]}}`,
			`{"events":[{},{"transaction_id":"b","code":"api"},1]}`:                                                `{"0":{"transaction_id":["value_is_mandatory"],"code":["value_is_mandatory"]},"2":{"transaction_id":["value_is_mandatory"],"code":["value_is_mandatory"]}}`,
			// Uniqueness comes second: only where all fields are right.
			`{"events":[{"code":"api"},{"transaction_id":"there","code":"api","external_subscription_id":"sub"}]}`: `{"0":{"transaction_id":["value_is_mandatory"]}}`,
			batchOf("a", "b", "there"):      `{"2":{"transaction_id":["value_already_exist"]}}`,
			batchOf("there", "b", "a", "b"): `{"0":{"transaction_id":["value_already_exist"]},"3":{"transaction_id":["value_already_exist"]}}`,
			// Within a batch the subscription makes no difference.
			`{"events":[{"transaction_id":"a","code":"api","external_subscription_id":"x"},{"transaction_id":"a","code":"api","external_subscription_id":"y"}]}`: `{"1":{"transaction_id":["value_already_exist"]}}`,
			`{"events":[{"transaction_id":"a","code":"api"},{"transaction_id":"a","code":"api"},{"transaction_id":"a","code":"api"}]}`:                           `{"1":{"transaction_id":["value_already_exist"]},"2":{"transaction_id":["value_already_exist"]}}`,
			`{"events":[{"transaction_id":"a","code":"sum","properties":{"a":1}},{"transaction_id":"b","code":"sum","properties":{"a":1,"b":"x"}}]}`:             `{"0":"expression_evaluation_failed: Variable: b not found","1":"expression_evaluation_failed: Expected a decimal"}`,
			`{"events":[{"code":"sum","properties":{"a":1}}]}`: `{"0":{"transaction_id":["value_is_mandatory"]}}`,
		} {
			response := s.Post("/events/batch", body).Status(t, http.StatusUnprocessableEntity)
			require.JSONEq(t, `{"status":422,"error":"Unprocessable Entity","code":"validation_errors","error_details":`+want+`}`, string(response.Body), body)
		}
		s.Post("/events/batch", `{"events":`).Status(t, http.StatusBadRequest)
		require.Equal(t, []string{"there"}, events(t, s, ""), "a refused batch keeps nothing")
		s.Post("/events/batch", batchOf("a", "b")).Status(t, http.StatusOK)
		require.Len(t, events(t, s, ""), 3)
	})
}
