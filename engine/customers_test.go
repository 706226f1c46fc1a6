package engine_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"tarn/engine"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

func (w *world) upsert(t *testing.T, in engine.CustomerInput) store.Customer {
	t.Helper()
	var customer store.Customer
	w.write(t, func(tx *store.Tx) (err error) {
		customer, err = engine.UpsertCustomer(tx, in)
		return err
	})
	return customer
}

// refuse is the error of an upsert that must not succeed.
func (w *world) refuse(t *testing.T, in engine.CustomerInput) error {
	t.Helper()
	err := w.try(t, func(tx *store.Tx) error {
		_, err := engine.UpsertCustomer(tx, in)
		return err
	})
	require.Error(t, err)
	return err
}

func (w *world) customer(t *testing.T, externalID string) store.Customer {
	t.Helper()
	var customer store.Customer
	w.write(t, func(tx *store.Tx) (err error) {
		customer, err = tx.Customer(externalID)
		return err
	})
	return customer
}

func (w *world) deleteCustomer(t *testing.T, externalID string) {
	t.Helper()
	w.write(t, func(tx *store.Tx) error {
		_, err := engine.DeleteCustomer(tx, externalID)
		return err
	})
}

func (w *world) createTaxes(t *testing.T, codes ...string) {
	t.Helper()
	w.write(t, func(tx *store.Tx) error {
		for _, code := range codes {
			in := engine.TaxInput{Name: set(code), Code: set(code), Rate: set(decimal.NewFromInt(20))}
			if _, err := engine.CreateTax(tx, in); err != nil {
				return err
			}
		}
		return nil
	})
}

func taxCodes(customer store.Customer) []string {
	list := []string{}
	for _, tax := range customer.Taxes {
		list = append(list, tax.Code)
	}
	return list
}

func TestUpsertCustomer_Defaults(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		created := w.upsert(t, engine.CustomerInput{ExternalID: "c-1"})

		requireSame(t, store.Customer{
			ID: created.ID, OrganizationID: w.organization.ID, BillingEntityID: created.BillingEntity.ID,
			ExternalID: "c-1", AccountType: "customer", SequentialID: 1, Slug: "ACM-1234-001",
			FinalizeZeroAmountInvoice: "inherit", SearchText: "c-1", CreatedAt: noon, UpdatedAt: noon, BillingEntity: created.BillingEntity,
		}, created)
		require.Equal(t, "main", created.BillingEntity.Code)
		requireSame(t, created, w.customer(t, "c-1"))
	})
}

// fullCustomer names every field of a customer.
func fullCustomer() engine.CustomerInput {
	address := engine.AddressInput{
		AddressLine1: set("1 Rue A"), AddressLine2: set("Bat. B"), City: set("Paris"),
		State: set("IDF"), Zipcode: set("75001"), Country: set("fr"),
	}
	return engine.CustomerInput{
		ExternalID: "c-1", BillingEntityCode: set("main"), CustomerType: set("company"), AccountType: set("partner"),
		Name: set("Ada"), Firstname: set("Ada"), Lastname: set("L"), Email: set("a@example.com"), Phone: set("+33"),
		URL: set("https://a"), LogoURL: set("https://l"), LegalName: set("Ada SA"), LegalNumber: set("12"),
		TaxIdentificationNumber: set("FR12"), ExternalSalesforceID: set("sf"),
		Address: address, ShippingAddress: address,
		Currency: set("EUR"), Timezone: set("Asia/Tokyo"), NetPaymentTerm: set(30), FinalizeZeroAmountInvoice: set("skip"),
		Billing: engine.CustomerBillingInput{
			InvoiceGracePeriod: set(3), DocumentLocale: set("pt-BR"),
			IssuingDateAnchor: set("current_period_end"), IssuingDateAdjustment: set("keep_anchor"),
		},
		SkipInvoiceCustomSections: set(true),
	}
}

func TestUpsertCustomer_KeepsAbsent(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		created := w.upsert(t, fullCustomer())
		require.Equal(t, "FR", *created.Address.Country)
		require.Equal(t, "FR", *created.ShippingAddress.Country)
		require.Equal(t, "partner", created.AccountType)
		require.Equal(t, "Asia/Tokyo", *created.Timezone)
		require.Equal(t, 3, *created.InvoiceGracePeriod)
		require.True(t, created.SkipInvoiceCustomSections)

		updated := w.upsert(t, engine.CustomerInput{ExternalID: "c-1"})

		requireSame(t, created, updated)
		requireSame(t, created, w.customer(t, "c-1"))
	})
}

func TestUpsertCustomer_NullClears(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		text := null[string]()
		address := engine.AddressInput{AddressLine1: text, AddressLine2: text, City: text, State: text, Zipcode: text, Country: text}
		created := w.upsert(t, fullCustomer())

		cleared := w.upsert(t, engine.CustomerInput{
			ExternalID: "c-1", BillingEntityCode: text, CustomerType: text, Name: text, Firstname: text, Lastname: text,
			Email: text, Phone: text, URL: text, LogoURL: text, LegalName: text, LegalNumber: text,
			TaxIdentificationNumber: text, ExternalSalesforceID: text, Address: address, ShippingAddress: address,
			Currency: text, Timezone: text, NetPaymentTerm: null[int](), FinalizeZeroAmountInvoice: text,
			Billing: engine.CustomerBillingInput{
				InvoiceGracePeriod: null[int](), DocumentLocale: text, IssuingDateAnchor: text, IssuingDateAdjustment: text,
			},
			SkipInvoiceCustomSections: null[bool](),
		})

		requireSame(t, store.Customer{
			ID: created.ID, OrganizationID: w.organization.ID, BillingEntityID: created.BillingEntityID,
			ExternalID: "c-1", AccountType: "partner", SequentialID: 1, Slug: created.Slug,
			FinalizeZeroAmountInvoice: "inherit", SearchText: "c-1", CreatedAt: noon, UpdatedAt: noon, BillingEntity: created.BillingEntity,
		}, cleared)
		requireSame(t, cleared, w.customer(t, "c-1"))
	})
}

func TestUpsertCustomer_AddressesMergeLineByLine(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.upsert(t, fullCustomer())

		updated := w.upsert(t, engine.CustomerInput{
			ExternalID:      "c-1",
			ShippingAddress: engine.AddressInput{City: set("Lyon"), Zipcode: null[string](), Country: set(" ")},
		})

		require.Equal(t, "Lyon", *updated.ShippingAddress.City)
		require.Nil(t, updated.ShippingAddress.Zipcode)
		require.Nil(t, updated.ShippingAddress.Country, "a blank country is none")
		require.Equal(t, "1 Rue A", *updated.ShippingAddress.AddressLine1)
		require.Equal(t, "Paris", *updated.Address.City)
	})
}

func TestUpsertCustomer_Rules(t *testing.T) {
	t.Parallel()
	type input = engine.CustomerInput
	outOfRange, noEmail, noCountry := codes("value_is_out_of_range"), codes("invalid_email_format"), codes("not_a_valid_country_code")
	email := func(text string) func(*input) { return func(in *input) { in.Email = set(text) } }
	cases := map[string]struct {
		change  func(*input)
		refused fault.Details
	}{
		"no external id":           {func(in *input) { in.ExternalID = "" }, fault.Details{"external_id": codes("value_is_mandatory")}},
		"blank external id":        {func(in *input) { in.ExternalID = " " }, fault.Details{"external_id": codes("value_is_mandatory")}},
		"unknown countries":        {func(in *input) { in.Address.Country, in.ShippingAddress.Country = set("QQ"), set("France") }, fault.Details{"country": noCountry, "shipping_country": noCountry}},
		"negative payment term":    {func(in *input) { in.NetPaymentTerm = set(-1) }, fault.Details{"net_payment_term": outOfRange}},
		"endless payment term":     {func(in *input) { in.NetPaymentTerm = set(1 << 31) }, fault.Details{"net_payment_term": outOfRange}},
		"payment term of none":     {func(in *input) { in.NetPaymentTerm = set(0) }, nil},
		"negative grace period":    {func(in *input) { in.Billing.InvoiceGracePeriod = set(-1) }, fault.Details{"invoice_grace_period": outOfRange}},
		"unknown language":         {func(in *input) { in.Billing.DocumentLocale = set("pt") }, fault.Details{"document_locale": codes("not_a_valid_language_code")}},
		"several at once":          {func(in *input) { in.Email, in.NetPaymentTerm = set("x"), set(-1) }, fault.Details{"email": noEmail, "net_payment_term": outOfRange}},
		"address":                  {email("ada@example.com"), nil},
		"address with a tag":       {email("ada+billing@mail.example.co.uk"), nil},
		"two addresses":            {email("ada@example.com, bob@example.com"), nil},
		"word":                     {email("ada"), fault.Details{"email": noEmail}},
		"no name before the at":    {email("@example.com"), fault.Details{"email": noEmail}},
		"no domain after the at":   {email("ada@"), fault.Details{"email": noEmail}},
		"space within":             {email("ada love@example.com"), fault.Details{"email": noEmail}},
		"name and address":         {email("Ada <ada@example.com>"), fault.Details{"email": noEmail}},
		"second one bad":           {email("ada@example.com,bob"), fault.Details{"email": noEmail}},
		"nothing after the comma":  {email("ada@example.com,"), fault.Details{"email": noEmail}},
		"semicolon for the comma":  {email("ada@example.com;bob@example.com"), fault.Details{"email": noEmail}},
		"dots without a name":      {email("ada@example..com"), fault.Details{"email": noEmail}},
		"metadata of five":         {func(in *input) { in.Metadata = pairs("a", "b", "c", "d", "e") }, nil},
		"metadata of six":          {func(in *input) { in.Metadata = pairs("a", "b", "c", "d", "e", "f") }, fault.Details{"metadata": codes("invalid_count")}},
		"integrations of one type": {func(in *input) { in.IntegrationTypes = []string{"xero", "anrok", "xero"} }, fault.Details{"integration_customers": codes("invalid_count_per_integration_type")}},
		"integrations":             {func(in *input) { in.IntegrationTypes = []string{"xero", "anrok"} }, nil},
		"sections and no sections": {func(in *input) {
			in.SkipInvoiceCustomSections, in.InvoiceCustomSectionCodes = set(true), set([]string{"a"})
		}, fault.Details{"invoice_custom_sections": codes("skip_sections_and_selected_ids_sent_together")}},
	}
	onEveryDialect(t, func(t *testing.T, w *world) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				in := engine.CustomerInput{ExternalID: name}
				c.change(&in)
				if c.refused == nil {
					w.upsert(t, in)
					return
				}
				requireInvalid(t, w.refuse(t, in), c.refused)
			})
		}
	})
}

func TestUpsertCustomer_OrderOfChecks(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		// given an input that breaks every rule
		in := engine.CustomerInput{
			ExternalID: "c-1", BillingEntityCode: set("unknown"), Metadata: pairs("", "a", "b", "c", "d", "e"),
			IntegrationTypes: []string{"xero", "xero"}, NetPaymentTerm: set(-1), TaxCodes: set([]string{"unknown"}),
			SkipInvoiceCustomSections: set(true), InvoiceCustomSectionCodes: set([]string{"a"}),
		}
		// then mending what is reported brings up the next group
		requireMissing(t, w.refuse(t, in), "billing_entity")
		in.BillingEntityCode.SetUnspecified()
		requireInvalid(t, w.refuse(t, in), fault.Details{"metadata": codes("invalid_count")})
		in.Metadata = pairs("")
		requireInvalid(t, w.refuse(t, in), fault.Details{"integration_customers": codes("invalid_count_per_integration_type")})
		in.IntegrationTypes = nil
		requireInvalid(t, w.refuse(t, in), fault.Details{"net_payment_term": codes("value_is_out_of_range")})
		in.NetPaymentTerm.SetUnspecified()
		requireMissing(t, w.refuse(t, in), "tax")
		in.TaxCodes.SetUnspecified()
		requireInvalid(t, w.refuse(t, in), fault.Details{"invoice_custom_sections": codes("skip_sections_and_selected_ids_sent_together")})
		in.InvoiceCustomSectionCodes.SetUnspecified()
		requireInvalid(t, w.refuse(t, in), fault.Details{"key": codes("value_is_mandatory")})
		in.Metadata.SetUnspecified()
		// and no refusal has used up a number or left a trace
		require.EqualValues(t, 1, w.upsert(t, in).SequentialID)
		require.Len(t, w.activities(t), 1)
	})
}

func TestUpsertCustomer_CleansEmail(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		created := w.upsert(t, engine.CustomerInput{ExternalID: "c-1", Email: set(" \u200bada@exam\u00adple.com,\n bob@example.com\ufeff ")})
		require.Equal(t, "ada@example.com, bob@example.com", *created.Email)

		emptied := w.upsert(t, engine.CustomerInput{ExternalID: "c-1", Email: set("\u200b ")})
		require.Nil(t, emptied.Email)
	})
}

func TestUpsertCustomer_IgnoresWhatIsNotLicensed(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.change(t, func(o *store.Organization) { o.PremiumIntegrations = []string{} })
		require.Equal(t, "customer", w.upsert(t, fullCustomer()).AccountType)

		w.change(t, func(o *store.Organization) {
			o.PremiumLicensed, o.PremiumIntegrations = false, []string{"revenue_share"}
		})
		in := fullCustomer()
		in.ExternalID, in.Billing.InvoiceGracePeriod = "c-2", set(-1)
		created := w.upsert(t, in)
		require.Equal(t, "customer", created.AccountType, "an add-on counts only with the licence")
		require.Nil(t, created.Timezone)
		require.Nil(t, created.InvoiceGracePeriod, "what is ignored is not checked")
		require.Equal(t, "pt-BR", *created.DocumentLocale)
	})
}

func TestUpsertCustomer_SwitchesBillingEntity(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.write(t, func(tx *store.Tx) error {
			return tx.InsertBillingEntity(&store.BillingEntity{ID: store.NewID(), Code: "second", Name: "Second", Timezone: "UTC"})
		})
		w.upsert(t, engine.CustomerInput{ExternalID: "c-1"})

		require.Equal(t, "second", w.upsert(t, engine.CustomerInput{ExternalID: "c-1", BillingEntityCode: set("second")}).BillingEntity.Code)
		require.Equal(t, "second", w.upsert(t, engine.CustomerInput{ExternalID: "c-1"}).BillingEntity.Code)
		require.Equal(t, "second", w.customer(t, "c-1").BillingEntity.Code)
	})
}

func TestUpsertCustomer_ReplacesTaxes(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.createTaxes(t, "vat", "city", "eco")
		upsert := func(codes form.Optional[[]string]) []string {
			w.upsert(t, engine.CustomerInput{ExternalID: "c-1", TaxCodes: codes})
			return taxCodes(w.customer(t, "c-1"))
		}
		require.Equal(t, []string{"city", "vat"}, upsert(set([]string{"vat", "city", "vat"})))
		require.Equal(t, []string{"city", "vat"}, upsert(form.Optional[[]string]{}))
		require.Equal(t, []string{"city", "vat"}, upsert(null[[]string]()))
		require.Equal(t, []string{"eco"}, upsert(set([]string{"eco"})))
		requireMissing(t, w.refuse(t, engine.CustomerInput{ExternalID: "c-1", TaxCodes: set([]string{"vat", "none"})}), "tax")
		require.Equal(t, []string{"eco"}, taxCodes(w.customer(t, "c-1")))
		require.Empty(t, upsert(set([]string{})))
	})
}

func TestUpsertCustomer_CustomSections(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		skips := func(skip form.Optional[bool], codes form.Optional[[]string]) bool {
			return w.upsert(t, engine.CustomerInput{
				ExternalID: "c-1", SkipInvoiceCustomSections: skip, InvoiceCustomSectionCodes: codes,
			}).SkipInvoiceCustomSections
		}
		var unsaid form.Optional[bool]
		var noCodes form.Optional[[]string]
		require.False(t, skips(unsaid, noCodes))
		require.True(t, skips(set(true), noCodes))
		require.True(t, skips(unsaid, null[[]string]()))
		require.False(t, skips(unsaid, set([]string{"unknown"})), "chosen sections end the skipping")
		require.True(t, skips(set(true), set([]string{})))
		require.False(t, skips(set(false), noCodes))
	})
}

func TestUpsertCustomer_PaymentProvider(t *testing.T) {
	t.Parallel()
	type billing = engine.CustomerBillingInput
	cases := map[string]struct {
		in     billing
		linked bool
	}{
		"sync without a provider":   {billing{SyncWithProvider: set(true)}, false},
		"provider alone":            {billing{PaymentProvider: set("stripe")}, false},
		"provider, not to be told":  {billing{PaymentProvider: set("stripe"), SyncWithProvider: set(false), ProviderCustomerID: set("")}, false},
		"null provider":             {billing{PaymentProvider: null[string](), SyncWithProvider: set(true)}, false},
		"provider to be told":       {billing{PaymentProvider: set("stripe"), SyncWithProvider: set(true)}, true},
		"customer of the provider":  {billing{PaymentProvider: set("adyen"), ProviderCustomerID: set("cus_1")}, true},
		"customer, not to be told":  {billing{PaymentProvider: set("adyen"), ProviderCustomerID: set("cus_1"), SyncWithProvider: set(false)}, true},
		"customer of null provider": {billing{PaymentProvider: null[string](), ProviderCustomerID: set("cus_1")}, false},
	}
	onEveryDialect(t, func(t *testing.T, w *world) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				in := engine.CustomerInput{ExternalID: name, Name: set("Ada"), Billing: c.in}
				if !c.linked {
					w.upsert(t, in)
					return
				}
				// The edge commits in spite of the refusal, as this does.
				w.write(t, func(tx *store.Tx) error {
					_, err := engine.UpsertCustomer(tx, in)
					requireInvalid(t, err, fault.Details{"base": codes("payment_provider_not_found")})
					refusal, _ := fault.As(err)
					require.True(t, refusal.Keep)
					return nil
				})
				require.Equal(t, "Ada", *w.customer(t, name).Name)
			})
		}
	})
}

func TestUpsertCustomer_NumbersAndSlugs(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		first := w.upsert(t, engine.CustomerInput{ExternalID: "c-1"})
		w.deleteCustomer(t, "c-1")
		again := w.upsert(t, engine.CustomerInput{ExternalID: "c-1"})
		require.NotEqual(t, first.ID, again.ID)
		require.Equal(t, "ACM-1234-002", again.Slug, "deleted customers count")

		w.change(t, func(o *store.Organization) { o.DocumentNumberPrefix = "NEW" })
		require.Equal(t, "ACM-1234-002", w.upsert(t, engine.CustomerInput{ExternalID: "c-1"}).Slug, "a slug never changes")
		require.Equal(t, "NEW-003", w.upsert(t, engine.CustomerInput{ExternalID: "c-2"}).Slug)

		other := newWorld(t, w.Store, "Bolt")
		theirs := other.upsert(t, engine.CustomerInput{ExternalID: "c-1"})
		require.EqualValues(t, 1, theirs.SequentialID, "each organization counts for itself")
		require.NotEqual(t, again.ID, theirs.ID)
	})
}

func TestUpsertCustomer_AtTheSameTime(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		const requests = 8
		var upserts errgroup.Group
		ids := make([]string, requests)
		for i := range requests {
			upserts.Go(func() error {
				return w.try(t, func(tx *store.Tx) error {
					customer, err := engine.UpsertCustomer(tx, engine.CustomerInput{ExternalID: "c-1"})
					ids[i] = customer.ID.String()
					return err
				})
			})
		}

		require.NoError(t, upserts.Wait())

		for _, id := range ids {
			require.Equal(t, ids[0], id, "all requests meet one customer")
		}
		require.EqualValues(t, 2, w.upsert(t, engine.CustomerInput{ExternalID: "c-2"}).SequentialID, "no number is lost")
		created := 0
		for _, activity := range w.activities(t) {
			if activity.Type == "customer.created" {
				created++
			}
		}
		require.Equal(t, 2, created)
	})
}

func TestUpsertCustomer_NoUpdateUndoesAnother(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.upsert(t, engine.CustomerInput{ExternalID: "c-1"})
		var upserts errgroup.Group
		for _, in := range []engine.CustomerInput{
			{Name: set("Ada")}, {Currency: set("EUR")}, {NetPaymentTerm: set(3)}, {Metadata: pairs("vip")},
		} {
			in.ExternalID = "c-1"
			upserts.Go(func() error {
				return w.try(t, func(tx *store.Tx) error {
					_, err := engine.UpsertCustomer(tx, in)
					return err
				})
			})
		}

		require.NoError(t, upserts.Wait())

		customer := w.customer(t, "c-1")
		require.Equal(t, "Ada", *customer.Name)
		require.Equal(t, "EUR", *customer.Currency)
		require.Equal(t, 3, *customer.NetPaymentTerm)
		require.Equal(t, []string{"vip=value"}, describe(customer))
	})
}

func TestCustomer_Activities(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.upsert(t, engine.CustomerInput{ExternalID: "c-1", Name: set("Ada")})
		w.upsert(t, engine.CustomerInput{ExternalID: "c-1", Name: null[string](), Currency: set("EUR")})
		w.upsert(t, engine.CustomerInput{ExternalID: "c-1"})
		w.deleteCustomer(t, "c-1")
		require.Equal(t, []activity{
			{Type: "customer.created", Changes: map[string][2]string{}},
			{Type: "customer.updated", Changes: map[string][2]string{"name": {`"Ada"`, "null"}, "currency": {"null", `"EUR"`}}},
			{Type: "customer.updated", Changes: map[string][2]string{}},
			{Type: "customer.deleted", Changes: map[string][2]string{}},
		}, w.activities(t))
	})
}

func TestDeleteCustomer_HidesIt(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.upsert(t, engine.CustomerInput{ExternalID: "c-1"})
		w.deleteCustomer(t, "c-1")
		err := w.try(t, func(tx *store.Tx) error {
			_, err := engine.DeleteCustomer(tx, "c-1")
			return err
		})
		requireMissing(t, err, "customer")
	})
}
