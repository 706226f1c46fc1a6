package invoicing

import (
	"time"

	"github.com/google/uuid"

	"tarn/billing/invoice"
	"tarn/billing/period"
	"tarn/form"
	"tarn/metering"
	"tarn/store"
)

// bill is an invoice in the making.
type bill struct {
	tx         *store.Tx
	invoice    store.Invoice
	statements []statement
	lines      []line
	sources    sources
	result     invoice.Result
	// notes are the credit notes of a draft that is made again.
	notes draftNotes
	// purchase is what an invoice for credits sells; nil for every other one.
	purchase *store.WalletTransaction
	// chosen are the custom sections that a client has named for an invoice of add-ons.
	chosen form.CustomSections
	// collected is what a client has said of how the invoice is collected.
	collected collection
}

// newBill is the invoice of statements that share it, before credits and taxes. It
// is a draft where the customer has days of grace.
func newBill(tx *store.Tx, at time.Time, group []statement) *bill {
	first := group[0].Subscription
	b := &bill{tx: tx, statements: group, invoice: newInvoice(tx, &first.Customer, &first.BillingEntity, at)}
	b.invoice.InvoiceType, b.invoice.Currency = store.InvoiceSubscription, first.Plan.AmountCurrency
	b.invoice.PurchaseOrderNumber = first.PurchaseOrderNumber
	for i := range group {
		b.lines = append(b.lines, group[i].lines...)
		b.invoice.BillingPeriods = append(b.invoice.BillingPeriods, group[i].billingPeriod())
		b.invoice.SkipsCharges = b.invoice.SkipsCharges || group[i].SkipUsage
	}
	rules := datesOfPeriods(&first.Customer, b.invoice.BillingPeriods)
	b.setDates(first.Day(at), rules)
	b.invoice.Status = store.InvoiceFinalized
	if rules.Graced && rules.GraceDays > 0 {
		b.invoice.Status = store.InvoiceDraft
	}
	return b
}

// newInvoice is an invoice of a customer without anything on it.
func newInvoice(tx *store.Tx, customer *store.Customer, entity *store.BillingEntity, at time.Time) store.Invoice {
	return store.Invoice{
		ID: store.NewID(), CustomerID: customer.ID, BillingEntityID: entity.ID, Customer: *customer, BillingEntity: *entity,
		Number: invoice.DraftNumber(entity.DocumentNumberPrefix), BilledAt: at, SelfBilled: customer.SelfBilled(),
		NetPaymentTerm: customer.PaymentTermDays(), CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
	}
}

// datesOf are the rules of a customer's dates.
func datesOf(customer *store.Customer) invoice.DateRules {
	return invoice.DateRules{
		GraceDays: customer.GraceDays(), TermDays: customer.PaymentTermDays(),
		Anchor: customer.IssuingAnchor(), Adjustment: customer.IssuingAdjustment(),
	}
}

// datesOfPeriods are the rules of the dates of an invoice that bills periods.
func datesOfPeriods(customer *store.Customer, periods []store.BillingPeriod) invoice.DateRules {
	rules := datesOf(customer)
	for _, billed := range periods {
		rules.Graced = rules.Graced || billed.Reason != store.ReasonInAdvance
		rules.Periodic = rules.Periodic || billed.Reason == store.ReasonPeriodic
	}
	return rules
}

// setDates dates an invoice that bills on a day of the customer's zone.
func (b *bill) setDates(day period.Date, rules invoice.DateRules) {
	dates := invoice.DatesOf(day, rules)
	b.invoice.IssuingDate, b.invoice.PaymentDueDate = dates.Issuing.String(), dates.Due.String()
	b.invoice.ExpectedFinalizationDate, b.invoice.KeepsIssuingDate = dates.Finalization.String(), dates.Kept
}

// billingPeriod is what the statement bills, as the invoice shows it.
func (s *statement) billingPeriod() store.BillingPeriod {
	row := store.BillingPeriod{
		ID: store.NewID(), SubscriptionID: s.Subscription.ID, Reason: s.Reason, Subscription: *s.Subscription,
		SubscriptionFrom: s.windows.Subscription.From, SubscriptionTo: s.windows.Subscription.To,
	}
	if window := s.windows.Charges; window != nil {
		row.ChargesFrom, row.ChargesTo = &window.From, &window.To
	}
	if window := s.windows.FixedCharges; window != nil {
		row.FixedChargesFrom, row.FixedChargesTo = &window.From, &window.To
	}
	if s.Reason == store.ReasonPeriodic {
		day := s.day().String()
		row.BilledDay = &day
	}
	return row
}

// compute reckons the invoice and gives every fee its part. It returns a Validation fault
// for one that no invoice can hold.
func (b *bill) compute() error {
	in := b.sources.input()
	in.Lines = make([]invoice.Line, len(b.lines))
	for i := range b.lines {
		in.Lines[i] = b.lines[i].input()
		in.Lines[i].TargetWallet = metering.TargetWallet(b.tx, b.lines[i].choosesWallet, b.lines[i].fee.GroupedBy)
	}
	b.result = invoice.Compute(in)
	b.takeResult()
	return form.CheckSums(b.result.Sums()...)
}

// takeResult puts the amounts of the computation into the rows.
func (b *bill) takeResult() {
	b.takeTotals()
	row, taxes := &b.invoice, map[uuid.UUID]store.Tax{}
	row.Fees = make([]store.Fee, len(b.lines))
	for i := range b.lines {
		b.lines[i].take(b.result.Lines[i])
		b.lines[i].fee.PaymentStatus, b.lines[i].fee.SelfBilled = row.PaymentStatus, row.SelfBilled
		row.Fees[i] = b.lines[i].fee
		for _, tax := range b.lines[i].taxes {
			taxes[tax.ID] = tax
		}
	}
	b.takeTaxes(func(id uuid.UUID) store.InvoiceTax {
		tax := taxes[id]
		return store.InvoiceTax{TaxCode: tax.Code, TaxName: tax.Name, TaxDescription: tax.Description}
	})
	row.Credits = b.sources.credits(&b.result, row.Currency)
}

// takeTotals puts the sums of the computation into the invoice. One of nothing is
// paid.
func (b *bill) takeTotals() {
	result, row := &b.result, &b.invoice
	row.FeesAmountCents, row.ProgressiveBillingCreditAmountCents, row.CouponsAmountCents = result.FeesCents, result.ProgressiveCents, result.CouponsCents
	row.SubTotalExcludingTaxesAmountCents, row.SubTotalIncludingTaxesAmountCents = result.SubTotalExcludingTaxesCents, result.SubTotalIncludingTaxesCents
	row.TaxesAmountCents, row.TaxesRate = result.TaxesCents, result.TaxesRate
	row.CreditNotesAmountCents, row.PrepaidCreditAmountCents, row.TotalAmountCents = result.CreditNotesCents, result.PrepaidCents, result.TotalCents
	b.takePrepaidSplit()
	row.PaymentStatus = store.PaymentPending
	if result.TotalCents == 0 {
		row.PaymentStatus = store.PaymentSucceeded
	}
}

// takeTaxes puts the lines of taxes into the invoice. Of each tax the caller knows
// its words.
func (b *bill) takeTaxes(words func(uuid.UUID) store.InvoiceTax) {
	b.invoice.AppliedTaxes = make([]store.InvoiceTax, len(b.result.Taxes))
	for i, applied := range b.result.Taxes {
		row := words(applied.Tax.ID)
		row.ID, row.TaxID, row.TaxRate = store.NewID(), applied.Tax.ID, applied.Tax.Rate
		row.AmountCents, row.FeesAmountCents, row.AmountCurrency = applied.Cents, applied.FeesCents, b.invoice.Currency
		b.invoice.AppliedTaxes[i] = row
	}
}
