package invoice

import "github.com/google/uuid"

// Share says with which others a subscription may be on one invoice: those that
// have the same.
type Share struct {
	// Alone is the subscription itself where it wants invoices of its own.
	Alone         uuid.UUID
	Customer      uuid.UUID
	BillingEntity uuid.UUID
	Currency      string
	// Payment tells the payment method.
	Payment             string
	PurchaseOrderNumber string
}

// Groups returns which subscriptions share an invoice, as indexes of what they
// may share. Groups and their members keep the order.
func Groups(shares []Share) [][]int {
	var groups [][]int
	index := map[Share]int{}
	for i, share := range shares {
		at, known := index[share]
		if !known {
			at = len(groups)
			index[share] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], i)
	}
	return groups
}
