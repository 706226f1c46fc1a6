package engine

import (
	"encoding/json"

	"github.com/google/uuid"

	"tarn/billing/charge"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// fixedChargeEditor makes and changes the fixed charges of one plan, in memory.
type fixedChargeEditor struct {
	tx   *store.Tx
	plan *store.Plan
	// attached says that a subscription hangs on the plan.
	attached bool
	addOns   map[uuid.UUID]store.AddOn
	taxes    taxSet
	// present are the plan's fixed charges, and codes whose code is whose.
	present map[uuid.UUID]store.FixedCharge
	codes   map[string]uuid.UUID
}

// editFixedCharges reads what the inputs refer to. The plan must be locked, so
// that its codes are known.
func editFixedCharges(tx *store.Tx, plan *store.Plan, inputs []FixedChargeInput) (*fixedChargeEditor, error) {
	editor := &fixedChargeEditor{
		tx: tx, plan: plan,
		present: make(map[uuid.UUID]store.FixedCharge, len(plan.FixedCharges)),
		codes:   make(map[string]uuid.UUID, len(plan.FixedCharges)),
	}
	for _, row := range plan.FixedCharges {
		editor.present[row.ID] = row
		editor.codes[row.Code] = row.ID
	}
	var err error
	if editor.attached, err = planAttached(tx, *plan); err != nil {
		return nil, err
	}
	if editor.addOns, _, err = chargedAddOns(tx, inputs); err != nil {
		return nil, err
	}
	var codes []string
	for _, in := range inputs {
		named, _ := in.TaxCodes.Get() // absent and null name none
		codes = append(codes, named...)
	}
	editor.taxes, err = findTaxSet(tx, codes)
	return editor, err
}

// chargedAddOns finds the add-ons that inputs name, and reports whether all of
// them exist.
func chargedAddOns(tx *store.Tx, inputs []FixedChargeInput) (map[uuid.UUID]store.AddOn, bool, error) {
	return referenced(inputs, func(in FixedChargeInput) form.Optional[string] { return in.AddOnID },
		tx.AddOnsByID, func(row store.AddOn) uuid.UUID { return row.ID })
}

// unnamed are the fixed charges of the plan that no input names. Their codes
// are free from here on.
func (e *fixedChargeEditor) unnamed(inputs []FixedChargeInput) []store.FixedCharge {
	named := make(map[uuid.UUID]bool, len(inputs))
	for _, in := range inputs {
		named[form.Identifier(in.ID)] = true
	}
	var rest []store.FixedCharge
	for _, row := range e.plan.FixedCharges {
		if !named[row.ID] {
			delete(e.codes, row.Code)
			rest = append(rest, row)
		}
	}
	return rest
}

// named gives an input without a code the code of its add-on, or the first that
// is free of that code with a number.
func (e *fixedChargeEditor) named(in FixedChargeInput) FixedChargeInput {
	if code, _ := in.Code.Get(); form.Blank(code) {
		in.Code.Set(freeCode(e.addOns[form.Identifier(in.AddOnID)].Code, e.codes))
	}
	return in
}

// create makes a fixed charge of an input.
func (e *fixedChargeEditor) create(in FixedChargeInput) (store.FixedCharge, error) {
	row := store.FixedCharge{ID: store.NewID(), PlanID: e.plan.ID, ChargeModel: in.model()}
	addOn, known := e.addOns[form.Identifier(in.AddOnID)]
	if !known {
		return row, fault.Missing("add_on")
	}
	row.AddOnID, row.AddOn = addOn.ID, addOn
	form.AssignText(&row.Code, in.Code)
	form.AssignNullable(&row.InvoiceDisplayName, in.InvoiceDisplayName)
	form.Assign(&row.PayInAdvance, in.PayInAdvance)
	form.Assign(&row.Prorated, in.Prorated)
	if !in.Units.IsSpecified() {
		in.Units.Set(row.Units) // none
	}
	return row, e.complete(&row, in)
}

// update changes a fixed charge as an input says. What it returns is a copy.
func (e *fixedChargeEditor) update(before store.FixedCharge, in FixedChargeInput) (store.FixedCharge, error) {
	row := before
	if !e.attached {
		model := string(row.ChargeModel)
		form.AssignText(&model, in.ChargeModel)
		row.ChargeModel = charge.Model(model)
		form.AssignText(&row.Code, in.Code)
	}
	row.InvoiceDisplayName = nil
	form.AssignNullable(&row.InvoiceDisplayName, in.InvoiceDisplayName)
	delete(e.codes, before.Code)
	row.UpdatedAt = e.tx.Now()
	return row, e.complete(&row, in)
}

// complete puts the units, the properties and the taxes into the row and checks
// its rules.
func (e *fixedChargeEditor) complete(row *store.FixedCharge, in FixedChargeInput) error {
	e.setProperties(row, in.Properties)
	form.Assign(&row.Units, in.Units)
	if err := e.check(*row, form.Given(in.Units)); err != nil {
		return err
	}
	return e.setTaxes(row, in.TaxCodes)
}

// setProperties puts properties into the row; absent and null are the defaults.
func (e *fixedChargeEditor) setProperties(row *store.FixedCharge, input form.Optional[map[string]json.RawMessage]) {
	properties, _ := input.Get()
	row.Properties = charge.Normalize(row.ChargeModel, properties, charge.Context{Premium: e.tx.Organization().Premium()})
}

// check checks the rules of the fixed charge itself, and takes its code. counted
// says whether anybody said how many units there are.
func (e *fixedChargeEditor) check(row store.FixedCharge, counted bool) error {
	details := fault.Details{}
	owner, taken := e.codes[row.Code]
	form.CheckCode(details, row.Code, taken && owner != row.ID)
	e.codes[row.Code] = row.ID
	rules := charge.FixedRules{Model: row.ChargeModel, PayInAdvance: row.PayInAdvance, Prorated: row.Prorated}
	if counted {
		rules.Units = &row.Units
		if !form.Representable(row.Units) {
			details.Add("units", fault.CodeOutOfRange)
		}
	}
	for field, codes := range charge.ValidateFixedCharge(rules) {
		if _, reported := details[field]; !reported {
			details.Add(field, codes...)
		}
	}
	if codes := charge.Validate(row.ChargeModel, row.Properties, charge.Context{}); len(codes) > 0 {
		details.Add("properties", codes...)
	}
	return details.Err()
}

// setTaxes puts the named taxes into the row; absent ones stay.
func (e *fixedChargeEditor) setTaxes(row *store.FixedCharge, input form.Optional[[]string]) error {
	if !form.Given(input) {
		return nil
	}
	taxes, err := e.taxes.ofCodes(input.MustGet())
	row.Taxes = taxes
	return err
}

// save writes what was changed.
func (e *fixedChargeEditor) save(changes fixedChargeChanges, cascade bool) error {
	return form.Taken(saveFixedChargeChanges(e.tx, *e.plan, changes, cascade), "code")
}
