package engine

import (
	"errors"
	"time"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/billing/period"
	"tarn/fault"
	"tarn/form"
	"tarn/invoicing"
	"tarn/notify"
	"tarn/store"
)

// CreateSubscription subscribes a customer to a plan, and adds the customer when
// there is none of that external id. Where the customer has a subscription of
// the same external id that is active, or starts in the future, it moves that
// one to the plan: to a dearer one at once, to a cheaper one when the period
// ends. It returns the subscription that runs.
//
// It refuses unknown billing entities and plans with a NotFound fault, overrides
// without the premium licence with a Forbidden fault, and values that break a
// rule with a Validation fault.
//
// Lago: a subscription that has the plan already is returned as it is, and
// everything else that was sent is ignored but thresholds and custom sections.
// So a creation can be sent again.
func CreateSubscription(tx *store.Tx, in NewSubscriptionInput) (store.Subscription, error) {
	creation, err := prepareCreation(tx, in)
	if err != nil {
		return store.Subscription{}, err
	}
	return creation.perform()
}

// creation is a request for a subscription, with the records that it names.
type creation struct {
	tx       *store.Tx
	in       NewSubscriptionInput
	customer store.Customer
	plan     store.Plan
	// entity is the billing entity of the subscription's own; nil for none.
	entity *store.BillingEntity
	// current is the subscription that the request changes; nil for none.
	current *store.Subscription
}

// prepareCreation finds the records that the input names and checks the rules,
// in Lago's order. The customer is saved with it.
func prepareCreation(tx *store.Tx, in NewSubscriptionInput) (*creation, error) {
	c := &creation{tx: tx, in: in}
	var err error
	if c.entity, err = subscriptionEntity(tx, in.SubscriptionInput); err != nil {
		return nil, err
	}
	if in.Authorization {
		return nil, fault.Denied("feature_not_available")
	}
	if c.customer, err = subscribedCustomer(tx, in.ExternalCustomerID); err != nil {
		return nil, err
	}
	if c.plan, err = tx.PlanShared(in.PlanCode); err != nil {
		return nil, form.NotFound(err, "plan")
	}
	if err := checkSubscriptionInput(tx, store.Subscription{Customer: c.customer}, in.SubscriptionInput); err != nil {
		return nil, err
	}
	if in.overridesPlan() {
		if err := licensed(tx); err != nil {
			return nil, err
		}
	}
	if form.Blank(in.ExternalCustomerID) {
		return nil, fault.Invalid("external_customer_id", fault.CodeMandatory)
	}
	if err := checkThresholdsOnce(in.SubscriptionInput); err != nil {
		return nil, err
	}
	if err := c.saveCustomer(); err != nil {
		return nil, err
	}
	err = c.findCurrent()
	return c, err
}

// saveCustomer adds a new customer, and gives one without a currency that of the
// plan.
func (c *creation) saveCustomer() error {
	if c.customer.ID == uuid.Nil {
		in := CustomerInput{ExternalID: c.customer.ExternalID}
		in.Currency.Set(c.plan.AmountCurrency)
		if c.entity != nil {
			in.BillingEntityCode.Set(c.entity.Code)
		}
		customer, err := UpsertCustomer(c.tx, in)
		c.customer = customer
		return err
	}
	if !form.Unfilled(c.customer.Currency) {
		return nil
	}
	before := audit.Before(audit.Customer(c.customer))
	c.customer.Currency = &c.plan.AmountCurrency
	if err := c.tx.UpdateCustomer(&c.customer); err != nil {
		return err
	}
	return audit.Updated(c.tx, before, audit.Customer(c.customer))
}

// findCurrent finds the subscription that the request changes, and refuses an
// external id that cannot be used.
func (c *creation) findCurrent() error {
	incomplete, err := c.tx.SubscriptionTaken(c.in.ExternalID, store.SubscriptionIncomplete, &c.customer.ID)
	if err != nil {
		return err
	}
	if incomplete {
		return fault.Invalid("subscription", "subscription_incomplete")
	}
	current, err := c.tx.EditableSubscription(c.customer, c.in.ExternalID, &c.plan)
	if err == nil {
		c.current = &current
		return nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err := c.tx.LoadPlan(&c.plan); err != nil {
		return err
	}
	taken, err := c.tx.SubscriptionTaken(c.in.ExternalID, store.SubscriptionActive, nil)
	switch {
	case err != nil:
		return err
	case taken:
		return fault.Invalid("external_id", fault.CodeAlreadyExist)
	}
	return c.check()
}

// check checks the fields of a new subscription itself.
func (c *creation) check() error {
	details := fault.Details{}
	switch word, err := c.in.BillingTime.Get(); {
	case err != nil:
	case word != string(period.BillingTimeCalendar) && word != string(period.BillingTimeAnniversary):
		details.Add("billing_time", fault.CodeInvalid)
	}
	if form.Blank(c.in.ExternalID) {
		details.Add("external_id", fault.CodeMandatory)
	}
	return details.Err()
}

// perform decides what the request means, and does it.
func (c *creation) perform() (store.Subscription, error) {
	switch {
	case c.current == nil:
		return c.create()
	case c.current.PlanID == c.plan.ID:
		return c.repeat()
	case c.current.Status == store.SubscriptionPending:
		return c.replan()
	case c.target().Cheaper(c.current.Plan):
		return c.downgrade()
	}
	return c.upgrade()
}

// target is the plan with the amount that the subscription will have.
func (c *creation) target() store.Plan {
	plan := c.plan
	overrides, _ := c.in.PlanOverrides.Get() // absent and null are none
	form.Assign(&plan.AmountCents, overrides.AmountCents)
	return plan
}

// create adds a subscription: one that starts on an earlier day is active from
// then on, but never billed for the time before; one that starts today is
// active; any other waits for its day.
func (c *creation) create() (store.Subscription, error) {
	row := c.newRow()
	row.BillingTime = string(period.BillingTimeCalendar)
	form.Assign(&row.BillingTime, c.in.BillingTime)
	row.SubscriptionAt = c.tx.Now()
	form.Assign(&row.SubscriptionAt, c.in.SubscriptionAt)
	form.Assign(&row.ConsolidateInvoice, c.in.ConsolidateInvoice)
	form.Assign(&row.ProgressiveBillingDisabled, c.in.ProgressiveBillingDisabled)
	form.AssignNullable(&row.PurchaseOrderNumber, form.FilledOrNull(c.in.PurchaseOrderNumber))
	if form.Given(c.in.EndingAt) {
		form.AssignNullable(&row.EndingAt, c.in.EndingAt)
	}
	if err := c.insert(&row); err != nil {
		return row, err
	}
	start, today := row.Day(row.SubscriptionAt), row.Day(c.tx.Now())
	switch {
	case start.After(today):
		if err := setActivationRules(c.tx, &row, c.in.ActivationRules); err != nil {
			return row, err
		}
		if err := audit.Created(c.tx, audit.Subscription(row)); err != nil {
			return row, err
		}
		return row, scheduleSubscription(c.tx, row)
	case start.Before(today):
		startedAt, err := c.backdated(row)
		if err != nil {
			return row, err
		}
		err = activateUnbilled(c.tx, &row, startedAt)
		return row, err
	}
	if err := setActivationRules(c.tx, &row, c.in.ActivationRules); err != nil {
		return row, err
	}
	err := activate(c.tx, &row, row.SubscriptionAt)
	return row, err
}

// backdated is the start of a subscription that begins in the past: not before
// an earlier one of the same external id ended, if that was billed at its end.
func (c *creation) backdated(row store.Subscription) (time.Time, error) {
	last, err := c.tx.LastTermination(c.customer.ID, c.in.ExternalID)
	if err != nil || last == nil || last.Before(row.SubscriptionAt) {
		return row.SubscriptionAt, err
	}
	return *last, nil
}

// newRow is a subscription with its defaults and with what is never inherited.
//
// Lago: a subscription without a name has an empty one.
func (c *creation) newRow() store.Subscription {
	name, _ := form.Trimmed(c.in.Name).Get() // absent and null are empty
	row := store.Subscription{
		ID: store.NewID(), CustomerID: c.customer.ID, PlanID: c.plan.ID, ExternalID: c.in.ExternalID, Name: &name,
		Status: store.SubscriptionPending, PaymentMethodType: store.PaymentMethodProvider,
		OnTerminationInvoice: store.TerminationGenerate, ConsolidateInvoice: true,
		Customer: c.customer, Plan: c.plan, BillingEntity: c.customer.BillingEntity, ReadAt: c.tx.Now(),
	}
	if c.entity != nil {
		row.BillingEntityID, row.BillingEntity = &c.entity.ID, *c.entity
	}
	form.AssignPaymentMethod(&row.PaymentMethodType, &row.PaymentMethodID, c.in.PaymentMethod)
	return row
}

// insert adds a row that is pending yet, with the plan that is its own, its thresholds
// and its custom sections.
func (c *creation) insert(row *store.Subscription) error {
	if err := pickSections(c.tx, row, c.in.SubscriptionInput); err != nil {
		return err
	}
	if err := c.tx.InsertSubscription(row); err != nil {
		return err
	}
	if c.in.overridesPlan() {
		if err := overridePlan(c.tx, row, c.in.PlanOverrides.MustGet()); err != nil {
			return err
		}
	}
	return replaceSubscriptionThresholds(c.tx, row, c.in.UsageThresholds)
}

// repeat returns the subscription that has the plan already.
func (c *creation) repeat() (store.Subscription, error) {
	row := *c.current
	before := audit.Before(audit.Subscription(row))
	if !form.Given(c.in.UsageThresholds) && !c.in.CustomSections.Given() {
		return row, nil
	}
	if err := replaceSubscriptionThresholds(c.tx, &row, c.in.UsageThresholds); err != nil {
		return row, err
	}
	if err := pickSections(c.tx, &row, c.in.SubscriptionInput); err != nil {
		return row, err
	}
	if err := c.tx.UpdateSubscription(&row); err != nil {
		return row, err
	}
	notify.Happened(c.tx, notify.SubscriptionUpdated(row))
	return row, audit.Updated(c.tx, before, audit.Subscription(row))
}

// pickSections puts into the row which custom sections its invoices show.
func pickSections(tx *store.Tx, row *store.Subscription, in SubscriptionInput) error {
	owner := store.SectionOwner{Type: store.SectionsOfSubscription, ID: row.ID}
	return invoicing.PickSections(tx, owner, in.CustomSections, &row.SkipInvoiceCustomSections, &row.Sections)
}

// replaceSubscriptionThresholds makes these the subscription's own thresholds,
// under the terms of replaceUsageThresholds.
func replaceSubscriptionThresholds(tx *store.Tx, row *store.Subscription, input form.Optional[[]UsageThresholdInput]) error {
	thresholds, given, err := usageThresholds(tx, input)
	if err != nil || !given {
		return err
	}
	return tx.ReplaceSubscriptionThresholds(row, thresholds)
}
