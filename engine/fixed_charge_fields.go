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
	*partEditor[store.FixedCharge, FixedChargeInput]

	addOns map[uuid.UUID]store.AddOn
	// immediate are the fixed charges whose units count from now on.
	immediate map[uuid.UUID]bool
}

// editFixedCharges reads what the inputs refer to. The plan must be locked, so
// that its codes are known.
func editFixedCharges(tx *store.Tx, plan *store.Plan, inputs []FixedChargeInput) (*fixedChargeEditor, error) {
	editor := &fixedChargeEditor{immediate: map[uuid.UUID]bool{}}
	var err error
	if editor.partEditor, err = newPartEditor(tx, plan, fixedChargeParts(editor.immediate), editor, inputs); err != nil {
		return nil, err
	}
	editor.addOns, _, err = chargedAddOns(tx, inputs)
	return editor, err
}

func (e *fixedChargeEditor) members(in *FixedChargeInput) partMembers {
	return partMembers{id: &in.ID, code: &in.Code, taxCodes: in.TaxCodes}
}

func (e *fixedChargeEditor) baseCode(in FixedChargeInput) string {
	return e.addOns[form.Identifier(in.AddOnID)].Code
}

// chargedAddOns finds the add-ons that inputs name, and reports whether all of
// them exist.
func chargedAddOns(tx *store.Tx, inputs []FixedChargeInput) (map[uuid.UUID]store.AddOn, bool, error) {
	return referenced(inputs, func(in FixedChargeInput) form.Optional[string] { return in.AddOnID },
		tx.AddOnsByID, func(row store.AddOn) uuid.UUID { return row.ID })
}

// create makes a fixed charge of an input.
func (e *fixedChargeEditor) create(in FixedChargeInput) (store.FixedCharge, error) {
	row := store.FixedCharge{ID: store.NewID(), PlanID: e.plan.ID, ChargeModel: in.model()}
	e.immediate[row.ID] = in.ApplyUnitsImmediately
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
	err := e.complete(&row, in)
	return row, err
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
	e.immediate[row.ID], row.UpdatedAt = in.ApplyUnitsImmediately, e.tx.Now()
	err := e.complete(&row, in)
	return row, err
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
	e.takeCode(details, row)
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
