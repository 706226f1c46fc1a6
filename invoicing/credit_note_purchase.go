package invoicing

import (
	"errors"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/invoice"
	"tarn/fault"
	"tarn/store"
	"tarn/wallets/ledger"
)

// This file has what is different about credit notes of invoices that sell prepaid
// credits: what was paid comes back out of the wallet, and what was not is taken off
// as a whole.

// findPurchase finds what the invoice sells.
func (c *credited) findPurchase() error {
	row, err := c.tx.PurchaseForUpdate(c.invoice.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	c.purchase = &row
	return err
}

// hasWallet reports whether the credits are for a wallet that is not over.
func (c *credited) hasWallet() bool {
	return c.purchase != nil && c.purchase.Wallet.Status == store.WalletActive
}

// backedCents is what is left of the credits that the invoice sells: of wallets that
// do not know, their balance.
func (c *credited) backedCents() int64 {
	switch {
	case !c.hasWallet():
		return 0
	case c.purchase.RemainingAmountCents == nil && c.purchase.Status == store.TransactionSettled:
		return c.purchase.Wallet.BalanceCents
	case c.purchase.RemainingAmountCents == nil:
		return 0
	}
	return *c.purchase.RemainingAmountCents
}

// checkItem refuses an item of more than is left of its fee. Credits that were not
// paid have no such limit.
func (c *credited) checkItem(fee *store.Fee, amount decimal.Decimal) error {
	isCredit := c.invoice.InvoiceType == store.InvoiceCredit
	switch {
	case isCredit && c.invoice.PaymentStatus != store.PaymentSucceeded:
		return nil
	case amount.GreaterThan(decimal.NewFromInt(c.creditable(fee))):
		return fault.Invalid("amount_cents", "higher_than_remaining_fee_amount")
	case isCredit && amount.GreaterThan(decimal.NewFromInt(c.backedCents())):
		return fault.Invalid("amount_cents", "higher_than_wallet_balance")
	}
	return nil
}

// addPurchaseFindings says what a note of an invoice for credits must not give.
func addPurchaseFindings(details fault.Details, in *invoice.CreditedInvoice, split invoice.NoteSplit) {
	if split.CreditCents > 0 {
		details.Add("credit_amount_cents", "cannot_credit_invoice")
	}
	if split.OffsetCents > 0 && in.PaidCents > 0 {
		details.Add("offset_amount_cents", "cannot_apply_to_paid_invoice")
	}
	if split.OffsetCents > 0 && split.OffsetCents != in.TotalCents {
		details.Add("offset_amount_cents", "not_equal_to_total_amount")
	}
}

// takeBack takes what a credit note refunds of prepaid credits out of their purchase,
// or of the wallet where that does not know what is left of it.
func (c *credited) takeBack(row *store.CreditNote) error {
	if c.purchase == nil || row.RefundAmountCents == 0 {
		return nil
	}
	wallet := &c.purchase.Wallet
	out := ledger.NewTransaction(wallet, ledger.Terms(wallet).Of(row.RefundAmountCents))
	out.PurchaseOrderNumber, out.CreditNoteID = c.purchase.PurchaseOrderNumber, &row.ID
	if c.purchase.RemainingAmountCents != nil {
		return ledger.Void(c.tx, wallet, &out, []store.WalletTransaction{*c.purchase})
	}
	funds, err := c.tx.WalletFunds([]uuid.UUID{wallet.ID})
	if err != nil {
		return err
	}
	return ledger.Void(c.tx, wallet, &out, funds)
}
