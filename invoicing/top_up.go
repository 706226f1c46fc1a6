package invoicing

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/iso"
	"tarn/form"
	"tarn/jobs"
	"tarn/store"
	"tarn/wallets/ledger"
)

// actionCreditAdded is what activities call the coming of an invoice for credits.
const actionCreditAdded = "paid_credit_added"

// creditCode is the code of what an invoice for credits sells, and its name where the
// transaction has none.
const creditCode = "credit"

// BillPurchase makes the invoice that sells the credits of a wallet transaction, which
// names it afterwards; its wallet must be read and locked with it. Nothing is drawn on
// and no taxes are added. It is final at once, or open where it must be paid first:
// then nobody sees it, and IssuePaid makes it final.
func BillPurchase(tx *store.Tx, row *store.WalletTransaction) (store.Invoice, error) {
	wallet := &row.Wallet
	b := &bill{tx: tx, invoice: newInvoice(tx, &wallet.Customer, &wallet.BillingEntity, tx.Now()), purchase: row}
	b.invoice.InvoiceType, b.invoice.Currency, b.invoice.PurchaseOrderNumber = store.InvoiceCredit, wallet.Currency, row.PurchaseOrderNumber
	if row.PurchaseOrderNumber == nil {
		b.invoice.PurchaseOrderNumber = wallet.PurchaseOrderNumber
	}
	b.setDates(today(tx, &wallet.Customer), datesOf(&wallet.Customer))
	b.lines = []line{purchaseLine(row)}
	if err := form.CheckSums(b.lines[0].fee.UnitAmountCents); err != nil {
		return store.Invoice{}, err
	}
	err := b.compute()
	if err != nil {
		return store.Invoice{}, err
	}
	if tx.Organization().Premium() && row.InvoiceRequiresSuccessfulPayment {
		err = b.keepOpen()
	} else {
		err = b.keepAs(actionCreditAdded)
	}
	row.InvoiceID = &b.invoice.ID
	return b.invoice, err
}

// purchaseLine is the one line of an invoice for credits.
func purchaseLine(row *store.WalletTransaction) line {
	description, currency := creditCode, row.Wallet.Currency
	fee := store.Fee{
		ID: store.NewID(), CustomerID: row.Wallet.CustomerID, FeeType: store.FeeCredit, Invoiceable: true,
		ItemID: row.ID, ItemCode: creditCode, ItemName: creditCode, ItemDescription: &description, InvoiceDisplayName: row.Name,
		Units: row.CreditAmount, AmountCents: row.AmountCents, AmountCurrency: currency, PreciseAmountCents: row.Amount.Shift(iso.Exponent(currency)),
		UnitAmountCents: ledger.Terms(&row.Wallet).WholeCents(decimal.NewFromInt(1)), PreciseUnitAmount: row.Wallet.RateAmount,
	}
	if row.Name != nil {
		fee.ItemName = *row.Name
	}
	return line{fee: fee}
}

// keepOpen stores an invoice that waits for its payment. It has no number yet.
func (b *bill) keepOpen() error {
	b.invoice.Status = store.InvoiceOpen
	if err := b.tx.InsertInvoice(&b.invoice); err != nil {
		return err
	}
	if err := keepParts(b.tx, []*bill{b}); err != nil {
		return err
	}
	return scheduleCollecting(b)
}

// IssuePaid makes an open invoice for credits final that was paid, and does nothing
// with any other one. It is issued and due today.
func IssuePaid(tx *store.Tx, row store.Invoice) error {
	if row.Status != store.InvoiceOpen {
		return nil
	}
	b := &bill{tx: tx, invoice: row}
	day := today(tx, &row.Customer).String()
	b.invoice.IssuingDate, b.invoice.PaymentDueDate = day, day
	if err := b.issue(); err != nil {
		return err
	}
	return b.tell(actionCreditAdded)
}

// issue makes an open invoice final.
func (b *bill) issue() error {
	if err := b.finalize(); err != nil {
		return err
	}
	return b.tx.UpdateInvoice(&b.invoice)
}

// KindFollowPayment is the job that lets follow what the payment of an invoice brings
// about outside of it. Its worker is in the room that knows what that is.
const KindFollowPayment = "invoice.follow_payment"

// FollowPaymentArgs say which payment status an invoice has come to.
type FollowPaymentArgs struct {
	InvoiceID     uuid.UUID           `json:"invoice_id"`
	InvoiceType   store.InvoiceType   `json:"invoice_type"`
	PaymentStatus store.PaymentStatus `json:"payment_status"`
}

// FollowPayment lets follow what another payment status of an invoice brings about:
// credits come into a wallet when the invoice is paid that sells them, and a
// subscription becomes active that waited for its payment. An invoice that a credit
// note has settled was not paid.
func FollowPayment(tx *store.Tx, row *store.Invoice) error {
	if row.InvoiceType != store.InvoiceCredit && row.Status != store.InvoiceOpen {
		return nil
	}
	args := FollowPaymentArgs{InvoiceID: row.ID, InvoiceType: row.InvoiceType, PaymentStatus: row.PaymentStatus}
	if row.OffsetAmountCents >= row.TotalAmountCents {
		args.PaymentStatus = store.PaymentFailed
	}
	return jobs.Enqueue(tx, jobs.Job{Kind: KindFollowPayment, At: tx.Now(), Args: args})
}
