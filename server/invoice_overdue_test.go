package server_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/invoicing"
	"tarn/server/servertest"
	"tarn/store"
)

// issueDue issues an invoice that is to be paid by a day, and lets it become
// overdue.
func issueDue(t *testing.T, s *servertest.Server, number, due string, change func(row *store.Invoice)) string {
	t.Helper()
	return issue(t, s, "ada", func(tx *store.Tx, row *store.Invoice) {
		row.Number, row.PaymentDueDate = number, due
		if change != nil {
			change(row)
		}
		require.NoError(t, invoicing.ScheduleOverdue(tx, *row))
	})
}

// overdue are the numbers of the invoices that are overdue.
func overdue(t *testing.T, s *servertest.Server) []any {
	t.Helper()
	return pluck(entries(t, s.Get("/invoices?payment_overdue=true"), "invoices"), "number")
}

// january is an instant of January 2026.
func january(day, hour, minute int) time.Time {
	return time.Date(2026, time.January, day, hour, minute, 0, 0, time.UTC)
}

// TestInvoices_BecomeOverdueByTheClock at 25 past the hour, from the day after
// their due date on, which is a day of UTC.
func TestInvoices_BecomeOverdueByTheClock(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada","timezone":"Pacific/Auckland"}`)
		first := issueDue(t, s, "later", "2026-01-18", nil)
		issueDue(t, s, "today", "2026-01-15", nil)
		issueDue(t, s, "past", "2026-01-01", nil)
		for name, change := range map[string]func(row *store.Invoice){
			"paid":    func(row *store.Invoice) { row.PaymentStatus = store.PaymentSucceeded },
			"draft":   func(row *store.Invoice) { row.Status = store.InvoiceDraft },
			"void":    func(row *store.Invoice) { row.Status = store.InvoiceVoided },
			"dispute": func(row *store.Invoice) { lost := servertest.Epoch; row.PaymentDisputeLostAt = &lost },
			"open":    func(row *store.Invoice) { row.Status = store.InvoiceOpen },
		} {
			issueDue(t, s, name, "2026-01-15", change)
		}
		issueDue(t, s, "failed", "2026-01-16", func(row *store.Invoice) { row.PaymentStatus = store.PaymentFailed })
		for _, step := range []struct {
			at   time.Time
			want []any
		}{
			{january(15, 11, 24), []any{}},
			{january(15, 11, 25), []any{"past"}},
			{january(16, 0, 24), []any{"past"}},
			{january(16, 0, 25), []any{"today", "past"}},
			{january(17, 0, 25), []any{"today", "past", "failed"}},
			{january(19, 0, 24), []any{"today", "past", "failed"}},
			{january(25, 0, 0), []any{"later", "today", "past", "failed"}},
		} {
			s.Travel(t, step.at)
			require.ElementsMatch(t, step.want, overdue(t, s), step.at)
		}
		shown := member(t, s.Get("/invoices/"+first), "invoice")
		require.Equal(t, "2026-01-19T00:25:00Z", shown["updated_at"])
		logs := filtered(t, s, "activity_logs", pick("activity_types[]", "invoice.payment_overdue"))
		require.Len(t, logs, 4)
		newest := logs[0]
		require.Equal(t, first, newest["resource_id"])
		require.Equal(t, "Invoice", newest["resource_type"])
		require.Equal(t, "system", newest["activity_source"])
		require.Equal(t, "ada", newest["external_customer_id"])
		require.Equal(t, "2026-01-19T00:25:00Z", newest["logged_at"])
		require.Equal(t, true, object(t, newest, "activity_object")["payment_overdue"])
	})
}

// TestInvoices_ThatAreNotPaidAnyMoreBecomeOverdueAgain and those of a lost dispute
// do not.
func TestInvoices_ThatAreNotPaidAnyMoreBecomeOverdueAgain(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		id := issueDue(t, s, "one", "2026-01-15", nil)
		lost := issueDue(t, s, "lost", "2026-01-15", nil)
		s.Travel(t, january(16, 0, 30))
		require.ElementsMatch(t, []any{"one", "lost"}, overdue(t, s))
		member(t, s.Put("/invoices/"+id, `{"invoice":{"payment_status":"succeeded"}}`), "invoice")
		member(t, s.Post("/invoices/"+lost+"/lose_dispute", ""), "invoice")
		s.Travel(t, january(20, 0, 30))
		require.Empty(t, overdue(t, s))
		member(t, s.Put("/invoices/"+id, `{"invoice":{"payment_status":"failed"}}`), "invoice")
		require.Empty(t, overdue(t, s), "until the next run")
		s.Travel(t, january(20, 1, 24))
		require.Empty(t, overdue(t, s))
		s.Travel(t, january(20, 1, 25))
		require.Equal(t, []any{"one"}, overdue(t, s))
	})
}
