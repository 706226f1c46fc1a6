package audit

import (
	"tarn/store"
	"tarn/wire"
)

// maxInvoiceFees is how many fees an invoice is shown with in activities; one
// with more is shown without any.
const maxInvoiceFees = 25

// Invoice is an invoice as a subject of activities.
func Invoice(row store.Invoice) Subject {
	object := wire.Invoice(row)
	if len(row.Fees) > maxInvoiceFees {
		object.Fees = nil
	}
	return Subject{
		Name: "invoice", ResourceType: "Invoice", ResourceID: row.ID,
		ExternalCustomerID: &row.Customer.ExternalID, Object: object,
	}
}

// Fee is a fee as a subject of activities.
func Fee(row store.Fee) Subject {
	return Subject{
		Name: "fee", ResourceType: "Fee", ResourceID: row.ID,
		ExternalCustomerID: row.ExternalCustomerID, Object: wire.Fee(row),
	}
}
