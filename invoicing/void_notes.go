package invoicing

import (
	"github.com/shopspring/decimal"

	"tarn/audit"
	"tarn/billing/invoice"
	"tarn/fault"
	"tarn/store"
)

// VoidInput says what is to be done with what a voided invoice has billed.
type VoidInput struct {
	// GenerateCreditNote gives it back by credit notes.
	GenerateCreditNote bool
	// CreditAmountCents and RefundAmountCents are what is given back as credit and as
	// a refund, with taxes; of the rest a note is made that is void itself.
	CreditAmountCents, RefundAmountCents int64
}

// checkVoid refuses amounts that the invoice does not hold, whatever its status.
func (c *credited) checkVoid(in VoidInput) error {
	limits := c.input()
	creditable := limits.CreditableCents().Round(0).IntPart()
	if in.CreditAmountCents < 0 || in.RefundAmountCents < 0 || in.CreditAmountCents > creditable ||
		in.RefundAmountCents > min(limits.RefundableCents(), creditable-in.CreditAmountCents) {
		return fault.Invalid("credit_refund_amount", "total_amount_exceeds_invoice_amount")
	}
	return nil
}

// issueVoid makes the credit notes of an invoice that is voided: one of what is asked
// for, and a void one of all the rest.
func (c *credited) issueVoid(in VoidInput) error {
	limits := c.input()
	if limits.CreditableCents().Round(0).IsZero() {
		return nil
	}
	asked := invoice.NoteSplit{CreditCents: in.CreditAmountCents, RefundCents: in.RefundAmountCents}
	if asked.TotalCents() > 0 {
		whole := c.amounts(c.remainder(), false)
		parts := invoice.InProportion(c.creditables(), asked.TotalCents(), whole.TotalCents())
		if _, err := c.issue(c.noteOfVoid(c.itemsOf(parts), asked)); err != nil {
			return err
		}
	}
	rest := c.remainder()
	amounts := c.amounts(rest, c.isLast(rest))
	if amounts.TotalCents() <= 0 {
		return nil
	}
	row, err := c.issue(c.noteOfVoid(rest, invoice.NoteSplit{CreditCents: amounts.TotalCents()}))
	if err != nil {
		return err
	}
	voidNote(c.tx, &row)
	if err := c.tx.UpdateCreditNote(&row); err != nil {
		return err
	}
	return audit.Happened(c.tx, audit.CreditNote(row), "voided")
}

// remainder are the items of all that is left of the invoice to be given back.
func (c *credited) remainder() []noteItem {
	parts := make([]decimal.Decimal, len(c.invoice.Fees))
	for i, cents := range c.creditables() {
		parts[i] = decimal.NewFromInt(cents)
	}
	return c.itemsOf(parts)
}

// itemsOf are items of parts of the fees. Fees of which there is no part have none.
func (c *credited) itemsOf(parts []decimal.Decimal) []noteItem {
	var items []noteItem
	for i := range c.invoice.Fees {
		if parts[i].IsPositive() {
			items = append(items, noteItem{fee: &c.invoice.Fees[i], cents: parts[i]})
		}
	}
	return items
}

// noteOfVoid is a note of an invoice that is voided.
func (c *credited) noteOfVoid(items []noteItem, split invoice.NoteSplit) note {
	description := "Credit note created due to voided invoice " + c.invoice.ID.String()
	return note{reason: store.CreditedOther, description: &description, items: items, split: split}
}
