package audit

import (
	"tarn/store"
	"tarn/wire"
)

// CreditNote is a credit note as a subject of activities.
func CreditNote(row store.CreditNote) Subject {
	return Subject{
		Name: "credit_note", ResourceType: "CreditNote", ResourceID: row.ID,
		ExternalCustomerID: &row.Invoice.Customer.ExternalID, Object: wire.CreditNote(row),
	}
}
