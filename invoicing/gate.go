package invoicing

import (
	"tarn/store"
	"tarn/wallets/ledger"
)

// BillGate makes the invoice that has to be paid before a subscription becomes active:
// it bills the start, draws on what the customer has as a final one does, and has no
// days of grace. It is open, so nobody sees it, and has no number until IssueGate
// makes it final. There is none where the start owes nothing. The customer must be
// locked.
func BillGate(tx *store.Tx, start Item) (row store.Invoice, made bool, err error) {
	run := Run{At: tx.Now(), Items: []Item{start}}
	statements, err := run.statements(tx)
	if err != nil || !owed(statements) {
		return row, false, err
	}
	b := newBill(tx, run.At, statements)
	bills := []*bill{b}
	if err := reckon(tx, bills, bills); err != nil {
		return row, false, err
	}
	if err := b.draw(); err != nil {
		return row, false, err
	}
	if err := b.keepOpen(); err != nil {
		return row, false, err
	}
	if err := payPrepaid(tx, bills); err != nil {
		return row, false, err
	}
	return b.invoice, true, followUsage(tx, bills)
}

// IssueGate makes an open invoice final on whose payment a subscription waited. What
// it returns tells of the invoice: the start of the subscription comes before.
//
// Lago: its dates stay those of the day on which it was made.
func IssueGate(tx *store.Tx, row store.Invoice) (tell func() error, err error) {
	b := &bill{tx: tx, invoice: row}
	return func() error { return b.tell(actionCreated) }, b.issue()
}

// CloseGate closes an open invoice on which nothing waits any more, and gives back
// what it has drawn on: coupons, credit notes and what wallets have paid. The invoice
// must be locked, with its customer.
func CloseGate(tx *store.Tx, row store.Invoice) error {
	row.Status = store.InvoiceClosed
	if err := tx.UpdateInvoice(&row); err != nil {
		return err
	}
	if err := returnCoupons(tx, row); err != nil {
		return err
	}
	if err := returnCreditNotes(tx, row); err != nil {
		return err
	}
	if err := ledger.GiveBack(tx, row.ID); err != nil {
		return err
	}
	return unpaidChanged(tx, &row)
}

// returnCreditNotes gives credit notes back what an invoice has used of them. One that
// was voided meanwhile is worth nothing any more.
func returnCreditNotes(tx *store.Tx, row store.Invoice) error {
	for _, credit := range row.Credits {
		if credit.CreditNoteID == nil {
			continue
		}
		note, err := tx.CreditNoteForUpdate(*credit.CreditNoteID)
		if err != nil {
			return err
		}
		if note.CreditStatus == store.CreditVoided {
			continue
		}
		note.BalanceAmountCents += credit.AmountCents
		note.CreditStatus = store.CreditAvailable
		if err := tx.UpdateCreditNote(&note); err != nil {
			return err
		}
	}
	return nil
}
