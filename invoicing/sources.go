package invoicing

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"tarn/billing/invoice"
	"tarn/store"
)

// sources are the rows that an invoice may draw on.
type sources struct {
	coupons []store.AppliedCoupon
	// plansAreAll says that coupons which are limited to plans are for everything.
	plansAreAll bool
	progressive []progressiveSource
	creditNotes []store.CreditNote
	wallets     []store.FundedWallet
	// found says that they were looked for, prepaid that the customer has wallets, be
	// they empty.
	found, prepaid bool
}

// progressiveSource is a progressive invoice whose usage is billed again.
type progressiveSource struct {
	invoice        store.Invoice
	subscription   uuid.UUID
	availableCents int64
}

// findSources finds what the invoice draws on if it becomes final.
func (b *bill) findSources() error { return findSources(b.tx, []*bill{b}) }

// findSources is the same for invoices of different customers. Coupons whose plans
// or metrics are all gone are left out.
func findSources(tx *store.Tx, bills []*bill) error {
	having, err := tx.Drawable(billedCustomers(bills))
	if err != nil {
		return err
	}
	if err := findCoupons(tx, bills, having.Coupons); err != nil {
		return err
	}
	for _, b := range bills {
		b.sources.found, b.sources.prepaid = true, slices.Contains(having.Prepaid, b.invoice.CustomerID)
		b.leaveCoupons(func(row *store.AppliedCoupon) bool {
			return row.Coupon.LimitedPlans && len(row.Coupon.Plans) == 0 ||
				row.Coupon.LimitedBillableMetrics && len(row.Coupon.BillableMetrics) == 0
		})
	}
	if err := findCreditNotes(tx, bills, having.CreditNotes); err != nil {
		return err
	}
	return findWallets(tx, bills, having.Wallets)
}

// billedCustomers are the customers whose invoices are about anything.
func billedCustomers(bills []*bill) []uuid.UUID {
	var customers []uuid.UUID
	for _, b := range bills {
		if slices.ContainsFunc(b.lines, func(l line) bool { return l.fee.AmountCents != 0 }) {
			customers = append(customers, b.invoice.CustomerID)
		}
	}
	return customers
}

// findCoupons finds the coupons of those customers that have any.
func findCoupons(tx *store.Tx, bills []*bill, customers []uuid.UUID) error {
	coupons, err := tx.CouponsToDraw(customers)
	if err != nil {
		return err
	}
	for _, b := range bills {
		b.sources.coupons = coupons[b.invoice.CustomerID]
	}
	return nil
}

// leaveCoupons leaves out coupons, and those of other currencies.
func (b *bill) leaveCoupons(useless func(*store.AppliedCoupon) bool) {
	b.sources.coupons = slices.DeleteFunc(b.sources.coupons, func(row store.AppliedCoupon) bool {
		foreign := row.PercentageRate == nil && row.AmountCurrency != nil && *row.AmountCurrency != b.invoice.Currency
		return foreign || useless(&row)
	})
}

// findProgressive finds the progressive invoices that have billed usage of the
// windows before they were over: of each subscription the last one.
func (b *bill) findProgressive() error {
	billed := map[uuid.UUID]uuid.UUID{}
	var ids []uuid.UUID
	for i := range b.statements {
		s := &b.statements[i]
		if s.windows.Charges == nil {
			continue
		}
		for _, row := range s.history.Progressive {
			if row.ChargesFrom != nil && !row.ChargesFrom.After(s.windows.Charges.From) && !row.ChargesTo.Before(s.windows.Charges.From) {
				billed[row.InvoiceID] = s.Subscription.ID
				ids = append(ids, row.InvoiceID)
			}
		}
	}
	rows, err := b.tx.InvoicesByID(ids)
	if err != nil || len(rows) == 0 {
		return err
	}
	drawn, err := b.tx.ProgressiveCredits(ids)
	if err != nil {
		return err
	}
	credited, err := b.tx.CreditedOfInvoices(ids)
	if err != nil {
		return err
	}
	newest := map[uuid.UUID]store.Invoice{}
	for _, row := range rows {
		counts := row.Status == store.InvoiceFinalized || row.Status == store.InvoiceFailed
		last, known := newest[billed[row.ID]]
		if counts && (!known || compareIssued(row, last) > 0) {
			newest[billed[row.ID]] = row
		}
	}
	for subscription, row := range newest {
		b.sources.progressive = append(b.sources.progressive, progressiveSource{
			invoice: row, subscription: subscription,
			availableCents: row.FeesAmountCents - row.CouponsAmountCents - drawn[row.ID] - credited[row.ID],
		})
	}
	slices.SortFunc(b.sources.progressive, func(a, b progressiveSource) int { return cmp.Compare(a.invoice.ID.String(), b.invoice.ID.String()) })
	return nil
}

// compareIssued orders invoices by when they were issued.
func compareIssued(a, b store.Invoice) int {
	return cmp.Or(cmp.Compare(a.IssuingDate, b.IssuingDate), a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID.String(), b.ID.String()))
}

// input are the sources as the computation takes them.
func (s *sources) input() invoice.Input {
	var in invoice.Input
	for _, row := range s.coupons {
		coupon := couponInput(row)
		if s.plansAreAll && len(coupon.Plans) > 0 {
			coupon.Plans, coupon.OfAllFees = nil, true
		}
		in.Coupons = append(in.Coupons, coupon)
	}
	for _, row := range s.progressive {
		billed := invoice.Progressive{ID: row.invoice.ID, Subscription: row.subscription, AvailableCents: row.availableCents}
		for i := range row.invoice.Fees {
			fee := &row.invoice.Fees[i]
			if fee.FeeType == store.FeeCharge {
				billed.Fees = append(billed.Fees, invoice.ProgressiveFee{Usage: usageKey(fee), AmountCents: fee.AmountCents})
			}
		}
		in.Progressive = append(in.Progressive, billed)
	}
	for _, row := range s.creditNotes {
		in.CreditNotes = append(in.CreditNotes, invoice.CreditNote{ID: row.ID, BalanceCents: row.BalanceAmountCents})
	}
	for i := range s.wallets {
		in.Wallets = append(in.Wallets, walletInput(&s.wallets[i]))
	}
	return in
}

func couponInput(row store.AppliedCoupon) invoice.Coupon {
	coupon := invoice.Coupon{ID: row.ID, Percentage: row.PercentageRate, Frequency: invoice.Frequency(row.Frequency)}
	if row.AmountCents != nil && row.PercentageRate == nil {
		coupon.AmountCents = *row.AmountCents
		if row.Frequency == store.CouponOnce {
			coupon.AmountCents -= row.UsedCents()
		}
	}
	if row.FrequencyDurationRemaining != nil {
		coupon.InvoicesLeft = *row.FrequencyDurationRemaining
	}
	for _, target := range row.Coupon.Plans {
		coupon.Plans = append(coupon.Plans, target.ID)
	}
	for _, target := range row.Coupon.BillableMetrics {
		coupon.Metrics = append(coupon.Metrics, target.ID)
	}
	return coupon
}

// credits are what the computation drew, as the invoice shows it.
func (s *sources) credits(result *invoice.Result, currency string) []store.Credit {
	var credits []store.Credit
	for _, draw := range result.Progressive {
		at := slices.IndexFunc(s.progressive, func(row progressiveSource) bool { return row.invoice.ID == draw.ID })
		billed := s.progressive[at].invoice
		credits = append(credits, store.Credit{
			Kind: store.CreditOfInvoice, ProgressiveInvoiceID: &billed.ID, AmountCents: draw.Cents, AmountCurrency: currency,
			BeforeTaxes: true, ItemID: billed.ID, Code: billed.Number, Name: billed.Number,
		})
	}
	for _, draw := range result.Coupons {
		at := slices.IndexFunc(s.coupons, func(row store.AppliedCoupon) bool { return row.ID == draw.ID })
		row := &s.coupons[at]
		credits = append(credits, store.Credit{
			Kind: store.CreditOfCoupon, AppliedCouponID: &row.ID, AmountCents: draw.Cents, AmountCurrency: currency,
			BeforeTaxes: true, ItemID: row.Coupon.ID, Code: row.Coupon.Code, Name: row.Coupon.Name, Description: row.Coupon.Description,
		})
	}
	for _, draw := range result.CreditNotes {
		credits = append(credits, s.creditOfNote(draw))
	}
	for i := range credits {
		credits[i].ID = store.NewID()
	}
	return credits
}

// draw stores the new state of what the invoice drew on.
func (b *bill) draw() error {
	for _, draw := range b.result.Coupons {
		at := slices.IndexFunc(b.sources.coupons, func(row store.AppliedCoupon) bool { return row.ID == draw.ID })
		if err := useCoupon(b.tx, b.sources.coupons[at], draw); err != nil {
			return err
		}
	}
	for _, draw := range b.result.CreditNotes {
		if err := useCreditNote(b.tx, b.sources.creditNote(draw.ID), draw); err != nil {
			return err
		}
	}
	return nil
}

// useCoupon stores the state of a coupon that an invoice has used.
//
// Lago: no activity tells of it; that of the invoice shows the credit.
func useCoupon(tx *store.Tx, row store.AppliedCoupon, draw invoice.CouponDraw) error {
	if row.Frequency == store.CouponRecurring {
		row.FrequencyDurationRemaining = &draw.InvoicesLeft
	} else if !draw.UsedUp {
		return nil
	}
	if draw.UsedUp {
		now := tx.Now()
		row.Status, row.TerminatedAt = store.CouponTerminated, &now
	}
	return tx.UpdateAppliedCoupon(&row)
}
