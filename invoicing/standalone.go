package invoicing

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"tarn/billing/invoice"
	"tarn/form"
	"tarn/notify"
	"tarn/store"
)

// keepStandalone stores fees that are on no invoice, with their taxes. Who sold
// says when they are paid.
func keepStandalone(tx *store.Tx, group []statement) error {
	var lines []line
	for i := range group {
		lines = append(lines, group[i].standalone...)
	}
	return keepLines(tx, lines)
}

// keepLines stores fees without an invoice.
func keepLines(tx *store.Tx, lines []line) error {
	if len(lines) == 0 {
		return nil
	}
	in := invoice.Input{Lines: make([]invoice.Line, len(lines))}
	for i := range lines {
		in.Lines[i] = lines[i].input()
	}
	result := invoice.Compute(in)
	if err := form.CheckSums(result.Sums()...); err != nil {
		return err
	}
	fees := make([]store.Fee, len(lines))
	for i := range lines {
		lines[i].take(result.Lines[i])
		fees[i] = lines[i].fee
	}
	if err := tx.InsertFees(fees); err != nil {
		return err
	}
	for _, fee := range fees {
		notify.Happened(tx, notify.FeeCreated(fee))
	}
	return nil
}

// regroup puts the fees that were paid one by one, and are to come together, on an
// invoice of their own. It is paid already.
func regroup(tx *store.Tx, at time.Time, group []statement) error {
	ids := make([]uuid.UUID, 0, len(group))
	for i := range group {
		regroups := slices.ContainsFunc(group[i].Subscription.Plan.Charges, func(row store.Charge) bool { return row.RegroupPaidFees != nil })
		if regroups && group[i].billsPeriod() && !group[i].SkipUsage {
			ids = append(ids, group[i].Subscription.ID)
		}
	}
	fees, err := tx.PaidFeesToRegroup(ids)
	if err != nil || len(fees) == 0 {
		return err
	}
	first := group[0].Subscription
	b := &bill{tx: tx, invoice: newInvoice(tx, &first.Customer, &first.BillingEntity, at)}
	b.invoice.InvoiceType, b.invoice.Status, b.invoice.Currency = store.InvoiceAdvanceCharges, store.InvoiceFinalized, first.Plan.AmountCurrency
	b.setDates(first.Day(at), datesOf(&first.Customer))
	b.result = invoice.Regroup(paidFees(fees))
	if err := form.CheckSums(b.result.Sums()...); err != nil {
		return err
	}
	b.takeRegrouped(fees)
	for i := range group {
		row := group[i].billingPeriod()
		row.Reason, row.BilledDay = store.ReasonInAdvancePeriodic, nil
		b.invoice.BillingPeriods = append(b.invoice.BillingPeriods, row)
	}
	return b.keepRegrouped()
}

// paidFees are fees that were paid one by one, as the computation takes them.
func paidFees(fees []store.Fee) []invoice.PaidFee {
	paid := make([]invoice.PaidFee, len(fees))
	for i, fee := range fees {
		paid[i] = invoice.PaidFee{AmountCents: fee.AmountCents, TaxesCents: fee.TaxesAmountCents}
		for _, tax := range fee.AppliedTaxes {
			paid[i].Taxes = append(paid[i].Taxes, invoice.PaidTax{Tax: invoice.Tax{ID: tax.TaxID, Rate: tax.TaxRate}, Cents: tax.AmountCents})
		}
	}
	return paid
}

// takeRegrouped puts the amounts of fees that were paid into the invoice.
func (b *bill) takeRegrouped(fees []store.Fee) {
	b.takeTotals()
	known := map[uuid.UUID]store.FeeTax{}
	for _, fee := range fees {
		for _, tax := range fee.AppliedTaxes {
			known[tax.TaxID] = tax
		}
	}
	b.takeTaxes(func(id uuid.UUID) store.InvoiceTax {
		tax := known[id]
		return store.InvoiceTax{TaxCode: tax.TaxCode, TaxName: tax.TaxName, TaxDescription: tax.TaxDescription}
	})
	b.invoice.Fees = fees
	b.invoice.PaymentStatus, b.invoice.TotalPaidAmountCents = store.PaymentSucceeded, b.invoice.TotalAmountCents
}

// keepRegrouped stores the invoice, and puts its fees on it.
func (b *bill) keepRegrouped() error {
	fees := b.invoice.Fees
	b.invoice.Fees = nil
	if err := b.finalize(); err != nil {
		return err
	}
	if err := b.tx.InsertInvoice(&b.invoice); err != nil {
		return err
	}
	if err := keepParts(b.tx, []*bill{b}); err != nil {
		return err
	}
	if err := b.tx.PutOnInvoice(b.invoice.ID, fees); err != nil {
		return err
	}
	for i := range fees {
		fees[i].InvoiceID = &b.invoice.ID
	}
	b.invoice.Fees = fees
	return b.tell(actionCreated)
}
