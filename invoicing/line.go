package invoicing

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/charge"
	"tarn/billing/invoice"
	"tarn/billing/iso"
	"tarn/billing/period"
	"tarn/metering"
	"tarn/store"
)

// line is a fee with what its credits and taxes depend on.
type line struct {
	fee   store.Fee
	taxes []store.Tax
	plans []uuid.UUID
	// metric is the billable metric of a charge.
	metric uuid.UUID
	// choosesWallet says that events of the charge name the wallet that is to pay.
	choosesWallet bool
}

// newLine is a line of the statement's subscription without an item and amounts.
func (s *statement) newLine(kind store.FeeType, taxes []store.Tax) line {
	sub := s.Subscription
	made := line{
		fee: store.Fee{
			ID: store.NewID(), CustomerID: sub.CustomerID, SubscriptionID: &sub.ID, FeeType: kind,
			AmountCurrency: sub.Plan.AmountCurrency, Units: decimal.NewFromInt(1), Invoiceable: true, PaymentStatus: store.PaymentPending,
			ExternalCustomerID: &sub.Customer.ExternalID, ExternalSubscriptionID: &sub.ExternalID,
		},
		taxes: sub.TaxesOr(taxes), plans: []uuid.UUID{sub.PlanID},
	}
	if sub.Plan.ParentID != nil {
		made.plans = append(made.plans, *sub.Plan.ParentID)
	}
	return made
}

// setWindow says what time the fee is for.
func (l *line) setWindow(window period.Window) {
	from, to := window.From, window.To
	l.fee.From, l.fee.To = &from, &to
}

// setAmount makes the fee one of a single unit.
func (l *line) setAmount(amount period.Amount) {
	l.fee.AmountCents, l.fee.PreciseAmountCents, l.fee.UnitAmountCents = amount.Cents, amount.Precise, amount.Cents
	l.fee.PreciseUnitAmount = decimal.NewFromInt(amount.Cents).Shift(-iso.Exponent(l.fee.AmountCurrency))
}

// setPrice gives the fee the units and amounts of a price. It returns a Validation
// fault for a price that no fee can hold.
func (l *line) setPrice(price charge.Fee) error {
	if err := metering.CheckHeld(price); err != nil {
		return err
	}
	details, err := json.Marshal(price.Details)
	if err != nil {
		return err
	}
	l.fee.Units, l.fee.AmountCents, l.fee.PreciseAmountCents = price.Units, price.AmountCents, price.PreciseAmountCents
	l.fee.UnitAmountCents, l.fee.PreciseUnitAmount, l.fee.AmountDetails = price.UnitAmountCents, price.PreciseUnitAmount, details
	return nil
}

// setPlan makes the plan the item of the fee.
func (l *line) setPlan(plan *store.Plan, displayName *string) {
	l.fee.ItemID, l.fee.ItemCode, l.fee.ItemName, l.fee.ItemDescription = plan.ID, plan.Code, plan.Name, plan.Description
	l.fee.InvoiceDisplayName = displayName
}

// input is the line as the computation takes it.
func (l *line) input() invoice.Line {
	in := invoice.Line{
		Kind: invoice.Kind(l.fee.FeeType), AmountCents: l.fee.AmountCents, Plans: l.plans, Metric: l.metric,
		Usage: usageKey(&l.fee), Taxes: make([]invoice.Tax, len(l.taxes)),
	}
	if l.fee.SubscriptionID != nil {
		in.Subscription = *l.fee.SubscriptionID
	}
	for i, tax := range l.taxes {
		in.Taxes[i] = invoice.Tax{ID: tax.ID, Rate: tax.Rate}
	}
	return in
}

// take gives the fee what the computation made of it.
func (l *line) take(result invoice.LineResult) {
	l.fee.PreciseCouponsAmountCents, l.fee.PreciseCreditNotesAmountCents = result.CouponsCents, result.CreditNotesCents
	l.fee.TaxesAmountCents, l.fee.TaxesPreciseAmountCents, l.fee.TaxesRate = result.TaxesCents, result.TaxesPreciseCents, result.TaxesRate
	l.fee.AppliedTaxes = make([]store.FeeTax, len(l.taxes))
	for i, tax := range l.taxes {
		l.fee.AppliedTaxes[i] = store.FeeTax{
			ID: store.NewID(), FeeID: l.fee.ID, TaxID: tax.ID, TaxCode: tax.Code, TaxName: tax.Name, TaxDescription: tax.Description,
			TaxRate: tax.Rate, AmountCents: result.Taxes[i].Cents, PreciseAmountCents: result.Taxes[i].PreciseCents,
			AmountCurrency: l.fee.AmountCurrency,
		}
	}
}

// usageKey tells the usage that a fee bills from any other.
func usageKey(fee *store.Fee) invoice.UsageKey {
	if fee.ChargeID == nil {
		return invoice.UsageKey{}
	}
	key := invoice.UsageKey{Charge: *fee.ChargeID}
	if fee.ChargeFilterID != nil {
		key.Filter = *fee.ChargeFilterID
	}
	names := make([]string, 0, len(fee.GroupedBy))
	for name, text := range fee.GroupedBy {
		part := name + "\x00"
		if text != nil {
			part += "\x01" + *text
		}
		names = append(names, part)
	}
	slices.Sort(names)
	key.Group = strings.Join(names, "\x02")
	return key
}
