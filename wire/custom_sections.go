package wire

import (
	"tarn/gen"
	"tarn/gen/admin"
	"tarn/store"
)

// CustomSection is a custom section as administration shows it.
func CustomSection(row store.InvoiceCustomSection) admin.InvoiceCustomSection {
	return admin.InvoiceCustomSection{
		ID:          row.ID,
		Code:        row.Code,
		Name:        row.Name,
		DisplayName: optional(row.DisplayName),
		Details:     optional(row.Details),
		Description: optional(row.Description),
		CreatedAt:   instant(row.CreatedAt),
		UpdatedAt:   instant(row.UpdatedAt),
	}
}

// invoiceCustomSection is a custom section as the billing API shows it.
func invoiceCustomSection(row store.InvoiceCustomSection) gen.InvoiceCustomSectionObject {
	return gen.InvoiceCustomSectionObject{
		LagoID:         row.ID,
		OrganizationID: &row.OrganizationID,
		Code:           row.Code,
		Name:           row.Name,
		DisplayName:    optional(row.DisplayName),
		Details:        optional(row.Details),
		Description:    optional(row.Description),
		CreatedAt:      some(instant(row.CreatedAt)),
	}
}

// pickedSection is the custom section of a pick.
func pickedSection(row store.PickedSection) gen.InvoiceCustomSectionObject {
	return invoiceCustomSection(row.Section)
}

// appliedSections are the custom sections that an owner has picked, as it shows them.
func appliedSections(rows []store.PickedSection) *[]gen.AppliedInvoiceCustomSectionObject {
	return some(Each(rows, func(row store.PickedSection) gen.AppliedInvoiceCustomSectionObject {
		return gen.AppliedInvoiceCustomSectionObject{
			LagoID: row.ID, InvoiceCustomSectionID: &row.Section.ID, CreatedAt: instant(row.CreatedAt), InvoiceCustomSection: pickedSection(row),
		}
	}))
}

// invoicedSections are the custom sections that an invoice bears.
func invoicedSections(row store.Invoice) *[]gen.InvoiceAppliedInvoiceCustomSectionObject {
	return some(Each(row.AppliedSections, func(section store.AppliedCustomSection) gen.InvoiceAppliedInvoiceCustomSectionObject {
		return gen.InvoiceAppliedInvoiceCustomSectionObject{
			LagoID: section.ID, LagoInvoiceID: section.InvoiceID, Code: section.Code, DisplayName: optional(section.DisplayName),
			Details: optional(section.Details), CreatedAt: instant(section.CreatedAt),
		}
	}))
}
