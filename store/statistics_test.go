package store_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/store"
	"tarn/store/storetest"
)

// SQLite goes by what a query names most exactly, not by its organization, in a database
// that is new as in one that is full.
func TestStatistics_LeadToTheRightIndex(t *testing.T) {
	t.Parallel()
	pool, err := storetest.Open(t, store.SQLite).Bare().DB()
	require.NoError(t, err)
	for query, index := range map[string]string{
		"SELECT * FROM fees WHERE invoice_id IN (?, ?, ?, ?, ?, ?, ?, ?) AND deleted_at IS NULL AND organization_id = ? ORDER BY created_at, id":                                                                                                                                                 "fees_invoice",
		"SELECT * FROM subscriptions WHERE previous_subscription_id IN (?, ?, ?, ?, ?, ?, ?, ?) AND organization_id = ? ORDER BY created_at, id":                                                                                                                                                 "subscriptions_previous",
		"SELECT * FROM invoices WHERE customer_id IN (?, ?, ?, ?, ?, ?, ?, ?) AND status = 'finalized' AND payment_status <> 'succeeded' AND NOT payment_overdue AND payment_dispute_lost_at IS NULL AND payment_due_date < ? AND organization_id = ? ORDER BY payment_due_date, created_at, id": "invoices_awaiting_payment",
		"SELECT subscription_id, max(created_at) FROM fees WHERE subscription_id IN (?, ?, ?, ?, ?, ?, ?, ?) AND fee_type = ? AND created_at < ? AND deleted_at IS NULL AND organization_id = ? GROUP BY subscription_id":                                                                        "fees_subscription",
		"SELECT * FROM credits WHERE invoice_id IN (?, ?, ?, ?, ?, ?, ?, ?) AND organization_id = ? ORDER BY created_at, id":                                                                                                                                                                     "credits_invoice",
		"SELECT * FROM invoices WHERE organization_id = ? AND status IN (?, ?, ?) ORDER BY issuing_date DESC, created_at DESC, id LIMIT 20":                                                                                                                                                      "invoices_newest",
		"SELECT * FROM credit_notes WHERE customer_id IN (SELECT id FROM customers WHERE external_id = ? AND organization_id = ?) AND status = 'finalized' AND organization_id = ? ORDER BY created_at DESC, id LIMIT 20":                                                                        "credit_notes_customer",
		"SELECT id FROM customers WHERE external_id = ? AND organization_id = ?":                                                                                                                                                                                                                 "customers_of_external_id",
		"SELECT id FROM plans WHERE code = ? AND organization_id = ?":                                                                                                                                                                                                                            "plans_of_code",
		"SELECT * FROM webhook_deliveries WHERE organization_id = ? AND status = ?":                                                                                                                                                                                                              "webhook_deliveries_status",
		"SELECT * FROM jobs WHERE organization_id = ? AND state = 'available' AND scheduled_at <= ? ORDER BY scheduled_at, priority, id LIMIT 1":                                                                                                                                                 "jobs_due",
	} {
		var step, parent, unused int
		var first string
		require.NoError(t, pool.QueryRowContext(t.Context(), "EXPLAIN QUERY PLAN "+query, make([]any, strings.Count(query, "?"))...).Scan(&step, &parent, &unused, &first))
		assert.Contains(t, first, "USING INDEX "+index+" ", query)
	}
}
