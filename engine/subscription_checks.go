package engine

import (
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"tarn/billing/period"
	"tarn/clock"
	"tarn/fault"
	"tarn/form"
	"tarn/payments"
	"tarn/store"
)

const (
	// maxTimeoutHours is the longest time for which an activation can wait, a
	// century.
	maxTimeoutHours = 100 * 366 * 24
	// codeInvalidDate is the code of an instant that cannot be.
	codeInvalidDate = "invalid_date"
	// codeInvalidValue is the code of a word that is not among those known.
	codeInvalidValue = "invalid_value"
)

// checkSubscriptionInput refuses dates, payment methods and activation rules
// that break a rule. The subscription is the one that the input will change, or
// a new one; its customer may be new too.
//
// Lago: what breaks these rules is reported together, before anything else but
// records that do not exist.
func checkSubscriptionInput(tx *store.Tx, row store.Subscription, in SubscriptionInput) error {
	details := fault.Details{}
	checkSubscriptionDates(details, tx.Now(), row, in)
	methods, err := paymentMethodsFor(tx, row.Customer, in)
	if err != nil {
		return err
	}
	form.CheckPaymentMethod(details, methods, in.PaymentMethod)
	if form.Given(in.ActivationRules) {
		checkActivationRules(details, in.ActivationRules.MustGet())
		checkPayable(details, row.Customer, methods, paymentMethodOf(row, in.PaymentMethod))
	}
	return details.Err()
}

// checkSubscriptionDates refuses an end that lies not after today and after the
// start, as days of UTC, and instants that the contract cannot show.
func checkSubscriptionDates(details fault.Details, now time.Time, row store.Subscription, in SubscriptionInput) {
	start := row.SubscriptionAt
	if start.IsZero() {
		start = now
	}
	if at, err := in.SubscriptionAt.Get(); err == nil {
		if !clock.Representable(at) {
			details.Add("subscription_at", codeInvalidDate)
		}
		start = at
	}
	at, err := in.EndingAt.Get()
	if err != nil {
		return
	}
	end := period.DateOf(at, time.UTC)
	if !clock.Representable(at) || !end.After(period.DateOf(now, time.UTC)) || !end.After(period.DateOf(start, time.UTC)) {
		details.Add("ending_at", codeInvalidDate)
	}
}

// paymentMethodsFor are the payment methods of a customer, none of a new one and
// none where the input says nothing that they decide.
func paymentMethodsFor(tx *store.Tx, customer store.Customer, in SubscriptionInput) ([]store.PaymentMethod, error) {
	if customer.ID == uuid.Nil || !form.Given(in.PaymentMethod) && !form.Given(in.ActivationRules) {
		return nil, nil
	}
	return tx.AllPaymentMethods(customer.ID)
}

// paymentMethodOf is the reference that an activation goes by: the one that was
// sent, or that of the subscription.
func paymentMethodOf(row store.Subscription, input form.Optional[form.PaymentMethod]) form.PaymentMethod {
	in, err := input.Get()
	if err == nil || row.CreatedAt.IsZero() {
		return in
	}
	in.Type.Set(row.PaymentMethodType)
	if row.PaymentMethodID != nil {
		in.ID.Set(*row.PaymentMethodID)
	}
	return in
}

// checkActivationRules refuses a type that is named twice, and times that no
// activation can wait.
func checkActivationRules(details fault.Details, inputs []ActivationRuleInput) {
	seen := map[string]bool{}
	for _, in := range inputs {
		if seen[in.Type] {
			details["activation_rules"] = []string{"duplicated_type"}
		}
		seen[in.Type] = true
		if hours, _ := in.TimeoutHours.Get(); hours > maxTimeoutHours {
			details["timeout_hours"] = []string{fault.CodeOutOfRange}
		}
	}
}

// checkPayable refuses an activation that waits for a payment which the customer
// has no means to make.
func checkPayable(details fault.Details, customer store.Customer, methods []store.PaymentMethod, in form.PaymentMethod) {
	kind, _ := in.Type.Get()
	id, _ := in.ID.Get()
	known := func(method store.PaymentMethod) bool { return method.ID == id }
	isDefault := func(method store.PaymentMethod) bool { return method.IsDefault }
	switch {
	case kind == "" && customer.PaymentProviderID == nil:
		details.Add("customer", payments.CodeNotLinked)
	case kind != "" && kind != store.PaymentMethodProvider:
		details.Add("customer", "manual_payment_method_invalid_for_payment_activation_rules")
	case form.Given(in.ID) && !slices.ContainsFunc(methods, known):
		details.Add("customer", "payment_method_not_found")
	case !form.Given(in.ID) && !slices.ContainsFunc(methods, isDefault):
		details.Add("customer", "no_default_payment_method")
	}
}

// checkThresholdsOnce refuses thresholds of the subscription and of its plan in
// one breath.
func checkThresholdsOnce(in SubscriptionInput) error {
	overrides, _ := in.PlanOverrides.Get() // absent and null are none
	if !form.Given(in.UsageThresholds) || !form.Given(overrides.UsageThresholds) {
		return nil
	}
	details := fault.Details{}
	details.Add("usage_thresholds", "incompatible_params")
	details.Add("plan_overrides.usage_thresholds", "incompatible_params")
	return details.Err()
}

// checkTermination refuses words that no termination knows.
func checkTermination(in TerminationInput) error {
	details := fault.Details{}
	if word, err := in.OnTerminationCreditNote.Get(); err == nil && !slices.Contains(creditNoteOptions, word) {
		details.Add("on_termination_credit_note", codeInvalidValue)
	}
	if word, err := in.OnTerminationInvoice.Get(); err == nil && !slices.Contains(invoiceOptions, word) {
		details.Add("on_termination_invoice", codeInvalidValue)
	}
	return details.Err()
}

// The words of terminations.
var (
	creditNoteOptions = []string{
		store.TerminationCredit, store.TerminationRefund, store.TerminationOffset, store.TerminationSkip,
	}
	invoiceOptions = []string{store.TerminationGenerate, store.TerminationSkip}
)

// subscriptionEntity finds the billing entity that the input names; nil when it
// names none. It returns a NotFound fault for one that does not exist.
func subscriptionEntity(tx *store.Tx, in SubscriptionInput) (*store.BillingEntity, error) {
	if id, err := in.BillingEntityID.Get(); err == nil {
		entity, err := tx.BillingEntityByID(id)
		if err != nil {
			return nil, form.NotFound(err, "billing_entity")
		}
		return &entity, nil
	}
	code, err := in.BillingEntityCode.Get()
	if err != nil || form.Blank(code) {
		return nil, nil //nolint:nilnil,nilerr // none is named
	}
	entity, err := tx.BillingEntity(code)
	if err != nil {
		return nil, form.NotFound(err, "billing_entity")
	}
	return &entity, nil
}

// subscribedCustomer finds the customer who subscribes, locked against other
// changes. One who does not exist yet has no identifier.
func subscribedCustomer(tx *store.Tx, externalID string) (store.Customer, error) {
	customer, err := tx.CustomerForUpdate(externalID)
	if errors.Is(err, store.ErrNotFound) {
		return store.Customer{ExternalID: externalID}, nil
	}
	return customer, err
}
