package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/openapi"
	"tarn/server/servertest"
)

// pendingAtMost is how many operations answer 501. It only ever shrinks.
const pendingAtMost = 0

// eachOperation visits every operation of the billing API with a path in which
// every identifier names nothing.
func eachOperation(t *testing.T, visit func(method, path string, item *openapi3.PathItem, spec *openapi3.Operation)) {
	t.Helper()
	doc, err := openapi.Lago()
	require.NoError(t, err)
	for path, item := range doc.Paths.Map() {
		for method, spec := range item.Operations() {
			visit(method, fill(path), item, spec)
		}
	}
}

// fill puts an identifier that exists nowhere into every parameter of a path.
func fill(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if strings.HasPrefix(segment, "{") {
			segments[i] = uuid.Nil.String()
		}
	}
	return strings.Join(segments, "/")
}

// TestContract_EveryOperationNeedsAKey sends every operation without a key,
// with an unknown one and with one word only.
func TestContract_EveryOperationNeedsAKey(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		eachOperation(t, func(method, path string, _ *openapi3.PathItem, spec *openapi3.Operation) {
			for name, header := range map[string]http.Header{
				"no key":      {},
				"unknown key": {"Authorization": {"Bearer nobody"}},
				"one word":    {"Authorization": {s.Key}},
			} {
				response := s.Send(method, "/api/v1"+path, "", header)
				require.Equal(t, http.StatusUnauthorized, response.Code, "%s %s", spec.OperationID, name)
				require.JSONEq(t, `{"status":401,"error":"Unauthorized"}`, string(response.Body))
			}
		})
	})
}

// TestContract_EveryOperationHasAPermission sends every operation with a key
// that may do nothing.
func TestContract_EveryOperationHasAPermission(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		key := s.NewKey(t, `{"permissions":{}}`)
		eachOperation(t, func(method, path string, _ *openapi3.PathItem, spec *openapi3.Operation) {
			body := s.DoAs(key, method, path, "").Status(t, http.StatusForbidden).JSON(t)
			mode := "write"
			if method == http.MethodGet {
				mode = "read"
			}
			require.Regexp(t, "^"+mode+"_action_not_allowed_for_[a-z_]+$", body["code"], spec.OperationID)
		})
	})
}

// TestContract_PendingOperationsSaySo sends every operation with a key and
// counts those that are not written yet.
func TestContract_PendingOperationsSaySo(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		pending := 0
		eachOperation(t, func(method, path string, _ *openapi3.PathItem, spec *openapi3.Operation) {
			query, body := sample(spec)
			response := s.Do(method, path+query, body)
			switch {
			case response.Code == http.StatusNotImplemented:
				pending++
				require.JSONEq(t, `{"status":501,"error":"Not Implemented","code":"not_implemented"}`, string(response.Body))
			case spec.OperationID == "findAllCustomerPastUsage":
				require.Equal(t, http.StatusOK, response.Code, "Lago: whoever does not exist has used nothing")
			case strings.Contains(path, uuid.Nil.String()):
				require.Contains(t, []int{http.StatusNotFound, http.StatusUnprocessableEntity}, response.Code, "%s: %s", spec.OperationID, response.Body)
			}
		})
		require.LessOrEqual(t, pending, pendingAtMost, "operations must not become unwritten")
	})
}

// sample makes a query and a body that an operation's contract accepts, from
// the schemas alone.
func sample(spec *openapi3.Operation) (query, body string) {
	var parameters []string
	for _, ref := range spec.Parameters {
		if ref.Value.In == openapi3.ParameterInQuery && ref.Value.Required {
			parameters = append(parameters, ref.Value.Name+"=x")
		}
	}
	if len(parameters) > 0 {
		query = "?" + strings.Join(parameters, "&")
	}
	if spec.RequestBody != nil {
		schema := spec.RequestBody.Value.Content.Get("application/json").Schema
		body = servertest.SampleJSON(schema.Value)
	}
	return query, body
}
