package engine

import (
	"encoding/json"
	"fmt"

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
	changes := chargeChanges{created: []store.Charge{row}}
	err = editor.save(changes, cascade)
	return changes.created[0], err
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
	changes := chargeChanges{changed: []chargeChange{{before: before, after: after}}}
	err = editor.save(changes, cascade)
	return changes.changed[0].after, err
}

// DeleteCharge hides a charge of a plan of the catalogue and its filters; its
// code is free again. With cascade the plans that override this one lose it
// too. The answer shows it as it last was.
func DeleteCharge(tx *store.Tx, planCode, code string, cascade bool) (store.Charge, error) {
	plan, row, err := ChargeOfPlan(planCode, code)(tx)
	if err != nil {
		return row, err
	}
	return row, saveChargeChanges(tx, plan, chargeChanges{removed: []store.Charge{row}}, cascade)
}

// checkChargeReferences refuses charges for billable metrics that do not exist.
func checkChargeReferences(tx *store.Tx, inputs []ChargeInput) error {
	_, complete, err := chargedMetrics(tx, inputs)
	if err == nil && !complete {
		return fault.Missing("billable_metrics")
	}
	return err
}

// createCharges adds charges to a new plan. The first that breaks a rule
// decides the fault. A charge without a code gets that of its metric, with a
// number where the plan has it already.
func createCharges(tx *store.Tx, plan *store.Plan, inputs []ChargeInput) error {
	return replaceCharges(tx, plan, inputs, false)
}

// replaceCharges makes these the plan's charges: those that name a charge of
// the plan change it, others are new, and the charges that none names are
// deleted. With cascade the plans that override this one follow.
func replaceCharges(tx *store.Tx, plan *store.Plan, inputs []ChargeInput, cascade bool) error {
	editor, err := editCharges(tx, plan, inputs)
	if err != nil {
		return err
	}
	changes := chargeChanges{removed: editor.unnamed(inputs)}
	place := map[uuid.UUID]int{}
	for _, in := range inputs {
		id := form.Identifier(in.ID)
		before, known := editor.present[id]
		if !known {
			row, err := editor.create(editor.named(in))
			if err != nil {
				return err
			}
			changes.created = append(changes.created, row)
			continue
		}
		if code, _ := in.Code.Get(); form.Blank(code) {
			in.Code.SetUnspecified()
		}
		after, err := editor.update(before, in)
		if err != nil {
			return err
		}
		editor.present[id] = after
		if i, again := place[id]; again {
			changes.changed[i].after = after
			continue
		}
		place[id] = len(changes.changed)
		changes.changed = append(changes.changed, chargeChange{before: before, after: after})
	}
	return editor.save(changes, cascade)
}

// chargeEditor makes and changes the charges of one plan, in memory.
type chargeEditor struct {
	tx   *store.Tx
	plan *store.Plan
	// attached says that a subscription hangs on the plan.
	attached bool
	metrics  map[uuid.UUID]store.BillableMetric
	taxes    taxSet
	// present are the plan's charges, and codes whose code is whose.
	present map[uuid.UUID]store.Charge
	codes   map[string]uuid.UUID
}

// editCharges reads what the inputs refer to. The plan must be locked, so that
// its codes are known.
func editCharges(tx *store.Tx, plan *store.Plan, inputs []ChargeInput) (*chargeEditor, error) {
	editor := &chargeEditor{
		tx: tx, plan: plan,
		present: make(map[uuid.UUID]store.Charge, len(plan.Charges)),
		codes:   make(map[string]uuid.UUID, len(plan.Charges)),
	}
	for _, row := range plan.Charges {
		editor.present[row.ID] = row
		editor.codes[row.Code] = row.ID
	}
	var err error
	if editor.attached, err = planAttached(tx, *plan); err != nil {
		return nil, err
	}
	if editor.metrics, _, err = chargedMetrics(tx, inputs); err != nil {
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

// chargedMetrics finds the billable metrics that inputs name, and reports
// whether all of them exist.
func chargedMetrics(tx *store.Tx, inputs []ChargeInput) (map[uuid.UUID]store.BillableMetric, bool, error) {
	return referenced(inputs, func(in ChargeInput) form.Optional[string] { return in.BillableMetricID },
		tx.BillableMetricsByID, func(row store.BillableMetric) uuid.UUID { return row.ID })
}

// unnamed are the charges of the plan that no input names. Their codes are
// free from here on.
func (e *chargeEditor) unnamed(inputs []ChargeInput) []store.Charge {
	named := make(map[uuid.UUID]bool, len(inputs))
	for _, in := range inputs {
		named[form.Identifier(in.ID)] = true
	}
	var rest []store.Charge
	for _, row := range e.plan.Charges {
		if !named[row.ID] {
			delete(e.codes, row.Code)
			rest = append(rest, row)
		}
	}
	return rest
}

// named gives an input without a code the code of its billable metric, or the
// first that is free of that code with a number.
func (e *chargeEditor) named(in ChargeInput) ChargeInput {
	if code, _ := in.Code.Get(); form.Blank(code) {
		base := e.metrics[form.Identifier(in.BillableMetricID)].Code
		in.Code.Set(freeCode(base, e.codes))
	}
	return in
}

// freeCode is a code, or the code with the least number from 2 on with which
// it is not taken.
func freeCode(base string, taken map[string]uuid.UUID) string {
	code := base
	for number := 2; ; number++ {
		if _, isTaken := taken[code]; !isTaken {
			return code
		}
		code = fmt.Sprintf("%s_%d", base, number)
	}
}

// save writes what was changed.
func (e *chargeEditor) save(changes chargeChanges, cascade bool) error {
	return form.Taken(saveChargeChanges(e.tx, *e.plan, changes, cascade), "code")
}
