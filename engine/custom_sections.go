package engine

import (
	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/invoicing"
	"tarn/store"
)

// CustomSectionInput is what the administrator says of a custom section. On update, what
// is absent stays as it is, and null empties a text.
type CustomSectionInput struct {
	Code form.Optional[string]
	Name form.Optional[string]
	// DisplayName is the heading on invoices, Details the text below it.
	DisplayName form.Optional[string]
	Details     form.Optional[string]
	Description form.Optional[string]
}

// The most characters of a custom section's texts.
const (
	maxSectionDetails     = 10_000
	maxSectionDescription = 1000
)

// CreateCustomSection adds a text that invoices can bear. It refuses values that break a
// rule with a Validation fault.
func CreateCustomSection(tx *store.Tx, in CustomSectionInput) (store.InvoiceCustomSection, error) {
	row := store.InvoiceCustomSection{ID: store.NewID()}
	if err := setCustomSection(tx, &row, in); err != nil {
		return row, err
	}
	if err := tx.InsertCustomSection(&row); err != nil {
		return row, form.Taken(err, "code")
	}
	return row, audit.Created(tx, audit.CustomSection(row))
}

// UpdateCustomSection changes a custom section. Invoices that bear it stay as they are. It
// refuses an unknown code with a NotFound fault.
func UpdateCustomSection(tx *store.Tx, code string, in CustomSectionInput) (store.InvoiceCustomSection, error) {
	row, err := tx.CustomSectionForUpdate(code)
	if err != nil {
		return row, form.NotFound(err, "invoice_custom_section")
	}
	before := audit.Before(audit.CustomSection(row))
	if err := setCustomSection(tx, &row, in); err != nil {
		return row, err
	}
	if err := tx.UpdateCustomSection(&row); err != nil {
		return row, form.Taken(err, "code")
	}
	return row, audit.Updated(tx, before, audit.CustomSection(row))
}

// DeleteCustomSection removes a custom section; whoever has picked it has it no more.
// Invoices that bear it stay as they are. It refuses an unknown code with a NotFound
// fault.
func DeleteCustomSection(tx *store.Tx, code string) (store.InvoiceCustomSection, error) {
	row, err := tx.CustomSectionForUpdate(code)
	if err != nil {
		return row, form.NotFound(err, "invoice_custom_section")
	}
	if err := tx.DeleteCustomSection(&row); err != nil {
		return row, err
	}
	return row, audit.Deleted(tx, audit.CustomSection(row))
}

// pickCustomerSections puts into the row which custom sections the customer's invoices
// show. It refuses to skip all of them and to choose some.
func pickCustomerSections(tx *store.Tx, customer *store.Customer, in CustomerInput) error {
	skips, _ := in.SkipInvoiceCustomSections.Get()
	codes, _ := in.InvoiceCustomSectionCodes.Get()
	if skips && len(codes) > 0 {
		return fault.Invalid("invoice_custom_sections", "skip_sections_and_selected_ids_sent_together")
	}
	// The switch was assigned with the customer's other settings.
	picked := form.CustomSections{Codes: in.InvoiceCustomSectionCodes}
	if skips {
		picked.Codes.Set(nil)
	}
	owner := store.SectionOwner{Type: store.SectionsOfCustomer, ID: customer.ID}
	if err := invoicing.PickSections(tx, owner, picked, new(bool), &customer.Sections); err != nil {
		return err
	}
	return tx.LoadSellerSections(customer)
}

// pickEntitySections puts into the row which custom sections the invoices of a billing
// entity's customers show.
func pickEntitySections(tx *store.Tx, entity *store.BillingEntity, in BillingEntityInput) error {
	picked := form.CustomSections{Codes: in.InvoiceCustomSectionCodes}
	owner := store.SectionOwner{Type: store.SectionsOfBillingEntity, ID: entity.ID}
	return invoicing.PickSections(tx, owner, picked, new(bool), &entity.Sections)
}

// setCustomSection puts the input into the row and checks the rules.
func setCustomSection(tx *store.Tx, row *store.InvoiceCustomSection, in CustomSectionInput) error {
	form.AssignText(&row.Code, in.Code)
	form.AssignText(&row.Name, in.Name)
	form.AssignNullable(&row.DisplayName, in.DisplayName)
	form.AssignNullable(&row.Details, in.Details)
	form.AssignNullable(&row.Description, in.Description)
	details := fault.Details{}
	taken, err := tx.CustomSectionTaken(row.Code, row.ID)
	if err != nil {
		return err
	}
	form.CheckCode(details, row.Code, taken)
	form.CheckLongest(details, "code", &row.Code, maxCodeLength)
	form.CheckFilled(details, "name", row.Name, maxCodeLength)
	form.CheckLongest(details, "display_name", row.DisplayName, maxCodeLength)
	form.CheckLongest(details, "details", row.Details, maxSectionDetails)
	form.CheckLongest(details, "description", row.Description, maxSectionDescription)
	return details.Err()
}
