package payments

import "tarn/store"

// What tests look at from outside.

func GatewayOf(tx *store.Tx) Gateway { return gatewayOf(tx) }

func Choose(tx *store.Tx, customer store.Customer, choices ...Choice) (*store.PaymentMethod, error) {
	return choose(tx, customer.ID, choices...)
}
