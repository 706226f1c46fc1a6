package wallets

import (
	"errors"

	"github.com/google/uuid"

	"tarn/form"
	"tarn/store"
)

// Finder finds the wallet that a request names. Requests that change it find it
// locked, with its customer locked before it. The routes name wallets in two ways,
// and do the same with them. It returns NotFound faults.
type Finder struct {
	find func(tx *store.Tx) (store.Wallet, error)
	lock func(tx *store.Tx) (store.Wallet, error)
}

// ByID finds a wallet by tarn's own identifier.
func ByID(id uuid.UUID) Finder {
	return Finder{
		find: func(tx *store.Tx) (store.Wallet, error) {
			row, err := tx.WalletByID(id)
			return row, form.NotFound(err, "wallet")
		},
		lock: func(tx *store.Tx) (store.Wallet, error) {
			row, err := tx.WalletForUpdate(id)
			return row, form.NotFound(err, "wallet")
		},
	}
}

// ByCode finds a wallet of a customer by its code: the active one, or else the one
// that was made last.
func ByCode(externalCustomerID, code string) Finder {
	named := func(tx *store.Tx, customer func(string) (store.Customer, error)) (store.Wallet, error) {
		owner, err := customer(externalCustomerID)
		if err != nil {
			return store.Wallet{}, form.NotFound(err, "customer")
		}
		row, err := tx.WalletByCode(owner.ID, code)
		return row, form.NotFound(err, "wallet")
	}
	return Finder{
		find: func(tx *store.Tx) (store.Wallet, error) { return named(tx, tx.Customer) },
		lock: func(tx *store.Tx) (store.Wallet, error) {
			row, err := named(tx, tx.CustomerForUpdate)
			if err != nil {
				return row, err
			}
			return tx.WalletForUpdate(row.ID)
		},
	}
}

// Find finds a wallet to be shown.
func Find(tx *store.Tx, wallet Finder) (store.Wallet, error) { return wallet.find(tx) }

// CustomerFinder finds the customer of a new wallet, locked; one without an
// identifier is unknown, which is refused with everything else that is wrong.
type CustomerFinder func(tx *store.Tx) (store.Customer, error)

// OfBody finds the customer that a body names.
func OfBody(externalID string) CustomerFinder {
	return func(tx *store.Tx) (store.Customer, error) {
		row, err := tx.CustomerForUpdate(externalID)
		if errors.Is(err, store.ErrNotFound) {
			return store.Customer{}, nil
		}
		return row, err
	}
}

// OfPath finds the customer that a path names; a NotFound fault where there is none.
func OfPath(externalID string) CustomerFinder {
	return func(tx *store.Tx) (store.Customer, error) {
		row, err := tx.CustomerForUpdate(externalID)
		return row, form.NotFound(err, "customer")
	}
}
