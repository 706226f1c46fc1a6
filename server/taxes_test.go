package server_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// member is the object under a root key of a successful answer.
func member(t *testing.T, response *servertest.Response, name string) map[string]any {
	t.Helper()
	return object(t, response.Status(t, http.StatusOK).JSON(t), name)
}

// entries are the objects of a list that was answered.
func entries(t *testing.T, response *servertest.Response, name string) []map[string]any {
	t.Helper()
	return objects(t, response.Status(t, http.StatusOK).JSON(t), name)
}

// pluck is one member of each object.
func pluck(objects []map[string]any, name string) []any {
	values := make([]any, len(objects))
	for i, object := range objects {
		values[i] = object[name]
	}
	return values
}

// requireJSON compares a decoded value with JSON text.
func requireJSON(t *testing.T, want string, got any) {
	t.Helper()
	text, err := json.Marshal(got)
	require.NoError(t, err)
	require.JSONEq(t, want, string(text))
}

// requireDetails fails unless the answer is a 422 with just these details.
func requireDetails(t *testing.T, want string, response *servertest.Response) {
	t.Helper()
	require.JSONEq(t,
		`{"status":422,"error":"Unprocessable Entity","code":"validation_errors","error_details":`+want+`}`,
		string(response.Status(t, http.StatusUnprocessableEntity).Body))
}

// requireNotFound fails unless the answer is the 404 of a resource.
func requireNotFound(t *testing.T, resource string, response *servertest.Response) {
	t.Helper()
	require.JSONEq(t, `{"status":404,"error":"Not Found","code":"`+resource+`_not_found"}`,
		string(response.Status(t, http.StatusNotFound).Body))
}

// requireNoParameter fails unless the answer is the 400 of a body without its
// root.
func requireNoParameter(t *testing.T, root string, response *servertest.Response) {
	t.Helper()
	require.JSONEq(t, `{"status":400,"error":"BadRequest: param is missing or the value is empty or invalid: `+root+`"}`,
		string(response.Status(t, http.StatusBadRequest).Body))
}

// send sends a request that is written "METHOD path".
func send(s *servertest.Server, request, body string) *servertest.Response {
	method, path, _ := strings.Cut(request, " ")
	return s.Do(method, path, body)
}

// requireClosed fails unless a key without permissions for the resource is
// refused every one of the requests, written "METHOD path body".
func requireClosed(t *testing.T, s *servertest.Server, resource string, requests ...string) {
	t.Helper()
	key := s.NewKey(t, `{"permissions":{"add_on":["read","write"]}}`)
	for _, request := range requests {
		method, rest, _ := strings.Cut(request, " ")
		path, body, _ := strings.Cut(rest, " ")
		mode := "write"
		if method == http.MethodGet {
			mode = "read"
		}
		require.JSONEq(t, `{"status":403,"error":"Forbidden","code":"`+mode+`_action_not_allowed_for_`+resource+`"}`,
			string(s.DoAs(key, method, path, body).Status(t, http.StatusForbidden).Body), request)
	}
}

// identified checks that an object has an identifier and takes it away.
func identified(t *testing.T, object map[string]any) map[string]any {
	t.Helper()
	id, _ := object["lago_id"].(string)
	require.NoError(t, uuid.Validate(id))
	rest := maps.Clone(object)
	delete(rest, "lago_id")
	return rest
}

// withinOrganization runs a transaction of the first organization.
func withinOrganization(t *testing.T, s *servertest.Server, fn func(tx *store.Tx) error) {
	t.Helper()
	scope := store.Scope{Organization: s.Organization.ID, Source: store.SourceSystem}
	require.NoError(t, s.Store.Write(t.Context(), scope, fn))
}

// addBillingEntity adds a second seller, which is like the first but for its
// code and its zone.
func addBillingEntity(t *testing.T, s *servertest.Server, code, timezone string) {
	t.Helper()
	withinOrganization(t, s, func(tx *store.Tx) error {
		entity, err := tx.DefaultBillingEntity()
		if err != nil {
			return err
		}
		entity.ID, entity.Code, entity.Name, entity.Timezone, entity.IsDefault = store.NewID(), code, code, timezone, false
		return tx.InsertBillingEntity(&entity)
	})
}

func TestTaxes_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		want := fmt.Sprintf(`{"name":"VAT","code":"vat","rate":19.6,"description":"French","applied_to_organization":true,
			"add_ons_count":0,"customers_count":0,"plans_count":0,"charges_count":0,"commitments_count":0,
			"created_at":"2026-01-15T10:30:00Z","applied_to_billing_entities_codes":[%q]}`, s.Organization.Slug)
		created := member(t, s.Post("/taxes",
			`{"tax":{"name":"VAT","code":"vat","rate":"19.60","description":"French","applied_to_organization":true}}`), "tax")
		requireJSON(t, want, identified(t, created))
		require.Equal(t, created, member(t, s.Get("/taxes/vat"), "tax"))
		require.Equal(t, []map[string]any{created}, entries(t, s.Get("/taxes"), "taxes"))

		updated := member(t, s.Put("/taxes/vat", `{"tax":{"name":"TVA","code":"tva","rate":5.5,"description":null,"applied_to_organization":false}}`), "tax")
		require.Equal(t, created["lago_id"], updated["lago_id"])
		requireJSON(t, `{"name":"TVA","code":"tva","rate":5.5,"description":null,"applied_to_organization":false,
			"add_ons_count":0,"customers_count":0,"plans_count":0,"charges_count":0,"commitments_count":0,
			"created_at":"2026-01-15T10:30:00Z","applied_to_billing_entities_codes":[]}`, identified(t, updated))
		requireNotFound(t, "tax", s.Get("/taxes/vat"))
		require.Equal(t, updated, member(t, s.Delete("/taxes/tva"), "tax"))
		requireNotFound(t, "tax", s.Get("/taxes/tva"))
		require.Empty(t, entries(t, s.Get("/taxes"), "taxes"))
	})
}

func TestTaxes_RateIsANumberOrText(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ sent, shown string }{
		"whole number":                {`20`, "20"},
		"fraction":                    {`5.5`, "5.5"},
		"zero":                        {`0`, "0"},
		"negative number":             {`-3.25`, "-3.25"},
		"number with an exponent":     {`1e2`, "100"},
		"text":                        {`"20.0"`, "20"},
		"text with many digits":       {`"19.123456789"`, "19.123456789"},
		"text with a sign":            {`"+7"`, "7"},
		"negative text":               {`"-7.5"`, "-7.5"},
		"text that ends with a point": {`"20."`, "20"},
		"more than a hundred percent": {`"250"`, "250"},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				body := fmt.Sprintf(`{"tax":{"name":"VAT","code":%q,"rate":%s}}`, name, c.sent)
				rate := member(t, s.Post("/taxes", body), "tax")["rate"]
				requireJSON(t, c.shown, rate)
			})
		}
	})
}

func TestTaxes_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ method, path, body, details string }{
		"everything missing": {
			http.MethodPost, "/taxes", `{"description":"x"}`,
			`{"name":["value_is_mandatory"],"code":["value_is_mandatory"],"rate":["value_is_mandatory"]}`,
		},
		"only the name missing": {http.MethodPost, "/taxes", `{"code":"c","rate":"1"}`, `{"name":["value_is_mandatory"]}`},
		"blank texts":           {http.MethodPost, "/taxes", `{"name":" ","code":"","rate":"1"}`, `{"name":["value_is_mandatory"],"code":["value_is_mandatory"]}`},
		"missing and blank":     {http.MethodPost, "/taxes", `{"name":" ","rate":"1"}`, `{"name":["value_is_mandatory"],"code":["value_is_mandatory"]}`},
		"code that is taken":    {http.MethodPost, "/taxes", `{"name":"x","code":"vat","rate":"1"}`, `{"code":["value_already_exist"]}`},
		"no rate and a code that is taken": {
			http.MethodPost, "/taxes", `{"name":"x","code":"vat"}`,
			`{"rate":["value_is_mandatory"],"code":["value_already_exist"]}`,
		},
		"code of a deleted tax":     {http.MethodPost, "/taxes", `{"name":"x","code":"gone","rate":"1"}`, `{"code":["value_already_exist"]}`},
		"rate in words":             {http.MethodPost, "/taxes", `{"name":"x","code":"c","rate":"twenty"}`, `{"rate":["is not a number"]}`},
		"rate that is a truth":      {http.MethodPost, "/taxes", `{"name":"x","code":"c","rate":true}`, `{"rate":["is not a number"]}`},
		"rate beyond all floats":    {http.MethodPost, "/taxes", `{"name":"x","code":"c","rate":"` + strings.Repeat("9", 400) + `"}`, `{"rate":["value_is_out_of_range"]}`},
		"null where text belongs":   {http.MethodPut, "/taxes/vat", `{"name":null,"code":null}`, `{"name":["value_is_mandatory"],"code":["value_is_mandatory"]}`},
		"null where a rate is":      {http.MethodPut, "/taxes/vat", `{"rate":null}`, `{"rate":["value_is_mandatory"]}`},
		"code of another tax":       {http.MethodPut, "/taxes/vat", `{"code":"other"}`, `{"code":["value_already_exist"]}`},
		"code of a tax long gone":   {http.MethodPatch, "/taxes/vat", `{"code":"gone"}`, `{"code":["value_already_exist"]}`},
		"number where text is":      {http.MethodPut, "/taxes/vat", `{"name":7}`, `{"name":["value_is_invalid"]}`},
		"text for a switch":         {http.MethodPut, "/taxes/vat", `{"applied_to_organization":"maybe"}`, `{"applied_to_organization":["value_is_invalid"]}`},
		"own code counts not twice": {http.MethodPut, "/taxes/vat", `{"code":"vat","name":""}`, `{"name":["value_is_mandatory"]}`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, code := range []string{"vat", "other", "gone"} {
			member(t, s.Post("/taxes", fmt.Sprintf(`{"tax":{"name":"VAT","code":%q,"rate":"20"}}`, code)), "tax")
		}
		member(t, s.Delete("/taxes/gone"), "tax")
		before := member(t, s.Get("/taxes/vat"), "tax")
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				requireDetails(t, c.details, s.Do(c.method, c.path, `{"tax":`+c.body+`}`))
			})
		}
		require.Equal(t, before, member(t, s.Get("/taxes/vat"), "tax"))
		require.Len(t, entries(t, s.Get("/taxes"), "taxes"), 2)
	})
}

func TestTaxes_AreFoundByCodeWithinTheOrganization(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Globex")
		member(t, s.DoAs(other, http.MethodPost, "/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`), "tax")
		for name, c := range map[string]struct{ method, body string }{
			"show":                          {http.MethodGet, ""},
			"update":                        {http.MethodPut, `{"tax":{"name":"x"}}`},
			"update that breaks a rule too": {http.MethodPut, `{"tax":{"name":null}}`},
			"patch":                         {http.MethodPatch, `{"tax":{"unknown":1}}`},
			"delete":                        {http.MethodDelete, ""},
		} {
			for _, code := range []string{"nothing", "vat", "VAT"} {
				t.Run(name+" "+code, func(t *testing.T) {
					requireNotFound(t, "tax", s.Do(c.method, "/taxes/"+code, c.body))
				})
			}
		}
		require.Empty(t, entries(t, s.Get("/taxes"), "taxes"))
		member(t, s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"1"}}`), "tax")
		requireJSON(t, `20`, member(t, s.DoAs(other, http.MethodGet, "/taxes/vat", ""), "tax")["rate"])
		requireNoParameter(t, "tax", s.Put("/taxes/nothing", `{}`))
		requireNoParameter(t, "tax", s.Put("/taxes/vat", `{"tax":[]}`))
		requireClosed(t, s, "tax", `GET /taxes`, `GET /taxes/vat`, `POST /taxes {"tax":{"name":"x"}}`, `PUT /taxes/vat {"tax":{"name":"x"}}`, `DELETE /taxes/vat`)
	})
}

func TestTaxes_AreListedByName(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, tax := range []string{"b", "a", "C", "é", "B"} {
			member(t, s.Post("/taxes", fmt.Sprintf(`{"tax":{"name":%q,"code":"code-%s","rate":"1"}}`, tax, tax)), "tax")
		}
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 1))
		member(t, s.Post("/taxes", `{"tax":{"name":"b","code":"newer","rate":"1"}}`), "tax")
		codes := pluck(entries(t, s.Get("/taxes"), "taxes"), "code")
		require.Equal(t, []any{"code-B", "code-C", "code-a", "newer", "code-b", "code-é"}, codes)
		var paged []any
		for page := 1; page <= 3; page++ {
			paged = append(paged, pluck(entries(t, s.Get(fmt.Sprintf("/taxes?per_page=2&page=%d", page)), "taxes"), "code")...)
		}
		require.Equal(t, codes, paged)
	})
}

func TestTaxes_AppliedToOrganizationMeansTheDefaultBillingEntity(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		addBillingEntity(t, s, "second", "UTC")
		applied := func(tax map[string]any) []any {
			return []any{tax["applied_to_organization"], tax["applied_to_billing_entities_codes"]}
		}
		home, nowhere := []any{true, []any{s.Organization.Slug}}, []any{false, []any{}}
		require.Equal(t, nowhere, applied(member(t, s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`), "tax")))
		for _, step := range []struct {
			name, body string
			want       []any
		}{
			{"attaches", `{"applied_to_organization":true}`, home},
			{"attaches once", `{"applied_to_organization":true}`, home},
			{"absent keeps", `{"name":"x"}`, home},
			{"detaches", `{"applied_to_organization":false}`, nowhere},
			{"detaches once", `{"applied_to_organization":false}`, nowhere},
			{"attaches again", `{"applied_to_organization":true}`, home},
		} {
			require.Equal(t, step.want, applied(member(t, s.Put("/taxes/vat", `{"tax":`+step.body+`}`), "tax")), step.name)
			require.Equal(t, step.want, applied(member(t, s.Get("/taxes/vat"), "tax")), step.name)
		}
		require.Equal(t, home, applied(member(t, s.Delete("/taxes/vat"), "tax")), "a deletion shows the tax as it was")
	})
}

func TestTaxes_AreDetachedFromCustomersOnDeletion(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, code := range []string{"vat", "city"} {
			member(t, s.Post("/taxes", fmt.Sprintf(`{"tax":{"name":%q,"code":%q,"rate":"20"}}`, code, code)), "tax")
		}
		taxesOf := func(customer map[string]any) []string {
			var codes []string
			for _, tax := range customer["taxes"].([]any) {
				codes = append(codes, tax.(map[string]any)["code"].(string))
			}
			return slices.Sorted(slices.Values(codes))
		}
		created := member(t, s.Post("/customers", `{"customer":{"external_id":"c","tax_codes":["vat","city","vat"]}}`), "customer")
		require.Equal(t, []string{"city", "vat"}, taxesOf(created))
		member(t, s.Delete("/taxes/vat"), "tax")
		require.Equal(t, []string{"city"}, taxesOf(member(t, s.Get("/customers/c"), "customer")))
		requireNotFound(t, "tax", s.Post("/customers", `{"customer":{"external_id":"c","tax_codes":["vat"]}}`))
		requireNotFound(t, "tax", s.Delete("/taxes/vat"))
	})
}
