package server

import (
	"context"
	"strings"

	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/store"
	"tarn/wire"
)

// FindAllSubscriptions lists the subscriptions that the filters leave, active
// ones unless statuses are named.
func (s *Server) FindAllSubscriptions(ctx context.Context, request gen.FindAllSubscriptionsRequestObject) (gen.FindAllSubscriptionsResponseObject, error) {
	params := request.Params
	filter := store.SubscriptionFilter{
		Statuses: subscriptionStatuses(params.Status), ExternalCustomerID: params.ExternalCustomerID,
		ExternalID: params.ExternalID, PlanCode: params.PlanCode, Currency: optionalText(params.CurrencyFilter),
		Overridden: either(params.Overridden, params.Overriden),
	}
	list, err := listSubscriptions(txFrom(ctx), filter, params.BillingEntityCodes, page(params.Page, params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllSubscriptions200JSONResponse(list), nil
}

// FindAllCustomerSubscriptions lists the subscriptions of a customer in the same
// way.
func (s *Server) FindAllCustomerSubscriptions(ctx context.Context, request gen.FindAllCustomerSubscriptionsRequestObject) (gen.FindAllCustomerSubscriptionsResponseObject, error) {
	tx, params := txFrom(ctx), request.Params
	customer, err := tx.Customer(request.ExternalCustomerID)
	if err != nil {
		return nil, form.NotFound(err, "customer")
	}
	filter := store.SubscriptionFilter{
		Statuses: subscriptionStatuses(params.Status), CustomerID: &customer.ID,
		ExternalID: params.ExternalID, PlanCode: params.PlanCode, Currency: optionalText(params.CurrencyFilter),
		Overridden: either(params.Overridden, params.Overriden),
	}
	list, err := listSubscriptions(tx, filter, params.BillingEntityCodes, page(params.Page, params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllCustomerSubscriptions200JSONResponse(list), nil
}

// CreateSubscription subscribes a customer to a plan, or moves it to another.
func (s *Server) CreateSubscription(ctx context.Context, request gen.CreateSubscriptionRequestObject) (gen.CreateSubscriptionResponseObject, error) {
	row, err := engine.CreateSubscription(txFrom(ctx), newSubscriptionInput(*request.Body))
	if err != nil {
		return nil, err
	}
	return gen.CreateSubscription200JSONResponse{Subscription: wire.EntitledSubscription(row)}, nil
}

// FindSubscription shows a subscription.
func (s *Server) FindSubscription(ctx context.Context, request gen.FindSubscriptionRequestObject) (gen.FindSubscriptionResponseObject, error) {
	status := store.SubscriptionActive
	if request.Params.Status != nil {
		status = store.SubscriptionStatus(*request.Params.Status)
	}
	row, err := txFrom(ctx).Subscription(request.ExternalID, status)
	if err != nil {
		return nil, form.NotFound(err, "subscription")
	}
	return gen.FindSubscription200JSONResponse{Subscription: wire.EntitledSubscription(row)}, nil
}

// UpdateSubscription changes a subscription. Which one is meant where several
// have the external id may be said in the query or in the body.
func (s *Server) UpdateSubscription(ctx context.Context, request gen.UpdateSubscriptionRequestObject) (gen.UpdateSubscriptionResponseObject, error) {
	status := store.SubscriptionActive
	if request.Body.Status != nil {
		status = store.SubscriptionStatus(*request.Body.Status)
	} else if request.Params.Status != nil {
		status = store.SubscriptionStatus(*request.Params.Status)
	}
	row, err := engine.UpdateSubscription(txFrom(ctx), request.ExternalID, status, subscriptionUpdate(request.Body.Subscription))
	if err != nil {
		return nil, err
	}
	return gen.UpdateSubscription200JSONResponse{Subscription: wire.ShownSubscription(row)}, nil
}

// DestroySubscription ends a subscription.
func (s *Server) DestroySubscription(ctx context.Context, request gen.DestroySubscriptionRequestObject) (gen.DestroySubscriptionResponseObject, error) {
	params := request.Params
	pending := params.Status != nil && *params.Status == string(store.SubscriptionPending)
	row, err := engine.TerminateSubscription(txFrom(ctx), request.ExternalID, pending, engine.TerminationInput{
		OnTerminationCreditNote: words(given(params.OnTerminationCreditNote)),
		OnTerminationInvoice:    words(given(params.OnTerminationInvoice)),
	})
	if err != nil {
		return nil, err
	}
	return gen.DestroySubscription200JSONResponse{Subscription: wire.ShownSubscription(row)}, nil
}

// listSubscriptions is a page of the subscriptions that a filter leaves, of some
// billing entities or of all.
func listSubscriptions(tx *store.Tx, filter store.SubscriptionFilter, entities *[]string, page store.Page) (gen.SubscriptionsPaginated, error) {
	var err error
	if filter.BillingEntityIDs, err = billingEntityIDs(tx, all(entities)); err != nil {
		return gen.SubscriptionsPaginated{}, err
	}
	rows, err := tx.Subscriptions(filter, page)
	if err != nil {
		return gen.SubscriptionsPaginated{}, err
	}
	return gen.SubscriptionsPaginated{Subscriptions: wire.Each(rows.Rows, wire.Subscription), Meta: wire.Meta(rows)}, nil
}

// subscriptionStatuses reads the filter of the lists.
//
// Lago: without statuses the lists have active subscriptions only, and one word
// that is no status makes them have all.
func subscriptionStatuses(words *[]string) []store.SubscriptionStatus {
	if words == nil || len(*words) == 0 {
		return []store.SubscriptionStatus{store.SubscriptionActive}
	}
	statuses := make([]store.SubscriptionStatus, len(*words))
	for i, text := range *words {
		if statuses[i] = store.SubscriptionStatus(text); !statuses[i].Known() {
			return nil
		}
	}
	return statuses
}

// optionalText is a word of the contract as a text, if there is one.
func optionalText[Word ~string](value *Word) *string {
	if value == nil {
		return nil
	}
	text := string(*value)
	return &text
}

// either is the first of two values that is there: that of a parameter and that
// of its older spelling.
func either[T any](value, older *T) *T {
	if value != nil {
		return value
	}
	return older
}

func newSubscriptionInput(body gen.SubscriptionCreateInput) engine.NewSubscriptionInput {
	root := body.Subscription
	in := engine.NewSubscriptionInput{
		ExternalCustomerID: strings.TrimSpace(root.ExternalCustomerID),
		PlanCode:           root.PlanCode,
		ExternalID:         strings.TrimSpace(root.ExternalID),
		BillingTime:        words(given(root.BillingTime)),
		Authorization:      body.Authorization != nil,
	}
	in.SubscriptionInput = subscriptionInput(gen.SubscriptionUpdateInput_Subscription{
		ActivationRules:            root.ActivationRules,
		BillingEntityCode:          root.BillingEntityCode,
		BillingEntityID:            root.BillingEntityID,
		ConsolidateInvoice:         root.ConsolidateInvoice,
		EndingAt:                   root.EndingAt,
		InvoiceCustomSection:       root.InvoiceCustomSection,
		Name:                       root.Name,
		PaymentMethod:              root.PaymentMethod,
		PlanOverrides:              root.PlanOverrides,
		ProgressiveBillingDisabled: root.ProgressiveBillingDisabled,
		PurchaseOrderNumber:        root.PurchaseOrderNumber,
		SubscriptionAt:             root.SubscriptionAt,
		UsageThresholds:            root.UsageThresholds,
	})
	return in
}

func subscriptionUpdate(body gen.SubscriptionUpdateInput_Subscription) engine.SubscriptionUpdate {
	return engine.SubscriptionUpdate{
		SubscriptionInput: subscriptionInput(body),
		Termination: engine.TerminationInput{
			OnTerminationCreditNote: words(body.OnTerminationCreditNote),
			OnTerminationInvoice:    words(given(body.OnTerminationInvoice)),
		},
	}
}
