package server_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// TestPayments_NeverPayTooMuch when an invoice is paid from all sides at once: what was
// paid in all is what was due, each payment has its receipt, and these are counted
// without a gap.
func TestPayments_NeverPayTooMuch(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		of := owe(t, s, "acme", 0, 100)
		const payers = 16
		answers := make([]int, payers)
		var wait sync.WaitGroup
		for i := range payers {
			wait.Go(func() { answers[i] = s.Post("/payments", paymentBody(of.id, 20, "")).Code })
		}
		wait.Wait()
		slices.Sort(answers)
		require.Equal(t, slices.Concat(slices.Repeat([]int{http.StatusOK}, 5), slices.Repeat([]int{http.StatusUnprocessableEntity}, payers-5)), answers)
		requireMembers(t, `{"payment_status":"succeeded","total_paid_amount_cents":100,"total_due_amount_cents":0}`, member(t, s.Get("/invoices/"+of.id), "invoice"))
		require.Len(t, entries(t, s.Get("/payments?invoice_id="+of.id), "payments"), 5)
		s.Travel(t, servertest.Epoch)
		var numbers []string
		for _, row := range entries(t, s.Get("/payment_receipts"), "payment_receipts") {
			_, number, _ := strings.Cut(textOf(t, row, "number"), "-RCPT-")
			numbers = append(numbers, number)
		}
		slices.Sort(numbers)
		var wanted []string
		for i := range 5 {
			wanted = append(wanted, fmt.Sprintf("%06d", i+1))
		}
		require.Equal(t, wanted, numbers)
	})
}
