package store

// The settings of a customer say by themselves what they are, or take those of
// its billing entity, also where another one bills.

// SelfBilled reports whether the customer makes out its invoices itself.
func (c *Customer) SelfBilled() bool { return c.AccountType == AccountPartner }

// AccountPartner is the account type of customers that are paid a share.
const AccountPartner = "partner"

// GraceDays is for how many days invoices of the customer's subscriptions are
// drafts.
func (c *Customer) GraceDays() int {
	return own(c.InvoiceGracePeriod, c.BillingEntity.InvoiceGracePeriod)
}

// PaymentTermDays is how many days the customer has to pay.
func (c *Customer) PaymentTermDays() int {
	return own(c.NetPaymentTerm, c.BillingEntity.NetPaymentTerm)
}

// IssuingAnchor is the day that the customer's periodic invoices bear: the first
// of a period, or the last of the one before.
func (c *Customer) IssuingAnchor() string {
	return own(c.IssuingDateAnchor, c.BillingEntity.IssuingDateAnchor)
}

// IssuingAdjustment says whether finalizing changes the date of a periodic
// invoice.
func (c *Customer) IssuingAdjustment() string {
	return own(c.IssuingDateAdjustment, c.BillingEntity.IssuingDateAdjustment)
}

// The settings of what becomes of invoices without fees.
const (
	ZeroInvoiceInherit  = "inherit"
	ZeroInvoiceFinalize = "finalize"
	ZeroInvoiceSkip     = "skip"
)

// FinalizesZeroInvoices reports whether invoices of nothing are made out.
func (c *Customer) FinalizesZeroInvoices() bool {
	switch c.FinalizeZeroAmountInvoice {
	case ZeroInvoiceFinalize:
		return true
	case ZeroInvoiceSkip:
		return false
	}
	return c.BillingEntity.FinalizeZeroAmountInvoice
}

// own is a setting, or the one that holds where it is missing.
func own[T any](setting *T, otherwise T) T {
	if setting == nil {
		return otherwise
	}
	return *setting
}
