package invoicing

import (
	"slices"

	"github.com/google/uuid"

	"tarn/store"
	"tarn/wallets/ledger"
)

// followUsage lets the ongoing balances of wallets follow usage that invoices have
// billed, or put on drafts: both is no usage any more that runs.
func followUsage(tx *store.Tx, bills []*bill) error {
	var prepaid []uuid.UUID
	var unknown []*bill
	for _, b := range bills {
		switch {
		case len(b.statements) == 0: // no usage
		case !b.sources.found:
			unknown = append(unknown, b)
		case b.sources.prepaid:
			prepaid = append(prepaid, b.invoice.CustomerID)
		}
	}
	having, err := tx.Drawable(billedCustomers(unknown))
	if err != nil {
		return err
	}
	for _, customer := range slices.Concat(prepaid, having.Prepaid) {
		if err := ledger.UsageMoved(tx, customer); err != nil {
			return err
		}
	}
	return nil
}

// unpaidChanged does the same for an invoice of usage that nobody owes any more.
func unpaidChanged(tx *store.Tx, row *store.Invoice) error {
	if len(row.BillingPeriods) == 0 {
		return nil
	}
	having, err := tx.Drawable([]uuid.UUID{row.CustomerID})
	if err != nil || len(having.Prepaid) == 0 {
		return err
	}
	return ledger.UsageMoved(tx, row.CustomerID)
}
