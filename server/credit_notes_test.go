package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/invoicing"
	"tarn/server/servertest"
	"tarn/store"
)

// owing is an invoice of a customer with fees without taxes, of which a part is paid.
type owing struct {
	id, number string
	fees       []string
}

// owe invoices a customer, whom it adds, for fees of such amounts in EUR.
func owe(t *testing.T, s *servertest.Server, customer string, paid int64, amounts ...int64) owing {
	t.Helper()
	upsert(t, s, fmt.Sprintf(`{"external_id":%q,"currency":"EUR"}`, customer))
	if s.Get("/add_ons/due").Code == http.StatusNotFound {
		newAddOn(t, s, "due", "")
	}
	lines := make([]string, len(amounts))
	for i, amount := range amounts {
		lines[i] = fmt.Sprintf(`{"add_on_code":"due","unit_amount_cents":%d}`, amount)
	}
	made := member(t, s.Post("/invoices", fmt.Sprintf(`{"invoice":{"external_customer_id":%q,"currency":"EUR","fees":[%s]}}`, customer, strings.Join(lines, ","))), "invoice")
	of := owing{id: idOf(t, made), number: textOf(t, made, "number")}
	for _, fee := range objects(t, made, "fees") {
		of.fees = append(of.fees, idOf(t, fee))
	}
	of.pay(t, s, paid)
	return of
}

// pay reports a payment of the invoice; none of nothing.
func (o owing) pay(t *testing.T, s *servertest.Server, cents int64) {
	t.Helper()
	if cents > 0 {
		recordPayment(t, s, o.id, cents)
	}
}

// note is the body of a credit note of the invoice, with amounts of items by the
// index of their fees.
func (o owing) note(members string, items ...int64) string {
	lines := make([]string, len(items))
	for i, amount := range items {
		lines[i] = fmt.Sprintf(`{"fee_id":%q,"amount_cents":%d}`, o.fees[i], amount)
	}
	return fmt.Sprintf(`{"credit_note":{"invoice_id":%q,"items":[%s]%s}}`, o.id, strings.Join(lines, ","), members)
}

// credit makes a credit note of the invoice.
func (o owing) credit(t *testing.T, s *servertest.Server, members string, items ...int64) map[string]any {
	t.Helper()
	return member(t, s.Post("/credit_notes", o.note(members, items...)), "credit_note")
}

func TestCreditNotes_RefundWhatWasPaid(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		of := owe(t, s, "acme", 100, 100, 20)
		note := of.credit(t, s, `,"credit_amount_cents":10,"refund_amount_cents":5,"offset_amount_cents":8`, 15, 8)
		requireJSON(t, `23`, note["total_amount_cents"])
		requireJSON(t, `10`, note["balance_amount_cents"])
		require.Equal(t, "pending", note["refund_status"])
		shown := member(t, s.Get("/invoices/"+of.id), "invoice")
		requireJSON(t, `12`, shown["total_due_amount_cents"])
		requireJSON(t, `8`, shown["total_offsetted_credit_note_amount_cents"])
		estimate := member(t, s.Post("/credit_notes/estimate", of.note("", 85)), "estimated_credit_note")
		requireJSON(t, `85`, estimate["max_refundable_amount_cents"])
		requireJSON(t, `12`, estimate["max_offsettable_amount_cents"])

		for _, c := range []struct {
			members, details string
			items            []int64
		}{
			{`,"refund_amount_cents":97`, `{"amount_cents":["higher_than_remaining_fee_amount"]}`, []int64{86, 11}},
			{`,"refund_amount_cents":96`, `{"refund_amount_cents":["higher_than_remaining_invoice_amount"]}`, []int64{84, 12}},
			{`,"offset_amount_cents":13`, `{"offset_amount_cents":["higher_than_remaining_invoice_amount"]}`, []int64{13}},
		} {
			requireDetails(t, c.details, s.Post("/credit_notes", of.note(c.members, c.items...)))
		}
		of.credit(t, s, `,"refund_amount_cents":95`, 83, 12)

		// What counts as paid without a payment cannot be refunded, nor what is paid in
		// all and does not count as paid.
		unpaid := owe(t, s, "acme", 0, 100)
		s.Put("/invoices/"+unpaid.id, `{"invoice":{"payment_status":"succeeded"}}`).Status(t, http.StatusOK)
		requireDetails(t, `{"refund_amount_cents":["cannot_refund_unpaid_invoice","higher_than_remaining_invoice_amount"]}`,
			s.Post("/credit_notes", unpaid.note(`,"refund_amount_cents":5`, 5)))
		uncounted := owe(t, s, "acme", 100, 100)
		s.Put("/invoices/"+uncounted.id, `{"invoice":{"payment_status":"pending"}}`).Status(t, http.StatusOK)
		requireDetails(t, `{"refund_amount_cents":["cannot_refund_unpaid_invoice"]}`, s.Post("/credit_notes", uncounted.note(`,"refund_amount_cents":5`, 5)))

		path := "/credit_notes/" + idOf(t, note)
		refunded := member(t, s.Put(path, `{"credit_note":{"refund_status":"succeeded"}}`), "credit_note")
		require.Equal(t, "succeeded", refunded["refund_status"])
		require.Equal(t, "failed", member(t, s.Put(path, `{"credit_note":{"refund_status":"failed"}}`), "credit_note")["refund_status"])
	})
}

// A cent of rounding never refunds more than was paid.
func TestCreditNotes_RefundNoCentTooMany(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		of := owe(t, s, "acme", 10, 100)
		note := of.credit(t, s, `,"refund_amount_cents":10`, 11)
		requireJSON(t, `10`, note["refund_amount_cents"])
		requireJSON(t, `10`, note["total_amount_cents"])
	})
}

func TestCreditNotes_NeedTheLicence(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		of := owe(t, s, "acme", 0, 100)
		note := "/credit_notes/" + idOf(t, of.credit(t, s, `,"credit_amount_cents":10,"metadata":{"a":"b"}`, 10))
		setPremium(t, s, `{"licensed":false}`)
		requireForbidden(t, s.Post("/credit_notes", of.note(`,"credit_amount_cents":-10`, 10)))
		requireForbidden(t, s.Post("/credit_notes/estimate", of.note("", 10)))
		requireNotFound(t, "invoice", s.Post("/credit_notes", `{"credit_note":{"invoice_id":"`+missingID+`","items":[]}}`))
		for _, request := range []string{"GET " + note, "PUT " + note + "/void", "POST " + note + "/download", "DELETE " + note + "/metadata"} {
			send(s, request, "").Status(t, http.StatusOK)
		}
		s.Put(note, `{"credit_note":{"metadata":{"a":"c"}}}`).Status(t, http.StatusOK)
	})
}

func TestCreditNotes_OfInvoicesThatGiveNothingBack(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"acme"}`)
		for name, change := range map[string]func(*store.Tx, *store.Invoice){
			"failed":  func(_ *store.Tx, row *store.Invoice) { row.Status = store.InvoiceFailed },
			"pending": func(_ *store.Tx, row *store.Invoice) { row.Status = store.InvoicePending },
		} {
			id := issue(t, s, "acme", change)
			for _, path := range []string{"/credit_notes", "/credit_notes/estimate"} {
				refused := s.Post(path, `{"credit_note":{"invoice_id":"`+id+`","items":[]}}`).Status(t, http.StatusMethodNotAllowed)
				require.Equal(t, "invalid_type_or_status", refused.JSON(t)["code"], name)
			}
		}
		open := issue(t, s, "acme", func(_ *store.Tx, row *store.Invoice) { row.Status = store.InvoiceOpen })
		requireNotFound(t, "invoice", s.Post("/credit_notes", `{"credit_note":{"invoice_id":"`+open+`","items":[]}}`))
	})
}

// Two notes that come at once never give back more of a fee than it is.
func TestCreditNotes_GiveBackOnce(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		const writers, each = 8, 30
		of := owe(t, s, "acme", 0, 100)
		var racing sync.WaitGroup
		answers := make(chan int, writers)
		for range writers {
			racing.Go(func() {
				answers <- s.Post("/credit_notes", of.note(`,"offset_amount_cents":30`, each)).Code
			})
		}
		racing.Wait()
		close(answers)
		counted := map[int]int{}
		for code := range answers {
			counted[code]++
		}
		require.Equal(t, map[int]int{http.StatusOK: 3, http.StatusUnprocessableEntity: writers - 3}, counted)
		shown := member(t, s.Get("/invoices/"+of.id), "invoice")
		requireJSON(t, `10`, shown["total_due_amount_cents"])
		var numbers []any
		for i := range 3 {
			numbers = append(numbers, fmt.Sprintf("%s-CN%03d", of.number, i+1))
		}
		require.ElementsMatch(t, numbers, pluck(entries(t, s.Get("/credit_notes"), "credit_notes"), "number"))
	})
}

// The notes of a draft that is deleted are gone with it.
func TestCreditNotes_GoWithTheirDraft(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		ids := drafts(t, s, 1)
		draft := member(t, s.Get("/invoices/"+ids[0]), "invoice")
		fee := idOf(t, objects(t, draft, "fees")[0])
		s.Post("/credit_notes", fmt.Sprintf(`{"credit_note":{"invoice_id":%q,"credit_amount_cents":100,"items":[{"fee_id":%q,"amount_cents":100}]}}`, ids[0], fee)).
			Status(t, http.StatusOK)
		withinOrganization(t, s, func(tx *store.Tx) error {
			id := uuid.MustParse(ids[0])
			if _, err := invoicing.Delete(tx, id); err != nil {
				return err
			}
			notes, err := tx.CreditNotesOfInvoice(id)
			require.Len(t, notes, 1)
			require.Equal(t, store.CreditNoteDeleted, notes[0].Status)
			return err
		})
	})
}

func TestCreditNotes_Metadata(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		of := owe(t, s, "acme", 0, 100)
		note := of.credit(t, s, `,"credit_amount_cents":10`, 10)
		require.NotContains(t, note, "metadata")
		path := "/credit_notes/" + idOf(t, note)
		all, key := path+"/metadata", path+"/metadata/a"
		requireNotFound(t, "metadata", s.Delete(key))
		for _, step := range []struct{ request, body, want string }{
			{"PATCH " + all, `{"metadata":{}}`, `null`},
			{"DELETE " + all, ``, `null`},
			{"PATCH " + all, `{"metadata":{"a":"1","b":null}}`, `{"a":"1","b":null}`},
			{"PATCH " + all, `{"metadata":{"a":"2"}}`, `{"a":"2","b":null}`},
			{"POST " + all, `{"metadata":{"a":"3","d":"4"}}`, `{"a":"3","d":"4"}`},
			{"DELETE " + key, ``, `{"d":"4"}`},
			{"DELETE " + all + "/d", ``, `{}`},
			{"DELETE " + all, ``, `null`},
			{"POST " + all, `{"metadata":{}}`, `{}`},
		} {
			shown := send(s, step.request, step.body).Status(t, http.StatusOK)
			require.JSONEq(t, `{"metadata":`+step.want+`}`, string(shown.Body), "%s %s", step.request, step.body)
			inNote, present := member(t, s.Get(path), "credit_note")["metadata"]
			require.Equal(t, step.want != `null`, present, "%s %s", step.request, step.body)
			if present {
				requireJSON(t, step.want, inNote)
			}
			require.Equal(t, "credit_note.updated", activity(t, s, shown)["activity_type"])
		}
		requireDetails(t, `{"value":["cannot have more than 50 keys"]}`, s.Post(all, `{"metadata":`+manyPairs(51)+`}`))
		requireDetails(t, `{"value":["cannot have more than 50 keys"]}`, s.Put(path, `{"credit_note":{"metadata":`+manyPairs(51)+`}}`))
		requireDetails(t, `{"value":["cannot have more than 50 keys"]}`,
			s.Post("/credit_notes", of.note(`,"reason":"none","metadata":`+manyPairs(51), 10)))
		other := "/credit_notes/" + missingID + "/metadata"
		for _, request := range []string{"POST " + other, "PATCH " + other} {
			requireNotFound(t, "credit_note", send(s, request, `{"metadata":{"a":"b"}}`))
		}
		requireNotFound(t, "credit_note", s.Delete(other))
		requireNotFound(t, "credit_note", s.Delete(other+"/a"))
		requireClosed(t, s, "credit_note", `POST `+all+` {}`, `PATCH `+all+` {}`, `DELETE `+all, `DELETE `+key, `GET `+path, `GET /credit_notes`)
	})
}

// An estimate has numbers where the published document wants them, and texts as the
// original sends them.
func TestCreditNotes_EstimatesInBothModes(t *testing.T) {
	t.Parallel()
	for want, run := range map[string]func(*testing.T, func(*testing.T, *servertest.Server)){
		`[0,0]`: servertest.Run, `["0.0","0.0"]`: servertest.RunOnWire,
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			run(t, func(t *testing.T, s *servertest.Server) {
				of := owe(t, s, "acme", 0, 100)
				estimate := member(t, s.Post("/credit_notes/estimate", of.note("", 10)), "estimated_credit_note")
				requireJSON(t, want, []any{estimate["precise_taxes_amount_cents"], estimate["precise_coupons_adjustment_amount_cents"]})
			})
		})
	}
}
