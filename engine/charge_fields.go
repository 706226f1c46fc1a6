package engine

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/charge"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// PricingUnitInput is the unit in which a charge is priced instead of the
// plan's currency.
type PricingUnitInput struct {
	Code           form.Optional[string]
	ConversionRate form.Optional[string]
}

// create makes a charge of an input.
func (e *chargeEditor) create(in ChargeInput) (store.Charge, error) {
	row := store.Charge{ID: store.NewID(), PlanID: e.plan.ID, ChargeModel: in.model(), Invoiceable: true}
	metric, known := e.metrics[form.Identifier(in.BillableMetricID)]
	if !known {
		return row, fault.Missing("billable_metric")
	}
	setMetric(&row, metric)
	form.AssignText(&row.Code, in.Code)
	e.assignTerms(&row, in)
	e.assignPrice(&row, in)
	if err := e.check(row); err != nil {
		return row, err
	}
	if err := e.checkPricingUnit(in.AppliedPricingUnit); err != nil {
		return row, err
	}
	err := e.assignParts(&row, in)
	return row, err
}

// update changes a charge as an input says. What it returns is a copy.
func (e *chargeEditor) update(before store.Charge, in ChargeInput) (store.Charge, error) {
	row := before
	if !e.attached {
		if in.BillableMetricID.IsSpecified() {
			metric, known := e.metrics[form.Identifier(in.BillableMetricID)]
			if !known {
				return row, fault.Missing("billable_metric")
			}
			setMetric(&row, metric)
		}
		row.ChargeModel = in.model()
		form.AssignText(&row.Code, in.Code)
		e.assignTerms(&row, in)
	}
	row.InvoiceDisplayName = nil
	e.assignPrice(&row, in)
	delete(e.codes, before.Code)
	if err := e.check(row); err != nil {
		return row, err
	}
	row.UpdatedAt = e.tx.Now()
	if err := e.assignParts(&row, in); err != nil {
		return row, err
	}
	if row.ChargeModel != before.ChargeModel || row.BillableMetricID != before.BillableMetricID {
		return row, checkFilters(e.tx, row)
	}
	return row, nil
}

func setMetric(row *store.Charge, metric store.BillableMetric) {
	row.BillableMetricID, row.BillableMetric = metric.ID, metric
}

// assignTerms puts what is frozen once a subscription hangs on the plan into
// the row. Without the premium licence, what needs it stays as it is.
//
// Lago: the least amount is the one of these that absence sets back.
func (e *chargeEditor) assignTerms(row *store.Charge, in ChargeInput) {
	form.AssignOr(&row.PayInAdvance, in.PayInAdvance, false)
	form.AssignOr(&row.Prorated, in.Prorated, false)
	if !e.tx.Organization().Premium() {
		return
	}
	form.AssignOr(&row.Invoiceable, in.Invoiceable, true)
	form.AssignNullable(&row.RegroupPaidFees, in.RegroupPaidFees)
	row.MinAmountCents, _ = in.MinAmountCents.Get() // absent and null are zero
}

// assignPrice puts what may change at any time into the row, filters and taxes
// apart.
func (e *chargeEditor) assignPrice(row *store.Charge, in ChargeInput) {
	form.AssignNullable(&row.InvoiceDisplayName, in.InvoiceDisplayName)
	if e.tx.Organization().AddOn(addOnTargetWallets) {
		form.AssignOr(&row.AcceptsTargetWallet, in.AcceptsTargetWallet, false)
	}
	row.Properties = priced(row.ChargeModel, in.model(), in.Properties, chargeContext(e.tx, *row))
}

// priced are the properties of a charge of a model.
//
// Lago: where none are sent, they are the defaults of the model that is sent
// with them. So where that is another than the charge's, which it cannot
// change any more, there are none.
func priced(model, sent charge.Model, input form.Optional[map[string]json.RawMessage], ctx charge.Context) charge.Properties {
	properties, _ := input.Get() // absent and null are none
	if len(properties) == 0 && sent != model {
		return charge.Properties{}
	}
	return charge.Normalize(model, properties, ctx)
}

// chargeContext is what the rules of a charge's properties need to know.
func chargeContext(tx *store.Tx, row store.Charge) charge.Context {
	return charge.Context{
		Aggregation: string(row.BillableMetric.AggregationType), Premium: tx.Organization().Premium(),
	}
}

// check checks the rules of the charge itself, and takes its code.
func (e *chargeEditor) check(row store.Charge) error {
	details := fault.Details{}
	e.takeCode(details, row)
	rules := charge.Rules{
		Model: row.ChargeModel, Aggregation: string(row.BillableMetric.AggregationType), Recurring: row.BillableMetric.Recurring,
		PayInAdvance: row.PayInAdvance, Invoiceable: row.Invoiceable, Prorated: row.Prorated,
		MinAmountCents: row.MinAmountCents, Premium: e.tx.Organization().Premium(),
	}
	if row.RegroupPaidFees != nil {
		rules.RegroupPaidFees = *row.RegroupPaidFees
	}
	form.AddCodes(details, charge.ValidateCharge(rules))
	if codes := charge.Validate(row.ChargeModel, row.Properties, chargeContext(e.tx, row)); len(codes) > 0 {
		details.Add("properties", codes...)
	}
	return details.Err()
}

// checkPricingUnit refuses a pricing unit. Without the premium licence, and
// where nothing is said of one, it is ignored.
//
// Lago: pricing units are made by hand, for which tarn has no way, so none is
// known.
func (e *chargeEditor) checkPricingUnit(input form.Optional[PricingUnitInput]) error {
	in, _ := input.Get() // absent and null are none
	if !e.tx.Organization().Premium() || !in.Code.IsSpecified() && !in.ConversionRate.IsSpecified() {
		return nil
	}
	details := fault.Details{"pricing_unit": []string{codeRelation}}
	rate, _ := in.ConversionRate.Get()
	if form.Blank(rate) {
		details.Add("conversion_rate", fault.CodeMandatory, fault.CodeNotANumber)
	} else if number, err := decimal.NewFromString(rate); err != nil {
		details.Add("conversion_rate", fault.CodeNotANumber)
	} else if !number.IsPositive() {
		details.Add("conversion_rate", fault.CodeOutOfRange)
	}
	return details.Err()
}

// codeRelation is the code of a record that another one needs and that does
// not exist.
const codeRelation = "relation_must_exist"

// assignParts puts the filters and the taxes into the row; absent ones stay.
func (e *chargeEditor) assignParts(row *store.Charge, in ChargeInput) error {
	if form.Given(in.Filters) {
		filters, err := replacedFilters(e.tx, *row, in.Filters.MustGet())
		if err != nil {
			return err
		}
		row.Filters = filters
	}
	if form.Given(in.TaxCodes) {
		taxes, err := e.taxes.ofCodes(in.TaxCodes.MustGet())
		if err != nil {
			return err
		}
		row.Taxes = taxes
	}
	return nil
}

// taxSet is the taxes that the parts of one request name, by name.
type taxSet []store.Tax

// findTaxSet finds those of the codes that are taxes.
func findTaxSet(tx *store.Tx, codes []string) (taxSet, error) {
	taxes, err := tx.TaxesByCode(form.Distinct(codes))
	return taxes, err
}

// ofCodes are the taxes of some codes, each once. It returns a NotFound fault
// unless all exist.
func (s taxSet) ofCodes(codes []string) ([]store.Tax, error) {
	wanted := make(map[string]bool, len(codes))
	for _, code := range codes {
		wanted[code] = true
	}
	taxes := []store.Tax{}
	for _, tax := range s {
		if wanted[tax.Code] {
			taxes = append(taxes, tax)
		}
	}
	if len(taxes) < len(wanted) {
		return nil, fault.Missing("tax")
	}
	return taxes, nil
}

// referenced finds the rows that inputs name by their identifiers, and reports
// whether there is one for every identifier that is given.
func referenced[Input, Row any](
	inputs []Input, named func(Input) form.Optional[string], find func([]uuid.UUID) ([]Row, error), idOf func(Row) uuid.UUID,
) (index map[uuid.UUID]Row, complete bool, err error) {
	given := map[uuid.UUID]bool{}
	for _, in := range inputs {
		if form.Given(named(in)) {
			given[form.Identifier(named(in))] = true
		}
	}
	ids := slices.SortedFunc(maps.Keys(given), func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	rows, err := find(slices.DeleteFunc(ids, func(id uuid.UUID) bool { return id == uuid.Nil }))
	index = make(map[uuid.UUID]Row, len(rows))
	for _, row := range rows {
		index[idOf(row)] = row
	}
	return index, len(index) == len(given), err
}
