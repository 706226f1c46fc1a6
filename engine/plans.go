package engine

import (
	"github.com/shopspring/decimal"

	"tarn/audit"
	"tarn/billing/money"
	"tarn/fault"
	"tarn/form"
	"tarn/invoicing"
	"tarn/notify"
	"tarn/store"
)

// PlanInput is what a client says of a plan. On creation, what is absent
// counts as empty; on update it stays as it is. Lists replace all that was
// there; null for a list or an object counts as absent.
type PlanInput struct {
	Name               form.Optional[string]
	Code               form.Optional[string]
	InvoiceDisplayName form.Optional[string]
	Description        form.Optional[string]
	Interval           form.Optional[string]
	// AmountCents is the price of a period in the smallest unit of the
	// currency.
	AmountCents    form.Optional[int64]
	AmountCurrency form.Optional[string]
	PayInAdvance   form.Optional[bool]
	// TrialPeriod is in days.
	TrialPeriod             form.Optional[decimal.Decimal]
	BillChargesMonthly      form.Optional[bool]
	BillFixedChargesMonthly form.Optional[bool]
	Metadata                form.Optional[store.ItemMetadata]
	TaxCodes                form.Optional[[]string]
	// UsageThresholds count only with the add-on progressive_billing.
	UsageThresholds form.Optional[[]UsageThresholdInput]
	// MinimumCommitment counts only with the premium licence.
	MinimumCommitment form.Optional[MinimumCommitmentInput]
	Charges           form.Optional[[]ChargeInput]
	FixedCharges      form.Optional[[]FixedChargeInput]
	// CascadeUpdates lets the plans that override this one follow the change.
	// It says nothing on creation.
	CascadeUpdates bool
}

// CreatePlan adds a plan with everything that belongs to it. It refuses
// unknown billable metrics, add-ons and taxes with a NotFound fault, and
// values that break a rule with a Validation fault: first those of the plan
// itself, then those of the first part that breaks one.
func CreatePlan(tx *store.Tx, in PlanInput) (store.Plan, error) {
	plan := store.Plan{ID: store.NewID()}
	if err := setPlan(tx, &plan, in, false); err != nil {
		return plan, err
	}
	if err := tx.InsertPlan(&plan); err != nil {
		return plan, form.Taken(err, "code")
	}
	if err := replacePlanTerms(tx, &plan, in); err != nil {
		return plan, err
	}
	charges, _ := in.Charges.Get() // absent and null are none
	if err := createCharges(tx, &plan, charges); err != nil {
		return plan, err
	}
	fixedCharges, _ := in.FixedCharges.Get()
	if err := createFixedCharges(tx, &plan, fixedCharges); err != nil {
		return plan, err
	}
	if err := setMinimumCommitment(tx, &plan, in.MinimumCommitment); err != nil {
		return plan, err
	}
	plan, err := tx.PlanByID(plan.ID)
	if err != nil {
		return plan, err
	}
	notify.Happened(tx, notify.PlanCreated(plan))
	return plan, audit.Created(tx, audit.Plan(plan))
}

// UpdatePlan changes a plan of the catalogue under the rules of its creation.
//
// Lago: while a subscription hangs on the plan, its code, its currency and how
// and when it is billed are frozen, and ignored without an error.
func UpdatePlan(tx *store.Tx, code string, in PlanInput) (store.Plan, error) {
	fixedCharges, _ := in.FixedCharges.Get()
	if err := lockForUnits(tx, code, fixedCharges...); err != nil {
		return store.Plan{}, err
	}
	if form.Given(in.AmountCents) {
		if err := tx.LockPlanChangers(code); err != nil {
			return store.Plan{}, err
		}
	}
	plan, err := tx.PlanForUpdate(code)
	if err != nil {
		return plan, form.NotFound(err, "plan")
	}
	before, amount := audit.Before(audit.Plan(plan)), plan.AmountCents
	attached, err := planAttached(tx, plan)
	if err != nil {
		return plan, err
	}
	if err := setPlan(tx, &plan, in, attached); err != nil {
		return plan, err
	}
	if err := tx.UpdatePlan(&plan); err != nil {
		return plan, form.Taken(err, "code")
	}
	if in.CascadeUpdates && plan.AmountCents != amount {
		if err := tx.FollowPlanAmount(plan, amount); err != nil {
			return plan, err
		}
	}
	if err := updatePlanParts(tx, &plan, in); err != nil {
		return plan, err
	}
	if plan, err = tx.PlanByID(plan.ID); err != nil {
		return plan, err
	}
	if plan.AmountCents != amount {
		if err := reconsiderFamily(tx, plan, in.CascadeUpdates); err != nil {
			return plan, err
		}
	}
	if err := invoicing.DraftsChanged(tx, store.DraftsFor{Plan: &plan.ID}); err != nil {
		return plan, err
	}
	notify.Happened(tx, notify.PlanUpdated(plan))
	return plan, audit.Updated(tx, before, audit.Plan(plan))
}

// updatePlanParts changes what belongs to a plan, in the order in which it is
// checked.
func updatePlanParts(tx *store.Tx, plan *store.Plan, in PlanInput) error {
	if err := replacePlanTerms(tx, plan, in); err != nil {
		return err
	}
	if form.Given(in.Charges) {
		if err := replaceCharges(tx, plan, in.Charges.MustGet(), in.CascadeUpdates); err != nil {
			return err
		}
	}
	if form.Given(in.FixedCharges) {
		if err := replaceFixedCharges(tx, plan, in.FixedCharges.MustGet(), in.CascadeUpdates); err != nil {
			return err
		}
	}
	return setMinimumCommitment(tx, plan, in.MinimumCommitment)
}

// DeletePlan ends the subscriptions to a plan of the catalogue and to the plans
// that override it, hides the plans, and ends what it grants; its code is free
// again. The activities show the plans as they last were.
//
// Lago: the plan is marked as pending deletion, answered so, and deleted
// later, when its subscriptions have ended. Everything is done here before the
// answer, which says the same.
func DeletePlan(tx *store.Tx, code string) (store.Plan, error) {
	if err := tx.LockSubscribers(code); err != nil {
		return store.Plan{}, err
	}
	plan, err := tx.PlanForUpdate(code)
	if err != nil {
		return plan, form.NotFound(err, "plan")
	}
	children, err := tx.ChildPlans(plan)
	if err != nil {
		return plan, err
	}
	notify.Happened(tx, notify.PlanDeleted(plan))
	for _, row := range append(children, plan) {
		if err := endSubscriptionsOfPlan(tx, row); err != nil {
			return plan, err
		}
		if err := tx.DeletePlan(&row); err != nil {
			return plan, err
		}
		if err := audit.Deleted(tx, audit.Plan(row)); err != nil {
			return plan, err
		}
	}
	if err := tx.DeleteEntitlements(plan.Entitlements); err != nil {
		return plan, err
	}
	plan.PendingDeletion = true
	return plan, nil
}

// ChangePlanMetadata changes the metadata of a plan of the catalogue, and
// returns what it is then.
//
// Lago: the plan counts as updated, with what that does to its monthly billing.
func ChangePlanMetadata(tx *store.Tx, code string, change form.ItemMetadataChange) (store.ItemMetadata, error) {
	plan, err := tx.PlanForUpdate(code)
	if err != nil {
		return nil, form.NotFound(err, "plan")
	}
	before := audit.Before(audit.Plan(plan))
	if plan.Metadata, err = change(plan.Metadata); err != nil {
		return nil, err
	}
	attached, err := planAttached(tx, plan)
	if err != nil {
		return nil, err
	}
	if !attached {
		setMonthlyBilling(&plan, PlanInput{})
	}
	if err := tx.UpdatePlan(&plan); err != nil {
		return nil, err
	}
	notify.Happened(tx, notify.PlanUpdated(plan))
	return plan.Metadata, audit.Updated(tx, before, audit.Plan(plan))
}

// planAttached reports whether a subscription hangs on this very plan, ended
// ones included. Those to plans that override it do not count.
func planAttached(tx *store.Tx, plan store.Plan) (bool, error) { return tx.PlanAttached(plan.ID) }

// setPlan puts the input into the row and checks the rules of the plan itself.
// Of an attached plan it leaves alone what is frozen then.
func setPlan(tx *store.Tx, plan *store.Plan, in PlanInput, attached bool) error {
	charges, _ := in.Charges.Get() // absent and null are none
	if err := checkChargeReferences(tx, charges); err != nil {
		return err
	}
	fixedCharges, _ := in.FixedCharges.Get()
	if err := checkFixedChargeReferences(tx, fixedCharges); err != nil {
		return err
	}
	form.AssignText(&plan.Name, in.Name)
	form.AssignNullable(&plan.InvoiceDisplayName, in.InvoiceDisplayName)
	form.AssignNullable(&plan.Description, in.Description)
	form.Assign(&plan.AmountCents, in.AmountCents)
	if !attached {
		assignFreePlan(plan, in)
	}
	if err := checkPlan(tx, plan, in); err != nil {
		return err
	}
	metadata, err := form.ReplaceItemMetadata(in.Metadata)(plan.Metadata)
	plan.Metadata = metadata
	return err
}

// assignFreePlan puts what is frozen once a subscription hangs on the plan into
// the row.
func assignFreePlan(plan *store.Plan, in PlanInput) {
	form.AssignText(&plan.Code, in.Code)
	interval := string(plan.Interval)
	form.AssignText(&interval, in.Interval)
	plan.Interval = store.PlanInterval(interval)
	form.AssignText(&plan.AmountCurrency, in.AmountCurrency)
	form.Assign(&plan.PayInAdvance, in.PayInAdvance)
	form.AssignNullable(&plan.TrialPeriod, in.TrialPeriod)
	setMonthlyBilling(plan, in)
}

// setMonthlyBilling says whether charges are billed every month of a longer
// period.
//
// Lago: only yearly and semiannual plans have these switches. An update that
// does not name such an interval takes them away, also from a plan that has
// one.
func setMonthlyBilling(plan *store.Plan, in PlanInput) {
	plan.BillChargesMonthly, plan.BillFixedChargesMonthly = nil, nil
	interval, _ := in.Interval.Get()
	if chosen := store.PlanInterval(interval); chosen == store.PlanIntervalYearly || chosen == store.PlanIntervalSemiannual {
		charges, _ := in.BillChargesMonthly.Get() // absent and null are false
		fixedCharges, _ := in.BillFixedChargesMonthly.Get()
		plan.BillChargesMonthly, plan.BillFixedChargesMonthly = &charges, &fixedCharges
	}
}

func checkPlan(tx *store.Tx, plan *store.Plan, in PlanInput) error {
	details := fault.Details{}
	if form.Blank(plan.Name) {
		details.Add("name", fault.CodeMandatory)
	}
	if form.Blank(plan.Code) {
		details.Add("code", fault.CodeMandatory)
	} else if taken, err := tx.PlanCodeTaken(plan.Code, plan.ID); err != nil {
		return err
	} else if taken {
		details.Add("code", fault.CodeAlreadyExist)
	}
	if !plan.Interval.Known() {
		details.Add("interval", fault.CodeInvalid)
	}
	isNew := plan.CreatedAt.IsZero()
	if in.AmountCents.IsNull() || isNew && !in.AmountCents.IsSpecified() {
		details.Add("amount_cents", fault.CodeMandatory)
	}
	if money.Beyond(plan.AmountCents) {
		details.Add("amount_cents", fault.CodeOutOfRange)
	}
	if form.Blank(plan.AmountCurrency) {
		details.Add("amount_currency", fault.CodeInvalid)
	}
	if in.PayInAdvance.IsNull() || isNew && !in.PayInAdvance.IsSpecified() {
		details.Add("pay_in_advance", fault.CodeInvalid)
	}
	return details.Err()
}

// replacePlanTerms makes the named taxes and the thresholds the plan's; absent
// ones leave them as they are.
func replacePlanTerms(tx *store.Tx, plan *store.Plan, in PlanInput) error {
	if form.Given(in.TaxCodes) {
		taxes, err := taxesOfCodes(tx, in.TaxCodes.MustGet())
		if err != nil {
			return err
		}
		if err := tx.SetPlanTaxes(plan, taxes); err != nil {
			return err
		}
	}
	return replaceUsageThresholds(tx, plan, in.UsageThresholds)
}
