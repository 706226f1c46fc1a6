package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/render/rendertest"
	"tarn/server/servertest"
	"tarn/store"
)

// sectionsAt is where administration has an organization's custom sections.
func sectionsAt(s *servertest.Server) string {
	return organizations + "/" + s.Organization.ID.String() + "/invoice_custom_sections"
}

// addSection adds a custom section, with further members.
func addSection(t *testing.T, s *servertest.Server, code, members string) map[string]any {
	t.Helper()
	body := fmt.Sprintf(`{"invoice_custom_section":{"code":%q,"name":"Section %s"%s}}`, code, code, members)
	return object(t, s.Admin(http.MethodPost, sectionsAt(s), body).Status(t, http.StatusCreated).JSON(t), "invoice_custom_section")
}

func TestCustomSections_AreKept(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		path := sectionsAt(s)
		terms := addSection(t, s, "terms", `,"display_name":"Terms","details":"Pay soon.","description":"D"`)
		requireMembers(t, `{"code":"terms","name":"Section terms","display_name":"Terms","details":"Pay soon.","description":"D"}`, terms)
		requireMembers(t, `{"display_name":null,"details":null,"description":null}`, addSection(t, s, "bare", ""))
		listed := objects(t, s.Admin(http.MethodGet, path, "").Status(t, http.StatusOK).JSON(t), "invoice_custom_sections")
		require.ElementsMatch(t, []any{"terms", "bare"}, pluck(listed, "code"))
		one := func(answer *servertest.Response) map[string]any {
			return object(t, answer.Status(t, http.StatusOK).JSON(t), "invoice_custom_section")
		}
		require.Equal(t, terms, one(s.Admin(http.MethodGet, path+"/terms", "")))
		update := func(members string) map[string]any {
			return one(s.Admin(http.MethodPut, path+"/terms", `{"invoice_custom_section":{`+members+`}}`))
		}
		require.Equal(t, terms, update(`"code":"terms"`))
		requireMembers(t, `{"name":"N","display_name":null,"details":null,"description":null}`,
			update(`"name":"N","display_name":null,"details":null,"description":null`))
		require.Equal(t, "Later.", update(`"details":"Later."`)["details"])
		require.Equal(t, "Later.", update(`"display_name":"Heading","description":"E"`)["details"])
		require.Equal(t, "bare", one(s.Admin(http.MethodDelete, path+"/bare", ""))["code"])
		addSection(t, s, "bare", "")
		for activity, count := range map[string]int{"created": 3, "updated": 4, "deleted": 1} {
			require.Len(t, filtered(t, s, "activity_logs", pick("activity_types[]", "invoice_custom_section."+activity)), count, activity)
		}
	})
}

func TestCustomSections_AreRefused(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		path := sectionsAt(s)
		addSection(t, s, "terms", "")
		addSection(t, s, "thanks", "")
		long := strings.Repeat("x", 10_001)
		for members, want := range map[string]string{
			`"details":"D"`:                                  `{"code":["value_is_mandatory"],"name":["value_is_mandatory"]}`,
			`"code":" ","name":""`:                           `{"code":["value_is_invalid"],"name":["value_is_too_short"]}`,
			`"code":"terms","name":"N"`:                      `{"code":["value_already_exist"]}`,
			`"code":"x","name":"N","details":"` + long + `"`: `{"details":["value_is_too_long"]}`,
			`"code":"` + long + `","name":"` + long + `"`:    `{"code":["value_is_too_long"],"name":["value_is_too_long"]}`,
		} {
			requireDetails(t, want, s.Admin(http.MethodPost, path, `{"invoice_custom_section":{`+members+`}}`))
		}
		requireDetails(t, `{"code":["value_already_exist"]}`, s.Admin(http.MethodPut, path+"/terms", `{"invoice_custom_section":{"code":"thanks"}}`))
		other, _ := s.NewOrganization(t, "Twin")
		for _, at := range []string{path + "/none", organizations + "/" + other.ID.String() + "/invoice_custom_sections/terms"} {
			requireNotFound(t, "invoice_custom_section", s.Admin(http.MethodGet, at, ""))
			requireNotFound(t, "invoice_custom_section", s.Admin(http.MethodPut, at, `{"invoice_custom_section":{"name":"N"}}`))
			requireNotFound(t, "invoice_custom_section", s.Admin(http.MethodDelete, at, ""))
		}
		nowhere := organizations + "/" + nobody + "/invoice_custom_sections"
		requireNotFound(t, "organization", s.Admin(http.MethodGet, nowhere, ""))
		requireNotFound(t, "organization", s.Admin(http.MethodPost, nowhere, `{"invoice_custom_section":{"code":"x","name":"N"}}`))
	})
}

// sectionsPicked are the codes of the custom sections that an object shows to have picked.
func sectionsPicked(t *testing.T, shown map[string]any) []any {
	t.Helper()
	codes := []any{}
	for _, applied := range objects(t, shown, "applied_invoice_custom_sections") {
		codes = append(codes, object(t, applied, "invoice_custom_section")["code"])
	}
	return codes
}

// TestCustomSections_ArePicked lets a subscription and a wallet, which say the same in the
// same words, pick sections, keep them and skip them.
func TestCustomSections_ArePicked(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, code := range []string{"a", "b", "c"} {
			addSection(t, s, code, "")
		}
		other, _ := s.NewOrganization(t, "Twin")
		s.Admin(http.MethodPost, organizations+"/"+other.ID.String()+"/invoice_custom_sections", `{"invoice_custom_section":{"code":"theirs","name":"N"}}`).
			Status(t, http.StatusCreated)
		upsert(t, s, `{"external_id":"acme","currency":"EUR"}`)
		createPlan(t, s, "startup", "")
		subscribe(t, s, "startup", "sub", "")
		wallet := newWallet(t, s, walletFamily{wallets: "/wallets", member: "lago_id"}, `"name":"W"`)
		owners := map[string]func(members string) map[string]any{
			"subscription": func(members string) map[string]any {
				return member(t, putSubscription(s, "sub", members), "subscription")
			},
			"wallet": func(members string) map[string]any {
				return member(t, s.Put("/wallets/"+wallet["lago_id"].(string), `{"wallet":{`+members+`}}`), "wallet")
			},
		}
		for owner, update := range owners {
			say := func(members string) map[string]any { return update(`"invoice_custom_section":{` + members + `}`) }
			first := say(`"invoice_custom_section_codes":["b","a","theirs","b"]`)
			require.Equal(t, []any{"a", "b"}, sectionsPicked(t, first), owner)
			kept := objects(t, first, "applied_invoice_custom_sections")[0]
			for _, step := range []struct {
				members string
				want    []any
			}{
				{`"invoice_custom_section_codes":["c","a"]`, []any{"a", "c"}},
				{`"skip_invoice_custom_sections":false`, []any{"a", "c"}},
				{`"skip_invoice_custom_sections":true,"invoice_custom_section_codes":["b"]`, []any{}},
				{`"invoice_custom_section_codes":["b"]`, []any{}}, // skipped still
				{`"skip_invoice_custom_sections":false,"invoice_custom_section_codes":["b"]`, []any{"b"}},
				{`"invoice_custom_section_codes":[]`, []any{}},
			} {
				shown := say(step.members)
				require.Equal(t, step.want, sectionsPicked(t, shown), "%s: %s", owner, step.members)
				if len(step.want) == 2 {
					require.Equal(t, kept, objects(t, shown, "applied_invoice_custom_sections")[0], "the pick is another one")
				}
			}
			say(`"invoice_custom_section_codes":["c"]`)
			require.Equal(t, []any{"c"}, sectionsPicked(t, update(`"invoice_custom_section":null`)), owner)
			require.Equal(t, []any{"c"}, sectionsPicked(t, update(`"name":"Other"`)), owner)
		}
		require.Equal(t, []any{"c"}, sectionsPicked(t, member(t, s.Get("/subscriptions/sub"), "subscription")))
		listed := objects(t, s.Get("/wallets?external_customer_id=acme").JSON(t), "wallets")
		require.Equal(t, []any{"c"}, sectionsPicked(t, listed[0]))
	})
}

// TestCustomSections_OfCustomers: a customer's own stand before those of its billing
// entity, and a list ends the skipping.
func TestCustomSections_OfCustomers(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, code := range []string{"a", "b"} {
			addSection(t, s, code, "")
		}
		addBillingEntity(t, s, "other", "UTC")
		entity := object(t, s.Put("/billing_entities/other", `{"invoice_custom_section_codes":["b","unknown"]}`).Status(t, http.StatusOK).JSON(t), "billing_entity")
		require.Equal(t, []any{"b"}, pluck(objects(t, entity, "selected_invoice_custom_sections"), "code"))
		for _, step := range []struct {
			members string
			want    []any
		}{
			{`"name":"Acme"`, []any{}},
			{`"billing_entity_code":"other"`, []any{"b"}},
			{`"invoice_custom_section_codes":["a","unknown"]`, []any{"a"}},
			{`"invoice_custom_section_codes":null`, []any{"a"}},
			{`"name":"Acme"`, []any{"a"}},
			{`"skip_invoice_custom_sections":true`, []any{}},
			{`"skip_invoice_custom_sections":false`, []any{"b"}},
			{`"skip_invoice_custom_sections":true`, []any{}},
			{`"invoice_custom_section_codes":["a"]`, []any{"a"}},
			{`"invoice_custom_section_codes":[]`, []any{"b"}},
		} {
			customer := upsert(t, s, `{"external_id":"acme",`+step.members+`}`)
			require.Equal(t, step.want, pluck(objects(t, customer, "applicable_invoice_custom_sections"), "code"), step.members)
			require.Equal(t, customer["applicable_invoice_custom_sections"],
				member(t, s.Get("/customers/acme"), "customer")["applicable_invoice_custom_sections"])
		}
		require.NotContains(t, objects(t, s.Get("/customers").JSON(t), "customers")[0], "applicable_invoice_custom_sections")
	})
}

// TestCustomSections_CostNothingWhereThereAreNone counts what a customer's reading costs
// before and after there are sections.
func TestCustomSections_CostNothingWhereThereAreNone(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"acme"}`)
		picks := func() (count int) {
			for _, statement := range s.Statements(t, http.MethodGet, "/customers/acme", "") {
				if strings.Contains(statement, "custom_section_picks") {
					count++
				}
			}
			return count
		}
		require.Zero(t, picks())
		addSection(t, s, "a", "")
		require.Equal(t, 1, picks())
		withinOrganization(t, s, func(tx *store.Tx) error {
			require.True(t, tx.Organization().UsesCustomSections)
			return nil
		})
		// Other settings leave it alone.
		s.Admin(http.MethodPatch, organizations+"/"+s.Organization.ID.String(), `{"name":"Other"}`).Status(t, http.StatusOK)
		require.Equal(t, 1, picks())
	})
}

// TestCustomSections_StandOnTheFile reads the file of an invoice that bears a section.
func TestCustomSections_StandOnTheFile(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		addSection(t, s, "terms", `,"display_name":"Terms of payment","details":"Pay soon."`)
		upsert(t, s, `{"external_id":"acme","currency":"EUR","invoice_custom_section_codes":["terms"]}`)
		path := "/invoices/" + bill(t, s, "acme", "") + "/download"
		s.Post(path, "").Status(t, http.StatusOK)
		file := open(s, documentLink(t, s, s.Post(path, ""))).Status(t, http.StatusOK)
		require.Contains(t, rendertest.Text(t, file.Body), "Terms of payment\nPay soon.\n")
	})
}
