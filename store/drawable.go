package store

import (
	"fmt"

	"github.com/google/uuid"

	"tarn/store/internal/named"
)

// Drawable are the customers that have anything from which invoices are paid: most
// have nothing, and one statement says so.
type Drawable struct {
	// Coupons, CreditNotes and Wallets are those that have any of these, in the
	// order of their identifiers.
	Coupons, CreditNotes, Wallets []uuid.UUID
	// Prepaid are those that have active wallets, empty ones too.
	Prepaid []uuid.UUID
}

// drawable is written so that each part is answered by an index of its own.
const drawable = `
SELECT 'coupon' AS source, c.customer_id FROM applied_coupons c
    WHERE {tenant:c} AND c.customer_id IN {customers} AND c.status = 'active'
UNION SELECT 'credit_note', n.customer_id FROM credit_notes n
    WHERE {tenant:n} AND n.customer_id IN {customers}
    AND n.status = 'finalized' AND n.credit_status = 'available' AND n.balance_amount_cents > 0
UNION SELECT 'wallet', w.customer_id FROM wallets w
    WHERE {tenant:w} AND w.customer_id IN {customers} AND w.status = 'active' AND w.balance_cents > 0
UNION SELECT 'prepaid', p.customer_id FROM wallets p
    WHERE {tenant:p} AND p.customer_id IN {customers} AND p.status = 'active'
ORDER BY 2`

// Drawable says which of some customers have coupons, credit notes and wallets that
// can pay for invoices. The customers must be locked.
func (tx *Tx) Drawable(customers []uuid.UUID) (Drawable, error) {
	var found Drawable
	err := inBatches(customers, func(part []uuid.UUID) error {
		var rows []struct {
			Source     string
			CustomerID uuid.UUID
		}
		if err := tx.sql(drawable, named.Arguments{"customers": part}).Scan(&rows).Error; err != nil {
			return fmt.Errorf("find what invoices can draw on: %w", err)
		}
		for _, row := range rows {
			switch row.Source {
			case "coupon":
				found.Coupons = append(found.Coupons, row.CustomerID)
			case "credit_note":
				found.CreditNotes = append(found.CreditNotes, row.CustomerID)
			case "wallet":
				found.Wallets = append(found.Wallets, row.CustomerID)
			case "prepaid":
				found.Prepaid = append(found.Prepaid, row.CustomerID)
			}
		}
		return nil
	})
	return found, err
}
