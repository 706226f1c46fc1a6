package server_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// periodCase is a row of section 11 of the facts: a plan of 10,000 cents from
// Thursday, 2024-02-15 on.
type periodCase struct {
	interval, billing string
	// first is the fee of the first window; billed is the first billing day.
	first  int
	billed string
	// ended is a day within the first period, and used the fee of the days until
	// then, in arrears.
	ended string
	used  int
}

var periodCases = []periodCase{
	{"weekly", "calendar", 5714, "2024-02-19", "2024-02-17", 4286},
	{"weekly", "anniversary", 10000, "2024-02-22", "2024-02-18", 5714},
	{"monthly", "calendar", 5172, "2024-03-01", "2024-02-20", 2069},
	{"monthly", "anniversary", 10000, "2024-03-15", "2024-03-10", 8621},
	{"quarterly", "calendar", 5055, "2024-04-01", "2024-03-10", 2747},
	{"quarterly", "anniversary", 10000, "2024-05-15", "2024-03-10", 2778},
	{"semiannual", "calendar", 7527, "2024-07-01", "2024-03-10", 1374},
	{"semiannual", "anniversary", 10000, "2024-08-15", "2024-03-10", 1374},
	{"yearly", "calendar", 8770, "2025-01-01", "2024-03-10", 683},
	{"yearly", "anniversary", 10000, "2025-02-15", "2024-03-10", 683},
}

// TestInvoices_OfAllPeriods subscribes to a plan of each interval, in arrears, in
// advance, and to be ended, and looks at what each is billed.
func TestInvoices_OfAllPeriods(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s = s.At(t, "2024-02-15T10:00:00Z")
		for _, interval := range []string{"weekly", "monthly", "quarterly", "semiannual", "yearly"} {
			for _, advance := range []bool{false, true} {
				s.Post("/plans", fmt.Sprintf(`{"plan":{"name":"P","code":"%s-%t","interval":%q,"amount_cents":10000,"amount_currency":"EUR","pay_in_advance":%t}}`,
					interval, advance, interval, advance)).Status(t, http.StatusOK)
			}
		}
		for _, c := range periodCases {
			subscribeTo(t, s, c, "late", false)
			subscribeTo(t, s, c, "soon", true)
			subscribeTo(t, s, c, "ended", false)
			assert.Empty(t, feesBilled(t, s, c.name("late")), c.name("late"))
			assert.Equal(t, []int{c.first}, feesBilled(t, s, c.name("soon")), c.name("soon"))
		}
		for _, day := range []string{"2024-02-17", "2024-02-18", "2024-02-20", "2024-03-10"} {
			travelTo(t, s, day+"T14:00:00Z")
			for _, c := range periodCases {
				if c.ended == day {
					s.Delete("/subscriptions/"+c.name("ended")).Status(t, http.StatusOK)
					assert.Equal(t, []int{c.used}, feesBilled(t, s, c.name("ended")), c.name("ended"))
				}
			}
		}
		travelTo(t, s, "2025-02-16T10:00:00Z")
		for _, c := range periodCases {
			late, soon := invoicesOf(t, s, c.name("late")), invoicesOf(t, s, c.name("soon"))
			assert.Equal(t, c.billed, late[0].day, c.name("late"))
			assert.Equal(t, c.first, late[0].cents, c.name("late"))
			assert.Equal(t, "2024-02-15", soon[0].day, c.name("soon"))
			require.Len(t, soon, len(late)+1, c.name("soon"))
			for i := range late {
				assert.Equal(t, late[i].day, soon[i+1].day)
				assert.Equal(t, 10000, soon[i+1].cents, "%s on %s", c.name("soon"), soon[i+1].day)
				if i > 0 {
					assert.Equal(t, 10000, late[i].cents, "%s on %s", c.name("late"), late[i].day)
				}
			}
			assert.Len(t, invoicesOf(t, s, c.name("ended")), 1)
		}
	})
}

func (c periodCase) name(kind string) string { return c.interval + "-" + c.billing + "-" + kind }

// subscribeTo makes a customer and its one subscription, under the same name.
func subscribeTo(t *testing.T, s *servertest.Server, c periodCase, kind string, advance bool) {
	t.Helper()
	name := c.name(kind)
	s.Post("/customers", fmt.Sprintf(`{"customer":{"external_id":%q,"name":"C","currency":"EUR"}}`, name)).Status(t, http.StatusOK)
	s.Post("/subscriptions", fmt.Sprintf(`{"subscription":{"external_customer_id":%q,"external_id":%q,"plan_code":"%s-%t","billing_time":%q}}`,
		name, name, c.interval, advance, c.billing)).Status(t, http.StatusOK)
}

// billedInvoice is what a test looks at of an invoice.
type billedInvoice struct {
	day   string
	cents int
}

// invoicesOf are the invoices of a customer, oldest first.
func invoicesOf(t *testing.T, s *servertest.Server, customer string) []billedInvoice {
	t.Helper()
	var answer struct {
		Invoices []struct {
			IssuingDate     string `json:"issuing_date"`
			FeesAmountCents int    `json:"fees_amount_cents"`
		}
	}
	s.Get("/customers/"+customer+"/invoices?per_page=100").Status(t, http.StatusOK).Decode(t, &answer)
	rows := make([]billedInvoice, 0, len(answer.Invoices))
	for _, row := range answer.Invoices {
		rows = append(rows, billedInvoice{day: row.IssuingDate, cents: row.FeesAmountCents})
	}
	slices.Reverse(rows)
	return rows
}

// feesBilled are the amounts of the invoices of a customer, oldest first.
func feesBilled(t *testing.T, s *servertest.Server, customer string) []int {
	t.Helper()
	var cents []int
	for _, row := range invoicesOf(t, s, customer) {
		cents = append(cents, row.cents)
	}
	return cents
}

// travelTo moves the clock of the organization.
func travelTo(t *testing.T, s *servertest.Server, instant string) {
	t.Helper()
	at, err := time.Parse(time.RFC3339, instant)
	require.NoError(t, err)
	s.Travel(t, at)
}
