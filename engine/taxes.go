package engine

import (
	"github.com/shopspring/decimal"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/invoicing"
	"tarn/store"
)

// TaxInput is what a client says of a tax. On creation, what is absent counts
// as empty; on update it stays as it is.
type TaxInput struct {
	Name        form.Optional[string]
	Code        form.Optional[string]
	Description form.Optional[string]
	// Rate is in percent.
	Rate form.Optional[decimal.Decimal]
	// AppliedToOrganization attaches the tax to the default billing entity.
	AppliedToOrganization form.Optional[bool]
}

// CreateTax adds a tax. It refuses missing names, codes and rates, and a code
// that a tax has or ever had.
func CreateTax(tx *store.Tx, in TaxInput) (store.Tax, error) {
	tax := store.Tax{ID: store.NewID()}
	if err := setTax(tx, &tax, in); err != nil {
		return tax, err
	}
	if err := tx.InsertTax(&tax); err != nil {
		return tax, form.Taken(err, "code")
	}
	if err := applyTaxToOrganization(tx, &tax, in.AppliedToOrganization); err != nil {
		return tax, err
	}
	return tax, audit.Created(tx, audit.Tax(tax))
}

// UpdateTax changes a tax. Every field may change at any time.
func UpdateTax(tx *store.Tx, code string, in TaxInput) (store.Tax, error) {
	tax, err := tx.TaxForUpdate(code)
	if err != nil {
		return tax, form.NotFound(err, "tax")
	}
	before := audit.Before(audit.Tax(tax))
	if err := setTax(tx, &tax, in); err != nil {
		return tax, err
	}
	if err := tx.UpdateTax(&tax); err != nil {
		return tax, form.Taken(err, "code")
	}
	if err := applyTaxToOrganization(tx, &tax, in.AppliedToOrganization); err != nil {
		return tax, err
	}
	if err := invoicing.DraftsChanged(tx, store.DraftsFor{Tax: &tax.ID}); err != nil {
		return tax, err
	}
	return tax, audit.Updated(tx, before, audit.Tax(tax))
}

// DeleteTax hides a tax and detaches it from everything it applied to. The
// answer and the activity show it as it last was.
func DeleteTax(tx *store.Tx, code string) (store.Tax, error) {
	tax, err := tx.TaxForUpdate(code)
	if err != nil {
		return tax, form.NotFound(err, "tax")
	}
	if err := invoicing.DraftsChanged(tx, store.DraftsFor{Tax: &tax.ID}); err != nil {
		return tax, err
	}
	if err := tx.DeleteTax(&tax); err != nil {
		return tax, err
	}
	return tax, audit.Deleted(tx, audit.Tax(tax))
}

// setTax puts the input into the row and checks the rules.
func setTax(tx *store.Tx, tax *store.Tax, in TaxInput) error {
	if in.Name.IsNull() {
		tax.Name = ""
	}
	if in.Code.IsNull() {
		tax.Code = ""
	}
	form.Assign(&tax.Name, in.Name)
	form.Assign(&tax.Code, in.Code)
	form.Assign(&tax.Rate, in.Rate)
	form.AssignNullable(&tax.Description, in.Description)
	details := fault.Details{}
	if form.Blank(tax.Name) {
		details.Add("name", fault.CodeMandatory)
	}
	if in.Rate.IsNull() || tax.CreatedAt.IsZero() && !in.Rate.IsSpecified() {
		details.Add("rate", fault.CodeMandatory)
	} else if !form.Representable(tax.Rate) {
		details.Add("rate", fault.CodeOutOfRange)
	}
	if form.Blank(tax.Code) {
		details.Add("code", fault.CodeMandatory)
	} else if taken, err := tx.TaxCodeTaken(tax.Code, tax.ID); err != nil {
		return err
	} else if taken {
		details.Add("code", fault.CodeAlreadyExist)
	}
	return details.Err()
}

// applyTaxToOrganization attaches or detaches the default billing entity.
//
// Lago: the switch is deprecated in favour of the billing entity's own taxes,
// and still works.
func applyTaxToOrganization(tx *store.Tx, tax *store.Tax, apply form.Optional[bool]) error {
	wanted, err := apply.Get()
	if err != nil {
		return nil //nolint:nilerr // absent or null: nothing is asked for
	}
	entity, err := tx.DefaultBillingEntity()
	if err != nil {
		return err
	}
	if wanted {
		err = tx.AttachTax(tax, entity)
	} else {
		err = tx.DetachTax(tax, entity)
	}
	if err != nil {
		return err
	}
	return invoicing.DraftsChanged(tx, store.DraftsFor{BillingEntity: &entity.ID})
}

// taxesOfCodes finds the taxes that an input names, each once. All must exist.
func taxesOfCodes(tx *store.Tx, codes []string) ([]store.Tax, error) {
	codes = form.Distinct(codes)
	taxes, err := tx.TaxesByCode(codes)
	if err != nil {
		return nil, err
	}
	if len(taxes) < len(codes) {
		return nil, fault.Missing("tax")
	}
	return taxes, nil
}
