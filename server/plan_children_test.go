package server_test

import (
	"testing"

	"github.com/google/uuid"

	"tarn/server/servertest"
	"tarn/store"
)

// addChildPlan adds a plan that overrides one of the catalogue, for a subscription
// that starts in the future.
func addChildPlan(t *testing.T, s *servertest.Server, parent map[string]any, change func(tx *store.Tx, child *store.Plan) error) uuid.UUID {
	t.Helper()
	id := store.NewID()
	upsert(t, s, `{"external_id":"child"}`)
	withinOrganization(t, s, func(tx *store.Tx) error {
		child, err := tx.Plan(parent["code"].(string))
		if err != nil {
			return err
		}
		parentID := child.ID
		child.ID, child.ParentID = id, &parentID
		if err := tx.InsertPlan(&child); err != nil {
			return err
		}
		if err := change(tx, &child); err != nil {
			return err
		}
		customer, err := tx.Customer("child")
		if err != nil {
			return err
		}
		return tx.InsertSubscription(&store.Subscription{
			ID: store.NewID(), CustomerID: customer.ID, PlanID: id, ExternalID: id.String(), Status: store.SubscriptionPending,
			BillingTime: "calendar", SubscriptionAt: tx.Now().AddDate(1, 0, 0),
			PaymentMethodType: store.PaymentMethodProvider, OnTerminationInvoice: store.TerminationGenerate,
		})
	})
	return id
}

// unchanged leaves a child plan as its parent is.
func unchanged(*store.Tx, *store.Plan) error { return nil }

// planOf reads a plan from the store; false when there is none.
func planOf(t *testing.T, s *servertest.Server, id uuid.UUID) (plan store.Plan, exists bool) {
	t.Helper()
	withinOrganization(t, s, func(tx *store.Tx) error {
		var err error
		plan, err = tx.PlanByID(id)
		exists = err == nil
		return nil
	})
	return plan, exists
}
