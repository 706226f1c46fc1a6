package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store/storetest"
)

// FuzzEvents sends any body to both operations that take events, on both
// databases: no answer is a failure of ours, both databases answer alike, and
// what is kept can be read.
func FuzzEvents(f *testing.F) {
	for _, body := range []string{
		``, `{}`, `{"event":{}}`, `{"events":[]}`, `null`, `[]`, `{"event":{"transaction_id":"t","code":"sum","timestamp":1e400}}`,
		eventBody("t", `,"properties":{"a":1e5,"b":"\u0000\ud800","n":-0.0,"":null}`),
		eventBody("t", `,"timestamp":"-62135596801"`), eventBody("t", `,"timestamp":253402300799.9999999`),
		eventBody("t", `,"precise_total_amount_cents":"1e20000"`), eventBody("t", `,"properties":{"n":1e131073}`),
		eventBody("t", `,"properties":{"n":`+strings.Repeat(`{"a":`, 300)+`1`+strings.Repeat(`}`, 300)+`}`),
		eventBody("\\u0000", ``), eventBody(strings.Repeat("é", 501), ``), eventBody("\xff\xfe", ``),
		`{"event":{"transaction_id":"t","code":"sum","properties":{"a":"9e4000","b":1}}}`,
		`{"event":{"transaction_id":"t","code":"sum","properties":{"a":1,"b":"` + strings.Repeat("9", 4000) + `"}}}`,
		`{"event":{"transaction_id":"t","code":"sum","properties":{"a":{"b":[1e9]},"b":true}}}`,
		batchOf("a", "b", "a"), `{"events":[1,null,"x",{"transaction_id":{}}]}`, `{"events":` + strings.Repeat("[", 9999),
		`{"events":[{"transaction_id":"t","code":"sum","properties":{"a":1,"b":2}},{"transaction_id":"u","code":"sum","properties":{}}]}`,
	} {
		f.Add(body)
	}
	var servers []*servertest.Server
	for _, dialect := range storetest.Dialects() {
		s := servertest.New(f, storetest.URL(f, dialect))
		addMetric(s, "sum", `"aggregation_type":"sum_agg","field_name":"total","expression":"event.properties.a + event.properties.b"`).Status(f, http.StatusOK)
		servers = append(servers, s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, path := range []string{"/api/v1/events", "/api/v1/events/batch"} {
			var answers []any
			for _, s := range servers {
				answers = append(answers, eventAnswer(t, s, path, body))
			}
			require.Equal(t, answers[0], answers[len(answers)-1])
		}
	})
}

// eventAnswer sends a body and returns the answer without what differs from
// server to server.
func eventAnswer(t *testing.T, s *servertest.Server, path, body string) any {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+s.Key)
	recorder := httptest.NewRecorder()
	s.Handler().ServeHTTP(recorder, request)
	require.Contains(t, []int{http.StatusOK, http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge}, recorder.Code, recorder.Body)
	var answer map[string]any
	require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &answer))
	list, _ := answer["events"].([]any)
	if event, single := answer["event"]; single {
		list = append(list, event)
	}
	for _, entry := range list {
		event, _ := entry.(map[string]any)
		delete(event, "lago_id")
	}
	return answer
}
