package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
	"tarn/store/storetest"
)

// customersBy are the external ids of the customers that a query leaves, in the
// order of the list.
func customersBy(t *testing.T, s *servertest.Server, query string) []any {
	t.Helper()
	return pluck(entries(t, s.Get("/customers?"+query), "customers"), "external_id")
}

// addAcquaintances adds six customers, each unlike the others.
func addAcquaintances(t *testing.T, s *servertest.Server) {
	t.Helper()
	addBillingEntity(t, s, "second", "UTC")
	for _, fields := range []string{
		`"external_id":"ada","name":"Ada Lovelace","country":"GB","state":"London","zipcode":"W1","currency":"GBP","customer_type":"individual",
			"tax_identification_number":"GB1","metadata":[{"key":"tier","value":"gold"},{"key":"a.b","value":"dot"}]`,
		`"external_id":"bob","firstname":"Robert","lastname":"O'Hara","country":"FR","state":"IDF","zipcode":"75001","currency":"EUR",
			"customer_type":"company","billing_entity_code":"second","metadata":[{"key":"tier","value":"silver"}]`,
		`"external_id":"eva","legal_name":"École Évora","country":"DE","state":"BE","zipcode":"10115","currency":"EUR","account_type":"partner"`,
		`"external_id":"per","name":"100% wool","email":"Sales@Wool.example.com","currency":"USD","tax_identification_number":""`,
		`"external_id":"low_ada","name":"under_score","country":"FR","state":"IDF","zipcode":"75002","customer_type":"company",
			"tax_identification_number":"FR1","metadata":[{"key":"tier","value":"gold"}]`,
		`"external_id":"back\\slash","name":"ÅSA","billing_entity_code":"second"`,
	} {
		upsert(t, s, `{`+fields+`}`)
	}
}

func TestCustomers_AreFiltered(t *testing.T) {
	t.Parallel()
	const everyone = `ada bob eva per low_ada back\slash`
	cases := map[string]struct{ query, want string }{
		"no filter":                             {``, everyone},
		"search in a name":                      {`search_term=lovelace`, `ada`},
		"search in a first name":                {`search_term=ROBERT`, `bob`},
		"search in a last name with a quote":    {`search_term=o%27hara`, `bob`},
		"search in a legal name":                {`search_term=cole`, `eva`},
		"search in an external id":              {`search_term=ada`, `ada low_ada`},
		"search in an email":                    {`search_term=sales%40wool`, `per`},
		"search is trimmed":                     {`search_term=+Lovelace++`, `ada`},
		"blank search is none":                  {`search_term=+`, everyone},
		"empty search is none":                  {`search_term=`, everyone},
		"percent sign is a letter":              {`search_term=%25`, `per`},
		"underscore is a letter":                {`search_term=_`, `low_ada`},
		"backslash is a letter":                 {`search_term=%5C`, `back\slash`},
		"non-ASCII letters as they are":         {`search_term=%C3%89vora`, `eva`},
		"non-ASCII letters in another case":     {`search_term=%C3%A9VORA`, `eva`},
		"capital in the search, small sought":   {`search_term=%C3%89COLE`, `eva`},
		"ring above in another case":            {`search_term=%C3%A5sa`, `back\slash`},
		"accents make a difference":             {`search_term=ecole`, ``},
		"search that finds nobody":              {`search_term=nobody`, ``},
		"search takes the last of two":          {`search_term=nobody&search_term=lovelace`, `ada`},
		"external id is exact":                  {`external_id=ada`, `ada`},
		"external id beats the search":          {`external_id=bob&search_term=lovelace`, `bob`},
		"external id of nobody":                 {`external_id=ad&search_term=ada`, ``},
		"external id that is empty":             {`external_id=`, ``},
		"account type":                          {`account_type[]=partner`, `eva`},
		"both account types":                    {`account_type[]=partner&account_type[]=customer`, everyone},
		"billing entity":                        {`billing_entity_codes[]=second`, `bob back\slash`},
		"brackets may be escaped":               {`billing_entity_codes%5B%5D=second`, `bob back\slash`},
		"country":                               {`countries[]=FR`, `bob low_ada`},
		"either of two countries":               {`countries[]=GB&countries[]=DE`, `ada eva`},
		"state":                                 {`states[]=IDF&states[]=nowhere`, `bob low_ada`},
		"zipcode":                               {`zipcodes[]=75001`, `bob`},
		"currency":                              {`currencies[]=EUR&currencies[]=GBP`, `ada bob eva`},
		"scalar for a list is ignored":          {`countries=FR&currencies=EUR&account_type=partner`, everyone},
		"with a tax number":                     {`has_tax_identification_number=true`, `ada low_ada`},
		"without a tax number":                  {`has_tax_identification_number=false`, `bob eva per back\slash`},
		"type":                                  {`customer_type=company`, `bob low_ada`},
		"with a type":                           {`has_customer_type=true`, `ada bob low_ada`},
		"without a type":                        {`has_customer_type=false`, `eva per back\slash`},
		"type among those with one":             {`has_customer_type=true&customer_type=individual`, `ada`},
		"metadata":                              {`metadata[tier]=gold`, `ada low_ada`},
		"metadata with another value":           {`metadata[tier]=bronze`, ``},
		"metadata that is absent":               {`metadata[tier]=`, `eva per back\slash`},
		"metadata absent for all":               {`metadata[nothing]=`, everyone},
		"metadata key with a dot":               {`metadata[a.b]=dot`, `ada`},
		"metadata with one key and without one": {`metadata[tier]=gold&metadata[a.b]=`, `low_ada`},
		"metadata takes the last of two":        {`metadata[tier]=gold&metadata[tier]=silver`, `bob`},
		"metadata with escaped brackets":        {`metadata%5Btier%5D=silver`, `bob`},
		"metadata without a key is ignored":     {`metadata[]=gold&metadata=gold`, everyone},
		"unknown parameters are ignored":        {`foo=bar&order=name&countries[x]=ZZ`, everyone},
		"filters combine": {`search_term=_&account_type[]=customer&countries[]=FR&countries[]=GB&states[]=IDF&zipcodes[]=75002&zipcodes[]=1` +
			`&has_tax_identification_number=true&customer_type=company&has_customer_type=true&metadata[tier]=gold`, `low_ada`},
		"one that fails empties the rest": {`countries[]=FR&currencies[]=GBP`, ``},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		addAcquaintances(t, s)
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				want := []any{}
				for id := range strings.FieldsSeq(c.want) {
					want = append(want, id)
				}
				answer := s.Get("/customers?" + c.query)
				require.Equal(t, want, pluck(entries(t, answer, "customers"), "external_id"))
				requireJSON(t, fmt.Sprint(len(want)), object(t, answer.JSON(t), "meta")["total_count"])
			})
		}
	})
}

func TestCustomers_RefuseUnknownFilterValues(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ query, details string }{
		"account type":                {`account_type[]=friend`, `{"account_type":{"0":["must be one of: customer, partner"]}}`},
		"second of two account types": {`account_type[]=partner&account_type[]=friend`, `{"account_type":{"1":["must be one of: customer, partner"]}}`},
		"first and third":             {`account_type[]=a&account_type[]=partner&account_type[]=b`, `{"account_type":{"0":["must be one of: customer, partner"],"2":["must be one of: customer, partner"]}}`},
		"type":                        {`customer_type=robot`, `{"customer_type":["must be one of: company, individual"]}`},
		"switch for tax numbers":      {`has_tax_identification_number=maybe`, `{"has_tax_identification_number":["must be one of: true, false"]}`},
		"switch for types":            {`has_customer_type=2`, `{"has_customer_type":["must be one of: true, false"]}`},
		"several at once":             {`customer_type=robot&has_customer_type=x`, `{"customer_type":["must be one of: company, individual"],"has_customer_type":["must be one of: true, false"]}`},
		"type of those without one":   {`customer_type=company&has_customer_type=false`, `{"customer_type":["must be nil when has_customer_type is false"]}`},
		"nested metadata":             {`metadata[a][b]=c`, `{"metadata":{"a":["must be a string"]}}`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) { requireDetails(t, c.details, s.Get("/customers?"+c.query)) })
		}
		for field, query := range map[string]string{"countries": "countries[]=fr", "currencies": "currencies[]=eur"} {
			words := object(t, s.Get("/customers?"+query).Details(t), field)["0"].([]any)[0]
			require.Regexp(t, `^must be one of: [A-Z]{2,3}(, [A-Z]{2,3}){130,}$`, words)
		}
		for _, query := range []string{"billing_entity_codes[]=nowhere", "billing_entity_codes[]=" + s.Organization.Slug + "&billing_entity_codes[]=nowhere"} {
			requireNotFound(t, "billing_entity", s.Get("/customers?"+query))
		}
	})
}

func TestCustomers_AreListedNewestFirstWithoutDeletedOnes(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for i, id := range []string{"a", "b", "c", "d", "e"} {
			s.Travel(t, servertest.Epoch.AddDate(0, 0, i+1))
			upsert(t, s, fmt.Sprintf(`{"external_id":%q}`, id))
		}
		upsert(t, s, `{"external_id":"same-instant"}`)
		member(t, s.Delete("/customers/b"), "customer")
		require.Equal(t, []any{"e", "same-instant", "d", "c", "a"}, customersBy(t, s, ""))
		require.Empty(t, customersBy(t, s, "external_id=b"))
		require.Empty(t, customersBy(t, s, "search_term=b"))

		page := s.Get("/customers?per_page=2&page=2")
		require.Equal(t, []any{"d", "c"}, pluck(entries(t, page, "customers"), "external_id"))
		require.Equal(t, meta(2, 3, 1, 3, 5), page.JSON(t)["meta"])
		require.Equal(t, []any{"a"}, customersBy(t, s, "per_page=2&page=3"))
		beyond := s.Get("/customers?per_page=2&page=7")
		require.Empty(t, entries(t, beyond, "customers"))
		require.Equal(t, meta(7, nil, 6, 3, 5), beyond.JSON(t)["meta"])
	})
}

func TestCustomers_ListsCarryWhatBelongsToEachCustomer(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, code := range []string{"a", "b"} {
			member(t, s.Post("/taxes", fmt.Sprintf(`{"tax":{"name":%q,"code":%q,"rate":"1"}}`, code, code)), "tax")
		}
		upsert(t, s, `{"external_id":"one","tax_codes":["b","a"],"metadata":[{"key":"k","value":"1"}]}`)
		upsert(t, s, `{"external_id":"two","tax_codes":["a"],"metadata":[{"key":"k","value":"2"},{"key":"l","value":"3"}]}`)
		upsert(t, s, `{"external_id":"three"}`)
		customers := entries(t, s.Get("/customers"), "customers")
		var taxes, values [][]any
		for _, customer := range customers {
			taxes = append(taxes, pluck(objects(t, customer, "taxes"), "code"))
			values = append(values, pluck(objects(t, customer, "metadata"), "value"))
			require.NotContains(t, customer, "error_details")
			require.NotContains(t, customer, "applicable_invoice_custom_sections")
			require.Empty(t, customer["integration_customers"])
		}
		require.Equal(t, [][]any{{"a", "b"}, {"a"}, {}}, taxes)
		require.Equal(t, [][]any{{"1"}, {"2", "3"}, {}}, values)
	})
}

func TestCustomers_PagesMayBeHuge(t *testing.T) {
	t.Parallel()
	storetest.InSecondHalf(t)
	const many = 2_000
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		withinOrganization(t, s, func(tx *store.Tx) error {
			entity, err := tx.DefaultBillingEntity()
			for i := range many {
				id := fmt.Sprintf("c-%04d", i)
				if err == nil {
					err = tx.InsertCustomer(&store.Customer{
						ID: store.NewID(), BillingEntityID: entity.ID, ExternalID: id, SequentialID: int64(i + 1), Slug: id,
						AccountType: "customer", FinalizeZeroAmountInvoice: "inherit",
					})
				}
			}
			return err
		})
		for query, size := range map[string]int{
			"per_page=1000000": many, "per_page=99999999999999999999": many, "per_page=1999": 1999,
			"per_page=0": 100, "": 100, "per_page=abc": 25, "per_page=-1": 25, "per_page=": 25, "per_page=1&per_page=7": 7,
		} {
			customers := entries(t, s.Get("/customers?"+query), "customers")
			require.Len(t, customers, size, query)
			require.Equal(t, "c-0000", customers[0]["external_id"], query)
			require.Equal(t, s.Organization.Slug, customers[size-1]["billing_entity_code"], query)
		}
		require.Equal(t, []any{"c-1999"}, customersBy(t, s, "per_page=1999&page=2"))
		require.Equal(t, meta(1, nil, nil, 1, many), s.Get("/customers?per_page=1000000").Status(t, http.StatusOK).JSON(t)["meta"])
		require.Empty(t, customersBy(t, s, "per_page=1000000&page=9223372036854775807"))
	})
}
