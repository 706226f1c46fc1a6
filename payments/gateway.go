package payments

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tarn/store"
)

// Gateway is a payment provider, as payments call it outside of transactions. An order
// has a key: one that comes again is the same order, is carried out once, and is answered
// as before. An error is no answer; whether the order was carried out is not known then.
type Gateway interface {
	// Charge takes money from a customer.
	Charge(ctx context.Context, order Order) (Answer, error)
	// Refund gives money back.
	Refund(ctx context.Context, order Order) (Answer, error)
	// Customer makes a customer known to a connection, and returns the provider's own
	// identifier: the same one whenever the same customer comes.
	Customer(ctx context.Context, connection uuid.UUID, externalID string) (string, error)
	// PaymentURL makes an address where a customer pays an invoice or leaves a way to
	// pay: an absolute one, or one below that of this server.
	PaymentURL(ctx context.Context, page Visit) (string, error)
}

// Visit is what a customer shall find at an address.
type Visit struct {
	Purpose store.LinkPurpose
	// Subject is the invoice to be paid, or the customer who leaves a way to pay.
	Subject uuid.UUID
	// ExpiresAt is until when the address opens.
	ExpiresAt time.Time
}

// Order is what a provider is asked to do.
type Order struct {
	// Key makes the order known when it comes again.
	Key uuid.UUID
	// Provider is the kind of provider, such as stripe.
	Provider string
	// Method is the payment method; nil where the customer pays on a page of the
	// provider.
	Method      *uuid.UUID
	AmountCents int64
	Currency    string
	// Outcome is what the customer has done on such a page; nil for all others.
	Outcome *store.SimulatedOutcome
}

// Answer is what a provider says to an order.
type Answer struct {
	// Status is succeeded, failed, or processing while the provider, or the
	// customer, is not done with it.
	Status store.PaymentStatus
	// Word is the provider's own word for the status.
	Word string
	// ProviderID is the provider's own identifier of the order.
	ProviderID string
	// NextAction is what the customer has to do; nil for nothing.
	NextAction map[string]any
	// Code and Message say why it failed.
	Code, Message *string
}

// gatewayOf is the provider that carries orders out. All that can be connected are
// simulated.
func gatewayOf(tx *store.Tx) Gateway { return simulated{apart: tx.Apart()} }
