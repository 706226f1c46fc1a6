package invoicing_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
	"tarn/invoicing"
	"tarn/render"
	"tarn/render/rendertest"
	"tarn/store"
)

var update = flag.Bool("update", false, "write the golden texts") //nolint:gochecknoglobals // a flag

func ptr[T any](value T) *T { return &value }

func dec(text string) decimal.Decimal { return decimal.RequireFromString(text) }

// billed is an invoice of two subscriptions in New York, with one of everything.
func billed() (store.Invoice, store.BillingEntity) {
	first, second := store.NewID(), store.NewID()
	// The month of New York.
	from, to := time.Date(2026, 3, 1, 5, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 3, 59, 59, 999_999_000, time.UTC)
	entity := store.BillingEntity{
		ID: store.NewID(), Code: "main", Name: "Bergsee", LegalName: ptr("Bergsee GmbH"), TaxIdentificationNumber: ptr("DE136695976"),
		DocumentLocale: "en", InvoiceFooter: ptr("Thank you."), Address: store.Address{AddressLine1: ptr("Hafenstraße 7"), Zipcode: ptr("78462"), City: ptr("Konstanz"), Country: ptr("DE")},
	}
	row := store.Invoice{
		ID: store.NewID(), InvoiceType: store.InvoiceSubscription, Status: store.InvoiceFinalized, Number: "BER-1234-001-001", Currency: "USD",
		IssuingDate: "2026-04-01", PaymentDueDate: "2026-05-01", FinalizedAt: ptr(to.Add(time.Hour)), PurchaseOrderNumber: ptr("PO-7"),
		FeesAmountCents: 13600, ProgressiveBillingCreditAmountCents: 1000, CouponsAmountCents: 600, SubTotalExcludingTaxesAmountCents: 12000,
		TaxesAmountCents: 2400, SubTotalIncludingTaxesAmountCents: 14400, CreditNotesAmountCents: 400, PrepaidCreditAmountCents: 1000, TotalAmountCents: 13000,
		TotalPaidAmountCents: 500, OffsetAmountCents: 500,
		Customer: store.Customer{
			ExternalID: "c", Firstname: ptr("Ada"), Lastname: ptr("Lovelace"), Timezone: ptr("America/New_York"), DocumentLocale: ptr("de"),
			Metadata: []store.CustomerMetadata{{Key: "Kostenstelle", Value: "4711", DisplayInInvoice: true}, {Key: "secret", Value: "hidden"}},
		},
		BillingEntity: entity,
		BillingPeriods: []store.BillingPeriod{
			{SubscriptionID: second, SubscriptionFrom: from, SubscriptionTo: to, Subscription: store.Subscription{Plan: store.Plan{Name: "Basic"}}},
			{SubscriptionID: first, SubscriptionFrom: from, SubscriptionTo: to, Subscription: store.Subscription{Name: ptr("Production"), Plan: store.Plan{Name: "Scale"}}},
		},
		Credits: []store.Credit{
			{Kind: store.CreditOfCoupon, Name: "Welcome", Code: "welcome", AmountCents: 600},
			{Kind: store.CreditOfInvoice, Name: "no", Code: "BER-1234-001-000", AmountCents: 1000},
			{Kind: store.CreditOfCreditNote, Name: "no", Code: "BER-1234-001-000-CN001", AmountCents: 400},
		},
		AppliedTaxes: []store.InvoiceTax{{TaxName: "VAT", TaxDescription: ptr("Reverse charge does not apply"), TaxRate: dec("20"), FeesAmountCents: 12000, AmountCents: 2400}},
	}
	row.Fees = fees(first, second, from, to)
	return row, entity
}

func fees(first, second uuid.UUID, from, to time.Time) []store.Fee {
	usage, taxes := store.NewID(), []store.FeeTax{{TaxRate: dec("20")}}
	return []store.Fee{
		{ID: store.NewID(), SubscriptionID: &first, FeeType: store.FeeCommitment, ItemName: "Scale", Units: dec("1"), PreciseUnitAmount: dec("20"), AmountCents: 2000},
		{ID: store.NewID(), SubscriptionID: &first, FeeType: store.FeeCharge, TrueUpParentFeeID: &usage, ItemName: "API calls", Units: dec("1"), PreciseUnitAmount: dec("5"), AmountCents: 500, From: &from, To: &to},
		{
			ID: usage, SubscriptionID: &first, FeeType: store.FeeCharge, ItemName: "API calls", Units: dec("30"), PreciseUnitAmount: dec("1.5"), AmountCents: 4500, From: &from, To: &to, AppliedTaxes: taxes,
			Filters: map[string][]string{"region": {"eu", "us"}}, GroupedBy: map[string]*string{"cloud": ptr("aws"), "zone": nil},
			AmountDetails: json.RawMessage(`{"graduated_ranges":[{"from_value":0,"to_value":10,"flat_unit_amount":"5.0","per_unit_amount":"1.0","units":"10.0","per_unit_total_amount":"10.0","total_with_flat_amount":"15.0"},{"from_value":11,"to_value":null,"flat_unit_amount":"0.0","per_unit_amount":"1.5","units":"20.0","per_unit_total_amount":"30.0","total_with_flat_amount":"30.0"}]}`),
		},
		{ID: store.NewID(), SubscriptionID: &first, FeeType: store.FeeSubscription, ItemName: "Scale", Units: dec("1"), PreciseUnitAmount: dec("50"), AmountCents: 5000, From: ptr(to.Add(time.Microsecond)), To: ptr(to.AddDate(0, 1, 0)), AppliedTaxes: taxes},
		{ID: store.NewID(), SubscriptionID: &second, FeeType: store.FeeFixedCharge, ItemName: "Seat", InvoiceDisplayName: ptr("Seats"), FilterDisplayName: ptr("Europe"), Units: dec("2"), PreciseUnitAmount: dec("5"), AmountCents: 1000, From: &from, To: &to, AppliedTaxes: taxes},
		{ID: store.NewID(), FeeType: store.FeeAddOn, ItemName: "Setup", Description: ptr("On site"), Units: dec("1"), PreciseUnitAmount: dec("6"), AmountCents: 600},
	}
}

// TestDocumentOf_Golden compares what stands on the files of invoices.
func TestDocumentOf_Golden(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*store.Invoice, *store.BillingEntity){
		"subscriptions": func(*store.Invoice, *store.BillingEntity) {},
		"self_billed": func(row *store.Invoice, _ *store.BillingEntity) {
			row.SelfBilled, row.Customer.DocumentLocale, row.Customer.Name = true, nil, ptr("Partner Ltd")
		},
		"credit": func(row *store.Invoice, entity *store.BillingEntity) {
			row.InvoiceType, entity.DocumentLocale, row.Customer.DocumentLocale = store.InvoiceCredit, "fr", ptr(" ")
			row.BillingPeriods, row.Credits, row.AppliedTaxes = nil, nil, nil
			row.Fees = []store.Fee{{FeeType: store.FeeCredit, ItemName: "credit", Units: dec("100"), PreciseUnitAmount: dec("1"), AmountCents: 10000}}
		},
		"progressive": func(row *store.Invoice, _ *store.BillingEntity) {
			row.InvoiceType, row.Customer.DocumentLocale = store.InvoiceProgressiveBilling, nil
			row.AppliedThresholds = []store.InvoiceUsageThreshold{{AmountCents: 1000}, {AmountCents: 5000}}
		},
		"sections": func(row *store.Invoice, _ *store.BillingEntity) {
			row.Fees, row.BillingPeriods = row.Fees[5:], nil
			row.AppliedSections = []store.AppliedCustomSection{
				{Name: "terms", DisplayName: ptr("Zahlungsbedingungen"), Details: ptr("Zahlbar binnen 30 Tagen.\nOhne Abzug.")},
				{Name: "Without a heading of its own", DisplayName: ptr(" ")},
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row, entity := billed()
			change(&row, &entity)
			file, err := render.Invoice(invoicing.DocumentOf(row, entity, time.Time{}))
			require.NoError(t, err)
			compareGolden(t, name, rendertest.Text(t, file))
		})
	}
}

// TestDocumentOf_HasEveryFee loses no fee, wherever it belongs.
func TestDocumentOf_HasEveryFee(t *testing.T) {
	t.Parallel()
	row, entity := billed()
	foreign, orphan := row.Fees[4], row.Fees[1]
	foreign.SubscriptionID, foreign.AmountCents = ptr(store.NewID()), 77
	orphan.TrueUpParentFeeID, orphan.AmountCents = ptr(store.NewID()), 88
	row.Fees = append(row.Fees, foreign, orphan)
	doc := invoicing.DocumentOf(row, entity, time.Time{})
	var amounts []int64
	for _, group := range doc.Groups {
		sum := int64(0)
		for _, fee := range group.Fees {
			amounts, sum = append(amounts, fee.Amount), sum+fee.Amount
		}
		require.Equal(t, sum, group.Subtotal)
	}
	require.ElementsMatch(t, []int64{2000, 500, 4500, 5000, 1000, 600, 77, 88}, amounts)
	require.Equal(t, *row.FinalizedAt, doc.CreatedAt)
	row.FinalizedAt = nil
	require.Equal(t, time.Unix(7, 0), invoicing.DocumentOf(row, entity, time.Unix(7, 0)).CreatedAt)
}

// TestNoteDocumentOf_Golden compares what stands on the file of a credit note of two
// subscriptions.
func TestNoteDocumentOf_Golden(t *testing.T) {
	t.Parallel()
	row, entity := billed()
	foreign := store.Fee{ID: store.NewID(), FeeType: store.FeeAddOn, ItemName: "Foreign"}
	note := store.CreditNote{
		Number: row.Number + "-CN001", IssuingDate: "2026-04-07", CreatedAt: time.Unix(7, 0), CreditStatus: store.CreditAvailable,
		CouponsAdjustmentAmountCents: 300, SubTotalExcludingTaxesAmountCents: 5700, TotalAmountCents: 6840, CreditAmountCents: 5000, RefundAmountCents: 1840,
		Items: []store.CreditNoteItem{
			{FeeID: row.Fees[4].ID, AmountCents: 1000}, {FeeID: row.Fees[2].ID, AmountCents: 4000}, {FeeID: foreign.ID, AmountCents: 1000, Fee: foreign},
		},
		AppliedTaxes: []store.CreditNoteTax{{TaxName: "VAT", TaxDescription: ptr("Reverse charge does not apply"), TaxRate: dec("20"), BaseAmountCents: 5700, AmountCents: 1140}},
	}
	doc := invoicing.NoteDocumentOf(note, row, entity)
	require.Equal(t, time.Unix(7, 0), doc.CreatedAt)
	require.False(t, doc.Voided)
	file, err := render.CreditNote(doc)
	require.NoError(t, err)
	compareGolden(t, "credit_note", rendertest.Text(t, file))
	note.CreditStatus = store.CreditVoided
	require.True(t, invoicing.NoteDocumentOf(note, row, entity).Voided)
}

// compareGolden compares what stands on a file.
func compareGolden(t *testing.T, name, text string) {
	t.Helper()
	golden := filepath.Join("testdata", "document_"+name+".txt")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(text), 0o600))
	}
	expected, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(expected), text)
}

// TestDetailsOf_KnowsEachModel reads what pricing writes.
func TestDetailsOf_KnowsEachModel(t *testing.T) {
	t.Parallel()
	one := charge.Decimal{Decimal: dec("1")}
	for _, details := range []charge.Details{
		charge.GraduatedDetails{Ranges: []charge.GraduatedRange{{RangeBounds: charge.RangeBounds{FromValue: "0"}, FlatUnitAmount: one}}},
		charge.GraduatedPercentageDetails{Ranges: []charge.GraduatedPercentageRange{{RangeBounds: charge.RangeBounds{FromValue: "0", ToValue: ptr(json.Number("5"))}, Rate: one}}},
		charge.VolumeDetails{PerUnitAmount: one},
		charge.PackageDetails{PerPackageSize: 3, PaidUnits: one},
		charge.PercentageDetails{PaidEvents: 2, Rate: one},
	} {
		stored, err := json.Marshal(details)
		require.NoError(t, err)
		again, err := json.Marshal(invoicing.DetailsOf(stored))
		require.NoError(t, err)
		require.IsType(t, details, invoicing.DetailsOf(stored))
		require.JSONEq(t, string(stored), string(again))
	}
	for _, stored := range []string{"", "null", "{}", "[]", `{"graduated_ranges":7}`, `{"per_package_size":"x"}`} {
		require.Nil(t, invoicing.DetailsOf(json.RawMessage(stored)), stored)
	}
}
