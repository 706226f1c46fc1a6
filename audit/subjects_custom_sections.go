package audit

import (
	"tarn/store"
	"tarn/wire"
)

// CustomSection is a custom section of invoices as a subject of activities.
//
// Lago records no activities of them; tarn does, under the same naming.
func CustomSection(row store.InvoiceCustomSection) Subject {
	return Subject{Name: "invoice_custom_section", ResourceType: "InvoiceCustomSection", ResourceID: row.ID, Object: wire.CustomSection(row)}
}
