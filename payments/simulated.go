package payments

import (
	"cmp"
	"context"
	"errors"

	"github.com/google/uuid"

	"tarn/store"
)

// The results that simulated payment methods have.
const (
	resultSucceed        = "succeed"
	resultDecline        = "decline"
	resultPending        = "pending"
	resultRequiresAction = "requires_action"
	resultError          = "error"
)

// The kinds of entries in the books of the simulated provider.
const (
	kindCharge = "charge"
	kindRefund = "refund"
)

// codeDeclined is why something is declined that says nothing else.
const codeDeclined = "card_declined"

// errNoAnswer is what a provider says that is out of order.
var errNoAnswer = errors.New("the simulated provider gives no answer")

// simulated is a provider that calls nobody: payment methods answer what they were told
// to. It has books of its own, which it writes in transactions of its own, so that it
// behaves like somebody on the other side of a wall.
type simulated struct {
	apart func(ctx context.Context, fn func(*store.Tx) error) error
}

// Charge takes money from a customer.
func (s simulated) Charge(ctx context.Context, order Order) (Answer, error) {
	return s.play(ctx, kindCharge, order)
}

// Refund gives money back.
func (s simulated) Refund(ctx context.Context, order Order) (Answer, error) {
	return s.play(ctx, kindRefund, order)
}

// Customer makes a customer known. The identifier follows from the connection and the
// customer, so that the provider needs no memory of it.
func (s simulated) Customer(_ context.Context, connection uuid.UUID, externalID string) (string, error) {
	return providerID("cus", uuid.NewSHA1(connection, []byte(externalID))), nil
}

// pagePaths are where the simulated provider's pages lie, below the server's address.
var pagePaths = map[store.LinkPurpose]string{store.LinkToPay: PayPath, store.LinkToCheckout: CheckoutPath}

// PaymentURL makes an address of one of tarn's own pages.
func (s simulated) PaymentURL(ctx context.Context, page Visit) (address string, err error) {
	err = s.apart(ctx, func(tx *store.Tx) error {
		token, err := tx.SignLink(page.Purpose, store.Link{Subject: page.Subject, ExpiresAt: page.ExpiresAt})
		address = pagePaths[page.Purpose] + token
		return err
	})
	return address, err
}

// play plays the next outcome of the payment method for an order that is new, and writes
// down what has come of it. An order that is known is answered from the books.
func (s simulated) play(ctx context.Context, kind string, order Order) (answer Answer, err error) {
	var silence error
	err = s.apart(ctx, func(tx *store.Tx) error {
		silence = nil
		method, err := simulatedMethod(tx, order)
		if err != nil {
			return err
		}
		entry, err := tx.SimulatedCharge(order.Key.String())
		if err == nil {
			answer = answerOf(order, entry)
			return nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		outcome, err := nextOutcome(tx, order, method)
		if err != nil {
			return err
		}
		if outcome.Result == resultError {
			silence = errNoAnswer
			return nil
		}
		entry = entryOf(kind, order, outcome)
		answer = answerOf(order, entry)
		return tx.InsertSimulatedCharge(&entry)
	})
	return answer, cmp.Or(err, silence)
}

// simulatedMethod locks what the provider knows of the payment method of an order; nil
// where there is none.
func simulatedMethod(tx *store.Tx, order Order) (*store.SimulatedMethod, error) {
	if order.Method == nil {
		return nil, nil //nolint:nilnil // the customer pays on a page
	}
	method, err := tx.SimulatedMethodForUpdate(*order.Method)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil //nolint:nilnil // one that was not told to do anything
	}
	return &method, err
}

// nextOutcome is what becomes of an order: what the customer did, or what the payment
// method was told to answer. The last outcome of a method is repeated.
func nextOutcome(tx *store.Tx, order Order, method *store.SimulatedMethod) (store.SimulatedOutcome, error) {
	switch {
	case order.Outcome != nil:
		return *order.Outcome, nil
	case method == nil || len(method.Outcomes) == 0:
		return store.SimulatedOutcome{Result: resultSucceed}, nil
	}
	outcome := method.Outcomes[min(method.Played, len(method.Outcomes)-1)]
	method.Played++
	return outcome, tx.SaveSimulatedMethod(method)
}

// entryOf is what the provider writes down of an order.
func entryOf(kind string, order Order, outcome store.SimulatedOutcome) store.SimulatedCharge {
	entry := store.SimulatedCharge{
		ID: store.NewID(), IdempotencyKey: order.Key.String(), Kind: kind, PaymentMethodID: order.Method,
		AmountCents: order.AmountCents, AmountCurrency: order.Currency, Result: outcome.Result,
	}
	if outcome.Result == resultDecline {
		code, message := codeDeclined, "The payment was declined."
		entry.Code, entry.Message = cmp.Or(outcome.Code, &code), cmp.Or(outcome.Message, &message)
	}
	return entry
}

// answerOf is what the provider says to an order that is in its books.
func answerOf(order Order, entry store.SimulatedCharge) Answer {
	answer := Answer{
		Status: store.PaymentProcessing, Word: wordOf(order.Provider, entry.Result), Code: entry.Code, Message: entry.Message,
		ProviderID: providerID(entry.Kind, entry.ID),
	}
	switch entry.Result {
	case resultSucceed:
		answer.Status = store.PaymentSucceeded
	case resultDecline:
		answer.Status = store.PaymentFailed
	case resultRequiresAction:
		answer.NextAction = map[string]any{"type": "redirect_to_url"}
	}
	return answer
}

// statusWords are what providers call the results, by their kind.
var statusWords = map[string]map[string]string{
	typeAdyen:       {resultSucceed: "Authorised", resultDecline: "Refused", resultPending: "Received", resultRequiresAction: "RedirectShopper"},
	typeCashfree:    {resultSucceed: "PAID", resultDecline: "CANCELLED", resultPending: "ACTIVE", resultRequiresAction: "ACTIVE"},
	typeFlutterwave: {resultSucceed: "successful", resultDecline: "failed", resultPending: "pending", resultRequiresAction: "pending"},
	typeGocardless:  {resultSucceed: "paid_out", resultDecline: "failed", resultPending: "pending_submission", resultRequiresAction: "pending_customer_approval"},
	typeMoneyhash:   {resultSucceed: "PROCESSED", resultDecline: "FAILED", resultPending: "PENDING", resultRequiresAction: "REQUIRES_ACTION"},
	typeStripe:      {resultSucceed: "succeeded", resultDecline: "failed", resultPending: "processing", resultRequiresAction: "requires_action"},
}

// wordOf is a provider's own word for a result.
func wordOf(provider, result string) string { return statusWords[provider][result] }
