package invoicing

import (
	"errors"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/invoice"
	"tarn/billing/period"
	"tarn/fault"
	"tarn/store"
)

// CreditUnused makes the credit note of a subscription that has ended within a
// period that it was billed for in advance: of the days that are left, as its
// on_termination_credit_note says. After an upgrade all of it is credit. There is no
// note of nothing. It returns a NotAllowed fault while the invoice of the period waits
// for its taxes, unless the subscription was upgraded. The customer must be locked.
func CreditUnused(tx *store.Tx, sub *store.Subscription) error {
	c, n, err := unusedNote(tx, sub, tx.InvoiceForUpdate)
	if err != nil || c == nil {
		return err
	}
	if c.invoice.Status == store.InvoicePending && sub.Periods().Ending == period.EndingTermination {
		return fault.Refused("cannot_terminate_with_pending_taxes")
	}
	_, err = c.issue(n)
	return err
}

// unusedNote is the credit note that the end of a subscription makes, on the invoice
// of its last fee, which find finds; nil for none.
func unusedNote(tx *store.Tx, sub *store.Subscription, find func(uuid.UUID) (store.Invoice, error)) (*credited, note, error) {
	periods := sub.Periods()
	upgraded := periods.Ending == period.EndingUpgrade
	way := giveBack(sub.OnTerminationCreditNote, upgraded)
	if !periods.PayInAdvance || way == store.TerminationSkip || !upgraded && periods.Ending != period.EndingTermination {
		return nil, note{}, nil
	}
	billed, err := tx.LastSubscriptionFee(sub.ID)
	if errors.Is(err, store.ErrNotFound) || err == nil && !coversEnd(&billed, &periods) {
		return nil, note{}, nil
	}
	if err != nil {
		return nil, note{}, err
	}
	row, err := find(*billed.InvoiceID)
	if err != nil || !row.Visible() || row.Status == store.InvoiceVoided {
		return nil, note{}, err
	}
	c, err := creditedOf(tx, row)
	if err != nil {
		return nil, note{}, err
	}
	n, err := c.noteOfUnused(sub, &periods, c.fee(billed.ID), invoice.GiveBack(way))
	if err != nil || n.split.TotalCents() <= 0 {
		return nil, n, err
	}
	return c, n, nil
}

// giveBack is how something is given back: as credit where nobody has chosen.
//
// Lago: an upgrade breaks where a refund or an offset was chosen.
func giveBack(chosen *string, upgraded bool) string {
	switch {
	case chosen == nil, upgraded && *chosen != store.TerminationSkip:
		return store.TerminationCredit
	}
	return *chosen
}

// coversEnd reports whether a fee is for the period in which the subscription ended,
// and for anything.
func coversEnd(fee *store.Fee, periods *period.Subscription) bool {
	return fee.AmountCents > 0 && fee.From != nil && !fee.From.After(periods.TerminatedAt) && !fee.To.Before(periods.TerminatedAt)
}

// noteOfUnused is the note of what is not used of a fee.
func (c *credited) noteOfUnused(sub *store.Subscription, periods *period.Subscription, fee *store.Fee, way invoice.GiveBack) (note, error) {
	trial, err := TrialEndsAt(c.tx, *sub)
	if err != nil {
		return note{}, err
	}
	planCents := sub.Plan.AmountCents
	if fee.PlanAmountCents != nil {
		planCents = *fee.PlanAmountCents
	}
	whole := c.amounts([]noteItem{{fee: fee, cents: decimal.NewFromInt(fee.AmountCents)}}, false)
	item, split := invoice.Termination{
		UnusedCents: periods.Unused(period.UnusedInput{
			PlanAmountCents: planCents, FeeCents: fee.AmountCents, CreditedCents: c.ofFee(fee.ID), TrialEndsAt: trial,
		}).Precise,
		UsedCents: periods.Used(planCents, trial).Precise,
		FeeCents:  fee.AmountCents, WorthCents: whole.PreciseTotalCents,
		BilledCents: decimal.NewFromInt(fee.AmountCents).Sub(fee.PreciseCouponsAmountCents).Add(decimal.NewFromInt(fee.TaxesAmountCents)),
		OwedCents:   c.invoice.SubTotalIncludingTaxesAmountCents, PaidCents: c.invoice.TotalPaidAmountCents, DueCents: c.invoice.TotalDueAmountCents(),
		GiveBack: way,
	}.Note()
	return note{reason: store.CreditedCancellation, items: []noteItem{{fee: fee, cents: item}}, split: split}, nil
}
