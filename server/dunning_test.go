package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/invoicing"
	"tarn/server/servertest"
	"tarn/store"
)

// reminders is the path of what belongs to an organization's dunning.
func reminders(s *servertest.Server, path string) string {
	return organizations + "/" + s.Organization.ID.String() + path
}

// campaignBody is a campaign that reminds of 10.00 EUR, with further members.
func campaignBody(code, members string) string {
	return fmt.Sprintf(`{"dunning_campaign":{"code":%q,"name":"Gentle","max_attempts":2,"days_between_attempts":1,"thresholds":[{"currency":"EUR","amount_cents":1000}]%s}}`,
		code, members)
}

// addCampaign adds a campaign of that kind.
func addCampaign(t *testing.T, s *servertest.Server, code, members string) map[string]any {
	t.Helper()
	return object(t, s.Admin(http.MethodPost, reminders(s, "/dunning_campaigns"), campaignBody(code, members)).Status(t, http.StatusCreated).JSON(t), "dunning_campaign")
}

// choose lets a customer, or a billing entity, be reminded in another way.
func choose(t *testing.T, s *servertest.Server, whom, members string) map[string]any {
	t.Helper()
	return object(t, s.Admin(http.MethodPut, reminders(s, whom+"/dunning"), `{"dunning":{`+members+`}}`).Status(t, http.StatusOK).JSON(t), "dunning")
}

// asked are the amounts of a customer's payment requests, the newest first.
func asked(t *testing.T, s *servertest.Server, customer string) []any {
	t.Helper()
	return pluck(entries(t, s.Get("/customers/"+customer+"/payment_requests"), "payment_requests"), "amount_cents")
}

// oweSoon issues an invoice that becomes overdue the day after the epoch.
func oweSoon(t *testing.T, s *servertest.Server, customer string, cents int64, change func(row *store.Invoice)) string {
	t.Helper()
	return issue(t, s, customer, func(tx *store.Tx, row *store.Invoice) {
		row.TotalAmountCents, row.PaymentDueDate = cents, "2026-01-15"
		if change != nil {
			change(row)
		}
		require.NoError(t, invoicing.ScheduleOverdue(tx, *row))
	})
}

// numbersOf are amounts as answers have them.
func numbersOf(values ...string) []any {
	list := make([]any, len(values))
	for i, value := range values {
		list[i] = json.Number(value)
	}
	return list
}

func TestDunningCampaigns_AreKept(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		path := reminders(s, "/dunning_campaigns")
		made := addCampaign(t, s, "gentle", `,"description":"D"`)
		require.Equal(t, "D", made["description"])
		addCampaign(t, s, "strict", ``)
		listed := objects(t, s.Admin(http.MethodGet, path, "").Status(t, http.StatusOK).JSON(t), "dunning_campaigns")
		require.Equal(t, []any{"gentle", "strict"}, pluck(listed, "code"))
		update := func(body string) map[string]any {
			answer := s.Admin(http.MethodPut, path+"/gentle", `{"dunning_campaign":{`+body+`}}`).Status(t, http.StatusOK)
			return object(t, answer.JSON(t), "dunning_campaign")
		}
		require.Equal(t, made, update(`"code":"gentle"`))
		requireMembers(t, `{"description":"Slow","days_between_attempts":9,"max_attempts":`+made["max_attempts"].(json.Number).String()+`}`,
			update(`"description":"Slow","days_between_attempts":9`))
		changed := update(`"name":"N","description":null,"max_attempts":7,"thresholds":[{"currency":"USD","amount_cents":0}]`)
		require.Nil(t, changed["description"])
		require.Equal(t, json.Number("7"), changed["max_attempts"])
		require.Equal(t, []any{"USD"}, pluck(objects(t, changed, "thresholds"), "currency"))
		for body, want := range map[string]string{
			`{"dunning_campaign":{"description":"D"}}`: `{"code":["value_is_mandatory"],"name":["value_is_mandatory"],"max_attempts":["value_is_mandatory"],
				"days_between_attempts":["value_is_mandatory"],"thresholds":["value_is_mandatory"]}`,
			campaignBody("gentle", ``):                                               `{"code":["value_already_exist"]}`,
			campaignBody("x", `,"max_attempts":0`):                                   `{"max_attempts":["value_is_out_of_range"]}`,
			campaignBody("x", `,"thresholds":[{"currency":"ABC","amount_cents":1}]`): `{"thresholds.0.currency":["value_is_invalid"]}`,
		} {
			requireDetails(t, want, s.Admin(http.MethodPost, path, body))
		}
		requireDetails(t, `{"code":["value_already_exist"]}`, s.Admin(http.MethodPut, path+"/gentle", `{"dunning_campaign":{"code":"strict"}}`))
		requireNotFound(t, "dunning_campaign", s.Admin(http.MethodPut, path+"/none", `{"dunning_campaign":{"name":"N"}}`))
		requireNotFound(t, "dunning_campaign", s.Admin(http.MethodDelete, path+"/none", ""))
		s.Admin(http.MethodDelete, path+"/strict", "").Status(t, http.StatusOK)
		require.Len(t, objects(t, s.Admin(http.MethodGet, path, "").Status(t, http.StatusOK).JSON(t), "dunning_campaigns"), 1)
		addCampaign(t, s, "strict", ``)
		require.Len(t, filtered(t, s, "activity_logs", pick("activity_types[]", "dunning_campaign.created")), 3)
		require.Len(t, filtered(t, s, "activity_logs", pick("activity_types[]", "dunning_campaign.deleted")), 1)
		requireNotFound(t, "organization", s.Admin(http.MethodGet, organizations+"/"+nobody+"/dunning_campaigns", ""))

		other, _ := s.NewOrganization(t, "Twin")
		requireNotFound(t, "dunning_campaign", s.Admin(http.MethodDelete, organizations+"/"+other.ID.String()+"/dunning_campaigns/gentle", ""))
	})
}

func TestDunning_IsChosen(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		addCampaign(t, s, "gentle", ``)
		entity := "/billing_entities/" + s.Get("/billing_entities").JSON(t)["billing_entities"].([]any)[0].(map[string]any)["code"].(string)
		require.Equal(t, "gentle", choose(t, s, "/customers/ada", `"campaign_code":"gentle","exclude":true`)["campaign_code"])
		require.Equal(t, true, choose(t, s, "/customers/ada", `"campaign_code":"gentle"`)["exclude"])
		require.Nil(t, choose(t, s, "/customers/ada", `"campaign_code":null`)["campaign_code"])
		require.Equal(t, "gentle", choose(t, s, entity, `"campaign_code":"gentle"`)["campaign_code"])
		require.Equal(t, "gentle", choose(t, s, entity, `"campaign_code":"gentle"`)["campaign_code"])
		read := func(whom string) map[string]any {
			return object(t, s.Admin(http.MethodGet, reminders(s, whom+"/dunning"), "").Status(t, http.StatusOK).JSON(t), "dunning")
		}
		require.Equal(t, map[string]any{"campaign_code": nil, "exclude": true, "attempts": []any{}}, read("/customers/ada"))
		require.Equal(t, map[string]any{"campaign_code": "gentle"}, read(entity))
		s.Admin(http.MethodDelete, reminders(s, "/dunning_campaigns/gentle"), "").Status(t, http.StatusOK)
		require.Equal(t, map[string]any{"campaign_code": nil}, read(entity))
		body := `{"dunning":{"campaign_code":"gentle"}}`
		for whom, resource := range map[string]string{"/customers/ada": "dunning_campaign", entity: "dunning_campaign", "/customers/none": "customer", "/billing_entities/none": "billing_entity"} {
			requireNotFound(t, resource, s.Admin(http.MethodPut, reminders(s, whom+"/dunning"), body))
		}
		requireNotFound(t, "customer", s.Admin(http.MethodGet, reminders(s, "/customers/none/dunning"), ""))
		requireNotFound(t, "billing_entity", s.Admin(http.MethodGet, reminders(s, "/billing_entities/none/dunning"), ""))
	})
}

// TestDunning_RemindsWhomItShall lets customers owe the same, and some of them be left
// out.
func TestDunning_RemindsWhomItShall(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		addCampaign(t, s, "gentle", ``)
		addCampaign(t, s, "high", `,"thresholds":[{"currency":"EUR","amount_cents":100000}]`)
		addBillingEntity(t, s, "other", "UTC")
		other := entityOf(t, s, "other")
		choose(t, s, "/billing_entities/"+s.Get("/billing_entities").JSON(t)["billing_entities"].([]any)[0].(map[string]any)["code"].(string), `"campaign_code":"gentle"`)
		for _, customer := range []string{"entity", "own", "excluded", "self", "little", "two", "busy"} {
			upsert(t, s, `{"external_id":"`+customer+`"}`)
			oweSoon(t, s, customer, 600, nil)
		}
		upsert(t, s, `{"external_id":"partner","account_type":"partner"}`)
		oweSoon(t, s, "partner", 1000, nil)
		oweSoon(t, s, "entity", 400, func(row *store.Invoice) { row.TotalPaidAmountCents, row.OffsetAmountCents = 100, 50 })
		oweSoon(t, s, "own", 400, nil)
		oweSoon(t, s, "excluded", 400, nil)
		oweSoon(t, s, "self", 400, func(row *store.Invoice) { row.SelfBilled = true })
		oweSoon(t, s, "two", 400, func(row *store.Invoice) { row.BillingEntityID = other })
		underWay(t, s, oweSoon(t, s, "busy", 400, nil), nil)
		choose(t, s, "/customers/own", `"campaign_code":"high"`)
		choose(t, s, "/customers/excluded", `"exclude":true`)
		s.Travel(t, january(16, 1, 0))
		for customer, want := range map[string][]any{
			"entity": numbersOf("850"), "own": {}, "excluded": {}, "self": {}, "little": {}, "partner": {}, "two": numbersOf("600", "400"), "busy": numbersOf("600"),
		} {
			require.ElementsMatch(t, want, asked(t, s, customer), customer)
		}
		// What is changed counts with the next run.
		choose(t, s, "/customers/own", `"campaign_code":null`)
		choose(t, s, "/customers/excluded", `"exclude":false`)
		s.Admin(http.MethodPut, reminders(s, "/dunning_campaigns/gentle"), `{"dunning_campaign":{"thresholds":[{"currency":"EUR","amount_cents":500}]}}`).Status(t, http.StatusOK)
		s.Travel(t, january(16, 2, 0))
		for customer, want := range map[string][]any{
			"entity": numbersOf("850"), "own": numbersOf("1000"), "excluded": numbersOf("1000"), "self": numbersOf("600"), "little": numbersOf("600"), "partner": {},
		} {
			require.ElementsMatch(t, want, asked(t, s, customer), customer)
		}
		require.Empty(t, filtered(t, s, "activity_logs", pick("activity_types[]", "dunning_campaign.finished")))
		s.Travel(t, january(25, 0, 0))
		require.Len(t, filtered(t, s, "activity_logs", pick("activity_types[]", "dunning_campaign.finished")), 7, "once for each customer")
		require.Len(t, asked(t, s, "little"), 2)
	})
}

// TestDunning_NeedsItsAddOn and goes on when it is there again.
func TestDunning_NeedsItsAddOn(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		addCampaign(t, s, "gentle", ``)
		choose(t, s, "/customers/ada", `"campaign_code":"gentle"`)
		oweSoon(t, s, "ada", 1000, nil)
		integrations := func(names string) {
			s.Admin(http.MethodPatch, organizations+"/"+s.Organization.ID.String(), `{"premium":{"integrations":[`+names+`]}}`).Status(t, http.StatusOK)
		}
		integrations(`"preview"`)
		for path, body := range map[string]string{"/dunning_campaigns/gentle": `{"dunning_campaign":{"name":"N"}}`, "/customers/ada/dunning": `{"dunning":{"campaign_code":null}}`, "/billing_entities/acme/dunning": `{"dunning":{"campaign_code":null}}`} {
			require.Equal(t, "feature_unavailable", s.Admin(http.MethodPut, reminders(s, path), body).Status(t, http.StatusForbidden).JSON(t)["code"], path)
		}
		s.Admin(http.MethodPost, reminders(s, "/dunning_campaigns"), campaignBody("x", ``)).Status(t, http.StatusForbidden)
		s.Admin(http.MethodDelete, reminders(s, "/dunning_campaigns/gentle"), "").Status(t, http.StatusForbidden)
		s.Travel(t, january(18, 0, 0))
		require.Empty(t, asked(t, s, "ada"))
		integrations(`"auto_dunning"`)
		s.Travel(t, january(18, 0, 45))
		require.Equal(t, numbersOf("1000"), asked(t, s, "ada"))
	})
}

// TestDunning_BeginsAnew with another campaign, and in the currency in which something
// was paid that it had asked for.
func TestDunning_BeginsAnew(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		addCampaign(t, s, "gentle", ``)
		addCampaign(t, s, "strict", ``)
		choose(t, s, "/customers/ada", `"campaign_code":"gentle"`)
		first := oweSoon(t, s, "ada", 1000, nil)
		oweSoon(t, s, "ada", 2000, nil)
		s.Travel(t, january(25, 0, 0))
		require.Equal(t, numbersOf("3000", "3000"), asked(t, s, "ada"))
		choose(t, s, "/customers/ada", `"campaign_code":"strict"`)
		s.Travel(t, january(25, 1, 0))
		require.Equal(t, numbersOf("3000", "3000", "3000"), asked(t, s, "ada"))
		s.Travel(t, january(30, 0, 0))
		require.Len(t, asked(t, s, "ada"), 4)

		member(t, s.Put("/invoices/"+first, `{"invoice":{"payment_status":"succeeded"}}`), "invoice")
		s.Travel(t, january(30, 1, 0))
		require.Equal(t, numbersOf("2000", "3000", "3000", "3000", "3000"), asked(t, s, "ada"))

		// What was never asked for changes nothing.
		unasked := issueOverdue(t, s, "ada", nil)
		member(t, s.Put("/invoices/"+unasked, `{"invoice":{"payment_status":"succeeded"}}`), "invoice")
		withinOrganization(t, s, func(tx *store.Tx) error {
			customer, err := tx.Customer("ada")
			require.NoError(t, err)
			attempts, err := tx.DunningAttempts(customer.ID)
			require.Len(t, attempts, 1)
			require.Equal(t, time.Date(2026, time.January, 30, 0, 45, 0, 0, time.UTC), attempts[0].LastAttemptAt)
			return err
		})
		s.Delete("/customers/ada").Status(t, http.StatusOK)
		s.Travel(t, january(30, 23, 0).AddDate(0, 0, 10))
		require.Len(t, entries(t, s.Get("/payment_requests?external_customer_id=ada"), "payment_requests"), 5, "a customer that is gone is not reminded")
		requireNotFound(t, "payment_request", s.Get("/payment_requests/"+uuid.NewString()))
	})
}
