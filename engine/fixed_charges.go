package engine

import (
	"encoding/json"
	"slices"

	"github.com/shopspring/decimal"

	"tarn/billing/charge"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// FixedChargeInput is what a client says of a fixed charge. On creation, what
// is absent counts as empty. On update it stays as it is, but for the name, the
// units and the properties, which an update always sets.
type FixedChargeInput struct {
	// ID names the fixed charge of the plan that is changed, inside a plan.
	ID      form.Optional[string]
	AddOnID form.Optional[string]
	// AddOnCode counts where there is no AddOnID, and not inside a plan.
	AddOnCode          form.Optional[string]
	Code               form.Optional[string]
	ChargeModel        form.Optional[string]
	InvoiceDisplayName form.Optional[string]
	PayInAdvance       form.Optional[bool]
	Prorated           form.Optional[bool]
	Units              form.Optional[decimal.Decimal]
	// ApplyUnitsImmediately lets other units count from now on for those who
	// are subscribed, not only from the next period.
	ApplyUnitsImmediately bool
	Properties            form.Optional[map[string]json.RawMessage]
	// TaxCodes are all taxes of the fixed charge; null counts as absent.
	TaxCodes form.Optional[[]string]
}

// model is the charge model that was sent; empty for none.
func (in FixedChargeInput) model() charge.Model {
	model, _ := in.ChargeModel.Get()
	return charge.Model(model)
}

// CreateFixedCharge adds a fixed charge to a plan of the catalogue. It refuses
// an unknown plan, add-on or tax with a NotFound fault, and values that break a
// rule with a Validation fault. With cascade the plans that override this one
// get the fixed charge too.
func CreateFixedCharge(tx *store.Tx, planCode string, in FixedChargeInput, cascade bool) (store.FixedCharge, error) {
	if err := lockForUnits(tx, planCode, in); err != nil {
		return store.FixedCharge{}, err
	}
	plan, err := tx.PlanForUpdate(planCode)
	if err != nil {
		return store.FixedCharge{}, form.NotFound(err, "plan")
	}
	if code, _ := in.AddOnCode.Get(); !form.Given(in.AddOnID) && code != "" {
		addOn, err := tx.AddOn(code)
		if err != nil {
			return store.FixedCharge{}, form.NotFound(err, "add_on")
		}
		in.AddOnID.Set(addOn.ID.String())
	}
	editor, err := editFixedCharges(tx, &plan, []FixedChargeInput{in})
	if err != nil {
		return store.FixedCharge{}, err
	}
	row, err := editor.create(in)
	if err != nil {
		return row, err
	}
	kept, err := editor.change(partChanges[store.FixedCharge]{created: []store.FixedCharge{row}}, cascade)
	return kept.created[0], err
}

// UpdateFixedCharge changes a fixed charge of a plan of the catalogue. With
// cascade the plans that override this one follow.
//
// Lago: the add-on, and how the fixed charge is billed, never change; the model
// and the code do not while a subscription hangs on the plan. What cannot
// change is ignored.
func UpdateFixedCharge(tx *store.Tx, planCode, code string, in FixedChargeInput, cascade bool) (store.FixedCharge, error) {
	if err := lockForUnits(tx, planCode, in); err != nil {
		return store.FixedCharge{}, err
	}
	plan, before, err := fixedChargeOfPlan(tx, planCode, code)
	if err != nil {
		return before, err
	}
	editor, err := editFixedCharges(tx, &plan, []FixedChargeInput{in})
	if err != nil {
		return before, err
	}
	after, err := editor.update(before, in)
	if err != nil {
		return after, err
	}
	kept, err := editor.change(changedPart(before, after), cascade)
	return kept.changed[0].after, err
}

// DeleteFixedCharge hides a fixed charge of a plan of the catalogue; its code
// is free again. With cascade the plans that override this one lose it too. The
// answer shows it as it last was.
func DeleteFixedCharge(tx *store.Tx, planCode, code string, cascade bool) (store.FixedCharge, error) {
	plan, row, err := fixedChargeOfPlan(tx, planCode, code)
	if err != nil {
		return row, err
	}
	_, err = fixedChargeParts(nil).change(tx, plan, partChanges[store.FixedCharge]{removed: []store.FixedCharge{row}}, cascade)
	return row, err
}

// fixedChargeOfPlan finds a fixed charge of a plan of the catalogue, locked
// against other changes. It returns a NotFound fault for the plan and then for
// the fixed charge.
func fixedChargeOfPlan(tx *store.Tx, planCode, code string) (store.Plan, store.FixedCharge, error) {
	plan, err := tx.PlanForUpdate(planCode)
	if err != nil {
		return plan, store.FixedCharge{}, form.NotFound(err, "plan")
	}
	for _, row := range plan.FixedCharges {
		if row.Code == code {
			return plan, row, nil
		}
	}
	return plan, store.FixedCharge{}, fault.Missing("fixed_charge")
}

// lockForUnits locks the customers whom other units of fixed charges may be billed
// to, before the plan is.
func lockForUnits(tx *store.Tx, planCode string, inputs ...FixedChargeInput) error {
	if !slices.ContainsFunc(inputs, func(in FixedChargeInput) bool { return in.ApplyUnitsImmediately }) {
		return nil
	}
	return tx.LockSubscribers(planCode)
}

// checkFixedChargeReferences refuses fixed charges for add-ons that do not
// exist.
func checkFixedChargeReferences(tx *store.Tx, inputs []FixedChargeInput) error {
	_, complete, err := chargedAddOns(tx, inputs)
	if err == nil && !complete {
		return fault.Missing("add_ons")
	}
	return err
}

// createFixedCharges adds fixed charges to a new plan.
func createFixedCharges(tx *store.Tx, plan *store.Plan, inputs []FixedChargeInput) error {
	return replaceFixedCharges(tx, plan, inputs, false)
}

// replaceFixedCharges makes these the plan's fixed charges. With cascade the
// plans that override this one follow.
func replaceFixedCharges(tx *store.Tx, plan *store.Plan, inputs []FixedChargeInput, cascade bool) error {
	editor, err := editFixedCharges(tx, plan, inputs)
	if err != nil {
		return err
	}
	changes, err := editor.replace(inputs)
	if err != nil {
		return err
	}
	_, err = editor.save(changes, cascade)
	return err
}
