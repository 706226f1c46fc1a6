package engine

import (
	"encoding/json"

	"github.com/google/uuid"

	"tarn/billing/charge"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// addOnTargetWallets is the premium add-on for events that name the wallet
// that pays for them.
const addOnTargetWallets = "events_targeting_wallets"

// ChargeInput is what a client says of a charge. On creation, what is absent
// counts as empty. On update it stays as it is, but for the name, the model,
// the properties and the least amount, which an update always sets.
type ChargeInput struct {
	// ID names the charge of the plan that is changed, inside a plan.
	ID                  form.Optional[string]
	BillableMetricID    form.Optional[string]
	Code                form.Optional[string]
	ChargeModel         form.Optional[string]
	InvoiceDisplayName  form.Optional[string]
	PayInAdvance        form.Optional[bool]
	Prorated            form.Optional[bool]
	Invoiceable         form.Optional[bool]
	RegroupPaidFees     form.Optional[string]
	AcceptsTargetWallet form.Optional[bool]
	// MinAmountCents is the least amount of a period in the smallest unit of
	// the plan's currency.
	MinAmountCents     form.Optional[int64]
	AppliedPricingUnit form.Optional[PricingUnitInput]
	Properties         form.Optional[map[string]json.RawMessage]
	// Filters and TaxCodes are all of the charge; null counts as absent.
	Filters  form.Optional[[]ChargeFilterInput]
	TaxCodes form.Optional[[]string]
}

// model is the charge model that was sent; empty for none.
func (in ChargeInput) model() charge.Model {
	model, _ := in.ChargeModel.Get()
	return charge.Model(model)
}

// CreateCharge adds a charge to a plan of the catalogue. It refuses an unknown
// plan, metric or tax with a NotFound fault, and values that break a rule with
// a Validation fault. With cascade the plans that override this one get the
// charge too.
func CreateCharge(tx *store.Tx, planCode string, in ChargeInput, cascade bool) (store.Charge, error) {
	plan, err := tx.PlanForUpdate(planCode)
	if err != nil {
		return store.Charge{}, form.NotFound(err, "plan")
	}
	editor, err := editCharges(tx, &plan, []ChargeInput{in})
	if err != nil {
		return store.Charge{}, err
	}
	row, err := editor.create(in)
	if err != nil {
		return row, err
	}
	kept, err := editor.change(partChanges[store.Charge]{created: []store.Charge{row}}, cascade)
	return kept.created[0], err
}

// UpdateCharge changes a charge of a plan of the catalogue. With cascade the
// plans that override this one follow.
//
// Lago: while a subscription hangs on the plan, only the name, the properties,
// the filters and the taxes change, and the rest is ignored.
func UpdateCharge(tx *store.Tx, planCode, code string, in ChargeInput, cascade bool) (store.Charge, error) {
	plan, before, err := ChargeOfPlan(planCode, code)(tx)
	if err != nil {
		return before, err
	}
	editor, err := editCharges(tx, &plan, []ChargeInput{in})
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

// DeleteCharge hides a charge of a plan of the catalogue and its filters; its
// code is free again. With cascade the plans that override this one lose it
// too. The answer shows it as it last was.
func DeleteCharge(tx *store.Tx, planCode, code string, cascade bool) (store.Charge, error) {
	plan, row, err := ChargeOfPlan(planCode, code)(tx)
	if err != nil {
		return row, err
	}
	_, err = chargeParts().change(tx, plan, partChanges[store.Charge]{removed: []store.Charge{row}}, cascade)
	return row, err
}

// checkChargeReferences refuses charges for billable metrics that do not exist.
func checkChargeReferences(tx *store.Tx, inputs []ChargeInput) error {
	_, complete, err := chargedMetrics(tx, inputs)
	if err == nil && !complete {
		return fault.Missing("billable_metrics")
	}
	return err
}

// createCharges adds charges to a new plan.
func createCharges(tx *store.Tx, plan *store.Plan, inputs []ChargeInput) error {
	return replaceCharges(tx, plan, inputs, false)
}

// replaceCharges makes these the plan's charges. With cascade the plans that
// override this one follow.
func replaceCharges(tx *store.Tx, plan *store.Plan, inputs []ChargeInput, cascade bool) error {
	editor, err := editCharges(tx, plan, inputs)
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

// chargeEditor makes and changes the charges of one plan, in memory.
type chargeEditor struct {
	*partEditor[store.Charge, ChargeInput]

	metrics map[uuid.UUID]store.BillableMetric
}

// editCharges reads what the inputs refer to. The plan must be locked, so that
// its codes are known.
func editCharges(tx *store.Tx, plan *store.Plan, inputs []ChargeInput) (*chargeEditor, error) {
	editor := &chargeEditor{}
	var err error
	if editor.partEditor, err = newPartEditor(tx, plan, chargeParts(), editor, inputs); err != nil {
		return nil, err
	}
	editor.metrics, _, err = chargedMetrics(tx, inputs)
	return editor, err
}

func (e *chargeEditor) members(in *ChargeInput) partMembers {
	return partMembers{id: &in.ID, code: &in.Code, taxCodes: in.TaxCodes}
}

func (e *chargeEditor) baseCode(in ChargeInput) string {
	return e.metrics[form.Identifier(in.BillableMetricID)].Code
}

// chargedMetrics finds the billable metrics that inputs name, and reports
// whether all of them exist.
func chargedMetrics(tx *store.Tx, inputs []ChargeInput) (map[uuid.UUID]store.BillableMetric, bool, error) {
	return referenced(inputs, func(in ChargeInput) form.Optional[string] { return in.BillableMetricID },
		tx.BillableMetricsByID, func(row store.BillableMetric) uuid.UUID { return row.ID })
}
