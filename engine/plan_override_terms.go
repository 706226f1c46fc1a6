package engine

import (
	"slices"

	"github.com/google/uuid"

	"tarn/billing/money"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// overridePlan makes the plan of a subscription, which must be locked, differ
// from that of the catalogue. Where nothing but units of fixed charges differs,
// the subscription keeps the plan of the catalogue and has units of its own. It
// refuses another model of a fixed charge with a Forbidden fault, and fixed
// charges that the plan does not have with a NotFound fault.
//
// Lago: a charge or a fixed charge that breaks a rule is missing from the plan
// afterwards. Here it is refused, and nothing is changed.
func overridePlan(tx *store.Tx, row *store.Subscription, in PlanOverridesInput) error {
	if row.Plan.ParentID == nil && in.unitsOnly() {
		return overrideUnits(tx, row, in.FixedCharges.MustGet())
	}
	copied := row.Plan.ParentID == nil
	own, err := ownPlan(tx, row)
	if err != nil {
		return err
	}
	if err := overrideTerms(tx, &own, in); err != nil {
		return err
	}
	if form.Given(in.Charges) {
		if err := overrideCharges(tx, &own, in.Charges.MustGet()); err != nil {
			return err
		}
	}
	if form.Given(in.FixedCharges) {
		if err := overrideFixedCharges(tx, &own, in.FixedCharges.MustGet(), copied); err != nil {
			return err
		}
	}
	row.Plan, err = tx.PlanByID(own.ID)
	return err
}

// overrideUnits gives a subscription units of its own of fixed charges.
func overrideUnits(tx *store.Tx, row *store.Subscription, inputs []FixedChargeOverrideInput) error {
	for _, in := range inputs {
		charge, known := referredFixedCharge(row.Plan, in)
		if !known {
			return fault.Missing("fixed_charge")
		}
		units := in.Units.MustGet()
		if units.IsNegative() || !form.Representable(units) {
			return fault.Invalid("units", fault.CodeOutOfRange)
		}
		changed := !units.Equal(row.UnitsOf(charge))
		if !changed && row.HasUnitsOf(charge) {
			continue
		}
		if err := tx.SetFixedUnits(row, charge.ID, units); err != nil {
			return err
		}
		if !changed {
			continue // but from now on they are its own
		}
		if err := emitChangedUnits(tx, *row, unitsChange{charge: charge, immediately: in.ApplyUnitsImmediately}); err != nil {
			return err
		}
	}
	return nil
}

// referredFixedCharge finds the fixed charge of a plan that an override names, by
// its own identifier or by that of the one it was copied from.
func referredFixedCharge(plan store.Plan, in FixedChargeOverrideInput) (store.FixedCharge, bool) {
	for _, row := range plan.FixedCharges {
		if refersTo(in.ID, row.ID, row.ParentID) {
			return row, true
		}
	}
	return store.FixedCharge{}, false
}

// overrideTerms changes the plan itself, its taxes, its thresholds and its
// commitment.
func overrideTerms(tx *store.Tx, own *store.Plan, in PlanOverridesInput) error {
	form.Assign(&own.AmountCents, in.AmountCents)
	form.Assign(&own.AmountCurrency, in.AmountCurrency)
	if money.Beyond(own.AmountCents) {
		return fault.Invalid("plan_overrides.amount_cents", fault.CodeOutOfRange)
	}
	if err := overrideName(tx, own, in.Name); err != nil {
		return err
	}
	form.AssignNullable(&own.Description, in.Description)
	form.AssignNullable(&own.InvoiceDisplayName, in.InvoiceDisplayName)
	form.AssignNullable(&own.TrialPeriod, in.TrialPeriod)
	if err := tx.UpdatePlan(own); err != nil {
		return err
	}
	terms := PlanInput{TaxCodes: in.TaxCodes, UsageThresholds: in.UsageThresholds}
	if err := replacePlanTerms(tx, own, terms); err != nil {
		return err
	}
	return setMinimumCommitment(tx, own, in.MinimumCommitment)
}

// overrideName names a subscription's own plan; null is the name of the plan that
// it was copied from.
func overrideName(tx *store.Tx, own *store.Plan, input form.Optional[string]) error {
	if input.IsNull() {
		parent, err := tx.PlanByID(*own.ParentID)
		own.Name = parent.Name
		return form.NotFound(err, "plan")
	}
	form.Assign(&own.Name, input)
	if form.Blank(own.Name) {
		return fault.Invalid("name", fault.CodeMandatory)
	}
	return nil
}

// overrideCharges changes charges of a subscription's own plan. Inputs that name
// none of them are ignored.
func overrideCharges(tx *store.Tx, own *store.Plan, inputs []ChargeInput) error {
	editor, err := editCharges(tx, own, inputs)
	if err != nil {
		return err
	}
	changes, err := overrideParts(editor.planParts, *own, inputs,
		func(in ChargeInput) form.Optional[string] { return in.ID }, editor.override)
	if err != nil {
		return err
	}
	_, err = editor.change(changes, false)
	return err
}

// refersTo reports whether an identifier is that of a copy or of what it was copied
// from.
func refersTo(input form.Optional[string], own uuid.UUID, parent *uuid.UUID) bool {
	id := form.Identifier(input)
	return id != uuid.Nil && (id == own || parent != nil && id == *parent)
}

// override changes a charge of a subscription's own plan as an input says. What
// is absent stays as it is; the model and the billable metric always do. What it
// returns is a copy.
func (e *chargeEditor) override(before store.Charge, in ChargeInput) (store.Charge, error) {
	row := before
	form.AssignNullable(&row.InvoiceDisplayName, in.InvoiceDisplayName)
	if e.tx.Organization().Premium() {
		form.AssignOr(&row.MinAmountCents, in.MinAmountCents, 0)
	}
	if e.tx.Organization().AddOn(addOnTargetWallets) {
		form.AssignOr(&row.AcceptsTargetWallet, in.AcceptsTargetWallet, false)
	}
	if form.Given(in.Properties) {
		row.Properties = priced(row.ChargeModel, row.ChargeModel, in.Properties, chargeContext(e.tx, row))
	}
	delete(e.codes, before.Code)
	if err := e.check(row); err != nil {
		return row, err
	}
	row.UpdatedAt = e.tx.Now()
	err := e.assignParts(&row, in)
	return row, err
}

// overrideFixedCharges changes fixed charges of a subscription's own plan. Where
// the plan was just copied, inputs that name none of them are ignored.
func overrideFixedCharges(tx *store.Tx, own *store.Plan, inputs []FixedChargeOverrideInput, copied bool) error {
	editor, err := editFixedCharges(tx, own, fixedChargeInputs(inputs))
	if err != nil {
		return err
	}
	if !copied && !allNamed(*own, inputs) {
		return fault.Missing("fixed_charge")
	}
	changes, err := overrideParts(editor.planParts, *own, inputs,
		func(in FixedChargeOverrideInput) form.Optional[string] { return in.ID }, editor.override)
	if err != nil {
		return err
	}
	_, err = editor.change(changes, false)
	return err
}

// allNamed reports whether the plan has all fixed charges that inputs name.
func allNamed(plan store.Plan, inputs []FixedChargeOverrideInput) bool {
	return !slices.ContainsFunc(inputs, func(in FixedChargeOverrideInput) bool {
		_, known := referredFixedCharge(plan, in)
		return !known
	})
}

// fixedChargeInputs are overrides as inputs of an editor, for the taxes that
// they name.
func fixedChargeInputs(overrides []FixedChargeOverrideInput) []FixedChargeInput {
	inputs := make([]FixedChargeInput, len(overrides))
	for i, in := range overrides {
		inputs[i].TaxCodes = in.TaxCodes
	}
	return inputs
}

// override changes a fixed charge of a subscription's own plan as an input says.
// What is absent stays as it is. What it returns is a copy.
func (e *fixedChargeEditor) override(before store.FixedCharge, in FixedChargeOverrideInput) (store.FixedCharge, error) {
	row := before
	if model, err := in.ChargeModel.Get(); err == nil && model != string(row.ChargeModel) {
		return row, fault.Denied("cannot_override_charge_model")
	}
	form.AssignNullable(&row.InvoiceDisplayName, in.InvoiceDisplayName)
	form.Assign(&row.Units, in.Units)
	if form.Given(in.Properties) {
		e.setProperties(&row, in.Properties)
	}
	delete(e.codes, before.Code)
	e.immediate[row.ID], row.UpdatedAt = in.ApplyUnitsImmediately, e.tx.Now()
	if err := e.check(row, !in.Units.IsNull()); err != nil {
		return row, err
	}
	err := e.setTaxes(&row, in.TaxCodes)
	return row, err
}
