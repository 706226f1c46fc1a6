package wallets

import (
	"tarn/jobs"
	"tarn/store"
	"tarn/wallets/ledger"
)

// Workers carry out the jobs of wallets, by the kinds of these.
func Workers() jobs.Workers {
	workers := clockWorkers()
	workers[KindTopUp] = ofWallet(topUpDue, func(args topUpArgs) walletArgs { return args.walletArgs })
	workers[KindBillPurchase] = purchaseWorker()
	workers[ledger.KindRefreshOngoing] = ongoingWorker()
	return workers
}

// ofWallet does jobs that are for one wallet.
func ofWallet[A any](run func(*store.Tx, A) error, wallet func(A) walletArgs) jobs.Worker {
	worker := jobs.Handle(run)
	worker.Lock = jobs.Locking(func(tx *store.Tx, args A) error { return tx.LockWalletOwner(wallet(args).WalletID) })
	worker.Discarded = jobs.NextDay
	return worker
}

// purchaseWorker makes the invoices for purchases.
func purchaseWorker() jobs.Worker {
	worker := jobs.Handle(billPurchase)
	worker.Lock = jobs.Locking(func(tx *store.Tx, args transactionArgs) error {
		_, err := tx.WalletTransactionForUpdate(args.TransactionID)
		return err
	})
	worker.Discarded = jobs.NextDay
	return worker
}
