package edge

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/openapi"
)

// TestExamplesOfTheDocumentAreAccepted sends every example of the published
// document through the validation that requests pass: parameters, bodies, and
// the examples of single members of bodies.
func TestExamplesOfTheDocumentAreAccepted(t *testing.T) {
	t.Parallel()
	file := os.Getenv("TARN_UPSTREAM_SPEC")
	if file == "" {
		t.Skip("TARN_UPSTREAM_SPEC names no published document: its examples are NOT checked")
	}
	published, err := openapi3.NewLoader().LoadFromFile(file)
	require.NoError(t, err)
	served, err := openapi.Lago()
	require.NoError(t, err)
	checked := 0
	for path, item := range published.Paths.Map() {
		for method, spec := range item.Operations() {
			op := newOperation(BillingAPI, method, path, served.Paths.Value(path))
			examples := parameterExamples(item, spec)
			for _, example := range append(examples, bodyExamples(spec)...) {
				checked++
				t.Run(spec.OperationID+" "+example.name, func(t *testing.T) {
					t.Parallel()
					require.NoError(t, example.check(op))
				})
			}
		}
	}
	require.Greater(t, checked, 500, "the document has more examples than were found")
}

// example is one example of the document and how to try it.
type example struct {
	name  string
	check func(*operation) error
}

func parameterExamples(item *openapi3.PathItem, spec *openapi3.Operation) []example {
	var list []example
	for _, ref := range append(append(openapi3.Parameters{}, item.Parameters...), spec.Parameters...) {
		p := ref.Value
		if p.In != openapi3.ParameterInQuery && p.In != openapi3.ParameterInPath {
			continue
		}
		for i, value := range valuesOf(p.Example, p.Examples, p.Schema) {
			list = append(list, example{name: fmt.Sprintf("%s %s %d", p.In, p.Name, i), check: func(op *operation) error {
				query, segments := url.Values{}, map[string]string{}
				if p.In == openapi3.ParameterInQuery {
					query = queryOf(p.Name, value)
				} else {
					segments[p.Name] = fmt.Sprint(value)
				}
				fillRequired(op, query, segments)
				return op.checkParameters(func(name string) string { return segments[name] }, query)
			}})
		}
	}
	return list
}

// valuesOf collects the examples at a parameter or a media type and at its
// schema.
func valuesOf(single any, many openapi3.Examples, schema *openapi3.SchemaRef) []any {
	var values []any
	if single != nil {
		values = append(values, single)
	}
	for _, each := range many {
		values = append(values, each.Value.Value)
	}
	if schema != nil && schema.Value.Example != nil {
		values = append(values, schema.Value.Example)
	}
	return values
}

// fillRequired gives the parameters that an operation insists on a value.
func fillRequired(op *operation, query url.Values, segments map[string]string) {
	for _, p := range op.parameters {
		switch {
		case p.in == openapi3.ParameterInPath && segments[p.name] == "":
			segments[p.name] = uuid.Nil.String()
		case p.in == openapi3.ParameterInQuery && p.required && !query.Has(p.name):
			query.Set(p.name, "some")
		}
	}
}

// queryOf spells a value as a query does.
func queryOf(name string, value any) url.Values {
	query := url.Values{}
	switch v := value.(type) {
	case []any:
		for _, each := range v {
			query.Add(name, fmt.Sprint(each))
		}
	case map[string]any:
		for key, each := range v {
			query.Set(name+"["+key+"]", fmt.Sprint(each))
		}
	default:
		query.Set(name, fmt.Sprint(value))
	}
	return query
}

func bodyExamples(spec *openapi3.Operation) []example {
	if spec.RequestBody == nil {
		return nil
	}
	media := spec.RequestBody.Value.Content.Get("application/json")
	if media == nil {
		return nil
	}
	var list []example
	for i, value := range valuesOf(media.Example, media.Examples, media.Schema) {
		list = append(list, example{name: fmt.Sprintf("body %d", i), check: func(op *operation) error {
			body, err := json.Marshal(value)
			if err != nil {
				return err
			}
			if _, err = op.checkBody(body, false); err != nil {
				return fmt.Errorf("%s: %w", body, err)
			}
			return nil
		}})
	}
	members(media.Schema, nil, func(path []string, value any) {
		list = append(list, example{name: "member " + strings.Join(path, "."), check: func(op *operation) error {
			schema := memberSchema(op.body, path)
			if schema == nil && freeForm(op.body, path) {
				return nil
			}
			if schema == nil {
				return fmt.Errorf("the served contract has no member %v", path)
			}
			if err := visit(schema, value); err != nil {
				return fmt.Errorf("%v: %w", value, err)
			}
			return nil
		}})
	})
	return list
}

// freeForm reports whether a member lies below an object that takes any member:
// the engine judges those.
func freeForm(schema *openapi3.Schema, path []string) bool {
	for i := len(path) - 1; i > 0; i-- {
		if parent := memberSchema(schema, path[:i]); parent != nil {
			return len(parent.Properties) == 0 && parent.Items == nil
		}
	}
	return false
}

// members calls found for every member below a schema that has an example.
func members(ref *openapi3.SchemaRef, path []string, found func([]string, any)) {
	if ref == nil || len(path) > 12 {
		return
	}
	if ref.Value.Example != nil && len(path) > 0 {
		found(append([]string(nil), path...), ref.Value.Example)
	}
	for name, member := range ref.Value.Properties {
		members(member, append(path, name), found)
	}
	members(ref.Value.Items, append(path, "[]"), found)
	for _, part := range ref.Value.AllOf {
		members(part, path, found)
	}
}

// TestNormalizePaging reads pages as Lago does.
func TestNormalizePaging(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, sent, want string }{
		{"page", "3", "3"},
		{"page", "0", "1"},
		{"page", "-4", "1"},
		{"page", "abc", "1"},
		{"page", "", "1"},
		{"page", "99999999999999999999999", "4611686018427387904"},
		{"page", "9223372036854775807", "4611686018427387904"},
		{"per_page", "9223372036854775807", "4611686018427387904"},
		{"per_page", "7", "7"},
		{"per_page", "abc", "25"},
		{"per_page", "-5", "25"},
		{"per_page", "", "25"},
		{"per_page", "0", "100"},
		{"per_page", "1e3", "1000"},
		{"per_page", "7.0", "7"},
		{"per_page", "7.5", "25"},
		{"per_page", "1e99", "25"},
		{"page", "30e-1", "3"},
	} {
		query := url.Values{c.name: {c.sent}}
		normalizePaging(query, c.name)
		require.Equal(t, c.want, query.Get(c.name), "%s=%s", c.name, c.sent)
	}
	absent := url.Values{}
	normalizePaging(absent, "page")
	require.Empty(t, absent)
}
