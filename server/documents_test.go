package server_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/invoicing"
	"tarn/render/rendertest"
	"tarn/server/servertest"
	"tarn/store"
)

// inOrganization writes in an organization as due work does.
func inOrganization(t *testing.T, s *servertest.Server, organization store.Organization, write func(tx *store.Tx)) {
	t.Helper()
	scope := store.Scope{Organization: organization.ID, Source: store.SourceSystem}
	require.NoError(t, s.Store.Write(context.WithoutCancel(t.Context()), scope, func(tx *store.Tx) error {
		write(tx)
		return nil
	}))
}

// keptInvoice is an invoice of a customer in a status, with a fee; it is written
// without the work that follows it.
func keptInvoice(t *testing.T, s *servertest.Server, organization store.Organization, customer string, status store.InvoiceStatus) store.Invoice {
	t.Helper()
	var row store.Invoice
	inOrganization(t, s, organization, func(tx *store.Tx) {
		owner, err := tx.Customer(customer)
		require.NoError(t, err)
		number, now := int64(7), tx.Now()
		row = store.Invoice{
			ID: store.NewID(), CustomerID: owner.ID, BillingEntityID: owner.BillingEntityID, InvoiceType: store.InvoiceOneOff, Status: status,
			PaymentStatus: store.PaymentPending, Number: "ÄCM-001-007", Currency: "EUR", BilledAt: now, IssuingDate: "2026-01-15", PaymentDueDate: "2026-02-14",
			ExpectedFinalizationDate: "2026-01-15", FeesAmountCents: 123456, SubTotalExcludingTaxesAmountCents: 123456,
			SubTotalIncludingTaxesAmountCents: 123456, TotalAmountCents: 123456, CreatedAt: now, UpdatedAt: now,
		}
		if status == store.InvoiceFinalized {
			row.SequentialID, row.FinalizedAt = &number, &now
		}
		require.NoError(t, tx.InsertInvoice(&row))
		require.NoError(t, tx.InsertFees([]store.Fee{{
			ID: store.NewID(), CustomerID: owner.ID, InvoiceID: &row.ID, FeeType: store.FeeAddOn, ItemID: store.NewID(), ItemCode: "setup", ItemName: "Setup",
			Units: decimal.NewFromInt(2), PreciseUnitAmount: decimal.RequireFromString("617.28"), AmountCents: 123456, AmountCurrency: "EUR", PaymentStatus: store.PaymentPending,
		}}))
	})
	return row
}

func downloadPath(row store.Invoice) string { return "/invoices/" + row.ID.String() + "/download" }

// documentLink is the path on the server of the link in an answer.
func documentLink(t *testing.T, s *servertest.Server, response *servertest.Response) string {
	t.Helper()
	link := textOf(t, member(t, response, "invoice"), "file_url")
	path, ours := strings.CutPrefix(link, s.URL)
	require.True(t, ours && strings.HasPrefix(path, "/documents/"), link)
	return path
}

func TestDownloadInvoice_MakesTheFileAfterTheAnswer(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		member(t, s.Post("/customers", `{"customer":{"external_id":"c","name":"Hooli","billing_configuration":{"document_locale":"fr"}}}`), "customer")
		row := keptInvoice(t, s, s.Organization, "c", store.InvoiceFinalized)
		first := member(t, s.Post(downloadPath(row), ""), "invoice")
		require.NotContains(t, first, "file_url", "there is none yet")

		second := s.Post(downloadPath(row), "")
		require.NotContains(t, member(t, second, "invoice"), "fees", "only the invoice's own members are shown")
		file := open(s, documentLink(t, s, second)).Status(t, http.StatusOK)
		require.Equal(t, "application/pdf", file.Header.Get("Content-Type"))
		require.Equal(t, "inline; filename*=utf-8''%C3%84CM-001-007.pdf", file.Header.Get("Content-Disposition"))
		require.Equal(t, "nosniff", file.Header.Get("X-Content-Type-Options"))
		require.Equal(t, "no-store", file.Header.Get("Cache-Control"))
		text := rendertest.Text(t, file.Body)
		for _, expected := range []string{"Facture", "ÄCM-001-007", "Hooli", "Acme", "1\u202F234,56\u00A0€ à payer au plus tard le 14 février 2026", "Setup | 2 | 617,28\u00A0€"} {
			require.Contains(t, text, expected)
		}

		require.Equal(t, file.Body, open(s, toldAddress(t, s, "invoice.generated", "invoice", "file_url")).Status(t, http.StatusOK).Body)

		// The file stays as it is when what it was made of changes.
		member(t, s.Post("/customers", `{"customer":{"external_id":"c","name":"Renamed","billing_configuration":{"document_locale":"de"}}}`), "customer")
		s.Travel(t, servertest.Epoch.Add(48*time.Hour))
		again := open(s, documentLink(t, s, s.Post(downloadPath(row), ""))).Status(t, http.StatusOK)
		require.Equal(t, file.Body, again.Body)

		generated := filtered(t, s, "activity_logs", pick("activity_types[]", "invoice.generated"))
		require.Len(t, generated, 1)
		require.Equal(t, row.ID.String(), generated[0]["resource_id"])
		require.Equal(t, "c", generated[0]["external_customer_id"])
		require.Equal(t, "system", generated[0]["activity_source"])
	})
}

// toldAddress is an address in the last webhook of a type, as a path.
func toldAddress(t *testing.T, s *servertest.Server, eventType, object, name string) string {
	t.Helper()
	told := entries(t, s.Admin(http.MethodGet, "/admin/organizations/"+s.Organization.ID.String()+"/webhooks?order=newest&type="+eventType, ""), "webhooks")
	require.NotEmpty(t, told, eventType)
	body, _ := told[0]["body"].(map[string]any)
	about, _ := body[object].(map[string]any)
	path, ours := strings.CutPrefix(textOf(t, about, name), servertest.Address)
	require.True(t, ours)
	return path
}

func TestDownloadInvoice_IsEmptyOnTheWireWithoutAFile(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		member(t, s.Post("/customers", `{"customer":{"external_id":"c"}}`), "customer")
		row := keptInvoice(t, s, s.Organization, "c", store.InvoiceFinalized)
		require.Empty(t, s.Post(downloadPath(row), "").Status(t, http.StatusOK).Body)
		open(s, documentLink(t, s, s.Post(downloadPath(row), ""))).Status(t, http.StatusOK)
	})
}

func TestScheduleDocument_MakesOneFile(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		member(t, s.Post("/customers", `{"customer":{"external_id":"c"}}`), "customer")
		row := keptInvoice(t, s, s.Organization, "c", store.InvoiceFinalized)
		draft := keptInvoice(t, s, s.Organization, "c", store.InvoiceDraft)
		for range 2 {
			inOrganization(t, s, s.Organization, func(tx *store.Tx) {
				require.NoError(t, invoicing.ScheduleDocument(tx, row))
				require.NoError(t, invoicing.ScheduleDocument(tx, row))
				require.NoError(t, invoicing.ScheduleDocument(tx, draft))
				require.NoError(t, invoicing.ScheduleDocument(tx, store.Invoice{ID: store.NewID()}))
			})
			s.Travel(t, servertest.Epoch)
		}
		open(s, documentLink(t, s, s.Post(downloadPath(row), ""))).Status(t, http.StatusOK)
		require.Len(t, filtered(t, s, "activity_logs", pick("activity_types[]", "invoice.generated")), 1)
		inOrganization(t, s, s.Organization, func(tx *store.Tx) {
			_, err := tx.Document(store.DocumentOfInvoice, draft.ID)
			require.ErrorIs(t, err, store.ErrNotFound)
		})
	})
}

// TestDownloadCreditNote_MakesTheFileAfterTheAnswer is the same of a credit note.
func TestDownloadCreditNote_MakesTheFileAfterTheAnswer(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		note := owe(t, s, "c", 0, 10000).credit(t, s, `,"credit_amount_cents":4000`, 4000)
		path := "/credit_notes/" + idOf(t, note)
		require.Nil(t, member(t, s.Post(path+"/download", ""), "credit_note")["file_url"], "there is none yet")
		opened := func() *servertest.Response {
			link := textOf(t, member(t, s.Post(path+"/download", ""), "credit_note"), "file_url")
			place, ours := strings.CutPrefix(link, s.URL)
			require.True(t, ours, link)
			return open(s, place).Status(t, http.StatusOK)
		}
		file := opened()
		require.Equal(t, "application/pdf", file.Header.Get("Content-Type"))
		text := rendertest.Text(t, file.Body)
		for _, expected := range []string{"Credit note\n", textOf(t, note, "number"), "€40.00 credited on January 15, 2026", "Credited to your balance | €40.00"} {
			require.Contains(t, text, expected)
		}
		s.Put(path+"/void", "").Status(t, http.StatusOK)
		require.Equal(t, file.Body, opened().Body, "it stays as it is")
		open(s, toldAddress(t, s, "credit_note.generated", "credit_note", "file_url")).Status(t, http.StatusOK)
		generated := filtered(t, s, "activity_logs", pick("activity_types[]", "credit_note.generated"))
		require.Len(t, generated, 1)
		require.Equal(t, idOf(t, note), generated[0]["resource_id"])
	})
}

func TestDownloadInvoice_IsForFinalInvoicesOfOnesOwn(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Globex")
		member(t, s.Post("/customers", `{"customer":{"external_id":"c"}}`), "customer")
		final := keptInvoice(t, s, s.Organization, "c", store.InvoiceFinalized)
		for _, status := range []store.InvoiceStatus{
			store.InvoiceDraft, store.InvoiceVoided, store.InvoiceFailed, store.InvoicePending, store.InvoiceOpen, store.InvoiceClosed, store.InvoiceDeleted,
		} {
			requireNotFound(t, "invoice", s.Post(downloadPath(keptInvoice(t, s, s.Organization, "c", status)), ""))
		}
		requireNotFound(t, "invoice", s.Post("/invoices/"+store.NewID().String()+"/download", ""))
		requireNotFound(t, "invoice", s.Post("/invoices/x/download", ""))
		requireNotFound(t, "invoice", s.DoAs(other, http.MethodPost, downloadPath(final), ""))
		requireClosed(t, s, "invoice", "POST "+downloadPath(final))
	})
}

func TestDocuments_OpenForADayOnly(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		member(t, s.Post("/customers", `{"customer":{"external_id":"c"}}`), "customer")
		row := keptInvoice(t, s, s.Organization, "c", store.InvoiceFinalized)
		s.Post(downloadPath(row), "").Status(t, http.StatusOK)
		link := documentLink(t, s, s.Post(downloadPath(row), ""))
		s.Travel(t, servertest.Epoch.Add(24*time.Hour-time.Microsecond))
		open(s, link).Status(t, http.StatusOK)
		s.Travel(t, servertest.Epoch.Add(24*time.Hour))
		requireNoPortal(t, open(s, link))
		open(s, documentLink(t, s, s.Post(downloadPath(row), ""))).Status(t, http.StatusOK)
	})
}

func TestDocuments_RefuseForgedLinks(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		organization, other := s.NewOrganization(t, "Globex")
		s.DoAs(other, http.MethodPost, "/customers", `{"customer":{"external_id":"c"}}`).Status(t, http.StatusOK)
		member(t, s.Post("/customers", `{"customer":{"external_id":"c"}}`), "customer")
		row, foreign := keptInvoice(t, s, s.Organization, "c", store.InvoiceFinalized), keptInvoice(t, s, organization, "c", store.InvoiceFinalized)
		s.Post(downloadPath(row), "").Status(t, http.StatusOK)
		s.DoAs(other, http.MethodPost, downloadPath(foreign), "").Status(t, http.StatusOK)
		ours := documentLink(t, s, s.Post(downloadPath(row), ""))
		theirs := documentLink(t, s, s.DoAs(other, http.MethodPost, downloadPath(foreign), ""))
		open(s, theirs).Status(t, http.StatusOK)

		encoding := base64.RawURLEncoding
		decode := func(path string) []byte {
			token, err := encoding.DecodeString(strings.TrimPrefix(path, "/documents/"))
			require.NoError(t, err)
			return token
		}
		for i := range decode(ours) {
			forged := decode(ours)
			forged[i] ^= 1
			requireNoPortal(t, open(s, "/documents/"+encoding.EncodeToString(forged)))
		}
		portal := strings.TrimPrefix(portalLink(t, s, "c"), "/customer-portal/")
		swapped := append(decode(theirs)[:16:16], decode(ours)[16:]...)
		for _, token := range []string{
			encoding.EncodeToString(swapped), portal, "x", "%20", strings.Repeat("A", 10_000), strings.Repeat("A", 96), "%ff%00",
			encoding.EncodeToString(append(decode(ours), 0)), encoding.EncodeToString(decode(ours)[:40]), strings.TrimPrefix(ours, "/documents/") + "=",
		} {
			requireNoPortal(t, open(s, "/documents/"+token))
		}
		requireNoPortal(t, open(s, "/customer-portal/"+strings.TrimPrefix(ours, "/documents/")))
		open(s, ours).Status(t, http.StatusOK)
	})
}
