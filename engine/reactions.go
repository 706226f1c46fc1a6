package engine

import (
	"tarn/invoicing"
	"tarn/jobs"
	"tarn/payments"
	"tarn/store"
	"tarn/wallets"
)

// reactions answer what happens in a room below, where something follows from it in a
// room above that one.
func reactions() jobs.Workers {
	return jobs.Workers{
		invoicing.KindFollowPayment: followPaymentWorker(),
		invoicing.KindCollect:       collectWorker(),
		invoicing.KindRefund:        payments.RefundWorker(),
	}
}

// followPaymentWorker lets follow what another payment status of an invoice brings
// about.
func followPaymentWorker() jobs.Worker {
	worker := jobs.Handle(func(tx *store.Tx, args invoicing.FollowPaymentArgs) error {
		if args.InvoiceType == store.InvoiceSubscription {
			return followGate(tx, args.InvoiceID)
		}
		return wallets.FollowPayment(tx, args.InvoiceID, args.PaymentStatus)
	})
	worker.Lock = jobs.Locking(func(tx *store.Tx, args invoicing.FollowPaymentArgs) error { return tx.LockInvoiced(args.InvoiceID) })
	worker.Discarded = jobs.NextDay
	return worker
}

// collectWorker lets invoices be collected that have become payable.
func collectWorker() jobs.Worker {
	worker := jobs.Handle(payments.CollectInvoice)
	worker.Lock = jobs.Locking(func(tx *store.Tx, args invoicing.CollectArgs) error { return tx.LockInvoiced(args.InvoiceID) })
	worker.Discarded = jobs.NextDay
	return worker
}
