package invoicing

import (
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/invoice"
	"tarn/billing/money"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// CreditNoteInput is a credit note as a client asks for it.
type CreditNoteInput struct {
	InvoiceID uuid.UUID
	// Reason is one of the contract's words; absent and null are other.
	Reason      form.Optional[string]
	Description form.Optional[string]
	// The amounts are in cents, with taxes; absent and null are none.
	CreditAmountCents form.Optional[int64]
	RefundAmountCents form.Optional[int64]
	OffsetAmountCents form.Optional[int64]
	// Items are nil where they are no list.
	Items    []CreditNoteItemInput
	Metadata form.Optional[store.ItemMetadata]
}

// CreditNoteItemInput is what is given back of a fee, before coupons and taxes.
type CreditNoteItemInput struct {
	// FeeID is nil where it is no identifier.
	FeeID uuid.UUID
	// AmountCents may have a fraction; nil where it is no number.
	AmountCents *decimal.Decimal
}

// CreateCreditNote makes a credit note of an invoice. It refuses, in this order: an
// invoice that clients do not see (NotFound), an organization without the licence
// (Forbidden), an invoice that nothing can be given back of (NotAllowed), what is
// wrong with the note itself (Validation), items one by one (NotFound, Validation),
// and amounts that are too large or do not fit (Validation).
func CreateCreditNote(tx *store.Tx, in CreditNoteInput) (store.CreditNote, error) {
	c, err := creditedForNote(tx, in.InvoiceID, positive(in.CreditAmountCents) || positive(in.RefundAmountCents))
	if err != nil {
		return store.CreditNote{}, err
	}
	n, err := newNote(in)
	if err != nil {
		return store.CreditNote{}, err
	}
	if n.items, err = c.items(in.Items, addingUp); err != nil {
		return store.CreditNote{}, err
	}
	amounts := c.amounts(n.items, c.isLast(n.items))
	if err := c.checkAmounts(n.split, &amounts); err != nil {
		return store.CreditNote{}, err
	}
	return c.issue(n)
}

// creditedForNote finds an invoice of which a client may ask something back; paid
// says that it asks for what must have been paid.
//
// Lago: an invoice that failed or waits for its taxes breaks the original.
func creditedForNote(tx *store.Tx, id uuid.UUID, paid bool) (*credited, error) {
	row, err := shown(tx, id)
	switch {
	case err != nil:
		return nil, err
	case !tx.Organization().Premium():
		return nil, fault.Denied("feature_unavailable")
	case row.Status == store.InvoiceFailed || row.Status == store.InvoicePending:
		return nil, errNotCreditable()
	}
	c, err := creditedOf(tx, row)
	if err == nil && c.input().IsCredit && (!c.hasWallet() || paid && row.PaymentStatus != store.PaymentSucceeded) {
		err = errNotCreditable()
	}
	return c, err
}

// errNotCreditable refuses an invoice of which nothing can be given back.
func errNotCreditable() error { return fault.Refused("invalid_type_or_status") }

// positive reports whether an amount is asked for.
func positive(input form.Optional[int64]) bool {
	cents, err := input.Get()
	return err == nil && cents > 0
}

// newNote is the note of an input without its items.
func newNote(in CreditNoteInput) (note, error) {
	n := note{reason: store.CreditedOther}
	var err error
	if n.metadata, err = form.ReplaceItemMetadata(in.Metadata)(nil); err != nil {
		return n, err
	}
	if reason, err := in.Reason.Get(); err == nil {
		n.reason = store.CreditNoteReason(reason)
	}
	form.AssignNullable(&n.description, in.Description)
	details := fault.Details{}
	if !slices.Contains(store.CreditNoteReasons(), n.reason) {
		details.Add("reason", fault.CodeInvalid)
	}
	for _, part := range []struct {
		name  string
		input form.Optional[int64]
		field *int64
	}{
		{"credit_amount_cents", in.CreditAmountCents, &n.split.CreditCents},
		{"refund_amount_cents", in.RefundAmountCents, &n.split.RefundCents},
		{"offset_amount_cents", in.OffsetAmountCents, &n.split.OffsetCents},
	} {
		form.Assign(part.field, part.input)
		if *part.field < 0 || money.Beyond(*part.field) {
			details.Add(part.name, fault.CodeOutOfRange)
		}
	}
	return n, details.Err()
}

// itemRule is how several items of one fee are judged.
type itemRule bool

// A note that is made counts them together, an estimate each by itself.
const (
	addingUp  itemRule = true
	eachAlone itemRule = false
)

// items are the items of an input. The first one that is wrong is refused.
func (c *credited) items(inputs []CreditNoteItemInput, rule itemRule) ([]noteItem, error) {
	if inputs == nil {
		return nil, fault.Invalid("items", "must_be_an_array")
	}
	items, taken := make([]noteItem, len(inputs)), map[uuid.UUID]int64{}
	for i, in := range inputs {
		fee := c.fee(in.FeeID)
		if fee == nil {
			return nil, fault.Missing("fee")
		}
		if in.AmountCents == nil || in.AmountCents.IsNegative() || !form.Representable(*in.AmountCents) {
			return nil, fault.Invalid("amount_cents", "invalid_value")
		}
		if err := c.checkItem(fee, in.AmountCents.Add(decimal.NewFromInt(taken[fee.ID]))); err != nil {
			return nil, err
		}
		items[i] = noteItem{fee: fee, cents: in.AmountCents.Round(invoice.ShareScale)}
		if rule == addingUp {
			taken[fee.ID] += items[i].cents.Round(0).IntPart()
		}
	}
	return items, nil
}

// checkAmounts refuses parts of a note that are too large, or that its items do not
// come to. All that is wrong is told together.
func (c *credited) checkAmounts(split invoice.NoteSplit, amounts *invoice.NoteAmounts) error {
	in, total := c.input(), split.TotalCents()
	limits, details := in.Limits(), fault.Details{}
	unpaid := in.PaidCents <= 0 || !in.Succeeded && in.PaidCents == in.TotalCents
	if split.RefundCents > 0 && unpaid {
		details.Add("refund_amount_cents", "cannot_refund_unpaid_invoice")
	}
	if gap := total - amounts.TotalCents(); gap > 1 || gap < -1 {
		details.Add("base", "does_not_match_item_amounts")
	}
	const tooHigh = "higher_than_remaining_invoice_amount"
	if split.RefundCents > max(0, limits.RefundCents) {
		details.Add("refund_amount_cents", tooHigh)
	}
	if in.IsCredit {
		addPurchaseFindings(details, &in, split)
	}
	if split.CreditCents > limits.CreditCents+1 {
		details.Add("credit_amount_cents", tooHigh)
	}
	if split.OffsetCents > max(0, limits.OffsetCents) {
		details.Add("offset_amount_cents", tooHigh)
	}
	if total > limits.TotalCents+1 {
		details.Add("base", tooHigh)
	}
	if total <= 0 {
		details.Add("base", "total_amount_must_be_positive")
	}
	return details.Err()
}
