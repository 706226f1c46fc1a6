package server

import (
	"strings"

	"tarn/engine"
	"tarn/payments"
	"tarn/store"
	"tarn/web"
)

// invoice is a line of the invoices.
func (v portalView) invoice(row store.Invoice) web.PortalInvoice {
	shown := web.PortalInvoice{
		Number: row.Number, IssuedOn: dayText(v.Language, row.IssuingDate), DueOn: dayText(v.Language, row.PaymentDueDate),
		Status: v.invoiceStatus(&row), SelfBilled: row.SelfBilled, Total: v.Amount(row.TotalAmountCents, row.Currency),
	}
	if row.Status == store.InvoiceFinalized {
		shown.File = v.below("invoices", row.ID)
	}
	due := row.TotalDueAmountCents()
	if shown.Due = v.Amount(due, row.Currency); due > 0 && due != row.TotalAmountCents {
		shown.Left = shown.Due
	}
	if !v.Collected[row.ID] && engine.PortalPaysFor(&row) {
		shown.Pay = v.below("invoices", row.ID) + "/pay"
	}
	return shown
}

// invoiceStatus is what has become of an invoice: the first of these that fits.
func (v portalView) invoiceStatus(row *store.Invoice) web.PortalInvoiceStatus {
	switch {
	case row.Status == store.InvoiceVoided:
		return web.PortalInvoiceVoided
	case row.PaymentDisputeLostAt != nil:
		return web.PortalInvoiceDisputed
	case row.PaymentStatus == store.PaymentSucceeded:
		return web.PortalInvoicePaid
	case v.Collected[row.ID]:
		return web.PortalInvoiceProcessing
	case row.PaymentOverdue:
		return web.PortalInvoiceOverdue
	case row.PaymentStatus == store.PaymentFailed:
		return web.PortalInvoiceFailed
	default:
		return web.PortalInvoiceOpen
	}
}

// creditNote is a line of the credit notes.
func (v portalView) creditNote(row store.CreditNote) web.PortalCreditNote {
	return web.PortalCreditNote{
		Number: row.Number, Invoice: row.Invoice.Number, IssuedOn: dayText(v.Language, row.IssuingDate), Total: v.Amount(row.TotalAmountCents, row.Currency),
		Status: noteStatus(&row), Left: v.Amount(row.BalanceAmountCents, row.Currency), File: v.below("credit-notes", row.ID),
	}
}

// noteStatus is what has become of a credit note: what is left of it, or else its refund.
func noteStatus(row *store.CreditNote) web.PortalNoteStatus {
	switch {
	case row.CreditStatus == store.CreditVoided:
		return web.PortalNoteVoided
	case row.BalanceAmountCents > 0:
		return web.PortalNoteAvailable
	case row.RefundStatus == nil:
		return web.PortalNoteConsumed
	case *row.RefundStatus == store.RefundSucceeded:
		return web.PortalNoteRefunded
	case *row.RefundStatus == store.RefundFailed:
		return web.PortalNoteRefundFailed
	default:
		return web.PortalNoteRefunding
	}
}

// wallet is a line of the wallets.
func (v portalView) wallet(row store.Wallet) web.PortalWallet {
	shown := web.PortalWallet{
		Name: strings.TrimSpace(textOr(row.Name)), Balance: v.Amount(row.BalanceCents, row.Currency),
		Credits: v.Quantity(row.CreditsBalance), ExpiresOn: v.day(row.ExpirationAt),
	}
	if shown.Name == "" {
		shown.Name = row.Code
	}
	if row.OngoingBalanceCents != row.BalanceCents {
		shown.Ongoing = v.Amount(row.OngoingBalanceCents, row.Currency)
	}
	return shown
}

// paymentMethod is a line of the payment methods.
func (v portalView) paymentMethod(row store.PaymentMethod) web.PortalPaymentMethod {
	return web.PortalPaymentMethod{Name: payments.ProviderName(&row.PaymentProviderType), Default: row.IsDefault, AddedOn: v.day(&row.CreatedAt)}
}
