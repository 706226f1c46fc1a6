package wallets

import (
	"errors"
	"slices"

	"tarn/billing/money"
	"tarn/fault"
	"tarn/form"
	"tarn/invoicing"
	"tarn/store"
	"tarn/wallets/ledger"
)

// change is a wallet that is made or changed, in memory.
type change struct {
	tx  *store.Tx
	row store.Wallet
	// metrics replace those of the wallet; nil leaves them.
	metrics []store.Target
}

// first lets a refusal stand alone, whatever the contract has found.
func first(err error) error {
	if refusal, isFault := fault.As(err); isFault {
		refusal.First = true
		return refusal
	}
	return err
}

// rules are the rules of an input; false where it says nothing of them, or the
// organization may not have any.
//
// Lago ignores the rules of an update without the licence, and breaks on those of
// a creation.
func (c *change) rules(input form.Optional[[]RuleInput]) ([]RuleInput, bool) {
	inputs, err := input.Get()
	return inputs, err == nil && c.tx.Organization().Premium()
}

// setExpiration puts the instant at which the wallet ends into the row; false for
// one that cannot be read or is not ahead.
func (c *change) setExpiration(input form.Optional[string]) bool {
	if !input.IsSpecified() {
		return true
	}
	text, _ := input.Get() // null is empty
	c.row.ExpirationAt = nil
	if form.Blank(text) {
		return true
	}
	at, err := form.Instant(text)
	c.row.ExpirationAt = &at
	return err == nil && at.After(c.tx.Now())
}

// limitationsKnown says which of an input's limitations exist.
type limitationsKnown struct{ feeTypes, metrics bool }

// feeTypes are the types of fees that a wallet can be limited to.
var feeTypes = []store.FeeType{
	store.FeeCharge, store.FeeAddOn, store.FeeSubscription, store.FeeCredit, store.FeeCommitment, store.FeeFixedCharge, feeProduct,
}

// feeProduct is a type of fees that the original knows and never makes.
const feeProduct store.FeeType = "product"

// setLimitations puts what the wallet pays for into the row, and says whether all
// of it exists.
func (c *change) setLimitations(in Limitations) (known limitationsKnown, err error) {
	known = limitationsKnown{feeTypes: true, metrics: true}
	if words, unset := in.FeeTypes.Get(); unset == nil {
		c.row.AllowedFeeTypes = make([]store.FeeType, len(words))
		for i, word := range words {
			c.row.AllowedFeeTypes[i] = store.FeeType(word)
			known.feeTypes = known.feeTypes && slices.Contains(feeTypes, store.FeeType(word))
		}
	}
	codes, unset := in.BillableMetricCodes.Get()
	if unset != nil {
		return known, nil //nolint:nilerr // absent or null: the metrics stay
	}
	codes = form.Distinct(codes)
	found, err := c.tx.BillableMetricTargets(codes)
	known.metrics = len(found) == len(codes)
	c.metrics = append([]store.Target{}, found...)
	return known, err
}

// setBillingEntity makes the named billing entity that of the wallet; null takes
// the customer's.
func (c *change) setBillingEntity(input form.Optional[string]) error {
	if !input.IsSpecified() {
		return nil
	}
	code, _ := input.Get() // null is empty
	if form.Blank(code) {
		c.row.BillingEntityID, c.row.BillingEntity = nil, c.row.Customer.BillingEntity
		return nil
	}
	entity, err := c.tx.BillingEntity(code)
	if err != nil {
		return form.NotFound(err, "billing_entity")
	}
	c.row.BillingEntityID, c.row.BillingEntity = &entity.ID, entity
	return nil
}

// assign puts what creation and update share into the row, and checks it.
func (c *change) assign(details fault.Details, in Input) {
	form.AssignNullable(&c.row.Name, in.Name)
	form.Assign(&c.row.Priority, in.Priority)
	checkPriority(details, "priority", c.row.Priority)
	form.AssignOr(&c.row.InvoiceRequiresSuccessfulPayment, in.InvoiceRequiresSuccessfulPayment, false)
	form.AssignNullable(&c.row.PurchaseOrderNumber, form.FilledOrNull(in.PurchaseOrderNumber))
	form.CheckLongest(details, "purchase_order_number", c.row.PurchaseOrderNumber, maxText)
	c.setLimits(details, in)
	metadata, err := form.ReplaceItemMetadata(in.Metadata)(c.row.Metadata)
	c.row.Metadata = metadata
	if refusal, isFault := fault.As(err); isFault {
		details.Merge(refusal.Details)
	}
}

// checkPriority refuses a place in the order that there is not.
func checkPriority(details fault.Details, field string, priority int) {
	if priority < 1 || priority > ledger.DefaultPriority {
		details.Add(field, fault.CodeInvalid)
	}
}

// setLimits puts what bounds paid top-ups into the row.
func (c *change) setLimits(details fault.Details, in Input) {
	form.AssignNullable(&c.row.PaidTopUpMinAmountCents, in.PaidTopUpMinAmountCents)
	form.AssignNullable(&c.row.PaidTopUpMaxAmountCents, in.PaidTopUpMaxAmountCents)
	least, most := c.row.PaidTopUpMinAmountCents, c.row.PaidTopUpMaxAmountCents
	if least != nil && (*least <= 0 || money.Beyond(*least)) {
		details.Add("paid_top_up_min_amount_cents", fault.CodeOutOfRange)
	}
	switch {
	case most != nil && (*most <= 0 || money.Beyond(*most)):
		details.Add("paid_top_up_max_amount_cents", fault.CodeOutOfRange)
	case least != nil && most != nil && *most < *least:
		details.Add("paid_top_up_max_amount_cents", "must_be_greater_than_or_equal_min")
	}
}

// saveMetrics gives the stored wallet its new metrics, where there are any.
func (c *change) saveMetrics() error {
	if c.metrics == nil {
		return nil
	}
	return c.tx.SetWalletMetrics(&c.row, c.metrics)
}

// pickSections puts into the row which custom sections the invoices of the wallet show.
func (c *change) pickSections(in form.CustomSections) error {
	owner := store.SectionOwner{Type: store.SectionsOfWallet, ID: c.row.ID}
	return invoicing.PickSections(c.tx, owner, in, &c.row.SkipInvoiceCustomSections, &c.row.Sections)
}

// saveRule stores a rule, and which custom sections its invoices show.
func (c *change) saveRule(rule *store.RecurringTransactionRule, in form.CustomSections) error {
	owner := store.SectionOwner{Type: store.SectionsOfRule, ID: rule.ID}
	if err := invoicing.PickSections(c.tx, owner, in, &rule.SkipInvoiceCustomSections, &rule.Sections); err != nil {
		return err
	}
	return c.tx.SaveRule(rule)
}

// refuseOver refuses to change a wallet that is over.
func refuseOver(row store.Wallet) error {
	if row.Status == store.WalletActive {
		return nil
	}
	return first(fault.Invalid("wallet_id", "wallet_is_terminated"))
}

// gone reports whether an error says that a row is not there.
func gone(err error) bool { return errors.Is(err, store.ErrNotFound) }
