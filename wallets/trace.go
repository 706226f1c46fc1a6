package wallets

import (
	"github.com/google/uuid"

	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// Consumptions lists what has used credits that came in. It returns a NotFound fault
// for a transaction that does not exist, and a Validation fault for one that went out.
func Consumptions(tx *store.Tx, id uuid.UUID, page store.Page) (store.List[store.Consumption], error) {
	if err := checkDirection(tx, id, store.TransactionInbound); err != nil {
		return store.List[store.Consumption]{}, err
	}
	return tx.Consumptions(id, page)
}

// Fundings lists of what credits were made that went out. It returns a NotFound fault
// for a transaction that does not exist, and a Validation fault for one that came in.
func Fundings(tx *store.Tx, id uuid.UUID, page store.Page) (store.List[store.Consumption], error) {
	if err := checkDirection(tx, id, store.TransactionOutbound); err != nil {
		return store.List[store.Consumption]{}, err
	}
	return tx.Fundings(id, page)
}

func checkDirection(tx *store.Tx, id uuid.UUID, direction store.TransactionType) error {
	row, err := tx.WalletTransactionByID(id)
	if err != nil {
		return notFound(err)
	}
	if row.TransactionType != direction {
		return fault.Invalid("transaction_type", "invalid_transaction_type")
	}
	return nil
}

func notFound(err error) error { return form.NotFound(err, "wallet_transaction") }

// errPayment refuses to collect a payment.
func errPayment(code string) error { return fault.Invalid("base", code) }
