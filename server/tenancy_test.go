package server_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/openapi"
	"tarn/seed"
	"tarn/server/servertest"
	"tarn/store"
	"tarn/store/storetest"
)

// TestTenancy_TwinsDoNotMeet lets an organization with the same data, codes and
// external ids as another walk the whole contract: every operation, with the
// other's identifiers in the path, in the query and in the body. It sees nothing
// of the other and changes nothing of it.
func TestTenancy_TwinsDoNotMeet(t *testing.T) {
	t.Parallel()
	storetest.InSecondHalf(t)
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		other, twin := s.NewOrganization(t, "Twin")
		for key, organization := range map[string]uuid.UUID{s.Key: s.Organization.ID, twin: other.ID} {
			seedAs(t, s, key)
			askAs(t, s, key, organization, creditAs(t, s, key))
		}
		doc, err := openapi.Lago()
		require.NoError(t, err)
		w := walker{s: s, doc: doc, key: twin, answers: map[int]int{}}
		before := w.everything(t, s.Key)
		w.learn(before)
		require.Greater(t, len(w.theirs), 50, "the organization has too little that the twin could see")

		for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
			item := doc.Paths.Value(path)
			for _, method := range slices.Sorted(maps.Keys(item.Operations())) {
				w.walk(t, method, path, item)
			}
		}
		require.Greater(t, w.answers[http.StatusOK], 30, "the twin was let in too rarely: %v", w.answers)
		require.Greater(t, w.answers[http.StatusNotFound], 300, "the twin was turned away too rarely: %v", w.answers)
		after := w.everything(t, s.Key)
		for _, path := range slices.Sorted(maps.Keys(before)) {
			require.JSONEq(t, before[path], after[path], "the twin changed what GET %s shows", path)
		}
	})
}

// seedAs fills the organization of a key with the example data.
func seedAs(t *testing.T, s *servertest.Server, key string) {
	t.Helper()
	steps, err := seed.Example(seed.AI, seed.SaaS)
	require.NoError(t, err)
	client := seed.Client{URL: s.URL, Key: key, HTTP: http.DefaultClient}
	_, err = client.Apply(t.Context(), steps)
	require.NoError(t, err)
	s.DoAs(key, http.MethodPost, "/wallets", `{"wallet":{"external_customer_id":"papertrail-labs","code":"prepaid","rate_amount":"1","granted_credits":"10"}}`).
		Status(t, http.StatusOK)
}

// creditAs gives a part of an invoice back in the organization of a key, lets a part of it
// be paid, and returns the invoice.
func creditAs(t *testing.T, s *servertest.Server, key string) (id string) {
	t.Helper()
	post := func(path, body, root string) map[string]any {
		return member(t, s.DoAs(key, http.MethodPost, path, body), root)
	}
	post("/customers", `{"customer":{"external_id":"credited","currency":"EUR"}}`, "customer")
	post("/add_ons", `{"add_on":{"name":"Due","code":"due","amount_cents":100,"amount_currency":"EUR"}}`, "add_on")
	invoice := post("/invoices", `{"invoice":{"external_customer_id":"credited","currency":"EUR","fees":[{"add_on_code":"due"}]}}`, "invoice")
	post("/credit_notes", fmt.Sprintf(`{"credit_note":{"invoice_id":%q,"credit_amount_cents":10,"items":[{"fee_id":%q,"amount_cents":10}],"metadata":{"a":"b"}}}`,
		invoice["lago_id"], idOf(t, objects(t, invoice, "fees")[0])), "credit_note")
	post("/payments", paymentBody(idOf(t, invoice), 5, ""), "payment")
	return idOf(t, invoice)
}

// askAs asks for an invoice in the organization of a key, as if it were overdue.
func askAs(t *testing.T, s *servertest.Server, key string, organization uuid.UUID, invoice string) {
	t.Helper()
	scope := store.Scope{Organization: organization, Source: store.SourceSystem}
	require.NoError(t, s.Store.Write(t.Context(), scope, func(tx *store.Tx) error {
		row, err := tx.InvoiceForUpdate(uuid.MustParse(invoice))
		if err != nil {
			return err
		}
		return tx.MarkInvoicesOverdue([]store.Invoice{row})
	}))
	member(t, s.DoAs(key, http.MethodPost, "/payment_requests", requestBody("credited", "", invoice)), "payment_request")
}

// walker sends the requests of the twin.
type walker struct {
	s   *servertest.Server
	doc *openapi3.T
	key string
	// theirs are all identifiers of the other organization's objects, and
	// kinds one of each list.
	theirs map[string]bool
	kinds  map[string]string
	// names are values that both organizations have, by list and member.
	names map[string]string
	// answers counts the statuses that the twin was answered with.
	answers map[int]int
}

var identifiers = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// linkTokens are the ends of links to documents, which are others each time.
var linkTokens = regexp.MustCompile(`/documents/[\w-]+`)

// everything is what all lists of the contract show to a key. Lists below a
// customer, a subscription or a plan are those of one that the examples have.
func (w *walker) everything(t *testing.T, key string) map[string]string {
	t.Helper()
	shown := map[string]string{}
	for path, item := range w.doc.Paths.Map() {
		if item.Get == nil || strings.Contains(path, "{") {
			continue
		}
		answer := w.s.DoAs(key, http.MethodGet, path+"?per_page=1000", "")
		if answer.Code == http.StatusOK && json.Valid(answer.Body) {
			shown[path] = linkTokens.ReplaceAllString(string(answer.Body), "/documents/")
		}
	}
	return shown
}

// learn takes identifiers and names from what the other organization is shown.
func (w *walker) learn(shown map[string]string) {
	w.theirs, w.kinds, w.names = map[string]bool{}, map[string]string{}, map[string]string{}
	for path, body := range shown {
		for _, id := range identifiers.FindAllString(body, -1) {
			w.theirs[id] = true
		}
		list := strings.TrimPrefix(path, "/")
		var answer map[string][]map[string]any
		_ = json.Unmarshal([]byte(body), &answer) // the page's numbers do not fit
		for _, object := range answer[list] {
			if id, named := object["lago_id"].(string); named && w.kinds[list] == "" {
				w.kinds[list] = id
			}
			for _, member := range []string{"code", "external_id", "external_customer_id", "transaction_id", "key"} {
				if value, named := object[member].(string); named && w.names[list+"."+member] == "" {
					w.names[list+"."+member] = value
				}
			}
		}
	}
}

// walk sends an operation once for every identifier of the other organization
// that its path could mean, and once with names that both have.
func (w *walker) walk(t *testing.T, method, path string, item *openapi3.PathItem) {
	t.Helper()
	spec := item.Operations()[method]
	body := w.body(spec)
	targets := []string{w.fill(path, "")}
	if strings.Contains(path, "{lago_id}") || strings.Contains(path, "id}") {
		for _, kind := range slices.Sorted(maps.Keys(w.kinds)) {
			targets = append(targets, w.fill(path, w.kinds[kind]))
		}
	}
	for _, target := range slices.Compact(targets) {
		target += w.query(spec)
		answer := w.s.DoAs(w.key, method, target, body)
		w.answers[answer.Code]++
		for _, id := range identifiers.FindAllString(string(answer.Body), -1) {
			require.False(t, w.theirs[id], "%s %s shows %s of the other organization: %s", method, target, id, answer.Body)
		}
	}
}

// fill puts names that both organizations have into a path, or an identifier of
// the other one where it is an identifier that the parameter means.
func (w *walker) fill(path, id string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		parameter, isParameter := strings.CutPrefix(segment, "{")
		if !isParameter {
			continue
		}
		parameter = strings.TrimSuffix(parameter, "}")
		value := w.named(segments[i-1], parameter)
		if id != "" && (value == "" || strings.HasSuffix(parameter, "id")) {
			value = id
		}
		if value == "" {
			value = "nobody"
		}
		segments[i] = url.PathEscape(value)
	}
	return strings.Join(segments, "/")
}

// named is a name that both organizations have for what a segment of a path
// lists.
func (w *walker) named(list, parameter string) string {
	member := "code"
	if strings.Contains(parameter, "external") || list == "customers" || list == "subscriptions" {
		member = "external_id"
	}
	return w.names[list+"."+member]
}

// query asks for the other organization's objects wherever a query takes an
// identifier.
func (w *walker) query(spec *openapi3.Operation) string {
	values := url.Values{}
	for _, ref := range spec.Parameters {
		p := ref.Value
		if p.In != openapi3.ParameterInQuery || p.Schema == nil {
			continue
		}
		switch schema := p.Schema.Value; {
		case schema.Format == "uuid":
			values.Set(p.Name, w.theirID(p.Name))
		case p.Name == "external_subscription_id":
			values.Set(p.Name, w.names["subscriptions.external_id"])
		case p.Name == "external_customer_id":
			values.Set(p.Name, w.names["customers.external_id"])
		}
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

// theirID is an identifier of the other organization for a member of that name:
// one of the list that it speaks of, or any.
func (w *walker) theirID(member string) string {
	for _, list := range slices.Sorted(maps.Keys(w.kinds)) {
		if strings.Contains(member, strings.TrimSuffix(list, "s")) {
			return w.kinds[list]
		}
	}
	return w.kinds["plans"]
}

// body is a body with all members of the contract, in which every identifier is
// one of the other organization, and every name one that both have.
func (w *walker) body(spec *openapi3.Operation) string {
	if spec.RequestBody == nil {
		return ""
	}
	media := spec.RequestBody.Value.Content.Get("application/json")
	if media == nil || media.Schema == nil {
		return ""
	}
	text, err := json.Marshal(w.sample("", media.Schema.Value, 0))
	if err != nil {
		return "{}"
	}
	return string(text)
}

func (w *walker) sample(name string, schema *openapi3.Schema, depth int) any {
	for _, parts := range []openapi3.SchemaRefs{schema.OneOf, schema.AnyOf} {
		if len(parts) > 0 {
			return w.sample(name, parts[0].Value, depth)
		}
	}
	switch {
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case schema.Type.Includes(openapi3.TypeObject) || len(schema.AllOf) > 0:
		return w.object(schema, depth)
	case schema.Type.Includes(openapi3.TypeArray):
		if depth > 6 || schema.Items == nil {
			return []any{}
		}
		return []any{w.sample(strings.TrimSuffix(name, "s"), schema.Items.Value, depth+1)}
	case schema.Type.Includes(openapi3.TypeBoolean):
		return false
	case schema.Type.Includes(openapi3.TypeInteger), schema.Type.Includes(openapi3.TypeNumber):
		return 1
	}
	return w.text(name, schema)
}

func (w *walker) object(schema *openapi3.Schema, depth int) map[string]any {
	object := map[string]any{}
	for _, part := range schema.AllOf {
		maps.Copy(object, w.object(part.Value, depth))
	}
	if depth > 6 {
		return object
	}
	for name, member := range schema.Properties {
		object[name] = w.sample(name, member.Value, depth+1)
	}
	return object
}

// text is a text for a member: an identifier of the other organization, a name
// that both have, or what its format asks for.
func (w *walker) text(name string, schema *openapi3.Schema) string {
	switch {
	case schema.Format == "uuid" || strings.HasSuffix(name, "_id") && !strings.HasPrefix(name, "external") && name != "transaction_id":
		return w.theirID(name)
	case strings.HasPrefix(schema.Format, "date") || strings.HasSuffix(name, "_at"):
		return "2027-01-01T00:00:00Z"
	case name == "external_customer_id":
		return w.names["customers.external_id"]
	case name == "external_id" || name == "external_subscription_id":
		return w.names["subscriptions.external_id"]
	case name == "transaction_id":
		return w.names["events.transaction_id"]
	}
	for _, list := range []string{"plans", "coupons", "billable_metrics", "add_ons", "taxes", "features", "billing_entities"} {
		if singular := strings.TrimSuffix(list, "s"); strings.HasPrefix(name, singular) || list == "taxes" && strings.HasPrefix(name, "tax") {
			return w.names[list+".code"]
		}
	}
	return fmt.Sprintf("walked-%s", name)
}
