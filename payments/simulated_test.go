package payments_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/payments"
	"tarn/server/servertest"
	"tarn/store"
)

// till is an organization with a customer who pays through a provider.
type till struct {
	*servertest.Server

	customer store.Customer
}

// onEachTill runs a test with a till of its own on each database.
func onEachTill(t *testing.T, test func(t *testing.T, till till)) {
	t.Helper()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		of := till{Server: s}
		of.write(t, func(tx *store.Tx) (err error) {
			_, err = payments.ConnectProvider(tx, payments.ProviderInput{Type: "adyen"})
			return err
		})
		s.Post("/customers", `{"customer":{"external_id":"c","billing_configuration":{"payment_provider":"adyen","sync_with_provider":true}}}`).Status(t, 200)
		of.write(t, func(tx *store.Tx) (err error) {
			of.customer, err = tx.Customer("c")
			return err
		})
		test(t, of)
	})
}

func (of till) write(t *testing.T, fn func(tx *store.Tx) error) {
	t.Helper()
	require.NoError(t, of.Store.Write(t.Context(), store.Scope{Organization: of.Organization.ID, Source: store.SourceAPI}, fn))
}

// method gives the customer a payment method that answers with these results.
func (of till) method(t *testing.T, results ...string) (method payments.Method) {
	t.Helper()
	var outcomes []store.SimulatedOutcome
	for _, result := range results {
		outcomes = append(outcomes, store.SimulatedOutcome{Result: result})
	}
	of.write(t, func(tx *store.Tx) (err error) {
		method, err = payments.AddMethod(tx, "c", payments.MethodInput{Outcomes: outcomes})
		return err
	})
	return method
}

// gateway is the provider, as payments call it.
func (of till) gateway(t *testing.T) (gateway payments.Gateway) {
	t.Helper()
	of.write(t, func(tx *store.Tx) error { gateway = payments.GatewayOf(tx); return nil })
	return gateway
}

// played is how many outcomes of a payment method were played.
func (of till) played(t *testing.T, method payments.Method) (played int) {
	t.Helper()
	of.write(t, func(tx *store.Tx) error {
		known, err := tx.SimulatedMethods([]uuid.UUID{method.ID})
		played = known[method.ID].Played
		return err
	})
	return played
}

func order(method *uuid.UUID) payments.Order {
	return payments.Order{Key: store.NewID(), Provider: "adyen", Method: method, AmountCents: 100, Currency: "EUR"}
}

// An order that comes again, also at the same moment, is the same order: it is answered
// as before, and plays no outcome.
func TestSimulated_KnowsAnOrderAgain(t *testing.T) {
	t.Parallel()
	onEachTill(t, func(t *testing.T, of till) {
		method, gateway := of.method(t, "succeed", "decline"), of.gateway(t)
		same := order(&method.ID)
		var calling sync.WaitGroup
		answers := make([]payments.Answer, 5)
		for i := range answers {
			calling.Go(func() {
				var err error
				answers[i], err = gateway.Charge(t.Context(), same)
				assert.NoError(t, err)
			})
		}
		calling.Wait()
		for _, answer := range answers {
			require.Equal(t, answers[0], answer)
			require.Equal(t, []any{store.PaymentSucceeded, "Authorised"}, []any{answer.Status, answer.Word})
		}
		require.Equal(t, 1, of.played(t, method))
		declined, err := gateway.Charge(t.Context(), order(&method.ID))
		require.NoError(t, err)
		require.Equal(t, []any{store.PaymentFailed, "Refused", "card_declined"}, []any{declined.Status, declined.Word, *declined.Code})
		again, err := gateway.Refund(t.Context(), order(&method.ID))
		require.NoError(t, err)
		require.Equal(t, store.PaymentFailed, again.Status, "the last outcome is repeated")
		require.Equal(t, 3, of.played(t, method))
	})
}

// A customer that comes again is the same one, of one connection.
func TestSimulated_KnowsACustomerAgain(t *testing.T) {
	t.Parallel()
	onEachTill(t, func(t *testing.T, of till) {
		known := func(connection uuid.UUID, externalID string) string {
			id, err := of.gateway(t).Customer(t.Context(), connection, externalID)
			require.NoError(t, err)
			return id
		}
		connection := *of.customer.PaymentProviderID
		require.Equal(t, *of.customer.ProviderCustomerID, known(connection, "c"))
		require.NotEqual(t, known(connection, "c"), known(connection, "d"))
		require.NotEqual(t, known(connection, "c"), known(store.NewID(), "c"))
	})
}

// An address leads to a page until it expires.
func TestSimulated_MakesAddresses(t *testing.T) {
	t.Parallel()
	onEachTill(t, func(t *testing.T, of till) {
		at := time.Date(2026, time.February, 1, 0, 0, 0, 0, time.UTC)
		address, err := of.gateway(t).PaymentURL(t.Context(), payments.Visit{Purpose: store.LinkToCheckout, Subject: of.customer.ID, ExpiresAt: at})
		require.NoError(t, err)
		token, found := strings.CutPrefix(address, payments.CheckoutPath)
		require.True(t, found, address)
		of.write(t, func(tx *store.Tx) error {
			link, err := tx.OpenLink(store.LinkToCheckout, token)
			assert.Equal(t, store.Link{Subject: of.customer.ID, ExpiresAt: at}, link)
			return err
		})
	})
}

// An order without an answer is not carried out: when it comes again it plays the next
// outcome.
func TestSimulated_WithoutAnAnswer(t *testing.T) {
	t.Parallel()
	onEachTill(t, func(t *testing.T, of till) {
		method, gateway := of.method(t, "error", "succeed"), of.gateway(t)
		same := order(&method.ID)
		_, err := gateway.Charge(t.Context(), same)
		require.Error(t, err)
		answer, err := gateway.Charge(t.Context(), same)
		require.NoError(t, err)
		require.Equal(t, store.PaymentSucceeded, answer.Status)
	})
}

// What a customer did on a page of the provider needs no payment method.
func TestSimulated_OnAPage(t *testing.T) {
	t.Parallel()
	onEachTill(t, func(t *testing.T, of till) {
		gateway := of.gateway(t)
		for result, status := range map[string]store.PaymentStatus{
			"succeed": store.PaymentSucceeded, "decline": store.PaymentFailed, "requires_action": store.PaymentProcessing,
		} {
			on := order(nil)
			on.Outcome = &store.SimulatedOutcome{Result: result}
			answer, err := gateway.Charge(t.Context(), on)
			require.NoError(t, err)
			require.Equal(t, status, answer.Status, result)
			require.Equal(t, result == "requires_action", answer.NextAction != nil)
		}
		answer, err := gateway.Charge(t.Context(), order(nil))
		require.NoError(t, err)
		require.Equal(t, store.PaymentSucceeded, answer.Status, "who was told nothing succeeds")
	})
}

func TestChoose_InItsOrder(t *testing.T) {
	t.Parallel()
	onEachTill(t, func(t *testing.T, of till) {
		first, second := of.method(t), of.method(t)
		gone := store.NewID()
		named := func(id uuid.UUID) payments.Choice { return payments.Choice{Type: store.PaymentMethodProvider, ID: &id} }
		byHand, open := payments.Choice{Type: store.PaymentMethodManual}, payments.Choice{Type: store.PaymentMethodProvider}
		for name, c := range map[string]struct {
			choices []payments.Choice
			want    *uuid.UUID
		}{
			"nothing is said":         {nil, &second.ID},
			"nothing that decides":    {[]payments.Choice{{}, open}, &second.ID},
			"one is named":            {[]payments.Choice{open, named(first.ID)}, &first.ID},
			"the first one wins":      {[]payments.Choice{named(first.ID), named(second.ID)}, &first.ID},
			"by hand":                 {[]payments.Choice{open, byHand, named(first.ID)}, nil},
			"by hand, but named":      {[]payments.Choice{named(first.ID), byHand}, &first.ID},
			"one that is there never": {[]payments.Choice{named(gone), named(first.ID)}, &first.ID},
		} {
			of.write(t, func(tx *store.Tx) error {
				method, err := payments.Choose(tx, of.customer, c.choices...)
				if c.want == nil {
					require.Nil(t, method, name)
				} else {
					require.Equal(t, *c.want, method.ID, name)
				}
				return err
			})
		}
	})
}
