package invoicing

import (
	"slices"

	"github.com/google/uuid"

	"tarn/store"
)

// Preview reckons the one invoice of a run as Bill would, with coupons taken off and
// paid by credit notes and wallets, and stores nothing: customers and subscriptions of
// the run need not exist. The customer's own coupons count, and the given ones where it
// has none.
//
// Lago: subscriptions share the invoice also where Bill would make several, and it
// is final and pending, whatever its grace and its total.
func Preview(tx *store.Tx, run Run, coupons []store.AppliedCoupon) (store.Invoice, error) {
	run.Preview = true
	statements, err := run.statements(tx)
	if err != nil {
		return store.Invoice{}, err
	}
	b := newBill(tx, run.At, statements)
	if err := b.findPreviewedSources(coupons); err != nil {
		return store.Invoice{}, err
	}
	if err := b.findProgressive(); err != nil {
		return store.Invoice{}, err
	}
	if err := b.previewUnused(); err != nil {
		return store.Invoice{}, err
	}
	if err := b.compute(); err != nil {
		return store.Invoice{}, err
	}
	b.forget()
	return b.invoice, nil
}

// findPreviewedSources finds the coupons that a preview takes off, and the credit
// notes that pay.
//
// Lago: coupons that are limited to metrics are left out, and those that are limited
// to plans are for everything if the plan of the first subscription is among them,
// itself and not as the one that it overrides.
func (b *bill) findPreviewedSources(given []store.AppliedCoupon) error {
	bills := []*bill{b}
	having, err := b.tx.Drawable(billedCustomers(bills))
	if err != nil {
		return err
	}
	if err := findCoupons(b.tx, bills, having.Coupons); err != nil {
		return err
	}
	if len(b.sources.coupons) == 0 {
		b.sources.coupons = given
	}
	plan := b.statements[0].Subscription.PlanID
	isPlan := func(target store.Target) bool { return target.ID == plan }
	b.leaveCoupons(func(row *store.AppliedCoupon) bool {
		return row.Coupon.LimitedBillableMetrics || row.Coupon.LimitedPlans && !slices.ContainsFunc(row.Coupon.Plans, isPlan)
	})
	b.sources.plansAreAll = true
	if err := findCreditNotes(b.tx, bills, having.CreditNotes); err != nil {
		return err
	}
	return findWallets(b.tx, bills, having.Wallets)
}

// previewUnused lets the credit notes pay first that the ends of subscriptions would
// make.
func (b *bill) previewUnused() error {
	var notes []store.CreditNote
	for i := range b.statements {
		c, n, err := unusedNote(b.tx, b.statements[i].Subscription, b.tx.InvoiceByID)
		if err != nil {
			return err
		}
		if c != nil && c.invoice.Currency == b.invoice.Currency && n.split.CreditCents > 0 {
			notes = append(notes, c.newNote(n))
		}
	}
	b.sources.creditNotes = append(notes, b.sources.creditNotes...)
	return nil
}

// forget takes everything from the invoice that it would have if it were kept.
func (b *bill) forget() {
	row := &b.invoice
	row.ID, row.Number, row.Status, row.PaymentStatus = uuid.Nil, "", store.InvoiceFinalized, store.PaymentPending
	for i := range row.Fees {
		row.Fees[i].ID, row.Fees[i].PaymentStatus = uuid.Nil, store.PaymentPending
	}
	for i := range row.Credits {
		row.Credits[i].ID = uuid.Nil
	}
	for i := range row.AppliedTaxes {
		row.AppliedTaxes[i].ID = uuid.Nil
	}
}
