package store

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// SubscriptionStatus is where a subscription is in its life.
type SubscriptionStatus string

// The statuses of the contract.
const (
	// SubscriptionPending starts in the future, or follows a subscription to a
	// dearer plan.
	SubscriptionPending SubscriptionStatus = "pending"
	// SubscriptionIncomplete waits for the payment that its activation needs.
	SubscriptionIncomplete SubscriptionStatus = "incomplete"
	SubscriptionActive     SubscriptionStatus = "active"
	// SubscriptionTerminated was active once.
	SubscriptionTerminated SubscriptionStatus = "terminated"
	// SubscriptionCanceled has never been active.
	SubscriptionCanceled SubscriptionStatus = "canceled"
)

// Known reports whether there is such a status.
func (s SubscriptionStatus) Known() bool {
	return slices.Contains([]SubscriptionStatus{
		SubscriptionPending, SubscriptionIncomplete, SubscriptionActive, SubscriptionTerminated, SubscriptionCanceled,
	}, s)
}

// What happens to the rest of a period when a subscription ends.
const (
	// TerminationGenerate makes an invoice of what is not billed yet.
	TerminationGenerate = "generate"
	// TerminationSkip makes no invoice, or no credit note.
	TerminationSkip = "skip"
	// TerminationCredit, TerminationRefund and TerminationOffset make a credit
	// note of what was paid in advance.
	TerminationCredit = "credit"
	TerminationRefund = "refund"
	TerminationOffset = "offset"
)

// Why subscriptions were canceled that waited for a payment.
const (
	// CancellationTimeout is a payment that did not come in time.
	CancellationTimeout = "timeout"
	// CancellationPaymentFailed is a payment that its provider could not collect.
	CancellationPaymentFailed = "payment_failed"
)

// The ways in which a subscription is paid.
const (
	PaymentMethodProvider = "provider"
	PaymentMethodManual   = "manual"
)

// Subscription is what a customer has of a plan.
type Subscription struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	CustomerID     uuid.UUID
	PlanID         uuid.UUID
	// PreviousSubscriptionID is the subscription that this one upgrades or
	// downgrades.
	PreviousSubscriptionID *uuid.UUID
	// BillingEntityID is nil where the customer's own billing entity bills.
	BillingEntityID   *uuid.UUID
	PaymentMethodID   *uuid.UUID
	PaymentMethodType string
	// ExternalID is the client's own identifier. All subscriptions that follow
	// one another have the same; at most one active one of the organization
	// has it.
	ExternalID string
	Name       *string
	Status     SubscriptionStatus
	// BillingTime is calendar or anniversary.
	BillingTime string
	// SubscriptionAt is the anchor of anniversary periods, and when a pending
	// subscription starts.
	SubscriptionAt time.Time
	StartedAt      *time.Time
	ActivatedAt    *time.Time
	TrialEndedAt   *time.Time
	// EndingAt lies in the day on which the subscription ends by itself.
	EndingAt           *time.Time
	TerminatedAt       *time.Time
	CanceledAt         *time.Time
	CancellationReason *string
	// OnTerminationCreditNote is nil for a plan that is paid in arrears.
	OnTerminationCreditNote    *string
	OnTerminationInvoice       string
	ProgressiveBillingDisabled bool
	ConsolidateInvoice         bool
	SkipInvoiceCustomSections  bool
	PurchaseOrderNumber        *string
	CreatedAt                  time.Time
	UpdatedAt                  time.Time

	// What follows is read with the subscription; methods of their own write
	// it.

	// Customer and Plan are read also when they are deleted. The plan comes
	// without its charges and its other parts where subscriptions are listed.
	Customer Customer `gorm:"-"`
	Plan     Plan     `gorm:"-"`
	// BillingEntity is the one that bills: the subscription's own, or else the
	// customer's.
	BillingEntity BillingEntity `gorm:"-"`
	// Previous is what this subscription replaced, and Next the newest one that
	// replaces it and is not canceled.
	Previous        *PlanChange              `gorm:"-"`
	Next            *PlanChange              `gorm:"-"`
	ActivationRules []ActivationRule         `gorm:"-"`
	UsageThresholds []UsageThreshold         `gorm:"-"`
	FixedUnits      []SubscriptionFixedUnits `gorm:"-"`
	// Sections are the custom sections that the subscription has picked, by name. Lists
	// do without them.
	Sections []PickedSection `gorm:"-"`
	// OwnEntitlements are the features that the subscription has on terms of
	// its own, and EntitlementRemovals what of its plan's it does without.
	OwnEntitlements     []Entitlement        `gorm:"-"`
	EntitlementRemovals []EntitlementRemoval `gorm:"-"`
	// ReadAt is the organization's time at which the row was read. The current
	// billing period is the one of that instant.
	ReadAt time.Time `gorm:"-"`
}

// PlanChange is the other side of a change of plans: a subscription before or
// after another one.
type PlanChange struct {
	SubscriptionID uuid.UUID
	Status         SubscriptionStatus
	StartedAt      *time.Time
	// Plan comes without its parts.
	Plan Plan
}

// AsChange is the subscription as the other side of a change of plans.
func (s *Subscription) AsChange() *PlanChange {
	return &PlanChange{SubscriptionID: s.ID, Status: s.Status, StartedAt: s.StartedAt, Plan: s.Plan}
}

// Location is the time zone in which the subscription's days are counted: the
// customer's, its billing entity's, or UTC.
func (s *Subscription) Location() *time.Location { return s.Customer.Location() }

// SubscriptionFilter says which subscriptions a list has. Empty members do not
// restrict it.
type SubscriptionFilter struct {
	Statuses           []SubscriptionStatus
	CustomerID         *uuid.UUID
	ExternalCustomerID *string
	ExternalID         *string
	// PlanCode matches plans that override the plan of that code, too.
	PlanCode *string
	// Currency is that of the plan.
	Currency *string
	// BillingEntityIDs match also subscriptions that have none of their own and
	// a customer of that one.
	BillingEntityIDs []uuid.UUID
	// Overridden asks whether the plan overrides another.
	Overridden *bool
}

// Subscriptions lists subscriptions, those that start last first.
func (tx *Tx) Subscriptions(filter SubscriptionFilter, page Page) (List[Subscription], error) {
	query := filter.apply(tx, tx.db.Model(&Subscription{}))
	result, err := list[Subscription](query, page, "subscription_at DESC, created_at DESC, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadListedSubscriptions)
}

func (f SubscriptionFilter) apply(tx *Tx, query *gorm.DB) *gorm.DB {
	query = anyOf(query, "status", f.Statuses)
	if f.CustomerID != nil {
		query = query.Where("customer_id = ?", *f.CustomerID)
	}
	if f.ExternalCustomerID != nil {
		owners := tx.db.Model(&Customer{}).Select("id").Where("external_id = ? AND deleted_at IS NULL", *f.ExternalCustomerID)
		query = query.Where("customer_id IN (?)", owners)
	}
	if f.ExternalID != nil {
		query = query.Where("external_id = ?", *f.ExternalID)
	}
	if f.PlanCode != nil {
		query = query.Where("plan_id IN (?)", tx.db.Model(&Plan{}).Select("id").Where("code = ?", *f.PlanCode))
	}
	if f.Currency != nil {
		query = query.Where("plan_id IN (?)", tx.db.Model(&Plan{}).Select("id").Where("amount_currency = ?", *f.Currency))
	}
	if f.Overridden != nil {
		query = query.Where("plan_id IN (?)", tx.db.Model(&Plan{}).Select("id").Where("(parent_id IS NOT NULL) = ?", *f.Overridden))
	}
	if len(f.BillingEntityIDs) > 0 {
		owners := tx.db.Model(&Customer{}).Select("id").Where("billing_entity_id IN ?", f.BillingEntityIDs)
		query = query.Where("(billing_entity_id IN ? OR billing_entity_id IS NULL AND customer_id IN (?))", f.BillingEntityIDs, owners)
	}
	return query
}

// newestSubscription puts the subscription first that is meant where several
// have one external id: one that runs before those that ended, and among them
// the one that started last.
const newestSubscription = `terminated_at IS NULL DESC, terminated_at DESC, started_at IS NULL DESC, started_at DESC, created_at DESC, id DESC`

// Subscription finds the newest subscription of a status by the client's own
// identifier; ErrNotFound when there is none.
func (tx *Tx) Subscription(externalID string, status SubscriptionStatus) (Subscription, error) {
	return tx.subscription(tx.db.Where("external_id = ? AND status = ?", externalID, status).Order(newestSubscription))
}

// SubscriptionByID finds a subscription; ErrNotFound when there is none.
func (tx *Tx) SubscriptionByID(id uuid.UUID) (Subscription, error) {
	return tx.subscription(tx.db.Where("id = ?", id))
}

// SubscriptionByIDForUpdate is SubscriptionByID for a transaction that will
// change the subscription, or what belongs to it: others that would do the same
// wait. Its customer is locked before it, so that everything that changes a
// customer's subscriptions follows one another.
func (tx *Tx) SubscriptionByIDForUpdate(id uuid.UUID) (Subscription, error) {
	if err := tx.LockSubscriber(id); err != nil {
		return Subscription{}, err
	}
	return tx.subscription(tx.locked().Where("id = ?", id))
}

// LockSubscriber is LockCustomer for the customer of a subscription; ErrNotFound
// when there is no such subscription.
func (tx *Tx) LockSubscriber(subscription uuid.UUID) error {
	owner, err := one[Subscription](tx.db.Where("id = ?", subscription))
	if err != nil {
		return err
	}
	return tx.LockCustomer(owner.CustomerID)
}

// SubscriptionForUpdate is Subscription for a transaction that will change the
// subscription, or what belongs to it; see SubscriptionByIDForUpdate.
func (tx *Tx) SubscriptionForUpdate(externalID string, status SubscriptionStatus) (Subscription, error) {
	found, err := one[Subscription](tx.db.Where("external_id = ? AND status = ?", externalID, status).Order(newestSubscription))
	if err != nil {
		return found, err
	}
	row, err := tx.SubscriptionByIDForUpdate(found.ID)
	if err == nil && row.Status != status {
		return row, ErrNotFound // it has changed while this transaction waited
	}
	return row, err
}

// SubscriptionsNamed are all subscriptions with an external id, those that start
// last first, of which nothing but identifier and status is read.
func (tx *Tx) SubscriptionsNamed(externalID string) ([]Subscription, error) {
	var rows []Subscription
	err := tx.db.Select("id", "status").Where("external_id = ?", externalID).
		Order("subscription_at DESC, created_at DESC, id DESC").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find subscriptions by their external id: %w", err)
	}
	return rows, nil
}

// subscription reads one subscription with everything that belongs to it.
func (tx *Tx) subscription(query *gorm.DB) (Subscription, error) {
	row, err := one[Subscription](query)
	if err != nil {
		return row, err
	}
	rows := []Subscription{row}
	err = tx.loadSubscriptions(rows)
	return rows[0], err
}

// InsertSubscription adds a subscription without what belongs to it;
// ErrDuplicate when it is active and another active one has the external id.
func (tx *Tx) InsertSubscription(row *Subscription) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the subscription: %w", known(err))
	}
	return nil
}

// UpdateSubscription stores the subscription's own fields; ErrDuplicate when it
// becomes active and another active one has the external id.
func (tx *Tx) UpdateSubscription(row *Subscription) error {
	err := tx.db.Model(row).Select("*").
		Omit("id", "organization_id", "customer_id", "external_id", "created_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the subscription: %w", known(err))
	}
	return nil
}
