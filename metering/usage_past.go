package metering

import (
	"encoding/json"
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/charge"
	"tarn/billing/period"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// PastUsageInput says whose past usage is wanted.
type PastUsageInput struct {
	ExternalCustomerID     string
	ExternalSubscriptionID string
	// BillableMetricCode keeps the usage of one metric; nil keeps all.
	BillableMetricCode *string
	Page               store.Page
}

// PastUsage is the usage of the periods that were invoiced, latest first, as it was
// billed. It refuses a missing subscription with a Validation fault, and an unknown
// metric with a NotFound fault.
//
// Lago: a customer or a subscription that does not exist has an empty list.
func PastUsage(tx *store.Tx, in PastUsageInput) (store.List[Usage], error) {
	var used store.List[Usage]
	if form.Blank(in.ExternalSubscriptionID) {
		return used, fault.Invalid("external_subscription_id", fault.CodeMandatory)
	}
	if in.BillableMetricCode != nil {
		if _, err := tx.BillableMetric(*in.BillableMetricCode); err != nil {
			return used, form.NotFound(err, "billable_metric")
		}
	}
	invoiced, err := tx.InvoicedUsage(in.ExternalCustomerID, in.ExternalSubscriptionID, in.Page)
	if err != nil {
		return used, err
	}
	charges, err := tx.ChargesByID(invoicedCharges(invoiced.Rows))
	if err != nil {
		return used, err
	}
	used.Page, used.Total = invoiced.Page, invoiced.Total
	for _, row := range invoiced.Rows {
		usage, err := pastUsage(row, charges, in.BillableMetricCode)
		if err != nil {
			return used, err
		}
		used.Rows = append(used.Rows, usage)
	}
	return used, nil
}

// invoicedCharges are the charges of which anything was invoiced.
func invoicedCharges(rows []store.InvoicedUsage) []uuid.UUID {
	var ids []uuid.UUID
	seen := map[uuid.UUID]bool{}
	for _, row := range rows {
		for _, fee := range row.Fees {
			if !seen[*fee.ChargeID] {
				seen[*fee.ChargeID] = true
				ids = append(ids, *fee.ChargeID)
			}
		}
	}
	return ids
}

// pastUsage is the usage of one period that was invoiced. What was not used has no
// fee, and is not shown. The amounts are those of the whole invoice.
func pastUsage(row store.InvoicedUsage, charges map[uuid.UUID]store.Charge, metricCode *string) (Usage, error) {
	issued, err := period.ParseDate(row.Invoice.IssuingDate)
	if err != nil {
		return Usage{}, err
	}
	used := Usage{
		From: *row.Period.ChargesFrom, To: *row.Period.ChargesTo, IssuingDate: issued, Currency: row.Invoice.Currency,
		InvoiceID: row.Invoice.ID, InvoicedAmountCents: row.Invoice.FeesAmountCents, TaxesAmountCents: row.TaxesAmountCents,
	}
	feesOf := map[uuid.UUID][]store.Fee{}
	for _, fee := range row.Fees {
		feesOf[*fee.ChargeID] = append(feesOf[*fee.ChargeID], fee)
	}
	var billed []store.Charge
	for id := range feesOf {
		if metricCode == nil || charges[id].BillableMetric.Code == *metricCode {
			billed = append(billed, charges[id])
		}
	}
	slices.SortFunc(billed, func(a, b store.Charge) int { return slices.Compare(a.ID[:], b.ID[:]) })
	for _, charged := range byMetricName(billed) {
		usage, err := pastChargeUsage(charged, feesOf[charged.ID])
		if err != nil {
			return used, err
		}
		used.Charges = append(used.Charges, usage)
	}
	return used, nil
}

// pastChargeUsage is the usage of a charge as its fees have it. Filters that are
// gone are known from them.
func pastChargeUsage(row store.Charge, fees []store.Fee) (ChargeUsage, error) {
	used := ChargeUsage{Charge: row, Fees: make([]PricedFee, len(fees))}
	for i := range fees {
		priced, err := pastFee(&fees[i])
		if err != nil {
			return used, err
		}
		if priced.Filter != nil && len(used.Charge.Filters) == 0 {
			used.Charge.Filters = []store.ChargeFilter{*priced.Filter}
		}
		used.Fees[i] = priced
	}
	for i := range used.Fees {
		used.Fees[i].Charge = &used.Charge
	}
	return used, nil
}

// pastFee is the price of some usage as a fee has it.
func pastFee(row *store.Fee) (PricedFee, error) {
	priced := PricedFee{
		Fee: charge.Fee{
			Units: row.Units, AmountCents: row.AmountCents, PreciseAmountCents: row.PreciseAmountCents,
			UnitAmountCents: row.UnitAmountCents, PreciseUnitAmount: row.PreciseUnitAmount,
		},
		TotalAggregatedUnits: row.Units,
	}
	if row.TotalAggregatedUnits != nil {
		priced.TotalAggregatedUnits = *row.TotalAggregatedUnits
	}
	if row.EventsCount != nil {
		priced.EventsCount = *row.EventsCount
	}
	if len(row.GroupedBy) > 0 {
		priced.GroupedBy = row.GroupedBy
	}
	if row.ChargeFilterID != nil {
		priced.Filter = &store.ChargeFilter{ID: *row.ChargeFilterID, Values: row.Filters, InvoiceDisplayName: row.FilterDisplayName}
	}
	if len(row.PresentationBreakdowns) == 0 {
		return priced, nil
	}
	var parts []struct {
		By    map[string]*string `json:"presentation_by"`
		Units decimal.Decimal    `json:"units"`
	}
	err := json.Unmarshal(row.PresentationBreakdowns, &parts)
	for _, part := range parts {
		priced.Breakdowns = append(priced.Breakdowns, UnitsBreakdown{By: part.By, Units: part.Units})
	}
	return priced, err
}
